use std::{path::PathBuf, process::ExitCode, time::Duration};

use anyhow::{Result, ensure};
use clap::Args;
use server::Token;
use store::{CreateUserError, OneTimeLogin, Role, Store, User};

use crate::{command::serve::block_on, config::Config, runtime::now};

/// How long a link works.
const LASTS: Duration = Duration::from_secs(60 * 60);

/// Make a link that signs an administrator in once.
#[derive(Args)]
pub(crate) struct SignIn {
    /// The configuration.
    #[arg(long, default_value = "bylaw.toml")]
    config: PathBuf,
    /// The account; made as an administrator if it is not there.
    #[arg(long, default_value = "admin")]
    user: String,
}

impl SignIn {
    pub(crate) fn run(self) -> Result<ExitCode> {
        let config = Config::read(&self.config)?;
        let url = config.console_url.clone().unwrap_or_else(|| format!("http://{}", config.console_listen));
        block_on(async {
            let store = Store::open(&config.store_url).await?;
            println!("{}", link(&store, &self.user, &url).await?);
            println!("It works once, within the next hour.");
            store.close().await;
            Ok(())
        })?;
        Ok(ExitCode::SUCCESS)
    }
}

/// A link that signs `user` in once; the user is made, without a password, if it is not there.
pub(super) async fn link(store: &Store, user: &str, console_url: &str) -> Result<String> {
    ensure!(
        !user.is_empty() && user.len() <= 100,
        "`{user}` is not an account name: give 1 to 100 characters"
    );
    let administrator = User {
        name: user.to_owned(),
        password_hash: None,
        role: Role::Administrator,
        person: None,
        created_at: now(),
        disabled_at: None,
        functions: Default::default(),
    };
    match store.create_user(&administrator).await {
        Ok(()) | Err(CreateUserError::NameTaken { .. }) => {}
        Err(error) => return Err(error.into()),
    }
    let token = Token::random();
    let login = OneTimeLogin {
        digest: token.digest(),
        user: user.to_owned(),
        created_at: now(),
        expires_at: now().plus(LASTS),
    };
    store.create_one_time_login(&login).await?;
    Ok(format!("{console_url}/#code={}", token.reveal()))
}
