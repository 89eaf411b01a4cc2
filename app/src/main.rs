//! Bylaw: turns an organisation's AI usage policy into something that runs.

mod api; // a server's API, from elsewhere
mod command; // what can be asked on the command line
mod config; // the configuration, as written and as used
mod data; // the data folder: keys and certificate authority
mod evidence; // what packets and logs show, as the engine and the catalogue see it
mod printing; // policies as PDF
mod registered; // what the organisation registered, and changes to it
mod runtime; // the parts, put together and run
mod sealed; // captured content, for those with the private key
mod update; // the catalogue update in use

use std::{
    panic,
    process::{self, ExitCode},
};

use clap::Parser;

use command::Command;

/// Turns an organisation's AI usage policy into something that runs.
#[derive(Parser)]
#[command(name = "bylaw", version, propagate_version = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

/// Ends the program quietly when nobody reads its output any more, as in `bylaw detectors | head`.
fn mind_closed_pipes() {
    let usual = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        let closed =
            |text: &str| text.starts_with("failed printing to stdout") && text.contains("Broken pipe");
        if panic.payload_as_str().is_some_and(closed) {
            // What a shell says of a program that a closed pipe ended.
            process::exit(141);
        }
        usual(panic);
    }));
}

fn main() -> ExitCode {
    mind_closed_pipes();
    let arguments = Arguments::parse();
    match arguments.command.run() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("bylaw: {}", command::explain(&error));
            ExitCode::from(2)
        }
    }
}
