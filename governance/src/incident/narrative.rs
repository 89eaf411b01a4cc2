use behavior::{Deviation, Entity, Family, Reason, Unit};
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
        Sign::Alarm(Alarm::BaselineMoved { channel, factor }) => vec![format!(
            "What counts as usual moved together by a factor of {factor:.1} for {}; ordinary use does not explain that.",
            channel_words(channel)
        )],
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

/// What deviates, with what was usual beside it.
pub fn deviation_sentences(
    deviation: &Deviation,
    who: &dyn Fn(&model::PersonId) -> String,
    tool: &dyn Fn(&model::ToolId) -> String,
) -> Vec<String> {
    let subject = match &deviation.entity {
        Entity::Person(person) => who(person),
        Entity::Department(department) => format!("{department} as a whole"),
        Entity::Tool(at) => match deviation.people.len() {
            1 => format!("One person at {}", tool(at)),
            people => format!("{people} people at {}", tool(at)),
        },
    };
    let mut told = Vec::new();
    for (place, reason) in deviation.reasons.iter().take(3).enumerate() {
        let lead = if place == 0 { subject.as_str() } else { "Also" };
        told.push(format!("{lead}: {}.", reason_words(reason, tool)));
    }
    if let Some(last) = told.first_mut() {
        let time = format!(", within {}.", lasting(deviation.since, deviation.at));
        *last = format!("{}{time}", last.trim_end_matches('.'));
    }
    told
}

/// One reason in words, as in `156 MB to personal accounts at ChatGPT; a usual day has 0.2 to 1.4 MB, peers' median 0.6 MB`.
pub fn reason_words(reason: &Reason, tool: &dyn Fn(&model::ToolId) -> String) -> String {
    let Reason { observed, expected, unit, .. } = reason;
    let mut said = match unit {
        Unit::Nats => sentence_of(reason.family).to_owned(),
        _ => format!("{} {}", amount(*observed, *unit), measure(reason.family)),
    };
    if let Some(at) = &reason.tool {
        said.push_str(&format!(" at {}", tool(at)));
    }
    if let Some(data) = &reason.data {
        said.push_str(&format!(" ({data})"));
    }
    if *unit != Unit::Nats {
        let usual = match expected.high > 0.0 {
            true => format!("{} to {}", amount(expected.low, *unit), amount(expected.high, *unit)),
            false => "none".to_owned(),
        };
        said.push_str(&format!("; a usual day has {usual}"));
        if let Some(peers) = expected.peers {
            said.push_str(&format!(", peers' median {}", amount(peers, *unit)));
        }
    }
    said
}

/// `value` of `unit` as people say it.
pub fn amount(value: f64, unit: Unit) -> String {
    match unit {
        Unit::Bytes => bytes(value),
        Unit::Exchanges => counted(value, "exchange"),
        Unit::People => match value.round() {
            1.0 => "1 person".to_owned(),
            many => format!("{many:.0} people"),
        },
        Unit::Share => format!("{:.0} %", value * 100.0),
        Unit::Nats => format!("{value:.1} nats"),
    }
}

fn bytes(value: f64) -> String {
    const UNITS: [&str; 5] = ["B", "kB", "MB", "GB", "TB"];
    let (mut value, mut step) = (value.max(0.0), 0);
    while value >= 999.5 && step + 1 < UNITS.len() {
        value /= 1_000.0;
        step += 1;
    }
    let unit = UNITS.get(step).copied().unwrap_or("B");
    if value < 9.95 && step > 0 { format!("{value:.1} {unit}") } else { format!("{value:.0} {unit}") }
}

fn counted(value: f64, one: &str) -> String {
    match value.round() {
        1.0 => format!("1 {one}"),
        many => format!("{many:.0} {one}s"),
    }
}

const fn measure(family: Family) -> &'static str {
    match family {
        Family::Count => "in a day",
        Family::Bytes => "sent",
        Family::Down => "received",
        Family::Sens => "of sensitive data sent",
        Family::Pers => "to an account that is not the organisation's",
        Family::Novel => "to a tool that is new to the person",
        Family::Hour => "at unusual hours",
        Family::Cat => "of a kind of data that is unusual here",
        Family::Regular => "at regular intervals, as programs make them",
        Family::Burst => "within ten minutes",
        Family::Asn => "from a network or device not seen before",
        Family::Client => "by a kind of program not seen before",
        Family::Peer => "more than peers, day after day",
        Family::Cum => "added up slowly over days",
        Family::Svc => "began to use a new tool",
        Family::Probing => "to talk a tool out of its rules",
        Family::Evasion => "tried again with small changes",
        Family::Doc => "of registered documents",
    }
}

const fn sentence_of(family: Family) -> &'static str {
    match family {
        Family::Hour => "active at hours that are very unusual for this person",
        Family::Cat => "kinds of data that are very unusual here",
        Family::Novel => "a tool that is new to the person and hardly used by others",
        Family::Asn => "a network or device not seen before",
        Family::Client => "a kind of program not seen before",
        Family::Regular => "regular intervals, as programs make them",
        _ => "much more than usual",
    }
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
