use std::{path::PathBuf, process::ExitCode};

use anyhow::{Context, Result};
use clap::Args;
use tokio_util::sync::CancellationToken;

use crate::{
    config::Config,
    runtime::{self, Ready},
};

/// Run the gate and the console.
#[derive(Args)]
pub(crate) struct Serve {
    /// The configuration.
    #[arg(long, default_value = "bylaw.toml")]
    config: PathBuf,
}

impl Serve {
    pub(crate) fn run(self) -> Result<ExitCode> {
        let config = Config::read(&self.config)?;
        log();
        block_on(async {
            let stop = until_signal()?;
            runtime::serve(config, stop, |up| async move {
                announce(&up);
                Ok(())
            })
            .await
        })?;
        Ok(ExitCode::SUCCESS)
    }
}

/// Says where things are.
pub(super) fn announce(up: &Ready) {
    println!("gate     http://{}", up.gate);
    println!("console  {}", up.console_url);
}

/// Logs to standard error; `BYLAW_LOG` says how much, as in `gate=debug,info`.
pub(super) fn log() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("BYLAW_LOG").unwrap_or_else(|_| "warn".into());
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
}

pub(super) fn block_on<T>(task: impl Future<Output = Result<T>>) -> Result<T> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.context("cannot start the runtime")?.block_on(task)
}

/// Cancelled by Ctrl-C or SIGTERM.
pub(super) fn until_signal() -> Result<CancellationToken> {
    let stop = CancellationToken::new();
    let cancelled = stop.clone();
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::spawn(async move {
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
        }
        cancelled.cancel();
    });
    Ok(stop)
}
