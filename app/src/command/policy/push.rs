use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, Result, anyhow};
use clap::Args;
use policy::{Level, Mistake, Place, Snippet};
use serde::Deserialize;
use serde_json::{Value, json};

use super::count;
use crate::{
    api::{Answer, Api},
    command::{read_text, serve::block_on},
};

/// The environment variable that holds the API token.
const TOKEN: &str = "BYLAW_TOKEN";
/// Exit code where the draft was pushed but cannot be published yet, and that was asked for.
const NOT_READY: u8 = 3;

#[derive(Args)]
pub(crate) struct Push {
    /// The policy document.
    file: PathBuf,
    /// The server, as in `https://bylaw.example.com`.
    #[arg(long)]
    server: String,
    /// A file with an API token of a policy author; without it, the environment variable `BYLAW_TOKEN` is read.
    #[arg(long)]
    token_file: Option<PathBuf>,
    /// Certificates that are trusted beside the system's, as PEM.
    #[arg(long)]
    ca: Option<PathBuf>,
    /// The hash of the draft to overwrite although somebody changed it in the console since the last push.
    #[arg(long)]
    replaces: Option<String>,
    /// End with exit code 3 unless nothing is missing for publication.
    #[arg(long)]
    require_ready: bool,
    /// Print JSON for programs.
    #[arg(long)]
    json: bool,
}

/// What the server says of a push.
#[derive(Deserialize)]
struct Pushed {
    name: String,
    outcome: String,
    hash: String,
    notices: Vec<Notice>,
    differences: Differences,
    checks: Vec<Check>,
}

#[derive(Deserialize)]
struct Notice {
    line: u32,
    column: u32,
    message: String,
    remedy: Option<String>,
}

#[derive(Deserialize)]
struct Differences {
    changes: Vec<Change>,
    added: Vec<String>,
    removed: Vec<String>,
    rules: Vec<String>,
    words: Vec<String>,
}

#[derive(Deserialize)]
struct Change {
    from: String,
    to: String,
    sentence: String,
    settled: bool,
}

#[derive(Deserialize)]
struct Check {
    check: String,
    outcome: String,
    says: String,
}

/// What the server says of what it refuses.
#[derive(Deserialize)]
struct Problem {
    detail: String,
    #[serde(default)]
    errors: Vec<Notice>,
}

impl Push {
    /// Exit code 0 if the draft was pushed, 1 if it was refused, 3 if it was pushed, is not ready and has to be.
    pub(super) fn run(&self) -> Result<ExitCode> {
        let source = read_text(&self.file)?;
        let api = Api::new(&self.server, self.token()?, self.ca.as_deref())?;
        let body = json!({ "source": source, "replaces": self.replaces });
        let answer = block_on(api.post("/drafts/push", &body))?;
        if self.json {
            println!("{}", serde_json::to_string_pretty(&answer.body)?);
        }
        if !answer.status.is_success() {
            return self.refused(&source, answer);
        }
        let pushed: Pushed = read(answer.body)?;
        if !self.json {
            self.print(&source, &pushed);
        }
        let ready = pushed.checks.iter().all(|check| check.outcome != "failed");
        Ok(if self.require_ready && !ready { ExitCode::from(NOT_READY) } else { ExitCode::SUCCESS })
    }

    fn token(&self) -> Result<String> {
        let token = match &self.token_file {
            Some(path) => {
                fs::read_to_string(path).with_context(|| format!("cannot read `{}`", path.display()))?
            }
            None => std::env::var(TOKEN).map_err(|_| {
                anyhow!("an API token is needed: put it into `{TOKEN}` or name its file with `--token-file`")
            })?,
        };
        Ok(token.trim().to_owned())
    }

    fn refused(&self, source: &str, answer: Answer) -> Result<ExitCode> {
        let problem: Problem = read(answer.body)?;
        if !self.json {
            print_notices(&self.file, source, Level::Mistake, &problem.errors);
        }
        eprintln!("not pushed: {}", problem.detail);
        Ok(ExitCode::FAILURE)
    }

    fn print(&self, source: &str, pushed: &Pushed) {
        print_notices(&self.file, source, Level::Warning, &pushed.notices);
        let Pushed { name, outcome, hash, notices, .. } = pushed;
        println!("draft {name} {outcome}, {}", count(notices.len(), "warning"));
        println!("hash {hash}\n");
        print_differences(&pushed.differences);
        println!("before it can come into force:");
        for Check { check, outcome, says } in &pushed.checks {
            println!("  {outcome:<7} {check:<11} {says}");
        }
    }
}

fn print_notices(file: &Path, source: &str, level: Level, notices: &[Notice]) {
    let name = file.display().to_string();
    for notice in notices {
        let mistake = Mistake {
            place: Place { line: notice.line, column: notice.column, length: 1 },
            message: notice.message.clone(),
            remedy: notice.remedy.clone().unwrap_or_default(),
        };
        println!("{}", Snippet { name: &name, source, level, mistake: &mistake });
    }
}

fn print_differences(differences: &Differences) {
    let Differences { changes, added, removed, rules, words } = differences;
    if changes.is_empty() {
        println!("every exchange is treated as by the policy in force");
    }
    for Change { from, to, sentence, settled } in changes {
        println!("{from} -> {to}: {sentence}{}", if *settled { "" } else { " (perhaps)" });
    }
    for (what, clauses) in [("added", added), ("removed", removed), ("rule", rules), ("words", words)] {
        if !clauses.is_empty() {
            println!("{what:<8} {}", clauses.join(", "));
        }
    }
    println!();
}

fn read<T: for<'de> Deserialize<'de>>(body: Value) -> Result<T> {
    serde_json::from_value(body).context("the server's answer is not what this version of `bylaw` expects")
}
