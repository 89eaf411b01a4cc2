use std::time::Duration;

use dialect::Notice;
use model::{Activity, ExchangeId, Finding, Outcome, Record, Timestamp, ToolState, Uninspected, Verdict};
use policy::{Clause, Exemption};

use crate::snapshot::Snapshot;

/// How long a link to the justification page stays valid.
const LINK_LASTS: Duration = Duration::from_secs(24 * 60 * 60);
/// Status of every answer that keeps an exchange from the tool. SDKs do not retry it (they do 408, 409, 429 and 5xx).
const STATUS: u16 = 403;

/// What the person reads instead of the tool's answer: what happened, on which clause, why, and what to do now.
pub(crate) fn notice(snapshot: &Snapshot, record: &Record, now: Timestamp) -> Notice {
    let (verdict, outcome) = (&record.verdict, record.outcome);
    let clause = verdict.decisive().and_then(|duty| snapshot.policy.clause(&duty.clause));
    let link = (outcome == Outcome::Held).then(|| justify_link(snapshot, record.exchange.id, now));
    let way = Way::of(record);
    let mut lines = vec![opening(way, outcome).to_owned()];
    lines.push(grounds(snapshot, clause));
    lines.extend(record.exchange.uninspected.map(unseen));
    let found = found(verdict, &record.findings);
    let remedy = remedy(snapshot, record, found.as_deref(), link.as_deref());
    lines.extend(found);
    lines.extend(clause.and_then(|clause| clause.why.as_deref()).map(capitalised));
    lines.push(remedy);
    lines.extend(alternative(snapshot, clause));
    lines.extend(ways_out(snapshot, record, clause));
    Notice {
        status: STATUS,
        title: title(way, outcome).to_owned(),
        message: lines.join(" "),
        code: format!("bylaw_{}", outcome.as_str()),
        help_url: link,
    }
}

/// What a malformed request gets.
pub(crate) fn malformed(reason: &str) -> Notice {
    Notice {
        status: 400,
        title: "The request could not be read".to_owned(),
        message: format!("Bylaw could not read this request: {reason}. Nothing was sent to the tool."),
        code: "bylaw_rejected".to_owned(),
        help_url: None,
    }
}

/// Which way the content went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    ToTool,
    ToPerson,
}

impl Way {
    fn of(record: &Record) -> Self {
        if record.facts.activity == Activity::Receive { Self::ToPerson } else { Self::ToTool }
    }
}

fn title(way: Way, outcome: Outcome) -> &'static str {
    match (way, outcome) {
        (Way::ToTool, Outcome::Coached) => "Please check before you send this",
        (_, Outcome::Held) => "Please state a reason",
        (Way::ToTool, _) => "Not sent: your organisation's AI policy does not allow this",
        (Way::ToPerson, Outcome::Coached) => "Please check before you use this answer",
        (Way::ToPerson, _) => "Withheld: your organisation's AI policy does not allow this answer",
    }
}

fn opening(way: Way, outcome: Outcome) -> &'static str {
    match (way, outcome) {
        (Way::ToTool, Outcome::Coached) => "Not sent yet.",
        (Way::ToTool, Outcome::Held) => "Held: this needs a reason from you.",
        (Way::ToTool, _) => "Not sent.",
        (Way::ToPerson, Outcome::Held) => "The answer is held: it needs a reason from you.",
        (Way::ToPerson, _) => "The answer, or the rest of it, is withheld.",
    }
}

fn grounds(snapshot: &Snapshot, clause: Option<&Clause>) -> String {
    let title = &snapshot.policy.front().title;
    match clause {
        Some(clause) => format!("{title}, {} ({}).", clause.id, clause.title),
        None => format!("{title}: no clause allows this use."),
    }
}

fn unseen(reason: Uninspected) -> String {
    let because = match reason {
        Uninspected::PassThrough => "this application hides what it sends",
        Uninspected::TooLarge => "it is too large",
        Uninspected::Bomb => "it grows too large when decompressed",
        Uninspected::Unreadable => "its format could not be read",
        Uninspected::Opaque => "it carries a file of a kind that cannot be read",
        Uninspected::WebSocket => "it goes over a WebSocket",
        Uninspected::Truncated => "it is incomplete",
        Uninspected::Outside => "it did not pass the gate",
    };
    format!("The content could not be inspected: {because}.")
}

fn found(verdict: &Verdict, findings: &[Finding]) -> Option<String> {
    let labels = &verdict.decisive()?.labels;
    let mut excerpts: Vec<String> = findings
        .iter()
        .filter(|finding| labels.iter().any(|label| finding.label.is(label)))
        .map(|finding| format!("{} ({})", finding.excerpt, finding.label))
        .collect();
    excerpts.dedup();
    let more = excerpts.len().saturating_sub(3);
    excerpts.truncate(3);
    let tail = if more > 0 { format!(" and {more} more") } else { String::new() };
    (!excerpts.is_empty()).then(|| format!("Found: {}{tail}.", excerpts.join(", ")))
}

fn remedy(snapshot: &Snapshot, record: &Record, found: Option<&str>, link: Option<&str>) -> String {
    let minutes = snapshot.policy.front().retry_within.as_secs().div_ceil(60);
    match (Way::of(record), record.outcome, link) {
        (Way::ToTool, Outcome::Coached, _) => {
            format!("If it is right to send it all the same, send it again within {minutes} minutes.")
        }
        (Way::ToPerson, Outcome::Coached, _) => {
            format!("If you need it all the same, ask again within {minutes} minutes.")
        }
        (Way::ToTool, Outcome::Held, Some(link)) => format!("State your reason at {link} and send it again."),
        (Way::ToPerson, Outcome::Held, Some(link)) => format!("State your reason at {link} and ask again."),
        (Way::ToTool, ..) if record.exchange.uninspected.is_some() => {
            "Send it in a form that can be read.".to_owned()
        }
        (Way::ToTool, ..) if found.is_some() => "Remove what is named above and try again.".to_owned(),
        _ => "This needs somebody to look at it first.".to_owned(),
    }
}

fn alternative(snapshot: &Snapshot, clause: Option<&Clause>) -> Option<String> {
    let own = clause.and_then(Clause::alternative);
    let tool = own.or(snapshot.policy.front().alternative.as_ref())?;
    let name = snapshot.catalog.tool(tool.as_str()).map_or(tool.as_str(), |tool| tool.name.as_str());
    Some(format!("Approved instead: {name}."))
}

/// Where to ask: for a tool that nobody has approved, or for an exception from a clause that allows them.
fn ways_out(snapshot: &Snapshot, record: &Record, clause: Option<&Clause>) -> Option<String> {
    let (console, tool) = (&snapshot.settings.console_url, &record.facts.tool);
    match (tool.state, clause) {
        (ToolState::Unreviewed | ToolState::Denied, _) => Some(format!(
            "If you need this tool for your work, ask for it at {console}/requests/tool?tool={}.",
            tool.id
        )),
        (ToolState::Approved | ToolState::Conditional | ToolState::UnderReview, Some(clause)) => {
            let allowed = matches!(snapshot.policy.exemption(clause), Exemption::By(_));
            let address = format!("{console}/requests/exception?clause={}&tool={}", clause.id, tool.id);
            allowed.then(|| format!("If your work needs an exception, ask for it at {address}."))
        }
        (ToolState::Approved | ToolState::Conditional | ToolState::UnderReview, None) => None,
    }
}

/// A reason stands after "Why:" in the policy and begins a sentence here.
fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn justify_link(snapshot: &Snapshot, id: ExchangeId, now: Timestamp) -> String {
    let settings = &snapshot.settings;
    let token = settings.key.token(id, now.plus(LINK_LASTS));
    format!("{}/justify/{id}?t={token}", settings.console_url)
}
