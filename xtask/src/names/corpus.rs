use std::{fs, path::Path};

use anyhow::{Context, Result};
use names::Kind;
use serde::Deserialize;

/// Sentences that are read as one text.
const TOGETHER: usize = 12;

/// Where a text is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Source {
    Gum,
    Uner,
    Wnut,
    Synth,
    Invented,
}

/// A text with the names in it, in bytes.
#[derive(Clone, Debug)]
pub(crate) struct Text {
    pub(crate) source: Source,
    /// Texts of one document, or template, are held out together.
    pub(crate) document: usize,
    pub(crate) text: String,
    pub(crate) spans: Vec<(usize, usize, Kind)>,
}

impl Text {
    /// Whether the tagger may learn from it.
    pub(crate) fn teaches(&self) -> bool {
        self.source != Source::Synth
    }
}

/// All corpora of the folder.
pub(crate) fn read(folder: &Path) -> Result<Vec<Text>> {
    let mut texts = tagged(&folder.join("ner/gum_train.iob2"), Source::Gum, 0)?;
    texts.extend(tagged(&folder.join("ner/uner_dev.iob2"), Source::Uner, 1)?);
    texts.extend(tagged(&folder.join("ner/wnut_train.conll"), Source::Wnut, 0)?);
    texts.extend(labelled(&folder.join("detect/presidio_research_synth_v2.dev.jsonl"))?);
    Ok(texts)
}

fn contents(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read `{}`", path.display()))
}

/// Texts with a word and its tag on each line.
fn tagged(path: &Path, source: Source, column: usize) -> Result<Vec<Text>> {
    let contents = contents(path)?;
    let (mut texts, mut sentences, mut words) = (Vec::new(), Vec::new(), Vec::new());
    let mut document = 0;
    for line in contents.lines().chain(["# newdoc"]) {
        let mut fields = line.split('\t').skip(column);
        match (fields.next(), fields.next()) {
            (Some(word), Some(tag)) if !word.is_empty() && !line.starts_with("# ") => words.push((word, tag)),
            _ if !words.is_empty() => sentences.push(std::mem::take(&mut words)),
            _ => {}
        }
        if line.starts_with("# newdoc") || sentences.len() == TOGETHER {
            if !sentences.is_empty() {
                // As usually written, and with a blank between all words.
                texts.extend([false, true].map(|spaced| text(source, document, &sentences, spaced)));
                sentences.clear();
            }
            // Where documents are not marked, neighbouring sentences stay together.
            document = if column == 1 {
                document + usize::from(line.starts_with("# newdoc"))
            } else {
                texts.len() / 8
            };
        }
    }
    Ok(texts)
}

fn text(source: Source, document: usize, sentences: &[Vec<(&str, &str)>], spaced: bool) -> Text {
    let mut text = Text { source, document, text: String::new(), spans: Vec::new() };
    for sentence in sentences {
        let mut previous = "";
        let (mut quotes, mut open) = (0, false);
        for (word, tag) in sentence {
            if !previous.is_empty() && (spaced || !touch(previous, word, quotes)) {
                text.text.push(' ');
            }
            quotes += usize::from(*word == "\"");
            let start = text.text.len();
            text.text.push_str(word);
            let end = text.text.len();
            let kind = tag.split_once('-').and_then(|(_, kind)| kind_of(kind));
            match (kind, text.spans.last_mut()) {
                (Some(_), Some(last)) if tag.starts_with('I') && open => last.1 = end,
                (Some(kind), _) => text.spans.push((start, end, kind)),
                (None, _) => {}
            }
            open = kind.is_some();
            previous = word;
        }
        text.text.push('\n');
    }
    text
}

/// Whether no blank stands between two words as usually written.
fn touch(previous: &str, word: &str, quotes: usize) -> bool {
    matches!(
        word,
        "," | "." | ";" | ":" | "!" | "?" | ")" | "]" | "}" | "%" | "n't" | "n’t" | "”" | "…" | "-" | "/"
    ) || word.starts_with('\'') && word.len() > 1
        || word.starts_with('’') && word.len() > 3
        || matches!(previous, "(" | "[" | "{" | "$" | "#" | "“" | "-" | "/" | "£" | "€")
        || previous == "\"" && quotes % 2 == 1
        || word == "\"" && quotes % 2 == 1
}

fn kind_of(label: &str) -> Option<Kind> {
    match label {
        "PER" | "person" | "PERSON" => Some(Kind::Person),
        "LOC" | "location" | "GPE" => Some(Kind::Place),
        "ORG" | "corporation" | "group" | "ORGANIZATION" => Some(Kind::Organisation),
        "STREET_ADDRESS" => Some(Kind::Address),
        _ => None,
    }
}

/// A labelled text, offsets in code points.
#[derive(Deserialize)]
struct Case {
    text: String,
    spans: Vec<Span>,
    template: usize,
}

#[derive(Deserialize)]
struct Span {
    start: usize,
    end: usize,
    label: String,
}

fn labelled(path: &Path) -> Result<Vec<Text>> {
    contents(path)?
        .lines()
        .map(|line| {
            let case: Case = serde_json::from_str(line)?;
            let byte = |at: usize| case.text.char_indices().nth(at).map_or(case.text.len(), |(at, _)| at);
            let spans = case
                .spans
                .iter()
                .filter_map(|span| Some((byte(span.start), byte(span.end), kind_of(&span.label)?)));
            Ok(Text {
                source: Source::Synth,
                document: case.template,
                spans: spans.collect(),
                text: case.text.clone(),
            })
        })
        .collect()
}
