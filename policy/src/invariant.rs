use model::{Action, Severity};

use crate::{
    document::{fields::Fields, yaml::Node},
    mistake::Log,
    rule::{Rule, read_subject},
    vocabulary::{Vocabulary, word},
};

const KEYS: [&str; 7] = ["says", "on", "data", "when", "unless", "at least", "at most"];

/// Something that must hold of every exchange of a kind, whatever the clauses say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invariant {
    /// It, in words.
    pub says: String,
    /// What the policy must do.
    pub bound: Bound,
    /// The exchanges it speaks of, as the subject of a rule.
    pub(crate) rule: Rule,
    /// The line of the document on which it begins.
    pub line: u32,
}

/// How strict a verdict must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// As strict as that, or stricter.
    AtLeast(Action),
    /// As strict as that, or milder.
    AtMost(Action),
}

impl Bound {
    /// Whether a verdict with that action keeps it.
    pub fn admits(self, action: Action) -> bool {
        match self {
            Self::AtLeast(least) => action >= least,
            Self::AtMost(most) => action <= most,
        }
    }
}

impl std::fmt::Display for Bound {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::AtLeast(action) => write!(f, "at least {action}"),
            Self::AtMost(action) => write!(f, "at most {action}"),
        }
    }
}

/// Reads an `invariants` block.
pub(crate) fn read_invariants(node: &Node, words: &Vocabulary, log: &mut Log) -> Vec<Invariant> {
    let Node::List(items, _) = node else {
        log.add(node.place(), "invariants are a list", "begin each invariant with `- says:`");
        return Vec::new();
    };
    items.iter().filter_map(|item| read(item, words, log)).collect()
}

fn read(node: &Node, words: &Vocabulary, log: &mut Log) -> Option<Invariant> {
    let fields = Fields::read(node, "an invariant", &KEYS, log)?;
    let before = log.mistakes.len();
    let says = fields.require_text("says", "Credentials never leave", log).map(|text| text.text.clone());
    let subject = read_subject(&fields, words, log);
    let mut bound = |key: &str| fields.text(key, log).and_then(|text| word(&text.text, text.place, log));
    let bounds = (bound("at least"), bound("at most"));
    let bound = match bounds {
        (Some(least), None) => Some(Bound::AtLeast(least)),
        (None, Some(most)) => Some(Bound::AtMost(most)),
        _ => None,
    };
    if bound.is_none() && log.mistakes.len() == before {
        let remedy = "add one line such as `at least: block` or `at most: coach`";
        log.add(fields.place(), "an invariant needs one bound", remedy);
    }
    let (on, data, when, unless) = subject;
    let rule = Rule {
        on,
        data,
        when,
        unless,
        then: Action::Allow,
        severity: Severity::default(),
        if_uninspected: None,
        alternative: None,
        exceptions: None,
    };
    let sound = log.mistakes.len() == before;
    Some(Invariant { says: says?, bound: bound?, rule, line: node.place().line }).filter(|_| sound)
}
