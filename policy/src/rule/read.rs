use model::{Action, Activity};

use super::{Condition, Data, Rule, default_if_uninspected, sentence};
use crate::{
    document::{
        fields::Fields,
        yaml::{Node, Scalar},
    },
    mistake::Log,
    vocabulary::{Vocabulary, word},
    workflow::exemption,
};

const KEYS: [&str; 9] =
    ["on", "data", "when", "unless", "then", "severity", "if uninspected", "alternative", "exceptions"];

/// Reads a `rule` block; nothing if it has mistakes that leave no rule.
pub(crate) fn read_rule(node: &Node, words: &Vocabulary, log: &mut Log) -> Option<Rule> {
    let fields = Fields::read(node, "a rule", &KEYS, log)?;
    let before = log.mistakes.len();
    let (on, data, when, unless) = read_subject(&fields, words, log);
    let severity = fields.text("severity", log).map(|text| word(&text.text, text.place, log));
    let then = fields.require_text("then", "block", log).and_then(|text| word(&text.text, text.place, log));
    let if_uninspected = read_if_uninspected(&fields, log);
    let alternative = fields.text("alternative", log).map(|text| words.tool(&text.text, text.place, log));
    let exceptions = fields.get("exceptions").and_then(|node| exemption(node, words.functions(), log));
    if log.mistakes.len() > before {
        return None;
    }
    if then == Some(Action::Redact) && data.labels().is_empty() {
        let place = fields.get("then").map_or(fields.place(), Node::place);
        log.add(place, "redaction needs to know which data", "add, for example, `data: pii`");
        return None;
    }
    let then = then?;
    Some(Rule {
        on,
        data,
        when,
        unless,
        then,
        severity: severity.flatten().unwrap_or_default(),
        if_uninspected: settle_if_uninspected(then, if_uninspected),
        alternative: alternative.flatten(),
        exceptions,
    })
}

/// What a rule is about: `on`, `data`, `when` and `unless`.
pub(crate) fn read_subject(
    fields: &Fields<'_>,
    words: &Vocabulary,
    log: &mut Log,
) -> (Vec<Activity>, Data, Vec<Condition>, Vec<Condition>) {
    let on = read_activities(fields, log);
    let data = match fields.get("data") {
        Some(_) => Data::read(&fields.texts("data", log), words, log),
        None => Data::Unasked,
    };
    let when = conditions(fields, "when", words, log);
    let unless = conditions(fields, "unless", words, log);
    (on, data, when, unless)
}

/// Reads `on`; without it a rule is about what people send: prompts and uploads.
fn read_activities(fields: &Fields<'_>, log: &mut Log) -> Vec<Activity> {
    if fields.get("on").is_none() {
        return vec![Activity::Prompt, Activity::Upload];
    }
    let texts = fields.texts("on", log);
    let mut activities: Vec<Activity> =
        texts.iter().filter_map(|text| word(&text.text, text.place, log)).collect();
    activities.sort();
    activities.dedup();
    activities
}

fn conditions(fields: &Fields<'_>, key: &str, words: &Vocabulary, log: &mut Log) -> Vec<Condition> {
    let texts: Vec<&Scalar> = fields.texts(key, log);
    texts.into_iter().filter_map(|text| sentence::read(text, words, log)).collect()
}

/// What a clause does about unseen content: as written, or the default. A clause that asks for something and lets
/// unseen content pass asks for nothing there; it does not permit anything.
pub(crate) fn settle_if_uninspected(then: Action, written: Option<Action>) -> Option<Action> {
    match (then, written) {
        (_, None) => default_if_uninspected(then),
        (Action::Allow, Some(action)) => Some(action),
        (_, Some(Action::Allow)) => None,
        (_, Some(action)) => Some(action),
    }
}

fn read_if_uninspected(fields: &Fields<'_>, log: &mut Log) -> Option<Action> {
    let text = fields.text("if uninspected", log)?;
    let action = word(&text.text, text.place, log)?;
    if action == Action::Redact {
        log.add(
            text.place,
            "what was not seen cannot be redacted",
            "use `block`, `justify`, `coach` or `allow`",
        );
    }
    Some(action)
}
