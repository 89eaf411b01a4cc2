use std::sync::Arc;

use model::Label;
use serde::Deserialize;

use crate::{
    byte_set::ByteSet,
    detector::{Detector, Example, Role},
    edges::is_word,
    example,
    literals::{Literals, LiteralsBuilder, Standing},
    mistake::Mistake,
    written::Case,
};

/// Most languages a file may describe: evidence is kept in arrays of this size.
pub(crate) const MOST: usize = 32;
/// Weights of the three kinds of cues.
const WEIGHTS: [f32; 3] = [3.0, 1.5, 0.5];
/// Most that one line says for a language.
const MOST_PER_LINE: f32 = 6.0;
/// What a language inherits of the evidence for the one it extends.
const INHERITED: f32 = 0.9;

/// Evidence for each language, in the order of the file.
pub(crate) type Evidence = [f32; MOST];

/// The languages that are told apart, with all their cues.
pub(crate) struct Languages {
    known: Vec<Language>,
    unknown: Detector,
    cues: Literals,
    /// What each cue says.
    meanings: Vec<Meaning>,
    /// First bytes of cues that stand at the start of a line.
    openings: ByteSet,
}

struct Language {
    about: Detector,
    fences: Vec<String>,
    extends: Option<usize>,
}

struct Meaning {
    language: usize,
    weight: f32,
    place: Place,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Anywhere,
    LineStart,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenFile {
    language: Vec<WrittenLanguage>,
}

/// A language as written; a cue with `^` in front counts only at the start of a line.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenLanguage {
    id: String,
    describes: String,
    extends: Option<String>,
    fences: Vec<String>,
    strong: Vec<String>,
    likely: Vec<String>,
    #[serde(default)]
    weak: Vec<String>,
    finds: Vec<String>,
    #[serde(default)]
    ignores: Vec<String>,
}

impl Languages {
    pub(crate) fn read(source: &str) -> Result<Self, Vec<Mistake>> {
        let broken = |error: String| vec![Mistake::of_file(error, "correct the language file")];
        let file: WrittenFile = toml::from_str(source).map_err(|error| broken(error.to_string()))?;
        if file.language.len() > MOST {
            return Err(broken(format!("more than {MOST} languages")));
        }
        let known = file
            .language
            .iter()
            .map(|written| language(written, &file.language))
            .collect::<Result<_, _>>()?;
        let all = file.language.iter().enumerate().flat_map(|(index, written)| written.cues(index));
        let (mut cues, mut meanings, mut firsts) = (LiteralsBuilder::default(), Vec::new(), Vec::new());
        for (text, meaning) in all {
            cues.add(meanings.len(), text, Case::Exact, Standing::AtWordStart);
            firsts.extend(text.bytes().next().filter(|_| meaning.place == Place::LineStart));
            meanings.push(meaning);
        }
        let unknown = unknown().map_err(|error| broken(error.to_string()))?;
        Ok(Self { known, unknown, cues: cues.build(), meanings, openings: ByteSet::of(firsts.into_iter()) })
    }

    /// The language a code fence names.
    pub(crate) fn of_fence(&self, info: &str) -> Option<usize> {
        self.known
            .iter()
            .position(|language| language.fences.iter().any(|name| name.eq_ignore_ascii_case(info)))
    }

    /// The language with the most evidence, and how much that is.
    pub(crate) fn best(&self, evidence: &Evidence) -> Option<(usize, f32)> {
        let mut totals = *evidence;
        for (index, language) in self.known.iter().enumerate() {
            let inherited = language.extends.and_then(|parent| evidence.get(parent)).copied().unwrap_or(0.0);
            // A dialect must show something of its own to be told from what it extends.
            if let Some(own) = totals.get_mut(index).filter(|own| **own > 0.0) {
                *own += inherited * INHERITED;
            }
        }
        let ranked = totals.into_iter().enumerate().filter(|(_, total)| *total > 0.0);
        ranked.fold(None, |best: Option<(usize, f32)>, next| {
            best.filter(|best| best.1 >= next.1).or(Some(next))
        })
    }

    /// The detector of a language; of code in an unknown one without.
    pub(crate) fn detector(&self, language: Option<usize>) -> &Detector {
        language.and_then(|index| self.known.get(index)).map_or(&self.unknown, |language| &language.about)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Detector> {
        self.known.iter().map(|language| &language.about).chain([&self.unknown])
    }

    pub(crate) fn labels(&self) -> impl Iterator<Item = &Label> {
        self.iter().map(|about| &about.label)
    }

    /// Whether some cue at the start of a line begins with `byte`.
    pub(crate) fn may_open_with(&self, byte: u8) -> bool {
        self.openings.contains(byte)
    }

    /// Adds what `line`, without its indentation, says for each language.
    pub(crate) fn weigh(&self, line: &[u8]) -> Evidence {
        let mut evidence = [0.0; MOST];
        self.cues.visit(line, 0, line.len(), |cue, start, end| {
            let Some(meaning) = self.meanings.get(cue) else { return };
            let placed = (meaning.place == Place::Anywhere || start == 0) && ends_free(line, end);
            if let Some(weight) = evidence.get_mut(meaning.language).filter(|_| placed) {
                *weight = f32::min(*weight + meaning.weight, MOST_PER_LINE);
            }
        });
        evidence
    }
}

impl WrittenLanguage {
    fn cues(&self, language: usize) -> impl Iterator<Item = (&str, Meaning)> {
        let lists = [&self.strong, &self.likely, &self.weak].into_iter().zip(WEIGHTS);
        lists.flat_map(move |(list, weight)| {
            list.iter().map(move |cue| match cue.strip_prefix('^') {
                Some(text) => (text, Meaning { language, weight, place: Place::LineStart }),
                None => (cue.as_str(), Meaning { language, weight, place: Place::Anywhere }),
            })
        })
    }
}

/// Whether a cue that ends in a letter does not go on as a longer word.
fn ends_free(line: &[u8], end: usize) -> bool {
    let word = |at: usize| line.get(at).copied().is_some_and(is_word);
    end == 0 || !word(end - 1) || !word(end)
}

fn language(written: &WrittenLanguage, all: &[WrittenLanguage]) -> Result<Language, Vec<Mistake>> {
    let reject = |message: String| vec![Mistake::new(&written.id, message, "correct the language file")];
    let extends = match &written.extends {
        None => None,
        Some(name) => {
            let parent = all.iter().position(|other| other.id == *name);
            Some(parent.ok_or_else(|| reject(format!("it extends `{name}`, which is not described")))?)
        }
    };
    let id = format!("source_code.{}", written.id);
    let about = Detector {
        label: id.parse().map_err(|error: model::InvalidLabel| reject(error.to_string()))?,
        id: id.into(),
        describes: written.describes.clone(),
        source: None,
        role: Role::Finding,
        confidence: 0.8,
        finds: written.finds.iter().map(|text| Example::read(text)).collect(),
        ignores: written.ignores.iter().map(|text| example::expand(text)).collect(),
    };
    Ok(Language { about, fences: written.fences.clone(), extends })
}

fn unknown() -> Result<Detector, model::InvalidLabel> {
    Ok(Detector {
        id: Arc::from("source_code"),
        label: "source_code".parse()?,
        describes: "Source code in a language that could not be told".to_owned(),
        source: None,
        role: Role::Finding,
        confidence: 0.6,
        finds: vec![Example::read("```\nfoo(bar);\nbaz(qux);\ny[1] = zed(foo);\n```")],
        ignores: vec!["```\nJust a quotation, set apart.\n```".to_owned()],
    })
}
