//! What people report: a suspected violation or a risky tool, with their name or without.
//!
//! Texts are sealed by the caller before they come here: nothing in this crate can read or print them.

use std::collections::BTreeSet;

use model::{ClauseId, ExchangeId, PersonId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::Lifecycle;

/// Most messages of one report, so that a case code is no mailbox.
const MOST_MESSAGES: usize = 200;

/// A report and what was said about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// What it is about.
    pub about: ReportKind,
    /// Who reports.
    pub reporter: Reporter,
    /// What was said, first what was reported.
    pub messages: Vec<Message>,
    /// What those who handle it connect it with.
    #[serde(default)]
    pub links: Links,
    /// How far it is.
    pub stage: ReportStage,
}

/// What a report is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ReportKind {
    /// Someone may have broken the policy.
    Violation,
    /// A tool seems risky.
    RiskyTool,
    /// Anything else about AI use.
    Other,
}

/// Who reports.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reporter {
    /// Nobody knows. Whoever holds the case code can read the answers and add to the report.
    Anonymous {
        /// Digest of the case code, in hexadecimal.
        case: String,
    },
    /// An account, and whose it is.
    Named {
        /// The account.
        account: String,
        /// The person, if known.
        person: Option<PersonId>,
    },
}

/// One thing that was said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Who said it.
    pub from: Speaker,
    /// When; to the day if an anonymous reporter did, as a minute can give somebody away.
    pub at: Timestamp,
    /// The sealed text.
    pub sealed: String,
}

/// Who says something about a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Speaker {
    /// Whoever reported.
    Reporter,
    /// One of those who handle reports; reporters do not see which.
    Handler(String),
}

/// What a report is connected with.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = ReportLinks))]
#[serde(deny_unknown_fields)]
pub struct Links {
    /// Clauses.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>))]
    pub clauses: BTreeSet<ClauseId>,
    /// Tools, by id or as the reporter wrote them.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>))]
    pub tools: BTreeSet<String>,
    /// Exchanges.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>))]
    pub exchanges: BTreeSet<ExchangeId>,
}

/// How far a report is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "stage", rename_all = "snake_case")]
pub enum ReportStage {
    /// Nobody has looked at it.
    Received,
    /// Someone sees what it is.
    Triage {
        /// Who.
        owner: String,
    },
    /// Someone looks into it.
    Investigating {
        /// Who.
        owner: String,
    },
    /// It was looked into.
    Closed {
        /// Who did.
        owner: String,
        /// What came out.
        finding: ReportFinding,
    },
}

/// What came out of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ReportFinding {
    /// It was so.
    Confirmed,
    /// It was not so, or could not be shown.
    NotConfirmed,
    /// It is known already.
    Duplicate,
    /// It is not about AI use.
    OutOfScope,
}

/// What people do about a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReportCommand {
    /// Look what it is, or take it over.
    Take {
        /// Who.
        by: String,
    },
    /// Look into it.
    Investigate,
    /// Say what came out.
    Close {
        /// What.
        finding: ReportFinding,
    },
    /// Look again.
    Reopen {
        /// Who.
        by: String,
    },
}

/// Why a report did not move.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReportRefused {
    /// Its stage does not allow it.
    #[error("a report that is {stage} cannot be {done}")]
    Stage {
        /// The stage it is in.
        stage: &'static str,
        /// What was wanted.
        done: &'static str,
    },
    /// Enough was said.
    #[error("a report has at most {MOST_MESSAGES} messages; make a new one")]
    Full,
}

impl ReportStage {
    /// Where `command` leads.
    pub fn follow(self, command: ReportCommand) -> Result<Self, ReportRefused> {
        use ReportCommand::{Close, Investigate, Reopen, Take};
        match (self, command) {
            (Self::Received | Self::Triage { .. }, Take { by }) => Ok(Self::Triage { owner: by }),
            (Self::Investigating { .. }, Take { by }) => Ok(Self::Investigating { owner: by }),
            (Self::Triage { owner }, Investigate) => Ok(Self::Investigating { owner }),
            (Self::Triage { owner } | Self::Investigating { owner }, Close { finding }) => {
                Ok(Self::Closed { owner, finding })
            }
            (Self::Closed { .. }, Reopen { by }) => Ok(Self::Triage { owner: by }),
            (from, command) => Err(ReportRefused::Stage { stage: from.as_str(), done: command.done() }),
        }
    }

    /// The word for it.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Triage { .. } => "triage",
            Self::Investigating { .. } => "investigating",
            Self::Closed { .. } => "closed",
        }
    }

    /// Who answers for it, if anyone does.
    pub fn owner(&self) -> Option<&str> {
        match self {
            Self::Received => None,
            Self::Triage { owner } | Self::Investigating { owner } | Self::Closed { owner, .. } => {
                Some(owner)
            }
        }
    }
}

impl ReportCommand {
    const fn done(&self) -> &'static str {
        match self {
            Self::Take { .. } => "taken",
            Self::Investigate => "investigated",
            Self::Close { .. } => "closed",
            Self::Reopen { .. } => "opened again",
        }
    }

    /// The act that the audit log keeps of it.
    pub const fn act(&self) -> &'static str {
        match self {
            Self::Take { .. } => "report.taken",
            Self::Investigate => "report.investigated",
            Self::Close { .. } => "report.closed",
            Self::Reopen { .. } => "report.reopened",
        }
    }
}

impl Lifecycle for Report {
    const KIND: &'static str = "report";

    fn state(&self) -> &'static str {
        self.stage.as_str()
    }

    /// The digest of the case code, by which an anonymous reporter finds it again.
    fn subject(&self) -> Option<&str> {
        match &self.reporter {
            Reporter::Anonymous { case } => Some(case),
            Reporter::Named { .. } => None,
        }
    }

    fn person(&self) -> Option<&PersonId> {
        match &self.reporter {
            Reporter::Anonymous { .. } => None,
            Reporter::Named { person, .. } => person.as_ref(),
        }
    }
}

impl Report {
    /// A new report that says `sealed`.
    pub fn new(about: ReportKind, reporter: Reporter, links: Links, sealed: String, now: Timestamp) -> Self {
        let stage = ReportStage::Received;
        let empty = Self { about, reporter, messages: Vec::new(), links, stage };
        let first = empty.said(Speaker::Reporter, sealed, now);
        Self { messages: vec![first], ..empty }
    }

    /// The same, `command` done.
    pub fn follow(self, command: ReportCommand) -> Result<Self, ReportRefused> {
        Ok(Self { stage: self.stage.follow(command)?, ..self })
    }

    /// The same with one more message. Whoever reported may add to a closed report: it is opened again by people.
    pub fn with(mut self, from: Speaker, sealed: String, now: Timestamp) -> Result<Self, ReportRefused> {
        if self.messages.len() >= MOST_MESSAGES {
            return Err(ReportRefused::Full);
        }
        self.messages.push(self.said(from, sealed, now));
        Ok(self)
    }

    fn said(&self, from: Speaker, sealed: String, now: Timestamp) -> Message {
        let at = match (&self.reporter, &from) {
            (Reporter::Anonymous { .. }, Speaker::Reporter) => day(now),
            _ => now,
        };
        Message { from, at, sealed }
    }

    /// Whether the account `by` made it.
    pub fn is_by(&self, by: &str) -> bool {
        matches!(&self.reporter, Reporter::Named { account, .. } if account == by)
    }
}

/// The first instant of the day, in UTC.
pub fn day(now: Timestamp) -> Timestamp {
    const DAY: i64 = 24 * 60 * 60 * 1_000;
    Timestamp::from_millis(now.as_millis().div_euclid(DAY).saturating_mul(DAY))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(from: &str, command: ReportCommand, expected: &str) {
        let owner = "rae".to_owned();
        let stage = match from {
            "received" => ReportStage::Received,
            "triage" => ReportStage::Triage { owner },
            "investigating" => ReportStage::Investigating { owner },
            _ => ReportStage::Closed { owner, finding: ReportFinding::Confirmed },
        };
        let told = match stage.follow(command) {
            Ok(stage) => format!("{} {}", stage.as_str(), stage.owner().unwrap_or("nobody")),
            Err(refused) => refused.to_string(),
        };
        assert_eq!(told, expected);
    }

    #[test]
    fn transitions() {
        let take = || ReportCommand::Take { by: "ada".to_owned() };
        let close = || ReportCommand::Close { finding: ReportFinding::NotConfirmed };
        let reopen = || ReportCommand::Reopen { by: "ada".to_owned() };
        check("received", take(), "triage ada");
        check("triage", take(), "triage ada");
        check("investigating", take(), "investigating ada");
        check("closed", take(), "a report that is closed cannot be taken");
        check("received", ReportCommand::Investigate, "a report that is received cannot be investigated");
        check("triage", ReportCommand::Investigate, "investigating rae");
        check("received", close(), "a report that is received cannot be closed");
        check("triage", close(), "closed rae");
        check("investigating", close(), "closed rae");
        check("closed", reopen(), "triage ada");
        check("triage", reopen(), "a report that is triage cannot be opened again");
    }

    fn anonymous() -> Report {
        let reporter = Reporter::Anonymous { case: "ab".repeat(32) };
        let now = "2026-11-22T13:45:11.120Z".parse().unwrap();
        Report::new(ReportKind::Violation, reporter, Links::default(), "sealed".to_owned(), now)
    }

    #[test]
    fn an_anonymous_reporter_leaves_the_day_only() {
        let now = "2026-11-23T08:01:02.003Z".parse().unwrap();
        let report = anonymous().with(Speaker::Reporter, "more".to_owned(), now).unwrap();
        let report = report.with(Speaker::Handler("rae".to_owned()), "thanks".to_owned(), now).unwrap();
        let times: Vec<String> = report.messages.iter().map(|message| message.at.to_string()).collect();
        let expected = ["2026-11-22T00:00:00.000Z", "2026-11-23T00:00:00.000Z", "2026-11-23T08:01:02.003Z"];
        assert_eq!(times, expected);
        assert_eq!((report.person(), report.subject().map(str::len)), (None, Some(64)));
    }

    #[test]
    fn a_report_is_no_mailbox() {
        let now = Timestamp::from_millis(0);
        let said = |report: Report| report.with(Speaker::Reporter, "more".to_owned(), now);
        let full = (1..MOST_MESSAGES).fold(anonymous(), |report, _| said(report).unwrap());
        assert_eq!(said(full), Err(ReportRefused::Full));
    }
}
