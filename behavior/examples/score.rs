#![allow(warnings, clippy::all)]
#[path = "../../xtask/src/score_behavior/mod.rs"]
mod score_behavior;
use clap::Parser;
#[derive(Parser)]
struct Cli { #[command(flatten)] options: score_behavior::Options }
fn main() -> anyhow::Result<()> { score_behavior::run(&Cli::parse().options) }
