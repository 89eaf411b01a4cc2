//! One module per command.

mod accounts;
mod audit;
mod behavior;
mod canary;
mod catalog;
mod check;
mod demo;
mod detect;
mod detectors;
mod evidence;
pub(crate) mod init;
mod observe;
mod policy;
mod register;
mod scan;
mod serve;
mod sign_in;

use std::{fs, io::Read, path::Path, process::ExitCode};

use anyhow::{Context, Result};
use clap::Subcommand;

/// What can be asked on the command line.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Write a first configuration, policy and certificate authority into a folder.
    Init(init::Init),
    /// Run the gate and the console.
    Serve(serve::Serve),
    /// Run everything with a sandbox AI provider and a simulated organisation.
    Demo(demo::Demo),
    /// Say which AI tools a packet capture or a log shows in use.
    Observe(observe::Observe),
    /// Say what the policy would do with a text or file.
    Check(check::Check),
    /// Say what files and folders hold.
    Scan(scan::Scan),
    /// List the detectors with their examples.
    Detectors(detectors::List),
    /// Look into detection.
    #[command(subcommand)]
    Detect(detect::DetectCommand),
    /// Register tables and documents, of which only keyed hashes are kept, to find them in what people send.
    #[command(subcommand)]
    Register(register::RegisterCommand),
    /// Lint, test or render a policy document.
    #[command(subcommand)]
    Policy(policy::PolicyCommand),
    /// Tell the organisation's own accounts from others.
    #[command(subcommand)]
    Accounts(accounts::AccountsCommand),
    /// Look into the catalogue of tools and its updates.
    #[command(subcommand)]
    Catalog(catalog::CatalogCommand),
    /// Try whether the running gate keeps the policy's promises.
    #[command(subcommand)]
    Canary(canary::CanaryCommand),
    /// Verify or export the log of what people did.
    #[command(subcommand)]
    Audit(audit::AuditCommand),
    /// Make keys for captured content, and open what was revealed of it.
    #[command(subcommand)]
    Evidence(evidence::EvidenceCommand),
    /// Look into what is learned of people's use.
    #[command(subcommand)]
    Behavior(behavior::BehaviorCommand),
    /// Make a link that signs an administrator in once.
    SignIn(sign_in::SignIn),
    /// Print the description of the HTTP API.
    Openapi,
}

impl Command {
    pub(crate) fn run(self) -> Result<ExitCode> {
        match self {
            Self::Init(init) => init.run(),
            Self::Serve(serve) => serve.run(),
            Self::Demo(demo) => demo.run(),
            Self::Observe(observe) => observe.run(),
            Self::Check(check) => check.run(),
            Self::Scan(scan) => scan.run(),
            Self::Detectors(list) => list.run(),
            Self::Detect(detect) => detect.run(),
            Self::Register(register) => register.run(),
            Self::Policy(policy) => policy.run(),
            Self::Accounts(accounts) => accounts.run(),
            Self::Catalog(catalog) => catalog.run(),
            Self::Canary(canary) => canary.run(),
            Self::Audit(audit) => audit.run(),
            Self::Evidence(evidence) => evidence.run(),
            Self::Behavior(behavior) => behavior.run(),
            Self::SignIn(sign_in) => sign_in.run(),
            Self::Openapi => {
                println!("{}", server::openapi());
                Ok(ExitCode::SUCCESS)
            }
        }
    }
}

/// The error and its causes, on one line.
pub(crate) fn explain(error: &anyhow::Error) -> String {
    error.chain().map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

/// Reads a file, or standard input for `-`.
fn read(path: &Path) -> Result<Vec<u8>> {
    if path == Path::new("-") {
        let mut text = Vec::new();
        std::io::stdin().read_to_end(&mut text).context("cannot read standard input")?;
        return Ok(text);
    }
    fs::read(path).with_context(|| format!("cannot read `{}`", path.display()))
}

fn read_text(path: &Path) -> Result<String> {
    String::from_utf8(read(path)?)
        .map_err(|error| error.utf8_error())
        .with_context(|| format!("`{}` is not UTF-8 text", path.display()))
}
