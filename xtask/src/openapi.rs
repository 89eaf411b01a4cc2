use std::{fs, process::Command};

use anyhow::{Context, Result, bail, ensure};

use crate::{cargo, root};

const DESCRIPTION: &str = "console/openapi.json";
const TYPES: &str = "console/src/shared/api/schema.ts";

/// Writes the API's description and the console's types, or says which of them is out of date.
pub(crate) fn run(check: bool) -> Result<()> {
    let output = cargo()
        .args(["run", "--quiet", "--features", "app/pdf", "--bin", "bylaw", "--", "openapi"])
        .output()?;
    ensure!(output.status.success(), "bylaw openapi failed: {}", String::from_utf8_lossy(&output.stderr));
    let description = String::from_utf8(output.stdout)?;
    let before = (read(DESCRIPTION), read(TYPES));
    fs::write(root().join(DESCRIPTION), &description)?;
    let generated = Command::new("npm")
        .args(["--prefix", "console", "run", "--silent", "generate"])
        .current_dir(root())
        .status()?;
    ensure!(generated.success(), "npm run generate failed in console/");
    let after = (read(DESCRIPTION), read(TYPES));
    if check && before != after {
        let stale: Vec<&str> = [(DESCRIPTION, before.0 != after.0), (TYPES, before.1 != after.1)]
            .iter()
            .filter(|(_, differs)| *differs)
            .map(|(path, _)| *path)
            .collect();
        restore(before).context("cannot put the files back")?;
        bail!("out of date: {}; `cargo xtask openapi` writes them anew", stale.join(", "));
    }
    Ok(())
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_default()
}

fn restore((description, types): (String, String)) -> Result<()> {
    fs::write(root().join(DESCRIPTION), description)?;
    fs::write(root().join(TYPES), types)?;
    Ok(())
}
