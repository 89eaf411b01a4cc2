//! Bylaw: turns an organisation's AI usage policy into something that runs.

mod command; // what can be asked on the command line
mod config; // the configuration, as written and as used
mod data; // the data folder: keys and certificate authority
mod registered; // what the organisation registered, and changes to it
mod runtime; // the parts, put together and run

use std::process::ExitCode;

use clap::Parser;

use command::Command;

/// Turns an organisation's AI usage policy into something that runs.
#[derive(Parser)]
#[command(name = "bylaw", version, propagate_version = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match arguments.command.run() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("bylaw: {}", command::explain(&error));
            ExitCode::from(2)
        }
    }
}
