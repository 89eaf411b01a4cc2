//! What is known of a person in plain sentences.

use model::ToolId;

use crate::{Band, Explanation, amount, narrative::range};

/// Tools that are named.
const TOOLS: usize = 6;
/// Share of days from which an hour is a usual one.
const USUAL_HOUR: f64 = 0.15;
/// Share of exchanges from which a kind of content is told.
const TOLD_SHARE: f64 = 0.02;
/// Deviations of the last days from which a measure is told as moving.
const MOVES: f64 = 0.8;

/// Tells what is known of a person, the most general first; `tool_name` gives a tool's name as people say it.
pub fn portrait(known: &Explanation, tool_name: impl Fn(&ToolId) -> String) -> Vec<String> {
    let mut sentences = vec![beginning(known)];
    sentences.extend(known.bands.iter().filter(|band| band.expected.high > 0.0).filter_map(usual));
    sentences.extend(hours(&known.hours));
    sentences.extend(labels(known));
    sentences.extend(tools(known, tool_name));
    sentences.extend(known.bands.iter().filter(|band| band.sustained >= MOVES).map(moving));
    let risk = &known.risk;
    let reasons: Vec<&str> = risk.reasons.iter().take(3).map(|reason| &*reason.channel).collect();
    sentences.push(match reasons.as_slice() {
        [] => format!("Risk is {}, with {:.1} nats of evidence.", risk.level.as_str(), risk.evidence),
        some => format!(
            "Risk is {}, with {:.1} nats of evidence, today for {}.",
            risk.level.as_str(),
            risk.evidence,
            some.join(", ").replace('_', " ")
        ),
    });
    sentences
}

fn beginning(known: &Explanation) -> String {
    let kind = if known.program { "a program, compared with itself only" } else { "a person" };
    format!(
        "{} acts like {kind}; seen since {}, and what is usual rests on {:.0} active days.",
        known.person,
        day(known.first),
        known.days
    )
}

/// A measure's usual day, where there is something usual.
fn usual(band: &Band) -> Option<String> {
    let range = range(&band.expected, band.unit);
    if range == "none" {
        return None;
    }
    let peers = band.expected.peers.map(|peers| format!(", department median {}", amount(peers, band.unit)));
    let name = capital(&band.channel.replace('_', " "));
    Some(format!("{name}: usual day {range}{}.", peers.unwrap_or_default()))
}

fn hours(shares: &[f64]) -> Option<String> {
    let usual: Vec<String> = (0..)
        .zip(shares)
        .filter(|(_, share)| **share >= USUAL_HOUR)
        .map(|(hour, _): (u32, _)| hour.to_string())
        .collect();
    (!usual.is_empty()).then(|| format!("Usually active in the hours {} (UTC).", usual.join(", ")))
}

fn labels(known: &Explanation) -> Option<String> {
    let told = known.labels.iter().filter(|(name, own, _)| !name.is_empty() && *own >= TOLD_SHARE);
    let told: Vec<String> = told
        .map(|(name, own, peers)| format!("{name} {:.0} % (peers {:.0} %)", own * 100.0, peers * 100.0))
        .collect();
    (!told.is_empty()).then(|| format!("Sensitive kinds of content: {}.", told.join(", ")))
}

fn tools(known: &Explanation, tool_name: impl Fn(&ToolId) -> String) -> Option<String> {
    let mut tools = known.tools.clone();
    tools.sort_by_key(|(_, _, last)| std::cmp::Reverse(*last));
    let told: Vec<String> = tools
        .iter()
        .take(TOOLS)
        .map(|(tool, first, last)| format!("{} ({} to {})", tool_name(tool), day(*first), day(*last)))
        .collect();
    (!told.is_empty()).then(|| format!("Tools, the last used first: {}.", told.join(", ")))
}

fn moving(band: &Band) -> String {
    format!(
        "{} has been {:.1} deviations above usual in the last days.",
        capital(&band.channel.replace('_', " ")),
        band.sustained
    )
}

/// A day as its date.
fn day(at: model::Timestamp) -> String {
    at.to_string().chars().take(10).collect()
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}
