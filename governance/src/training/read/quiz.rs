use policy::{
    Log,
    document::{
        fields::Fields,
        outline::Block,
        remedy,
        yaml::{self, Node, Scalar},
    },
};

use crate::training::{Choice, Kind, Part, Question};

const QUESTION_KEYS: [&str; 5] = ["kind", "situation", "ask", "part", "choices"];
const CHOICE_KEYS: [&str; 3] = ["says", "right", "because"];

pub(super) fn questions(block: &Block, parts: &[Part], log: &mut Log) -> Vec<Question> {
    let Some(node) = yaml::read(&block.text, block.first_line, log) else { return Vec::new() };
    match &node {
        Node::List(items, _) if !items.is_empty() => {
            items.iter().filter_map(|item| question(item, parts, log)).collect()
        }
        other => {
            log.add(other.place(), "a quiz is a list of questions", "begin each question with `- kind:`");
            Vec::new()
        }
    }
}

fn question(node: &Node, parts: &[Part], log: &mut Log) -> Option<Question> {
    let fields = Fields::read(node, "a question", &QUESTION_KEYS, log)?;
    let kind = fields.require_text("kind", "single", log).and_then(|text| kind(text, log));
    let situation = fields.text("situation", log).map(|text| text.text.trim().to_owned());
    let ask = fields.require_text("ask", "What do you do?", log).map(|text| text.text.trim().to_owned());
    let part = fields.require_text("part", "What counts", log).and_then(|text| part(text, parts, log));
    let choices = fields.require("choices", "[{says: …, right: yes, because: …}]", log);
    let choices: Vec<Choice> = match choices {
        Some(Node::List(items, _)) => items.iter().filter_map(|item| choice(item, log)).collect(),
        Some(other) => {
            log.add(other.place(), "choices are a list", "begin each choice with `- says:`");
            return None;
        }
        None => return None,
    };
    let kind = kind?;
    match (kind, &situation) {
        (Kind::Scenario, None) => {
            log.add(
                fields.place(),
                "a scenario needs a situation",
                "add a line such as `situation: A customer …`",
            );
        }
        (Kind::Single | Kind::Multiple, Some(_)) => {
            log.add(
                fields.place(),
                "only a scenario has a situation",
                "write `kind: scenario`, or remove it",
            );
        }
        _ => {}
    }
    let right = choices.iter().filter(|choice| choice.right).count();
    let sound = match kind {
        Kind::Single | Kind::Scenario => right == 1,
        Kind::Multiple => right >= 1,
    };
    if choices.len() < 2 || !sound {
        let remedy = match kind {
            Kind::Single | Kind::Scenario => {
                "give it at least two choices, and exactly one with `right: yes`"
            }
            Kind::Multiple => "give it at least two choices, and at least one with `right: yes`",
        };
        log.add(
            fields.place(),
            format!("this question has {} choices, {right} of them right", choices.len()),
            remedy,
        );
    }
    Some(Question { kind, situation, ask: ask?, part: part?, choices })
}

fn kind(text: &Scalar, log: &mut Log) -> Option<Kind> {
    let found = Kind::ALL.into_iter().find(|kind| kind.as_str() == text.text);
    if found.is_none() {
        let message = format!("`{}` is no kind of question", text.text);
        log.add(text.place, message, remedy(&text.text, Kind::ALL.map(Kind::as_str), ""));
    }
    found
}

/// The position of the part called `text`.
fn part(text: &Scalar, parts: &[Part], log: &mut Log) -> Option<usize> {
    let found = parts.iter().position(|part| part.title == text.text);
    if found.is_none() {
        let titles = parts.iter().map(|part| part.title.as_str());
        let message = format!("the module has no part `{}`", text.text);
        log.add(text.place, message, remedy(&text.text, titles, "use the heading of a part"));
    }
    found
}

fn choice(node: &Node, log: &mut Log) -> Option<Choice> {
    let fields = Fields::read(node, "a choice", &CHOICE_KEYS, log)?;
    let says =
        fields.require_text("says", "Leave the names out", log).map(|text| text.text.trim().to_owned());
    let because = fields.require_text("because", "The tool does not need them", log);
    let right = match fields.text("right", log) {
        None => false,
        Some(text) if ["yes", "true"].contains(&text.text.as_str()) => true,
        Some(text) if ["no", "false"].contains(&text.text.as_str()) => false,
        Some(text) => {
            log.add(
                text.place,
                format!("`{}` is neither yes nor no", text.text),
                "write `right: yes`, or leave it out",
            );
            false
        }
    };
    Some(Choice { says: says?, right, because: because?.text.trim().to_owned() })
}
