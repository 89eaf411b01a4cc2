//! `bylaw detect`: looking into detection.

use std::{path::PathBuf, process::ExitCode};

use anyhow::{Result, bail};
use clap::{Args, Subcommand};
use detect::{Detectors, Explained, Hit, Lost, Reason, RunnerUp, Weighed};
use serde_json::json;

use crate::{command::read_text, runtime::Parts};

/// What can be asked of the detectors themselves.
#[derive(Subcommand)]
pub(crate) enum DetectCommand {
    /// Say why each span of a text is what it is said to be, and what it was rather than.
    Explain(Explain),
}

impl DetectCommand {
    pub(crate) fn run(self) -> Result<ExitCode> {
        match self {
            Self::Explain(explain) => explain.run(),
        }
    }
}

#[derive(Args)]
pub(crate) struct Explain {
    /// A file with text; `-` reads standard input.
    #[arg(required_unless_present = "text", conflicts_with = "text")]
    file: Option<PathBuf>,
    /// A text.
    #[arg(long)]
    text: Option<String>,
    /// Configuration with detectors of your own and registered data.
    #[arg(long)]
    config: Option<PathBuf>,
    /// Print JSON for programs.
    #[arg(long)]
    json: bool,
}

impl Explain {
    fn run(self) -> Result<ExitCode> {
        let detectors = Parts::of(self.config.as_deref())?.detectors;
        let text = match (&self.text, &self.file) {
            (Some(text), _) => text.clone(),
            (None, Some(path)) => read_text(path)?,
            (None, None) => bail!("give a file or --text"),
        };
        let found = detectors.scan(text.as_bytes());
        let explained = detectors.explain(text.as_bytes());
        if self.json {
            let others = found.iter().filter(|hit| explanation(&explained, hit).is_none()).map(as_json);
            let others: Vec<_> = others.collect();
            let all = json!({"explained": explained, "others": others});
            println!("{}", serde_json::to_string_pretty(&all)?);
        } else {
            found.iter().for_each(|hit| print(&detectors, &text, hit, explanation(&explained, hit)));
        }
        Ok(if found.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

fn explanation<'a>(all: &'a [Explained], hit: &Hit) -> Option<&'a Explained> {
    all.iter().find(|Explained { winner, .. }| {
        winner.detector == hit.detector && (winner.start, winner.end) == (hit.start, hit.end)
    })
}

fn as_json(hit: &Hit) -> serde_json::Value {
    json!({
        "label": hit.label,
        "detector": &*hit.detector,
        "start": hit.start,
        "end": hit.end,
        "confidence": hit.confidence,
    })
}

fn print(detectors: &Detectors, text: &str, hit: &Hit, explained: Option<&Explained>) {
    let found = text.get(hit.start..hit.end).unwrap_or_default();
    println!(
        "{} {:.2} at {}..{}: {}",
        hit.label,
        hit.confidence,
        hit.start,
        hit.end,
        detect::mask(found, &hit.label)
    );
    let about = detectors.iter().find(|detector| detector.id == hit.detector);
    println!(
        "    {}{}",
        hit.detector,
        about.map(|about| format!(": {}", about.describes)).unwrap_or_default()
    );
    if let Some(Explained { winner, runners_up }) = explained {
        winner.reasons.iter().for_each(|reason| println!("    {}", sentence(reason)));
        runners_up.iter().for_each(rather_than);
    }
}

fn sentence(reason: &Reason) -> String {
    match reason {
        Reason::Prior { confidence } => {
            format!("{confidence:.2} without anything that speaks for or against it")
        }
        Reason::Check { confidence } => format!("{confidence:.2} since its check holds"),
        Reason::Word { word, start, adds } if *adds == 0.0 => {
            format!("`{word}` stands near, at {start}, as it must")
        }
        Reason::Word { word, start, adds } => {
            format!("`{word}` stands near, at {start}: odds times {:.2}", adds.exp())
        }
        Reason::Header { header } => format!("`{header}` stands at the head of its column"),
    }
}

fn rather_than(RunnerUp { weighed, lost }: &RunnerUp) {
    let Weighed { label, detector, start, end, confidence, .. } = weighed;
    let why = match lost {
        Lost::LessSure => "less sure",
        Lost::Shorter => "as sure, but shorter or later",
        Lost::NotReported => "only a cue for others",
        Lost::Alone => "without the companion it wants",
    };
    println!("    rather than {label} {confidence:.2} at {start}..{end} ({detector}): {why}");
}
