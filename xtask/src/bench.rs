use anyhow::{Result, ensure};

use crate::cargo;

/// Crates with a benchmark, in the order in which a request meets them.
const MEASURED: [&str; 10] =
    ["gate", "catalog", "dialect", "detect", "policy", "engine", "behavior", "store", "sensor", "server"];

/// Runs the benchmarks one after the other; each compares what it measures within its own run.
pub(crate) fn run(only: Option<&str>) -> Result<()> {
    ensure!(
        only.is_none_or(|name| MEASURED.contains(&name)),
        "no benchmark there; there are {}",
        MEASURED.join(", ")
    );
    for name in MEASURED.iter().filter(|name| only.is_none_or(|only| only == **name)) {
        println!("\n## {name}\n");
        ensure!(
            cargo().args(["bench", "--quiet", "--package", name]).status()?.success(),
            "the benchmark of `{name}` failed"
        );
    }
    Ok(())
}
