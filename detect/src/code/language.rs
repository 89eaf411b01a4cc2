use std::{cmp::Ordering, sync::Arc};

use model::Label;
use serde::Deserialize;

use super::model::{Evidence, Model};
use crate::{
    detector::{Detector, Example, Role},
    example,
    mistake::Mistake,
};

/// What was learnt, see `training/code`.
const WEIGHTS: &[u8] = include_bytes!("../../detectors/languages.weights");

/// The languages that are told apart, and what tells them.
pub(crate) struct Languages {
    known: Vec<Language>,
    unknown: Detector,
    traces: Detector,
    pub(super) model: Model,
    /// The language each class of the model stands for; without one it is text or data.
    meanings: Vec<Option<usize>>,
}

struct Language {
    about: Detector,
    /// The first of the languages that look so alike that a short piece can be of any of them: itself, if none does.
    family: usize,
    fences: Vec<String>,
    files: Vec<String>,
    /// How much likelier it is than a rare language before anything is seen, in logits.
    prior: f32,
}

/// How much more the prior counts where only comments are seen.
const BARE: f32 = 2.0;

/// What a name in a fence or of a file says of what is inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tag {
    /// Nothing.
    Silent,
    Language(usize),
    /// A language that is not told apart from others.
    Other,
    /// Text or data of a kind that is not source code.
    Data,
}

/// What evidence amounts to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Told {
    /// The likeliest language.
    pub(super) language: Option<usize>,
    /// How much likelier code of any language is than text and data, in logits.
    pub(super) lead: f32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenFile {
    language: Vec<WrittenLanguage>,
}

/// A language as written; `docs/detectors/source-code.md` tells the keys.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenLanguage {
    id: String,
    describes: String,
    fences: Vec<String>,
    files: Vec<String>,
    #[serde(default)]
    prior: f32,
    /// Languages of one name here look alike.
    kin: Option<String>,
    finds: Vec<String>,
    ignores: Vec<String>,
}

impl Languages {
    pub(crate) fn read(source: &str) -> Result<Self, Vec<Mistake>> {
        let broken = |error: String| vec![Mistake::of_file(error, "correct the language file")];
        let file: WrittenFile = toml::from_str(source).map_err(|error| broken(error.to_string()))?;
        let model = Model::read(WEIGHTS).ok_or_else(|| broken("the weights cannot be read".to_owned()))?;
        let meaning = |class: &str| file.language.iter().position(|language| language.id == class);
        let meanings = model.classes().map(meaning).collect();
        let families: Vec<usize> =
            (0..).zip(&file.language).map(|(at, own)| family(&file, at, own)).collect();
        let known = file.language.into_iter().zip(families);
        let known = known.map(|(written, family)| language(written, family)).collect::<Result<_, _>>()?;
        let special =
            |result: Result<Detector, model::InvalidLabel>| result.map_err(|error| broken(error.to_string()));
        Ok(Self { known, unknown: special(unknown())?, traces: special(traces())?, model, meanings })
    }

    /// What the first word behind a fence says.
    pub(super) fn of_fence(&self, info: &str) -> Tag {
        let named = |language: &Language| language.fences.iter().any(|name| name.eq_ignore_ascii_case(info));
        match self.known.iter().position(named) {
            Some(index) => Tag::Language(index),
            None if info.is_empty() || SILENT.iter().any(|name| name.eq_ignore_ascii_case(info)) => {
                Tag::Silent
            }
            None => Tag::Other,
        }
    }

    /// What the name of a file says.
    pub(super) fn of_file(&self, path: &str) -> Tag {
        let name = path.rsplit('/').next().unwrap_or(path);
        let extension = name.rsplit_once('.').map(|(_, extension)| extension);
        let fits = |known: &String| known == name || Some(known.as_str()) == extension;
        match self.known.iter().position(|language| language.files.iter().any(fits)) {
            Some(index) => Tag::Language(index),
            None if extension.is_some_and(|extension| DATA.contains(&extension)) => Tag::Data,
            None => Tag::Silent,
        }
    }

    /// What the evidence says; of comments alone, `bare`, it says less and what is common counts more.
    pub(super) fn told(&self, evidence: &Evidence, bare: bool) -> Told {
        let weight = if bare { BARE } else { 1.0 };
        let (mut logits, mut data) = (Vec::with_capacity(self.meanings.len()), 0.0_f32);
        for (meaning, logit) in self.meanings.iter().zip(self.model.told(evidence)) {
            match meaning.and_then(|index| Some((index, self.known.get(index)?))) {
                Some((index, language)) => logits.push((index, language, logit)),
                None => data += logit.exp(),
            }
        }
        let code: f32 = logits.iter().map(|(.., logit)| logit.exp()).sum();
        // Of languages that look alike the likeliest is told where all of them together are likely.
        let mut of_kin = vec![0.0_f32; self.known.len()];
        let likely = logits.iter().map(|(index, language, logit)| {
            let likely = (logit + weight * language.prior).exp();
            of_kin.get_mut(language.family).into_iter().for_each(|sum| *sum += likely);
            (*index, language.family, likely)
        });
        let likely: Vec<(usize, usize, f32)> = likely.collect();
        let together = |family: usize| of_kin.get(family).copied().unwrap_or(0.0);
        let best = likely.iter().max_by(|(_, one, own), (_, other, its)| {
            (together(*one), own).partial_cmp(&(together(*other), its)).unwrap_or(Ordering::Equal)
        });
        let lead = code.max(f32::MIN_POSITIVE).ln() - data.max(f32::MIN_POSITIVE).ln();
        Told { language: best.map(|(index, ..)| *index), lead }
    }

    /// The detector of a language; of code in an unknown one without.
    pub(super) fn detector(&self, language: Option<usize>) -> &Detector {
        language.and_then(|index| self.known.get(index)).map_or(&self.unknown, |language| &language.about)
    }

    /// The detector of stack traces.
    pub(super) fn traces(&self) -> &Detector {
        &self.traces
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Detector> {
        self.known.iter().map(|language| &language.about).chain([&self.unknown, &self.traces])
    }

    pub(crate) fn labels(&self) -> impl Iterator<Item = &Label> {
        self.iter().map(|about| &about.label)
    }
}

/// Names in fences that say nothing of what is inside: people write them around anything.
const SILENT: [&str; 27] = [
    "text",
    "txt",
    "plaintext",
    "plain",
    "none",
    "code",
    "output",
    "log",
    "logs",
    "json",
    "jsonc",
    "json5",
    "yaml",
    "yml",
    "toml",
    "ini",
    "conf",
    "csv",
    "tsv",
    "xml",
    "svg",
    "markdown",
    "md",
    "rst",
    "diff",
    "patch",
    "mermaid",
];

/// Extensions of files that are not source code.
const DATA: [&str; 18] = [
    "txt",
    "log",
    "json",
    "jsonc",
    "yaml",
    "yml",
    "toml",
    "ini",
    "conf",
    "csv",
    "tsv",
    "xml",
    "svg",
    "md",
    "rst",
    "lock",
    "properties",
    "po",
];

/// The first language of the same kin; where there is none, the language itself, which stands at `at`.
fn family(file: &WrittenFile, at: usize, own: &WrittenLanguage) -> usize {
    let kin = file.language.iter().position(|other| own.kin.is_some() && own.kin == other.kin);
    kin.unwrap_or(at)
}

fn language(written: WrittenLanguage, family: usize) -> Result<Language, Vec<Mistake>> {
    let id = format!("source_code.{}", written.id);
    let label = id.parse().map_err(|error: model::InvalidLabel| {
        vec![Mistake::new(&written.id, error.to_string(), "correct the language file")]
    })?;
    let about = about(id.into(), label, &written.describes, &written.finds, &written.ignores);
    Ok(Language { about, fences: written.fences, files: written.files, prior: written.prior, family })
}

fn about(id: Arc<str>, label: Label, describes: &str, finds: &[String], ignores: &[String]) -> Detector {
    Detector {
        id,
        label,
        describes: describes.to_owned(),
        source: None,
        role: Role::Finding,
        confidence: 0.8,
        finds: finds.iter().map(|text| Example::read(text)).collect(),
        ignores: ignores.iter().map(|text| example::expand(text)).collect(),
    }
}

fn unknown() -> Result<Detector, model::InvalidLabel> {
    Ok(about(
        Arc::from("source_code"),
        "source_code".parse()?,
        "Source code in a language that could not be told",
        &["```abap\nrun(job)\nstop(job)\n```".to_owned()],
        &["```\nJust a quotation, set apart.\n```".to_owned()],
    ))
}

fn traces() -> Result<Detector, model::InvalidLabel> {
    let finds = [
        "It fails with\n«Traceback (most recent call last):\n  File \"/srv/app.py\", line 7, in main\n    run(job)\nValueError: bad job»",
        "«java.lang.IllegalStateException: closed\n\tat com.example.Pool.get(Pool.java:41)\n\tat com.example.Main.main(Main.java:9)»",
        "«TypeError: x is undefined\n    at load (/srv/app/load.js:3:14)\n    at node:internal/main/run:12:5»",
        "«panic: runtime error: index out of range\n\ngoroutine 1 [running]:\nmain.main()\n\t/srv/app/main.go:8 +0x1d»",
        "«System.NullReferenceException: no object\n   at Shop.Cart.Total(Int32 id) in C:\\src\\Cart.cs:line 41\n   at Shop.Program.Main()»",
    ];
    Ok(about(
        Arc::from("source_code.stack_trace"),
        "source_code.stack_trace".parse()?,
        "Stack trace of a program that failed",
        &finds.map(str::to_owned),
        &["We met at noon (room 3.14:15).\nAt last, a trace of it.".to_owned()],
    ))
}
