use std::{collections::BTreeMap, fs};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::{cargo, root};

const HEADER: &str = "| crate | in one breath | uses |\n| --- | --- | --- |\n";

/// Compares the crate table in `ARCHITECTURE.md` with `cargo metadata`, or writes it.
pub(crate) fn run(write: bool) -> Result<()> {
    let path = root().join("ARCHITECTURE.md");
    let text = fs::read_to_string(&path).with_context(|| format!("cannot read `{}`", path.display()))?;
    let start = text.find(HEADER).context("ARCHITECTURE.md has no crate table")?;
    let (before, rest) = text.split_at(start);
    let (stated, after) = rest.split_at(rest.find("\n\n").map_or(rest.len(), |end| end + 1));
    let actual = table()?;
    if stated == actual {
        return Ok(());
    }
    if write {
        fs::write(&path, [before, &actual, after].concat())?;
        return Ok(());
    }
    let differing: Vec<&str> = actual.lines().filter(|line| !stated.contains(line)).collect();
    bail!(
        "the crate table in ARCHITECTURE.md differs from the crates; `cargo xtask check-graph --write` mends it:\n{}",
        differing.join("\n")
    )
}

fn table() -> Result<String> {
    let output = cargo().args(["metadata", "--format-version", "1", "--no-deps"]).output()?;
    let metadata: Value = serde_json::from_slice(&output.stdout).context("cargo metadata gave no JSON")?;
    let packages =
        metadata.get("packages").and_then(Value::as_array).context("cargo metadata lists no packages")?;
    let described: BTreeMap<&str, (&str, Vec<&str>)> = packages.iter().filter_map(described).collect();
    let rows = described.iter().map(|(name, (description, uses))| {
        let uses: Vec<&str> = uses.iter().copied().filter(|used| described.contains_key(used)).collect();
        let uses = if uses.is_empty() { "–".to_owned() } else { uses.join(", ") };
        format!("| `{name}` | {description} | {uses} |\n")
    });
    Ok(HEADER.to_owned() + &rows.collect::<String>())
}

fn described(package: &Value) -> Option<(&str, (&str, Vec<&str>))> {
    let dependencies = package.get("dependencies")?.as_array()?.iter();
    let mut uses: Vec<&str> =
        dependencies.filter(|given| is_ours(given)).filter_map(|given| text(given, "name")).collect();
    uses.sort_unstable();
    uses.dedup();
    Some((text(package, "name")?, (text(package, "description")?, uses)))
}

/// Whether a dependency is a crate of this workspace, and not for tests only.
fn is_ours(dependency: &Value) -> bool {
    dependency.get("kind").is_some_and(Value::is_null) && dependency.get("path").is_some_and(Value::is_string)
}

fn text<'a>(of: &'a Value, key: &str) -> Option<&'a str> {
    of.get(key)?.as_str()
}
