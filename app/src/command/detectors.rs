use std::{path::PathBuf, process::ExitCode};

use anyhow::{Result, bail};
use clap::Args;
use detect::{Detector, Role};
use model::Label;
use serde_json::{Value, json};

use crate::runtime::Parts;

/// List the detectors: what each finds, where its format is documented, its examples.
#[derive(Args)]
pub(crate) struct List {
    /// Only those whose findings have this label or one below it.
    label: Option<String>,
    /// Configuration with detectors of your own.
    #[arg(long)]
    config: Option<PathBuf>,
    /// Print JSON for programs.
    #[arg(long)]
    json: bool,
}

impl List {
    pub(crate) fn run(self) -> Result<ExitCode> {
        let detectors = Parts::of(self.config.as_deref())?.detectors;
        let label: Option<Label> = self.label.as_deref().map(str::parse).transpose()?;
        let listed: Vec<&Detector> = detectors
            .iter()
            .filter(|detector| label.as_ref().is_none_or(|label| detector.label.is(label)))
            .collect();
        if let (Some(label), true) = (&label, listed.is_empty()) {
            bail!("no detector finds `{label}`: `bylaw detectors` lists what there is");
        }
        if self.json {
            let all: Vec<Value> = listed.into_iter().map(as_json).collect();
            println!("{}", serde_json::to_string_pretty(&all)?);
        } else {
            listed.into_iter().for_each(print);
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn as_json(detector: &Detector) -> Value {
    json!({
        "id": &*detector.id,
        "label": detector.label,
        "describes": detector.describes,
        "source": detector.source,
        "role": role(detector.role),
        "confidence": detector.confidence,
        "finds": detector.finds.iter().map(|example| json!({"text": example.text, "found": example.found})).collect::<Vec<_>>(),
        "ignores": detector.ignores,
    })
}

fn print(detector: &Detector) {
    println!("{}  {}", detector.id, detector.describes);
    if *detector.id != *detector.label.as_str() {
        println!("    label    {}", detector.label);
    }
    if detector.role != Role::Finding {
        println!("    role     {}", role(detector.role));
    }
    if let Some(source) = &detector.source {
        println!("    source   {source}");
    }
    for example in &detector.finds {
        println!("    finds    {}", one_line(&example.text));
    }
    for text in &detector.ignores {
        println!("    ignores  {}", one_line(text));
    }
}

fn role(role: Role) -> &'static str {
    match role {
        Role::Finding => "finding",
        Role::Mention => "mention",
        Role::Cue => "cue",
    }
}

fn one_line(text: &str) -> String {
    text.escape_debug().to_string().replace("\\\"", "\"").replace("\\'", "'")
}
