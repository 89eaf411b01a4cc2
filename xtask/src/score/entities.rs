use std::fs;

use anyhow::{Context, Result};
use detect::Hit;

use super::{
    Bench,
    figures::Figure,
    labels::is,
    sheet::{Sheet, brief},
    spans::{part, same},
};

const HOW: &str = "Persons and places in sentences put together from tokens; right when the label is equal and intersection over \
    union is at least one half. **The tagger that ships was trained on this text**, so that a bar reached here says little: of text it has \
    not seen it finds less (persons 0.74 on GUM and 0.78 on UNER, places 0.69 and 0.71, none at its bar): `docs/detectors/names.md`.";
/// Types that are asked for, and those of WNUT that are the same.
const ASKED: [(&str, &str); 6] = [
    ("PER", "PER"),
    ("person", "PER"),
    ("LOC", "LOC"),
    ("location", "LOC"),
    ("ORG", "ORG"),
    ("corporation", "ORG"),
];

/// Labels of what the corpora hold.
const NAMED: [&str; 4] = ["pii.person", "pii.location", "pii.address", "pii.organization"];

/// A sentence with labelled spans, in bytes.
#[derive(Default)]
struct Sentence {
    text: String,
    spans: Vec<(&'static str, usize, usize)>,
    /// Whether the last token belongs to a span.
    open: bool,
    /// Whether a quotation mark is open.
    quoted: bool,
}

/// Scores names in running text.
pub(super) fn score(bench: &Bench, corpus: &'static str) -> Result<Sheet> {
    let mut sheet = Sheet::new(corpus, HOW);
    let mut quiet = Quiet::default();
    for sentence in read(bench, corpus)? {
        if bench.options.half.is_some_and(|half| !half.holds(&sentence.text)) {
            continue;
        }
        let hits = bench.detectors.scan_all(sentence.text.as_bytes());
        quiet.look(&sentence.text, &hits, &mut sheet);
        for label in ["PER", "LOC", "ORG"] {
            count(bench, &sentence, &hits, label, &mut sheet);
        }
    }
    sheet.row_each();
    sheet.row("taken for code", Figure::Share { part: quiet.code, all: quiet.sentences });
    sheet.row(
        "findings other than names and places",
        Figure::Rate { findings: quiet.others, bytes: quiet.bytes },
    );
    Ok(sheet)
}

/// What is found in sentences that hold nothing but names.
#[derive(Default)]
struct Quiet {
    sentences: u32,
    code: u32,
    others: u32,
    bytes: usize,
}

impl Quiet {
    fn look(&mut self, text: &str, hits: &[Hit], sheet: &mut Sheet) {
        self.sentences += 1;
        self.bytes += text.len();
        self.code += u32::from(hits.iter().any(|hit| hit.label.family() == "source_code"));
        let named = |hit: &Hit| NAMED.iter().any(|label| is(hit.label.as_str(), label));
        for hit in hits.iter().filter(|hit| !named(hit)) {
            self.others += u32::from(hit.label.family() != "source_code");
            let found = part(text, (hit.start, hit.end));
            sheet.error("other", format!("FOUND {} `{found}` in: {}", hit.detector, brief(text)));
        }
    }
}

fn count(bench: &Bench, sentence: &Sentence, hits: &[Hit], label: &str, sheet: &mut Sheet) {
    let text = &sentence.text;
    let expected = sentence.spans.iter().filter(|(named, ..)| *named == label);
    let expected: Vec<_> = expected.map(|(_, start, end)| (*start, *end)).collect();
    let found: Vec<&Hit> = hits.iter().filter(|hit| bench.labels.agree(label, hit)).collect();
    for span in &expected {
        let right = found.iter().any(|hit| same(hit, *span));
        sheet.count(label, right, true, || format!("`{}` in: {}", part(text, *span), brief(text)));
    }
    for hit in found.iter().filter(|hit| !expected.iter().any(|span| same(hit, *span))) {
        let found = part(text, (hit.start, hit.end));
        sheet.count(label, true, false, || format!("{} `{found}` in: {}", hit.detector, brief(text)));
    }
}

/// Reads IOB2: a token and its tag a line, tabs between, in some corpora after the token's number; blank lines between
/// sentences.
fn read(bench: &Bench, corpus: &str) -> Result<Vec<Sentence>> {
    let folder = bench.options.folder.join("ner");
    let paths = ["iob2", "conll"].map(|extension| folder.join(corpus).with_extension(extension));
    let Some(path) = paths.into_iter().find(|path| path.exists()) else { return Ok(Vec::new()) };
    let text = fs::read_to_string(&path).with_context(|| format!("cannot read `{}`", path.display()))?;
    let mut sentences = vec![Sentence::default()];
    for line in text.lines().filter(|line| !line.starts_with("# ")) {
        let fields: Vec<&str> = line.split('\t').collect();
        let numbered = fields.first().is_some_and(|field| field.bytes().all(|byte| byte.is_ascii_digit()));
        let (token, tag) = match fields.as_slice() {
            [_, token, tag, ..] if numbered => (*token, *tag),
            [token, tag, ..] => (*token, *tag),
            _ => {
                sentences.push(Sentence::default());
                continue;
            }
        };
        sentences.last_mut().into_iter().for_each(|sentence| sentence.push(token, tag));
    }
    sentences.retain(|sentence| !sentence.text.is_empty());
    Ok(sentences)
}

impl Sentence {
    /// Adds a token, with a blank before it where people write one.
    fn push(&mut self, token: &str, tag: &str) {
        let quote = matches!(token, "\"" | "''" | "``" | "“" | "”");
        let closes = (quote && self.quoted)
            || matches!(
                token,
                "," | "." | ";" | ":" | "!" | "?" | ")" | "]" | "}" | "%" | "…" | "..." | "n't" | "’s"
            )
            || (token.starts_with('\'') && token.len() < 4);
        let opened = self.text.ends_with(['(', '[', '{', '$', '#', '£', '€', '/'])
            || (self.quoted && self.text.ends_with(['"', '“', '`']));
        if !self.text.is_empty() && !closes && !opened {
            self.text.push(' ');
        }
        self.quoted ^= quote;
        let start = self.text.len();
        self.text.push_str(token);
        self.mark(tag, start);
    }

    fn mark(&mut self, tag: &str, start: usize) {
        let (place, kind) = tag.split_once('-').unwrap_or(("O", ""));
        let named = ASKED.iter().find(|(theirs, _)| *theirs == kind).map(|(_, ours)| *ours);
        let end = self.text.len();
        match (place, named) {
            ("I", Some(_)) if self.open => {
                self.spans.last_mut().into_iter().for_each(|(.., known)| *known = end);
            }
            ("B" | "I", Some(named)) => self.spans.push((named, start, end)),
            _ => {}
        }
        self.open = named.is_some();
    }
}

#[cfg(test)]
mod tests {
    use super::Sentence;

    #[test]
    fn tokens_become_sentences() {
        let mut sentence = Sentence::default();
        let tokens = [
            ("Anna", "B-PER"),
            ("Kovacs", "I-PER"),
            ("(", "O"),
            ("of", "O"),
            ("Pécs", "B-LOC"),
            (")", "O"),
            ("said", "O"),
            (":", "O"),
            ("\"", "O"),
            ("Do", "O"),
            ("n't", "O"),
            ("\"", "O"),
            (".", "O"),
        ];
        tokens.iter().for_each(|(token, tag)| sentence.push(token, tag));
        assert_eq!(sentence.text, "Anna Kovacs (of Pécs) said: \"Don't\".");
        assert_eq!(sentence.spans, [("PER", 0, 11), ("LOC", 16, 21)]);
    }
}
