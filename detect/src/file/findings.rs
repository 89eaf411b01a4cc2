use std::{fmt, sync::Arc};

use model::Label;

use super::{Budget, Kind, Problem, Property, Trouble, document::Part, read, sensitivity};
use crate::{detectors::Detectors, hit::Hit};

/// Properties that people write; the others are set by programs.
const WRITTEN: [&str; 16] = [
    "title",
    "subject",
    "creator",
    "author",
    "description",
    "keywords",
    "category",
    "company",
    "manager",
    "lastmodifiedby",
    "contentstatus",
    "operator",
    "doccomm",
    "initial-creator",
    "hyperlinkbase",
    "classification",
];

/// What was found in a file.
#[derive(Clone, Debug)]
pub struct FileFindings {
    /// What the file is.
    pub kind: Kind,
    /// Its parts in their order, those without findings too.
    pub parts: Vec<PartFindings>,
    /// Findings about files rather than text: a sensitivity label, encryption.
    pub files: Vec<FileHit>,
    /// What the file says of itself.
    pub properties: Vec<Property>,
    /// What of it could not be read.
    pub problems: Vec<Problem>,
}

/// A part of a file, and what was found in it.
#[derive(Clone)]
pub struct PartFindings {
    /// Where it stands, for example `report.zip/customers.xlsx/Sheet1`.
    pub path: String,
    /// Its text, which the hits' offsets are of.
    pub text: String,
    /// What was found, by start.
    pub hits: Vec<Hit>,
}

/// A finding about a file rather than its text.
#[derive(Clone, Debug, PartialEq)]
pub struct FileHit {
    /// The file.
    pub path: String,
    /// What it is: `marking.sensitivity_label`, `marking.encrypted_file` or `marking.unreadable_file`.
    pub label: Label,
    /// The sensitivity label's name, or why the file could not be read.
    pub value: String,
    /// Probability that it is what the label says, 0 to 1.
    pub confidence: f32,
    /// Id of what found it.
    pub detector: Arc<str>,
}

impl fmt::Debug for PartFindings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: <{} bytes>, {} hits", self.path, self.text.len(), self.hits.len())
    }
}

impl Detectors {
    /// Reads a file within the usual budget and scans all of it; `name` is a hint of its type and begins all paths.
    pub fn scan_file(&self, bytes: &[u8], name: Option<&str>) -> FileFindings {
        self.scan_file_within(bytes, name, Budget::default())
    }

    /// Reads a file within a budget and scans all of it.
    pub fn scan_file_within(&self, bytes: &[u8], name: Option<&str>, budget: Budget) -> FileFindings {
        let document = read(bytes, name, budget);
        let written = written(&document.properties);
        let files = about_files(&document.properties, &document.problems);
        let scan = |Part { path, text }: Part| PartFindings {
            hits: self.scan_named(text.as_bytes(), Some(&path)),
            path,
            text,
        };
        FileFindings {
            kind: document.kind,
            parts: document.parts.into_iter().chain(written).map(scan).collect(),
            files,
            properties: document.properties,
            problems: document.problems,
        }
    }
}

/// What people wrote into properties, as parts: `title: …`, one a line.
fn written(properties: &[Property]) -> Vec<Part> {
    let is_written = |name: &str| {
        let name = name.to_ascii_lowercase();
        WRITTEN.contains(&name.as_str()) || name.contains("classif") || name.contains("confiden")
    };
    let mut parts: Vec<Part> = Vec::new();
    for property in properties.iter().filter(|property| is_written(&property.name)) {
        let path = format!("{}/properties", property.path);
        let line = format!("{}: {}\n", property.name, property.value);
        match parts.last_mut() {
            Some(part) if part.path == path => part.text.push_str(&line),
            _ => parts.push(Part { path, text: line }),
        }
    }
    parts
}

fn about_files(properties: &[Property], problems: &[Problem]) -> Vec<FileHit> {
    let labels = sensitivity::labels(properties).into_iter();
    let labelled = labels.map(|label| (label.path, About::Labelled, label.name));
    let unread = problems.iter().filter_map(|problem| {
        let about = match problem.trouble {
            Trouble::Encrypted => About::Encrypted,
            Trouble::Unreadable | Trouble::Unsupported | Trouble::OverBudget(_) => About::Unreadable,
            Trouble::NoRecognition => return None,
        };
        Some((problem.path.clone(), about, problem.trouble.to_string()))
    });
    let hit = |(path, about, value): (String, About, String)| {
        let label = about.label().parse().ok()?;
        Some(FileHit { path, label, value, confidence: about.confidence(), detector: about.label().into() })
    };
    labelled.chain(unread).filter_map(hit).collect()
}

/// What can be said of a file.
#[derive(Clone, Copy)]
enum About {
    Labelled,
    Encrypted,
    Unreadable,
}

impl About {
    const ALL: [Self; 3] = [Self::Labelled, Self::Encrypted, Self::Unreadable];

    /// The label, which is the detector's id too; the first two find their marks in text as well (`file.toml`).
    fn label(self) -> &'static str {
        match self {
            Self::Labelled => "marking.sensitivity_label",
            Self::Encrypted => "marking.encrypted_file",
            Self::Unreadable => "marking.unreadable_file",
        }
    }

    fn confidence(self) -> f32 {
        match self {
            Self::Labelled | Self::Encrypted => 0.99,
            Self::Unreadable => 0.9,
        }
    }
}

/// Labels that findings about files can carry.
pub(crate) fn labels() -> impl Iterator<Item = Label> {
    About::ALL.into_iter().filter_map(|about| about.label().parse().ok())
}
