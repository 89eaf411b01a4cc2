use anyhow::{Result, ensure};

use crate::{cargo, root};

const STARTERS: [&str; 3] = ["balanced", "strict", "healthcare"];

/// Asks `bylaw policy mutate` of every starter policy, or of one.
pub(crate) fn run(name: Option<&str>) -> Result<()> {
    for starter in STARTERS.into_iter().filter(|starter| name.is_none_or(|name| name == *starter)) {
        let path = format!("policies/{starter}.md");
        let arguments =
            ["run", "--quiet", "--features", "app/pdf", "--bin", "bylaw", "--", "policy", "mutate", &path];
        let status = cargo().args(arguments).current_dir(root()).status()?;
        ensure!(status.success(), "the examples of {path} notice too little");
    }
    Ok(())
}
