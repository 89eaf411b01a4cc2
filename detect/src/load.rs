use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
};

use model::Label;
use serde::Deserialize as _;

use crate::{
    anchors::AnchorsBuilder,
    automaton::Automaton,
    byte_set::ByteSet,
    context::{Context, Vocabulary},
    detector::{Detector, Example},
    example, format,
    mistake::Mistake,
    rule::{BACK, Companions, LONGEST, NEAR, Rule, USUAL_LENGTH},
    written::{Case, Placeholders, Starts, WrittenCompanions, WrittenContext, WrittenDetector, WrittenFile},
};

/// Collects the rules and anchors of one or more detector files.
#[derive(Default)]
pub(crate) struct Loader {
    pub(crate) rules: Vec<Rule>,
    pub(crate) anchors: AnchorsBuilder,
    /// Whether patterns are compiled at once, so that one that cannot be is told.
    pub(crate) eager: bool,
    /// Patterns read so far: many detectors share a lead.
    automata: HashMap<String, Automaton>,
    ids: HashSet<String>,
}

/// What the detectors of one file share.
struct Shared {
    lists: BTreeMap<String, Vec<String>>,
    patterns: BTreeMap<String, String>,
}

impl Loader {
    /// Adds the detectors of one file; on mistakes, tells all of them.
    pub(crate) fn add(&mut self, source: &str) -> Result<(), Vec<Mistake>> {
        let file: WrittenFile = toml::from_str(source).map_err(|error| {
            let message = format!("not a detector file: {}", error.to_string().trim_end());
            vec![Mistake::of_file(message, "write detectors as `[[detector]]` tables, see docs/detectors.md")]
        })?;
        let shared = Shared { lists: file.lists, patterns: file.patterns };
        let mut mistakes = Vec::new();
        for (table, number) in file.detector.into_iter().zip(1..) {
            let name =
                table.get("id").and_then(toml::Value::as_str).map_or(format!("#{number}"), str::to_owned);
            match self.read(table, &name, &shared) {
                Ok(()) => {}
                Err(found) => mistakes.extend(found),
            }
        }
        for entry in file.format {
            match format::detector(entry).map_err(|mistake| vec![mistake]) {
                Ok(table) => {
                    let id = table.get("id").and_then(toml::Value::as_str).unwrap_or("format").to_owned();
                    mistakes.extend(self.read(table, &id, &shared).err().into_iter().flatten());
                }
                Err(found) => mistakes.extend(found),
            }
        }
        if mistakes.is_empty() { Ok(()) } else { Err(mistakes) }
    }

    fn read(&mut self, table: toml::Table, name: &str, shared: &Shared) -> Result<(), Vec<Mistake>> {
        let written = WrittenDetector::deserialize(table).map_err(|error| {
            let message = error.to_string().trim_end().replace('\n', " ");
            vec![Mistake::new(name, message, "correct the key; docs/detectors.md lists all of them")]
        })?;
        let automata = std::mem::take(&mut self.automata);
        let vocabulary = std::mem::take(&mut self.anchors.vocabulary);
        let mut reader =
            Reader { name, shared, eager: self.eager, automata, vocabulary, mistakes: Vec::new() };
        let words = reader.words(&written.words);
        self.check_anchoring(&mut reader, &written, &words);
        let rule = reader.rule(&written);
        (self.automata, self.anchors.vocabulary) = (reader.automata, reader.vocabulary);
        match rule {
            Some(rule) if reader.mistakes.is_empty() => {
                self.anchor(&rule, &written, &words);
                self.ids.insert(written.id);
                self.rules.push(rule);
                Ok(())
            }
            _ => Err(reader.mistakes),
        }
    }

    fn check_anchoring(&self, reader: &mut Reader<'_>, written: &WrittenDetector, words: &[String]) {
        if self.ids.contains(&written.id) {
            reader.reject("its id is taken", "choose an id no other detector has");
        }
        let ways = [
            !written.anchors.is_empty(),
            !words.is_empty(),
            written.starts.is_some(),
            written.name_of.is_some(),
        ];
        if ways.iter().filter(|way| **way).count() != 1 {
            reader.reject(
                "it must be tried somewhere",
                "give exactly one of `anchors`, `words`, `starts` and `name_of`",
            );
        }
        if written
            .anchors
            .iter()
            .chain(words)
            .any(|literal| literal.len() < 2 && literal != "@" && literal != ":")
        {
            reader.reject(
                "an anchor is shorter than two characters",
                "use a longer text that every finding holds",
            );
        }
        let read_elsewhere =
            written.name_of.is_some() || matches!(written.starts, Some(Starts::People | Starts::Health));
        if written.pattern.is_none() && !read_elsewhere && (words.is_empty() || written.lead.is_some()) {
            reader.reject("it has no `pattern`", "say with `pattern` what the finding is");
        }
        if written.finds.is_empty() {
            reader.reject("it has no `finds` examples", "add at least one text in which it finds something");
        }
    }

    fn anchor(&mut self, rule: &Rule, written: &WrittenDetector, words: &[String]) {
        let number = self.rules.len();
        self.anchors.add_literals(number, rule, &written.anchors, written.case.unwrap_or(Case::Exact));
        self.anchors.add_words(number, rule, words, written.case.unwrap_or(Case::Ignored));
        match written.starts {
            Some(Starts::Digit) => self.anchors.add_digits(number),
            Some(Starts::Token) => self.anchors.values.add(number, &written.named),
            Some(Starts::People | Starts::Health) | None => {}
        }
    }
}

/// Reads one detector, collecting its mistakes.
struct Reader<'a> {
    name: &'a str,
    shared: &'a Shared,
    eager: bool,
    automata: HashMap<String, Automaton>,
    vocabulary: Vocabulary,
    mistakes: Vec<Mistake>,
}

impl Reader<'_> {
    fn reject(&mut self, message: impl Into<String>, remedy: &str) {
        self.mistakes.push(Mistake::new(self.name, message, remedy));
    }

    fn rule(&mut self, written: &WrittenDetector) -> Option<Rule> {
        let label = self.label(written.label.as_deref().unwrap_or(&written.id));
        let lead = self.automaton("lead", written.lead.as_deref());
        let pattern = self.automaton("pattern", written.pattern.as_deref());
        let follow = self.automaton("follow", written.follow.as_deref());
        let needs = self.contexts(&written.needs);
        let unless = self.contexts(&written.unless);
        let helps = self.contexts(&written.helps);
        let adds = written.helps.iter().map(|context| context.adds.unwrap_or(0.1));
        let beside = written.beside.as_ref().map(|companions| self.companions(companions));
        self.bounds(written);
        let label = label?;
        let rejects =
            if label.family() == "secret" { Placeholders::Rejected } else { Placeholders::Accepted };
        Some(Rule {
            reach: written.reach.as_ref().map(|reach| (ByteSet::new(&reach.over), reach.back)),
            lead,
            pattern,
            follow,
            longest: written.longest.unwrap_or(USUAL_LENGTH),
            digits: written.digits,
            edges: written.edges,
            check: written.check,
            entropy: written.entropy,
            placeholders: written.placeholders.unwrap_or(rejects),
            needs,
            unless,
            helps: helps.into_iter().zip(adds).collect(),
            beside,
            name_of: written.name_of,
            about: Arc::new(about(written, label)),
        })
    }

    fn label(&mut self, text: &str) -> Option<Label> {
        text.parse().map_err(|error: model::InvalidLabel| self.reject(error.to_string(), "set `label`")).ok()
    }

    fn automaton(&mut self, key: &str, pattern: Option<&str>) -> Option<Automaton> {
        let pattern = self.pattern(key, pattern?)?;
        if let Some(known) = self.automata.get(&pattern) {
            return Some(known.clone());
        }
        let built = Automaton::new(&pattern)
            .and_then(|built| if self.eager { built.compile().map(|()| built) } else { Ok(built) })
            .map_err(|error| {
                let message = format!("`{key}` is not a usable pattern: {}", root_cause(&*error));
                self.reject(message, "correct it, or shorten its repetitions");
            })
            .ok()?;
        self.automata.insert(pattern, built.clone());
        Some(built)
    }

    /// A pattern as written, or the one of the file that `$name` stands for.
    fn pattern(&mut self, key: &str, written: &str) -> Option<String> {
        let Some(name) = shared_name(written) else { return Some(written.to_owned()) };
        let pattern = self.shared.patterns.get(name).cloned();
        if pattern.is_none() {
            let message = format!("`{key}` names `{name}`, but there is no such pattern");
            self.reject(message, "define it under `[patterns]` in this file");
        }
        pattern
    }

    fn bounds(&mut self, written: &WrittenDetector) {
        if written.longest.is_some_and(|longest| longest == 0 || longest > LONGEST) {
            self.reject(format!("`longest` is not within 1 to {LONGEST}"), "findings cannot be longer");
        }
        if written.reach.as_ref().is_some_and(|reach| reach.back + NEAR > BACK) {
            self.reject(
                "`reach.back` is too far",
                "let findings begin at most 112 bytes before their anchor",
            );
        }
        if !(0.0..=1.0).contains(&written.confidence) {
            self.reject("`confidence` is not within 0 to 1", "give the probability that a finding is right");
        }
    }

    fn words(&mut self, written: &[String]) -> Vec<String> {
        let mut words = Vec::new();
        for word in written {
            match shared_name(word) {
                None => words.push(word.clone()),
                Some(name) => match self.shared.lists.get(name) {
                    Some(list) => words.extend(list.iter().cloned()),
                    None => self.reject(
                        format!("there is no list `{name}`"),
                        "define it under `[lists]` in this file",
                    ),
                },
            }
        }
        words
    }

    fn contexts(&mut self, written: &[WrittenContext]) -> Vec<Context> {
        written.iter().filter_map(|context| self.context(context)).collect()
    }

    fn context(&mut self, written: &WrittenContext) -> Option<Context> {
        let words = self.words(&written.words);
        let before = written.before.or(written.within).unwrap_or(0);
        let after = written.after.or(written.within).unwrap_or(0);
        let somewhere = before.max(after) > 0 || (words.is_empty() && written.alone.is_some());
        if before.max(after) > NEAR || !somewhere {
            let message = format!("words in context must stand within 1 to {NEAR} bytes");
            self.reject(message, "give `within`, or `before` and `after`");
        }
        if words.is_empty() && written.alone.is_none() {
            self.reject("a context has no words", "give at least one");
        }
        Some(Context::new(self.vocabulary.number(words), before, after).or_alone(written.alone))
    }

    fn companions(&mut self, written: &WrittenCompanions) -> Companions {
        if written.within > NEAR {
            self.reject(format!("`beside.within` is over {NEAR}"), "look no further for companions");
        }
        let labels = written.labels.iter().filter_map(|label| self.label(label)).collect();
        Companions { labels, within: written.within }
    }
}

/// The name in `$name`; a dollar sign before anything else is itself.
fn shared_name(written: &str) -> Option<&str> {
    let name = written.strip_prefix('$')?;
    let named = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    named.then_some(name)
}

/// What lies at the bottom of an error, on one line.
fn root_cause(error: &dyn std::error::Error) -> String {
    let root = std::iter::successors(Some(error), |error| error.source()).last().unwrap_or(error);
    root.to_string().split_whitespace().collect::<Vec<_>>().join(" ")
}

fn about(written: &WrittenDetector, label: Label) -> Detector {
    Detector {
        id: written.id.as_str().into(),
        label,
        describes: written.describes.clone(),
        source: written.source.clone(),
        role: written.role,
        confidence: written.confidence,
        finds: written.finds.iter().map(|text| Example::read(text)).collect(),
        ignores: written.ignores.iter().map(|text| example::expand(text)).collect(),
    }
}
