//! `bylaw policy`: what can be done with a policy document.

mod guide; // decision tree, "may I?" table
mod history; // what a draft would have said of recorded exchanges
mod mutation; // would the examples notice a mistake?
mod proof; // invariants and idle clauses
mod push; // a file in a repository -> a draft
mod versions; // one version against another

use std::{
    fs,
    io::{self, IsTerminal, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand, ValueEnum};
use engine::{ExampleResult, Snapshot};
use policy::{Level, Policy, Snippet};
use serde_json::json;

use crate::{
    command::read_text,
    printing,
    runtime::{self, Parts},
};

/// What can be done with a policy document.
#[derive(Subcommand)]
pub(crate) enum PolicyCommand {
    /// List every mistake and warning with its place and remedy.
    Lint(Document),
    /// Run every example through the real engine.
    Test(Document),
    Prove(proof::Prove),
    /// Change each rule in one way at a time and say which changes no example would notice.
    Mutate(Document),
    /// Say who may do what under a new version that they could not under the old one, and the reverse.
    Diff(versions::Diff),
    /// Say what a draft would have said of recorded exchanges, what it would ask of people and let pass.
    Backtest(history::History),
    /// Make a draft of a file on a server, or update it, and say what is missing before it can come into force.
    Push(push::Push),
    /// Print the questions that lead to what someone may do, as Markdown.
    Tree(Document),
    /// Print what an employee may send where, as Markdown.
    Table(Document),
    /// Write it for people to read.
    Render {
        #[command(flatten)]
        document: Document,
        /// In which form.
        #[arg(long, value_enum, default_value_t = Form::Html)]
        format: Form,
        /// Write it to this file instead of the terminal.
        #[arg(long)]
        output: Option<PathBuf>,
    },
}

#[derive(Args)]
pub(crate) struct Document {
    /// The policy document.
    file: PathBuf,
    #[command(flatten)]
    around: Around,
}

/// What documents are read with.
#[derive(Args)]
pub(crate) struct Around {
    /// Configuration whose tools and detectors the policy may name.
    #[arg(long)]
    config: Option<PathBuf>,
    /// Print JSON for programs.
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Form {
    Html,
    Markdown,
    /// The Cedar policies it compiles to.
    Cedar,
    /// A tagged PDF that conforms to PDF/UA-1, with a table and a tree of what people may do.
    Pdf,
}

impl PolicyCommand {
    pub(crate) fn run(self) -> Result<ExitCode> {
        match self {
            Self::Lint(document) => document.lint(),
            Self::Test(document) => document.test(),
            Self::Prove(prove) => prove.run(),
            Self::Mutate(document) => mutation::run(&document),
            Self::Diff(diff) => diff.run(),
            Self::Backtest(history) => history.run(),
            Self::Push(push) => push.run(),
            Self::Tree(document) => guide::tree(&document),
            Self::Table(document) => guide::table(&document),
            Self::Render { document, format, output } => document.render(format, output.as_deref()),
        }
    }
}

impl Around {
    fn parts(&self) -> Result<Parts> {
        Parts::of(self.config.as_deref())
    }
}

/// A compiled document, or its mistakes as the error.
fn compile(file: &Path, parts: &Parts) -> Result<Policy> {
    let (name, source) = (file.display().to_string(), read_text(file)?);
    policy::compile(&name, &source, &parts.taxonomy())
        .map_err(|mistakes| anyhow::anyhow!("{} in {name}\n\n{mistakes}", count(mistakes.len(), "mistake")))
}

impl Document {
    fn parts(&self) -> Result<Parts> {
        self.around.parts()
    }

    fn name(&self) -> String {
        self.file.display().to_string()
    }

    fn lint(&self) -> Result<ExitCode> {
        let source = read_text(&self.file)?;
        let notices = policy::lint(&self.name(), &source, &self.parts()?.taxonomy());
        let mistakes = notices.iter().filter(|notice| notice.level == Level::Mistake).count();
        if self.around.json {
            println!("{}", serde_json::to_string_pretty(&notices)?);
        } else {
            let name = self.name();
            for notice in &notices {
                println!(
                    "{}",
                    Snippet { name: &name, source: &source, level: notice.level, mistake: &notice.mistake }
                );
            }
            println!(
                "{name}: {}, {}",
                count(mistakes, "mistake"),
                count(notices.len() - mistakes, "warning")
            );
        }
        Ok(if mistakes == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }

    fn test(&self) -> Result<ExitCode> {
        let parts = self.parts()?;
        let policy = compile(&self.file, &parts)?;
        let snapshot = runtime::offline(parts, policy);
        let results = engine::run_examples(&snapshot.policy, &snapshot);
        let failed: Vec<&ExampleResult> =
            results.iter().filter(|result| result.difference.is_some()).collect();
        if self.around.json {
            println!("{}", serde_json::to_string_pretty(&results.iter().map(as_json).collect::<Vec<_>>())?);
        } else {
            failed.iter().for_each(|result| print_failure(&self.file, &snapshot, result));
            println!("{}: {} passed, {} failed", self.name(), results.len() - failed.len(), failed.len());
        }
        Ok(if failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }

    fn render(&self, format: Form, output: Option<&Path>) -> Result<ExitCode> {
        let policy = compile(&self.file, &self.parts()?)?;
        let bytes = match format {
            Form::Html => policy::render::html(&policy).into_bytes(),
            Form::Markdown => policy::render::markdown(&policy).into_bytes(),
            Form::Cedar => policy::render::cedar(&policy).into_bytes(),
            Form::Pdf => printing::pdf(&policy)?,
        };
        match output {
            Some(path) => {
                fs::write(path, bytes).with_context(|| format!("cannot write `{}`", path.display()))?
            }
            None if format == Form::Pdf && io::stdout().is_terminal() => {
                bail!("a PDF is not for the terminal: name a file with `--output policy.pdf`")
            }
            None => io::stdout().write_all(&bytes).context("cannot write to standard output")?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn as_json(result: &ExampleResult) -> serde_json::Value {
    json!({
        "clause": result.clause, "example": result.number + 1, "line": result.line,
        "passes": result.difference.is_none(), "difference": result.difference,
        "action": result.verdict.action, "labels": result.labels,
    })
}

/// Shows a failing example as a difference: what was expected, what came, what was found.
fn print_failure(file: &Path, snapshot: &Snapshot, result: &ExampleResult) {
    let example =
        snapshot.policy.clause(&result.clause).and_then(|clause| clause.examples.get(result.number));
    println!("{}:{}: {} example {} fails", file.display(), result.line, result.clause, result.number + 1);
    if let Some(example) = example {
        // The text is the policy's own, which is a public document.
        println!("    says  {}", example.says.reveal());
    }
    for line in result.difference.iter().flat_map(|difference| difference.lines()) {
        println!("        - {line}");
    }
    let labels: Vec<&str> = result.labels.iter().map(model::Label::as_str).collect();
    println!("    found {}\n", if labels.is_empty() { "nothing".to_owned() } else { labels.join(", ") });
}

/// "1 mistake", "2 mistakes".
pub(crate) fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}
