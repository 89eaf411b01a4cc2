use behavior::{Deviation, Entity, Reason, narrative};
use model::Timestamp;

use super::{Alarm, Evidence, Incident, Sign, Violations};

/// What happened, in plain sentences, the first of which is enough for a list. Nobody's name occurs: `who` is how the
/// person is called by whoever shows it, and `tool` gives a tool's name.
pub fn sentences(
    incident: &Incident,
    who: &dyn Fn(&model::PersonId) -> String,
    tool: &dyn Fn(&model::ToolId) -> String,
) -> Vec<String> {
    let mut told: Vec<String> = Vec::new();
    for evidence in &incident.evidence {
        for sentence in of_evidence(evidence, who, tool) {
            if !told.contains(&sentence) {
                told.push(sentence);
            }
        }
    }
    if incident.more > 0 {
        told.push(format!("{} more signs came and are counted only.", incident.more));
    }
    told
}

fn of_evidence(
    evidence: &Evidence,
    who: &dyn Fn(&model::PersonId) -> String,
    tool: &dyn Fn(&model::ToolId) -> String,
) -> Vec<String> {
    match &evidence.sign {
        Sign::Deviation(deviation) => deviation_sentences(deviation, who, tool),
        Sign::Violations(violations) => violated(violations, evidence, who, tool),
        Sign::Canary { clause, policy, result, times } => vec![
            format!("The gate did not keep what {clause} promises: {}.", result.says()),
            format!(
                "That happened {} under policy {policy}, example {} at {}.",
                often(*times),
                result.example,
                tool(&result.tool)
            ),
        ],
        Sign::Report { .. } => vec!["Somebody reported this; what they said stays in the report.".to_owned()],
        Sign::Alarm(Alarm::UnreadableState { refused, used }) => vec![
            format!(
                "What was learned up to position {refused} of the audit log could not be read and was refused."
            ),
            match used {
                0 => "Learning began anew, so that for some weeks little will be raised.".to_owned(),
                used => format!("Learning went on from what was kept at position {used}."),
            },
        ],
        Sign::Alarm(Alarm::BaselineMoved { channel, factor }) => vec![
            format!(
                "What counts as usual has risen for everybody by a factor of {factor:.1} within four weeks: {}.",
                channel_words(channel)
            ),
            "If nothing explains it, as a new tool for all, look at where records come from: who makes much usual hides in it."
                .to_owned(),
        ],
    }
}

fn violated(
    violations: &Violations,
    evidence: &Evidence,
    who: &dyn Fn(&model::PersonId) -> String,
    tool: &dyn Fn(&model::ToolId) -> String,
) -> Vec<String> {
    let Violations { person, clause, tool: at, labels, times, left, .. } = violations;
    let found = match labels.len() {
        0 => String::new(),
        _ => format!(" with {}", listed(labels.iter().map(|label| label.as_str().to_owned()).collect())),
    };
    let mut told = vec![format!(
        "{} broke {clause} {} at {}{found}, within {}.",
        who(person),
        often(*times),
        tool(at),
        lasting(evidence.since, evidence.at)
    )];
    match left {
        0 => told.push("Nothing of it reached the tool as it was.".to_owned()),
        1 => {
            told.push("Once the content reached the tool although the clause wants it held back.".to_owned())
        }
        left => told.push(format!(
            "{left} times the content reached the tool although the clause wants it held back."
        )),
    }
    told
}

/// What deviates, with what was usual beside it; the first sentence says who.
pub fn deviation_sentences(
    deviation: &Deviation,
    who: &dyn Fn(&model::PersonId) -> String,
    tool: &dyn Fn(&model::ToolId) -> String,
) -> Vec<String> {
    let told = narrative(deviation, tool);
    let mut sentences = told.sentences;
    match &deviation.entity {
        Entity::Person(person) => match sentences.first_mut() {
            Some(first) => *first = format!("{}: {}", who(person), uncapital(first)),
            None => sentences.push(format!("{}: {}.", who(person), uncapital(&told.headline))),
        },
        Entity::Department(_) | Entity::Tool(_) => sentences.insert(0, format!("{}.", told.headline)),
    }
    sentences
}

/// One reason in words, with what was usual beside it.
pub fn reason_words(reason: &Reason, tool: &dyn Fn(&model::ToolId) -> String) -> String {
    // A narrative of this reason alone, of somebody and no time.
    let alone = Deviation {
        at: Timestamp::from_millis(0),
        entity: Entity::Person(model::PersonId::new("")),
        people: Vec::new(),
        since: Timestamp::from_millis(0),
        score: 0.0,
        reasons: vec![reason.clone()],
    };
    let told = narrative(&alone, tool).sentences.into_iter().next().unwrap_or_default();
    told.trim_end_matches('.').to_owned()
}

fn uncapital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_lowercase().chain(letters).collect())
}

fn channel_words(channel: &str) -> String {
    channel.replace('_', " ")
}

fn often(times: u64) -> String {
    match times {
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        times => format!("{times} times"),
    }
}

/// How long from `since` to `at`, in the unit that people would use.
fn lasting(since: Timestamp, at: Timestamp) -> String {
    let minutes = at.as_millis().saturating_sub(since.as_millis()).max(0) / 60_000;
    let count = |number: i64, unit: &str| match number {
        1 => format!("1 {unit}"),
        number => format!("{number} {unit}s"),
    };
    match minutes {
        0 => "a minute".to_owned(),
        1..=119 => count(minutes, "minute"),
        120..=2_879 => count(minutes / 60, "hour"),
        _ => count(minutes / (24 * 60), "day"),
    }
}

fn listed(mut words: Vec<String>) -> String {
    match words.pop() {
        None => String::new(),
        Some(last) if words.is_empty() => last,
        Some(last) => format!("{} and {last}", words.join(", ")),
    }
}
