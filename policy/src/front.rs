use std::time::Duration;

use model::{Action, Timestamp, ToolId};
use serde::Serialize;

use crate::{
    document::{
        fields::Fields,
        outline::Block,
        yaml::{self, Scalar},
    },
    mistake::{Log, Place},
    vocabulary::{Vocabulary, word},
    workflow::{self, Workflow},
};

const KEYS: [&str; 11] = [
    "policy",
    "title",
    "owner",
    "review_every",
    "reviewed",
    "approvals",
    "otherwise",
    "retry_within",
    "alternative",
    "attest_every",
    "accept_again",
];

/// A retry after coaching or justification passes for this long unless the policy says otherwise.
const RETRY_WITHIN: Duration = Duration::from_secs(15 * 60);

/// An attestation of the policy counts for this long unless the policy says otherwise.
const ATTEST_EVERY: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// What stands between the `---` lines at the top of a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FrontMatter {
    /// The policy's short name, as in `acceptable-ai-use`.
    pub policy: String,
    /// Its title.
    pub title: String,
    /// Who answers for it.
    pub owner: String,
    /// How often it is reviewed.
    pub review_every: Duration,
    /// When it was last reviewed, if stated.
    pub reviewed: Option<Timestamp>,
    /// The functions of the organisation that must approve a change, as `legal`; none if nothing is said.
    pub approvals: Vec<String>,
    /// What is done with what no clause allows.
    pub otherwise: Action,
    /// How long a retry passes after coaching or justification.
    pub retry_within: Duration,
    /// The approved tool that coaching recommends.
    pub alternative: Option<ToolId>,
    /// How long an attestation of the policy counts.
    pub attest_every: Duration,
    /// Which versions end what was accepted before.
    pub accept_again: Reacceptance,
    /// How people decide about exceptions, tools and what was made with AI.
    pub workflow: Workflow,
}

/// Which new versions of a policy have to be accepted again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reacceptance {
    /// Each one, a corrected comma included.
    EveryVersion,
    /// One that changes what some clause does or says to people.
    #[default]
    WhenClausesChange,
    /// None: an attestation counts until its time is over.
    Never,
}

impl Reacceptance {
    const ALL: [(&'static str, Self); 3] = [
        ("every version", Self::EveryVersion),
        ("when clauses change", Self::WhenClausesChange),
        ("never", Self::Never),
    ];
}

/// Reads the front matter; nothing if it has mistakes.
pub(crate) fn read(block: Option<&Block>, words: &Vocabulary, log: &mut Log) -> Option<FrontMatter> {
    let Some(block) = block else {
        log.add(
            Place { line: 1, column: 1, length: 1 },
            "the front matter is missing",
            "begin the document with `---`, the keys `policy`, `title`, `owner`, `review_every`, `approvals` and \
             `otherwise`, and `---`",
        );
        return None;
    };
    let node = yaml::read(&block.text, block.first_line, log)?;
    let known = [&KEYS[..], &workflow::KEYS].concat();
    let fields = Fields::read(&node, "the front matter", &known, log)?;
    let before = log.mistakes.len();
    let policy = fields.require_text("policy", "acceptable-ai-use", log).and_then(|text| name(text, log));
    let title = fields.require_text("title", "AI Usage Policy", log);
    let owner = fields.require_text("owner", "security@example.com", log);
    let review_every = fields.require_text("review_every", "180d", log).and_then(|text| duration(text, log));
    let reviewed = fields.text("reviewed", log).and_then(|text| date(text, log));
    let approvals = fields
        .texts("approvals", log)
        .into_iter()
        .filter_map(|text| function(text, log))
        .collect::<Vec<String>>();
    let workflow = workflow::read(&fields, &approvals, log);
    let otherwise = fields.require_text("otherwise", "coach", log).and_then(|text| otherwise(text, log));
    let retry_within = fields.text("retry_within", log).and_then(|text| duration(text, log));
    let alternative =
        fields.text("alternative", log).and_then(|text| words.tool(&text.text, text.place, log));
    let attest_every = fields.text("attest_every", log).and_then(|text| duration(text, log));
    let accept_again = fields.text("accept_again", log).and_then(|text| accept_again(text, log));
    if log.mistakes.len() > before {
        return None;
    }
    Some(FrontMatter {
        policy: policy?,
        title: title?.text.clone(),
        owner: owner?.text.clone(),
        review_every: review_every?,
        reviewed,
        approvals,
        otherwise: otherwise?,
        retry_within: retry_within.unwrap_or(RETRY_WITHIN),
        alternative,
        attest_every: attest_every.unwrap_or(ATTEST_EVERY),
        accept_again: accept_again.unwrap_or_default(),
        workflow,
    })
}

fn accept_again(text: &Scalar, log: &mut Log) -> Option<Reacceptance> {
    let found = Reacceptance::ALL.iter().find(|(word, _)| *word == text.text);
    if found.is_none() {
        let message = format!("`{}` does not say which versions are accepted again", text.text);
        log.add(text.place, message, "use `every version`, `when clauses change` or `never`");
    }
    found.map(|(_, again)| *again)
}

fn name(text: &Scalar, log: &mut Log) -> Option<String> {
    let sound = text.text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    if !sound {
        let message = format!("`{}` is not a policy name", text.text);
        log.add(text.place, message, "use lower-case letters, digits and dashes, as in `acceptable-ai-use`");
        return None;
    }
    Some(text.text.clone())
}

fn function(text: &Scalar, log: &mut Log) -> Option<String> {
    let sound = text.text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    if !sound {
        let message = format!("`{}` is not a function", text.text);
        log.add(text.place, message, "use lower-case letters, digits and dashes, as in `legal`");
        return None;
    }
    Some(text.text.clone())
}

fn otherwise(text: &Scalar, log: &mut Log) -> Option<Action> {
    let action = word(&text.text, text.place, log)?;
    if action == Action::Redact {
        let remedy = "use `allow`, `coach`, `justify` or `block`";
        log.add(text.place, "`otherwise` names no data, so there is nothing to redact", remedy);
        return None;
    }
    Some(action)
}

/// Reads `180d`, `12w`, `15m`, `2h` or `30s`.
pub fn duration(text: &Scalar, log: &mut Log) -> Option<Duration> {
    let found = duration_of(&text.text).filter(|duration| !duration.is_zero());
    if found.is_none() {
        let message = format!("`{}` is not a duration", text.text);
        log.add(text.place, message, "write a number and a unit: `180d`, `26w`, `2h`, `15m` or `30s`");
    }
    found
}

fn duration_of(text: &str) -> Option<Duration> {
    let unit = text.chars().next_back()?;
    let number: u64 = text.strip_suffix(unit)?.trim_end().parse().ok()?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 60 * 60,
        'd' => 24 * 60 * 60,
        'w' => 7 * 24 * 60 * 60,
        _ => return None,
    };
    number.checked_mul(seconds).map(Duration::from_secs)
}

fn date(text: &Scalar, log: &mut Log) -> Option<Timestamp> {
    let found = text.text.parse().ok();
    if found.is_none() {
        log.add(text.place, format!("`{}` is not a date", text.text), "write it as `2026-11-22`");
    }
    found
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::duration_of;

    #[test]
    fn durations() {
        for (text, seconds) in [
            ("180d", Some(15_552_000)),
            ("26w", Some(15_724_800)),
            ("15m", Some(900)),
            ("15 m", Some(900)),
            ("30s", Some(30)),
            ("15", None),
            ("d", None),
            ("-3d", None),
            ("99999999999999999999d", None),
        ] {
            assert_eq!(duration_of(text), seconds.map(Duration::from_secs), "{text}");
        }
    }
}
