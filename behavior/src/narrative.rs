//! A deviation in plain sentences with natural units.

use model::ToolId;

use crate::{Deviation, Entity, Expected, Family, Reason, Unit};

/// What happened, for a reader who has a minute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Narrative {
    /// One line, without a full stop.
    pub headline: String,
    /// Whole sentences, the most important first.
    pub sentences: Vec<String>,
}

/// Sentences a narrative has at most.
const MOST: usize = 5;

/// Tells a deviation; `tool_name` gives a tool's name as people say it.
pub fn narrative(deviation: &Deviation, tool_name: impl Fn(&ToolId) -> String) -> Narrative {
    let tell = |reason: &Reason| sentence(deviation, reason, &tool_name);
    let sentences: Vec<String> =
        deviation.reasons.iter().take(MOST).map(|reason| capital(&tell(reason))).collect();
    let first = deviation.reasons.first();
    let duration =
        first.filter(|reason| tells_no_time(reason)).map(|_| duration(deviation)).unwrap_or_default();
    let first = first.map(|reason| what(reason, &tool_name)).unwrap_or_default();
    let headline = match &deviation.entity {
        Entity::Tool(tool) => {
            format!("{} people began to use {}", deviation.people.len(), tool_name(tool))
        }
        Entity::Department(name) => capital(&format!("{name}: {first}{duration}")),
        Entity::Person(_) => capital(&format!("{first}{duration}")),
    };
    Narrative { headline, sentences }
}

fn sentence(deviation: &Deviation, reason: &Reason, tool_name: &impl Fn(&ToolId) -> String) -> String {
    let what = what(reason, tool_name);
    let Reason { family, expected, unit, .. } = reason;
    let mut text = what;
    if tells_no_time(reason) {
        text += &duration(deviation);
    }
    match family {
        Family::Svc => text += "; nobody in the organisation had used it four weeks ago",
        // How surprising a mixture of kinds is has no unit that people count in.
        _ if *unit == Unit::Nats => {}
        Family::Peer => text += &format!("; for most peers {}", range(expected, *unit)),
        _ => {
            text += &format!("; usual day {}", range(expected, *unit));
            if let Some(peers) = expected.peers {
                text += &format!(", department median {}", amount(peers, *unit));
            }
        }
    }
    if *family == Family::Novel {
        text += "; first weeks of this tool";
    }
    text + "."
}

/// Whether the phrase of a reason does not say by itself within what time.
fn tells_no_time(reason: &Reason) -> bool {
    let of_ten_minutes = matches!(&*reason.channel, "ten_minutes" | "exposed_in_ten_minutes");
    !of_ten_minutes && !matches!(reason.family, Family::Cum | Family::Peer)
}

/// What was observed, as a phrase that begins with a verb.
fn what(reason: &Reason, tool_name: &impl Fn(&ToolId) -> String) -> String {
    let observed = amount(reason.observed, reason.unit);
    let to = reason.tool.as_ref().map(|tool| format!(" to {}", tool_name(tool))).unwrap_or_default();
    let named = reason.tool.as_ref().map_or_else(|| "a new tool".to_owned(), tool_name);
    let personal = reason.tool.as_ref().map_or_else(
        || " to personal accounts".to_owned(),
        |tool| format!(" to a personal {} account", tool_name(tool)),
    );
    let kind = reason.data.as_deref().map_or("data of unusual kinds", family_name);
    match (reason.family, &*reason.channel) {
        (Family::Cum, "labels") => format!("over the last days, kept on sending {kind}"),
        (Family::Peer, "labels") => format!("sends {kind} every day"),
        (Family::Cum, "bytes_of_an_exchange") => {
            format!(
                "over the last days, more and more: on average {}",
                counted(&reason.channel, &observed, &to)
            )
        }
        (Family::Cum, channel) => {
            format!("over the last days, on average {} a day", counted(channel, &observed, &to))
        }
        (Family::Peer, channel) => format!("every day about {}", counted(channel, &observed, &to)),
        (_, "personal_bytes") => format!("sent {observed}{personal}"),
        (_, "personal_sensitive_bytes") => format!("sent {observed} of sensitive data{personal}"),
        (_, "personal_exchanges") => format!("used a personal account {observed}"),
        (_, "labels") => format!("{observed} of exchanges held {kind}"),
        (_, "odd_hours") => "active at hours that are unusual for this person".to_owned(),
        (_, "odd_hour_exchanges") => format!("{observed} at hours that are unusual for this person"),
        (_, "regular_intervals") => format!("{observed} at intervals as regular as a program's"),
        (_, "ten_minutes") => format!("{observed} within ten minutes"),
        (_, "new_network") => format!("{observed} from a network not seen before"),
        (_, "new_device") => format!("{observed} from a device not seen before"),
        (_, "new_device_and_network") => {
            format!("{observed} from a device and a network that were both not seen before")
        }
        (_, "two_places") => format!("{observed} from two places at almost the same time"),
        (_, "new_client") => format!("{observed} from a kind of program not used before"),
        (_, "adopters") => format!("began to use {named} together with {observed}"),
        (_, "attacks") => format!("{observed} that try to talk a tool out of its rules"),
        (_, "retries_after_a_stop") => format!("{observed} repeated with small changes after a stop"),
        (_, "new_documents") => {
            format!("{observed} with registered documents this person had not touched before")
        }
        (_, "first_use_exchanges") => format!("{observed} with tools new to this person"),
        (_, "new_tool_exchanges") => match &reason.tool {
            Some(_) => format!("{observed} with {named}, a new tool"),
            None => format!("{observed} with new tools"),
        },
        (_, channel) => counted(channel, &observed, &to),
    }
}

/// The phrase of a channel that is a plain amount.
fn counted(channel: &str, observed: &str, to: &str) -> String {
    match channel {
        "bytes_up" => format!("sent {observed}{to}"),
        "bytes_down" => format!("received {observed}"),
        "sensitive_bytes" => format!("sent {observed} of sensitive data{to}"),
        "exposed_bytes" => format!("exposed {observed} of sensitive data{to}"),
        "exposed_in_ten_minutes" => format!("exposed {observed} of sensitive data{to} within ten minutes"),
        "new_tool_bytes" => format!("sent {observed}{to}, a new tool"),
        "new_tool_sensitive_bytes" => format!("sent {observed} of sensitive data{to}, a new tool"),
        "personal_bytes" => format!("sent {observed} to personal accounts"),
        "personal_sensitive_bytes" => format!("sent {observed} of sensitive data to personal accounts"),
        "files" => format!("sent files in {observed}"),
        "sensitive_files" => format!("sent files with sensitive data in {observed}"),
        "bytes_of_an_exchange" => format!("sent {observed} in an exchange"),
        "document_parts" => format!("sent parts of registered documents in {observed}"),
        _ => observed.to_owned(),
    }
}

fn family_name(family: &str) -> &str {
    model::FAMILIES.iter().find(|(name, _)| *name == family).map_or(family, |(_, words)| words)
}

fn range(expected: &Expected, unit: Unit) -> String {
    match (expected.low, expected.high) {
        (_, high) if rounds_to_nothing(high, unit) => "none".to_owned(),
        (low, high) if rounds_to_nothing(low, unit) => format!("up to {}", amount(high, unit)),
        (low, high) => format!("{} to {}", amount(low, unit), amount(high, unit)),
    }
}

fn rounds_to_nothing(value: f64, unit: Unit) -> bool {
    match unit {
        Unit::Bytes => value < 50.0,
        Unit::Share | Unit::Nats => value < 0.005,
        Unit::Exchanges | Unit::People => value < 0.5,
    }
}

/// An amount with its unit, rounded as people say it.
pub fn amount(value: f64, unit: Unit) -> String {
    let whole = value.round().max(0.0);
    let count =
        |one: &str, many: &str| format!("{} {}", grouped(whole), if whole == 1.0 { one } else { many });
    match unit {
        Unit::Bytes => bytes(value),
        Unit::Exchanges => count("exchange", "exchanges"),
        Unit::People => count("colleague", "colleagues"),
        Unit::Share => format!("{:.0} %", value * 100.0),
        Unit::Nats => format!("{value:.1} nats"),
    }
}

fn grouped(whole: f64) -> String {
    let digits = format!("{whole:.0}");
    let first = digits.len() % 3;
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && at % 3 == first % 3 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

fn bytes(value: f64) -> String {
    let units = [(1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "KB")];
    // What would round up to a thousand is one of the next unit.
    match units.into_iter().find(|(size, _)| value >= size * 0.9995) {
        Some((size, unit)) if value / size < 9.95 => format!("{:.1} {unit}", value / size),
        Some((size, unit)) => format!("{:.0} {unit}", value / size),
        None => format!("{value:.0} bytes"),
    }
}

/// In how much time, where it is less than a day.
fn duration(deviation: &Deviation) -> String {
    let minutes = (deviation.at.as_millis() - deviation.since.as_millis()) / 60_000;
    match minutes {
        ..=0 => String::new(),
        1 => " in a minute".to_owned(),
        2..90 => format!(" in {minutes} minutes"),
        90..1440 => format!(" in {} hours", (minutes + 30) / 60),
        _ => String::new(),
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use model::{PersonId, Timestamp, ToolId};

    use super::{Narrative, amount, narrative};
    use crate::{Deviation, Entity, Expected, Family, Reason, Unit};

    fn reason(family: Family, channel: &str, observed: f64, expected: Expected, unit: Unit) -> Reason {
        let tool = Some(ToolId::new("chatgpt"));
        Reason { family, channel: channel.into(), observed, expected, unit, surprise: 9.0, tool, data: None }
    }

    fn tell(reason: Reason, minutes: i64) -> Narrative {
        let person = PersonId::new("jo");
        let deviation = Deviation {
            at: Timestamp::from_millis(minutes * 60_000),
            entity: Entity::Person(person.clone()),
            people: vec![person],
            since: Timestamp::from_millis(0),
            score: 20.0,
            reasons: vec![reason],
        };
        narrative(&deviation, |_| "ChatGPT".to_owned())
    }

    #[test]
    fn a_transfer() {
        let usual = Expected { low: 2e5, high: 1.4e6, peers: Some(6e5) };
        let told = tell(reason(Family::Pers, "personal_bytes", 1.56e8, usual, Unit::Bytes), 40);
        assert_eq!(told.headline, "Sent 156 MB to a personal ChatGPT account in 40 minutes");
        assert_eq!(
            told.sentences,
            [
                "Sent 156 MB to a personal ChatGPT account in 40 minutes; usual day 200 KB to 1.4 MB, department median 600 KB."
            ]
        );
    }

    #[test]
    fn something_that_never_happened_before() {
        let never = Expected { low: 0.0, high: 0.1, peers: Some(0.0) };
        let told = tell(reason(Family::Hour, "odd_hour_exchanges", 103.0, never, Unit::Exchanges), 150);
        assert_eq!(
            told.sentences,
            [
                "103 exchanges at hours that are unusual for this person in 3 hours; usual day none, department median 0 exchanges."
            ]
        );
    }

    #[test]
    fn what_has_a_time_of_its_own_or_no_unit_is_told_without() {
        let usual = Expected { low: 4.0, high: 9.0, peers: Some(6.0) };
        for (family, channel, unit, says) in [
            (
                Family::Burst,
                "ten_minutes",
                Unit::Exchanges,
                "11 exchanges within ten minutes; usual day 4 exchanges to 9 exchanges, department median 6 exchanges.",
            ),
            (Family::Cum, "labels", Unit::Nats, "Over the last days, kept on sending data of unusual kinds."),
            (
                Family::Svc,
                "adopters",
                Unit::People,
                "Began to use ChatGPT together with 11 colleagues in 9 minutes; nobody in the organisation had used it four weeks ago.",
            ),
        ] {
            assert_eq!(tell(reason(family, channel, 11.0, usual, unit), 9).sentences, [says]);
        }
    }

    #[test]
    fn amounts() {
        for (value, unit, expected) in [
            (0.0, Unit::Bytes, "0 bytes"),
            (999.0, Unit::Bytes, "999 bytes"),
            (999_900.0, Unit::Bytes, "1.0 MB"),
            (1_560_000.0, Unit::Bytes, "1.6 MB"),
            (156e6, Unit::Bytes, "156 MB"),
            (1.0, Unit::Exchanges, "1 exchange"),
            (1_234_567.0, Unit::Exchanges, "1,234,567 exchanges"),
            (120.0, Unit::Exchanges, "120 exchanges"),
            (3.0, Unit::People, "3 colleagues"),
            (0.254, Unit::Share, "25 %"),
        ] {
            assert_eq!(amount(value, unit), expected);
        }
    }
}
