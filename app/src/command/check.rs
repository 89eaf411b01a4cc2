use std::{path::PathBuf, process::ExitCode};

use anyhow::{Result, bail};
use clap::Args;
use engine::{Checked, Engine, Parcel, Snapshot};
use model::{AccountKind, Action, Outcome, PersonId, Purpose, Sensitive, ToolId};
use serde_json::json;

use crate::{
    command::read,
    runtime::{self, Parts},
};

/// Say what the policy would do with a text or file.
#[derive(Args)]
pub(crate) struct Check {
    /// A file to check as an upload; `-` reads a prompt from standard input.
    #[arg(required_unless_present = "text", conflicts_with = "text")]
    file: Option<PathBuf>,
    /// A prompt to check.
    #[arg(long)]
    text: Option<String>,
    /// The tool it would go to.
    #[arg(long, default_value = "chatgpt")]
    tool: String,
    /// How the person would be signed in: corporate, personal, anonymous or unknown.
    #[arg(long, default_value = "unknown", value_parser = account)]
    account: AccountKind,
    /// What it is for; detected if not given.
    #[arg(long, value_parser = purpose)]
    purpose: Option<Purpose>,
    /// Who would send it, by name in the directory.
    #[arg(long)]
    person: Option<String>,
    /// Configuration with policy, people, tools and detectors; the balanced starter policy without it.
    #[arg(long)]
    config: Option<PathBuf>,
    /// Print JSON for programs.
    #[arg(long)]
    json: bool,
}

impl Check {
    /// Exit code 0 if it would pass (also with placeholders), 1 if it would be held or refused.
    pub(crate) fn run(self) -> Result<ExitCode> {
        let parts = Parts::of(self.config.as_deref())?;
        let policy = parts.first_policy()?;
        let snapshot = runtime::offline(parts, policy);
        let checked = Engine::new(snapshot.clone()).check(&self.asked()?, runtime::now())?;
        if self.json {
            println!("{}", serde_json::to_string_pretty(&as_json(&checked))?);
        } else {
            print(&snapshot, &checked);
        }
        let passes =
            matches!(checked.record.outcome, Outcome::Forwarded | Outcome::Coached | Outcome::Redacted);
        Ok(if passes { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }

    fn asked(&self) -> Result<engine::Check> {
        let parcel = match (&self.text, &self.file) {
            (Some(text), _) => Parcel::Text { text: Sensitive::new(text.clone()), file: None },
            (None, Some(path)) => parcel(read(path)?, file_name(path)),
            (None, None) => bail!("give a file or --text"),
        };
        Ok(engine::Check {
            parcel,
            activity: None,
            tool: ToolId::new(self.tool.as_str()),
            account: self.account,
            purpose: self.purpose,
            person: self.person.as_deref().map(PersonId::new),
        })
    }
}

/// Text as it is, anything else as a file to be read.
fn parcel(bytes: Vec<u8>, name: Option<String>) -> Parcel {
    match String::from_utf8(bytes) {
        Ok(text) => Parcel::Text { text: Sensitive::new(text), file: name },
        Err(error) => Parcel::File { name: name.unwrap_or_default(), bytes: error.into_bytes() },
    }
}

fn file_name(path: &std::path::Path) -> Option<String> {
    let named = path != std::path::Path::new("-");
    path.file_name().filter(|_| named).map(|name| name.to_string_lossy().into_owned())
}

fn account(text: &str) -> Result<AccountKind, String> {
    let known = AccountKind::ALL.into_iter().find(|kind| kind.as_str() == text);
    known.ok_or_else(|| format!("expected one of {}", AccountKind::ALL.map(AccountKind::as_str).join(", ")))
}

fn purpose(text: &str) -> Result<Purpose, String> {
    let known = Purpose::ALL.into_iter().find(|purpose| purpose.as_str() == text);
    known.ok_or_else(|| format!("expected one of {}", Purpose::ALL.map(Purpose::as_str).join(", ")))
}

fn as_json(checked: &Checked) -> serde_json::Value {
    json!({
        "verdict": checked.record.verdict,
        "facts": checked.record.facts,
        "findings": checked.findings,
        // Asked for by the person who gave the text; it goes back to them alone.
        "redacted": checked.redacted.as_ref().map(Sensitive::reveal),
    })
}

fn print(snapshot: &Snapshot, checked: &Checked) {
    let verdict = &checked.record.verdict;
    println!("{}", verdict.action);
    if (verdict.action, checked.record.outcome) == (Action::Redact, Outcome::Blocked) {
        println!("  a file of this form cannot be rewritten, so it would not be sent");
    }
    for duty in &verdict.duties {
        let title = snapshot.policy.clause(&duty.clause).map_or("", |clause| clause.title.as_str());
        println!("  {} {title}: {}", duty.clause, duty.action);
    }
    if verdict.otherwise {
        println!("  no clause allows it: {}", verdict.action);
    }
    for finding in &checked.findings {
        let place = finding.placement;
        println!(
            "  found {} at {}..{}: {} ({:.0} %)",
            finding.label,
            place.start,
            place.end,
            finding.excerpt,
            finding.confidence * 100.0
        );
    }
    if let Some(redacted) = &checked.redacted {
        println!("\n{}", redacted.reveal());
    }
}
