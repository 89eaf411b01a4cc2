use model::{Action, Label};

use super::words::{self, capitalised, label, list};
use crate::{
    clause::Machine,
    rule::{Condition, Data, DataTerm, Rule, Test},
    vocabulary::Word,
};

/// A rule as one plain sentence: "Prompts and uploads that contain personal data are redacted, unless the tool is
/// approved for personal data."
pub fn sentence(rule: &Rule) -> String {
    let activities: Vec<_> = rule.on.iter().map(|activity| words::activity(*activity)).collect();
    let mut text = capitalised(&list(&activities, "and"));
    text.push_str(&data(&rule.data));
    if !rule.when.is_empty() {
        let when: Vec<String> = rule.when.iter().map(condition).collect();
        text.push_str(&format!(", where {},", list(&when, "and")));
    }
    text.push_str(&format!(" {}", words::action(rule.then)));
    if !rule.unless.is_empty() {
        let unless: Vec<String> = rule.unless.iter().map(condition).collect();
        text.push_str(&format!(", unless {}", list(&unless, "or")));
    }
    text.push('.');
    text + &unseen(rule)
}

/// What a clause that runs does, as a sentence; a `cedar` block is only summed up.
pub fn machine(machine: &Machine) -> String {
    match machine {
        Machine::Rule(rule) => sentence(rule),
        Machine::Cedar(cedar) => {
            let about: Vec<String> = cedar.labels.iter().map(label).collect();
            let about =
                if about.is_empty() { String::new() } else { format!(" with {}", list(&about, "or")) };
            format!("Exchanges{about} that match the conditions below {}.", words::action(cedar.then))
        }
    }
}

/// A sentence about content that could not be inspected, where it adds something.
fn unseen(rule: &Rule) -> String {
    let depends = rule.data != Data::Unasked
        || rule.conditions().flat_map(Condition::tests).any(|test| *test == Test::ApprovedForData);
    match rule.if_uninspected {
        Some(action) if depends && action != rule.then => {
            format!(" Where content cannot be inspected, they {}.", words::action(action))
        }
        None if depends && rule.then != Action::Allow => {
            " It does not apply to content that cannot be inspected.".to_owned()
        }
        _ => String::new(),
    }
}

fn data(data: &Data) -> String {
    match data {
        Data::Unasked => String::new(),
        Data::Nothing => " in which nothing sensitive is found".to_owned(),
        Data::Anything => " in which something sensitive is found".to_owned(),
        Data::Terms(terms) => {
            let terms: Vec<String> = terms.iter().map(term).collect();
            format!(" that contain {}", list(&terms, "or"))
        }
    }
}

fn term(term: &DataTerm) -> String {
    match term.at_least {
        0 | 1 => label(&term.label),
        count => format!("at least {count} findings of {}", label(&term.label)),
    }
}

/// A condition as part of a sentence: "the tool is approved for personal data".
pub fn condition(condition: &Condition) -> String {
    match condition {
        Condition::Is(test) => phrase(test, false),
        Condition::IsNot(test) => phrase(test, true),
        Condition::All(parts) => list(&parts.iter().map(self::condition).collect::<Vec<_>>(), "and"),
        Condition::Any(parts) => list(&parts.iter().map(self::condition).collect::<Vec<_>>(), "or"),
    }
}

fn phrase(test: &Test, negated: bool) -> String {
    match test {
        Test::Person(kinds) => is("the person", negated, kinds.iter().map(|kind| words::person(*kind))),
        Test::Group(groups) => {
            let noun = if groups.len() == 1 { "the group" } else { "one of the groups" };
            format!("the person is {}in {noun} {}", no(negated), list(groups, "or"))
        }
        Test::Department(names) => {
            format!("the person’s department is {}{}", no(negated), list(names, "or"))
        }
        Test::Risk(levels) => {
            is("the person’s risk level", negated, levels.iter().map(|level| level.plain()))
        }
        Test::Training(modules) => training(modules, negated),
        Test::Attested if negated => "the person has not attested this policy".to_owned(),
        Test::Attested => "the person has attested this policy".to_owned(),
        Test::Tool { ids, states } => {
            let ids = ids.iter().map(|id| id.as_str().to_owned());
            is(
                "the tool",
                negated,
                ids.chain(states.iter().map(|state| words::tool_state(*state).to_owned())),
            )
        }
        Test::Category(categories) => {
            is("the tool’s category", negated, categories.iter().map(|category| category.plain()))
        }
        Test::ApprovedFor(labels) => approved_for(labels, negated),
        Test::ApprovedForData if negated => {
            "the tool is not approved for the data it would receive".to_owned()
        }
        Test::ApprovedForData => "the tool is approved for the data it would receive".to_owned(),
        Test::Account(kinds) => {
            is("the account", negated, kinds.iter().map(|kind| words::account(*kind).to_owned()))
        }
        Test::Purpose(purposes) => is("the purpose", negated, purposes.iter().map(|purpose| purpose.plain())),
        Test::Sandbox => format!("the work is {}done in a sandbox", no(negated)),
        Test::Visibility(levels) => {
            is("what is visible", negated, levels.iter().map(|level| level.word().to_owned()))
        }
    }
}

fn training(modules: &[String], negated: bool) -> String {
    let noun = if modules.len() == 1 { "the training" } else { "the trainings" };
    let verb = if negated { "has not passed" } else { "has passed" };
    format!("the person {verb} {noun} {}", list(modules, "and"))
}

fn approved_for(labels: &[Label], negated: bool) -> String {
    let labels: Vec<String> = labels.iter().map(label).collect();
    format!("the tool is {}approved for {}", no(negated), list(&labels, "and"))
}

const fn no(negated: bool) -> &'static str {
    if negated { "not " } else { "" }
}

/// "the tool is approved", "the tool is neither approved nor under review"
fn is(subject: &str, negated: bool, values: impl Iterator<Item = String>) -> String {
    let values: Vec<String> = values.collect();
    match (negated, values.len()) {
        (false, _) => format!("{subject} is {}", list(&values, "or")),
        (true, 0 | 1) => format!("{subject} is not {}", list(&values, "or")),
        (true, _) => format!("{subject} is neither {}", list(&values, "nor")),
    }
}
