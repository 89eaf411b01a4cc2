use std::collections::BTreeSet;

use model::{AccountKind, Action, Activity, ClauseId, Label, PersonFacts, Sensitive, Visibility};

use super::{Example, Expectation};
use crate::{
    document::{
        fields::Fields,
        yaml::{Node, Scalar},
    },
    mistake::Log,
    nearest::remedy,
    rule::{Kind, split},
    vocabulary::{Vocabulary, Word, word},
};

const KEYS: [&str; 18] = [
    "says",
    "file",
    "person",
    "department",
    "groups",
    "tool",
    "tool state",
    "approved for",
    "account",
    "on",
    "purpose",
    "sandbox",
    "visibility",
    "risk",
    "trained",
    "attested",
    "exempt",
    "expect",
];

/// What reading a clause's examples needs to know of the rest of the policy.
pub(crate) struct Surroundings<'a> {
    /// The organisation's words.
    pub(crate) words: &'a Vocabulary,
    /// Every clause, with what it asks for; `None` if it is upheld by people.
    pub(crate) clauses: &'a [(ClauseId, Option<Action>)],
    /// Every training module that a rule names.
    pub(crate) training: &'a BTreeSet<String>,
}

/// Reads the `examples` block of the clause `own`.
pub(crate) fn read_examples(
    node: &Node,
    own: &ClauseId,
    around: &Surroundings<'_>,
    log: &mut Log,
) -> Vec<Example> {
    let Node::List(items, _) = node else {
        log.add(node.place(), "examples are a list", "begin each example with `- says:`");
        return Vec::new();
    };
    items.iter().filter_map(|item| read_example(item, own, around, log)).collect()
}

fn read_example(node: &Node, own: &ClauseId, around: &Surroundings<'_>, log: &mut Log) -> Option<Example> {
    let fields = Fields::read(node, "an example", &KEYS, log)?;
    let words = around.words;
    let visibility = enumerated(&fields, "visibility", log).unwrap_or(Visibility::Content);
    let says = match visibility {
        Visibility::Content => fields.require_text("says", "Write a birthday greeting", log)?.text.as_str(),
        _ => fields.text("says", log).map(|text| text.text.as_str()).unwrap_or_default(),
    };
    let file = fields.text("file", log).map(|text| text.text.clone());
    let on = match &file {
        Some(_) => Activity::Upload,
        None => Activity::Prompt,
    };
    let tool =
        fields.require_text("tool", "chatgpt", log).and_then(|text| words.tool(&text.text, text.place, log));
    let expect = fields
        .require_text("expect", "allow", log)
        .and_then(|text| read_expectation(text, own, around.clauses, log));
    Some(Example {
        says: Sensitive::new(says),
        file,
        person: read_person(&fields, around, log),
        tool_state: enumerated(&fields, "tool state", log),
        approved_for: read_approved_for(&fields, words, log),
        account: enumerated(&fields, "account", log).unwrap_or(AccountKind::Corporate),
        on: enumerated(&fields, "on", log).unwrap_or(on),
        purpose: enumerated(&fields, "purpose", log),
        sandbox: flag(&fields, "sandbox", log).unwrap_or(false),
        visibility,
        exempt: read_exempt(&fields, around.clauses, log),
        line: fields.place().line,
        tool: tool?,
        expect: expect?,
    })
}

fn read_person(fields: &Fields<'_>, around: &Surroundings<'_>, log: &mut Log) -> PersonFacts {
    let words = around.words;
    let department = fields.text("department", log);
    let groups = fields.texts("groups", log);
    let training = match fields.get("trained") {
        None => around.training.clone(),
        Some(node) => read_training(node, words, log),
    };
    PersonFacts {
        kind: enumerated(fields, "person", log).unwrap_or_default(),
        department: department.and_then(|text| words.department(&text.text, text.place, log)),
        groups: groups.into_iter().filter_map(|text| words.group(&text.text, text.place, log)).collect(),
        risk: enumerated(fields, "risk", log).unwrap_or_default(),
        training,
        attested: flag(fields, "attested", log).unwrap_or(true),
    }
}

/// Reads `trained`: `no` or `[]` for nobody's training, or the modules passed.
fn read_training(node: &Node, words: &Vocabulary, log: &mut Log) -> BTreeSet<String> {
    match node {
        Node::List(items, _) if items.is_empty() => BTreeSet::new(),
        Node::Scalar(text) if ["no", "false", "none"].contains(&text.text.as_str()) => BTreeSet::new(),
        _ => {
            let texts = node.texts(log);
            texts.into_iter().filter_map(|text| words.training(&text.text, text.place, log)).collect()
        }
    }
}

fn read_approved_for(fields: &Fields<'_>, words: &Vocabulary, log: &mut Log) -> Option<BTreeSet<Label>> {
    match fields.get("approved for")? {
        Node::List(items, _) if items.is_empty() => Some(BTreeSet::new()),
        node => {
            let texts = node.texts(log);
            Some(texts.into_iter().filter_map(|text| words.label(&text.text, text.place, log)).collect())
        }
    }
}

fn read_exempt(
    fields: &Fields<'_>,
    clauses: &[(ClauseId, Option<Action>)],
    log: &mut Log,
) -> BTreeSet<ClauseId> {
    let texts = fields.texts("exempt", log);
    texts.into_iter().filter_map(|text| clause(&text.text, 0, text, clauses, log)).collect()
}

fn enumerated<W: Word>(fields: &Fields<'_>, key: &str, log: &mut Log) -> Option<W> {
    let text = fields.text(key, log)?;
    word(&text.text, text.place, log)
}

fn flag(fields: &Fields<'_>, key: &str, log: &mut Log) -> Option<bool> {
    let text = fields.text(key, log)?;
    match text.text.as_str() {
        "yes" | "true" => Some(true),
        "no" | "false" => Some(false),
        given => {
            log.add(text.place, format!("`{given}` is neither `yes` nor `no`"), "write `yes` or `no`");
            None
        }
    }
}

/// Reads `redact DATA-1`: an action and the clauses that must apply.
fn read_expectation(
    text: &Scalar,
    own: &ClauseId,
    clauses: &[(ClauseId, Option<Action>)],
    log: &mut Log,
) -> Option<Expectation> {
    let words = split(&text.text);
    let mut words = words.iter().filter(|word| word.kind == Kind::Word && word.text != "and");
    let first = words.next()?;
    let action: Action = word(&first.text, text.within(first.start, first.text.len()), log)?;
    let named: Vec<_> = words.map(|id| clause(&id.text, id.start, text, clauses, log)).collect();
    let named: Vec<ClauseId> = named.into_iter().collect::<Option<_>>()?;
    for id in &named {
        let strictest = clauses.iter().find(|(known, _)| known == id).and_then(|(_, action)| *action);
        if strictest.is_none() {
            let message = format!("{id} has no rule, so it cannot apply");
            log.add(text.place, message, "give it a `rule` block, or leave its id out of `expect`");
        }
    }
    let without = (!named.contains(own)).then(|| own.clone());
    Some(Expectation { action, clauses: named, without })
}

fn clause(
    id: &str,
    start: usize,
    text: &Scalar,
    clauses: &[(ClauseId, Option<Action>)],
    log: &mut Log,
) -> Option<ClauseId> {
    let found = clauses.iter().find(|(known, _)| known.as_str() == id);
    if found.is_none() {
        let known = clauses.iter().map(|(known, _)| known.as_str());
        let remedy = remedy(id, known, "name a clause of this document");
        log.add(text.within(start, id.len()), format!("there is no clause `{id}`"), remedy);
    }
    found.map(|(id, _)| id.clone())
}
