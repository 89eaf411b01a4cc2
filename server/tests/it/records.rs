//! Exchanges to have happened.

use std::collections::{BTreeMap, BTreeSet};

use model::{
    AccountKind, Action, Activity, ClauseId, Duty, Exchange, ExchangeId, Facts, Finding, Outcome,
    PersonFacts, PersonId, PersonKind, Placement, PolicyVersion, Record, Severity, Source, Timestamp,
    ToolCategory, ToolFacts, ToolId, ToolState, Verdict, Visibility,
};
use uuid::Uuid;

/// An exchange in which `person` sent a social security number to ChatGPT at `at`, and what was done about it.
pub(crate) fn record(number: u128, person: &str, at: Timestamp, outcome: Outcome) -> Record {
    let action = match outcome {
        Outcome::Forwarded | Outcome::Rejected | Outcome::Observed => Action::Allow,
        Outcome::Coached | Outcome::Acknowledged => Action::Coach,
        Outcome::Held | Outcome::Justified => Action::Justify,
        Outcome::Redacted => Action::Redact,
        Outcome::Blocked => Action::Block,
    };
    Record {
        exchange: exchange(number, person, at),
        facts: facts(),
        findings: vec![finding()],
        verdict: verdict(action),
        outcome,
    }
}

pub(crate) fn id(number: u128) -> ExchangeId {
    ExchangeId(Uuid::from_u128(number))
}

fn exchange(number: u128, person: &str, at: Timestamp) -> Exchange {
    Exchange {
        id: id(number),
        at,
        source: Source::Proxy,
        person: PersonId::new(person),
        method: "POST".to_owned(),
        host: "chatgpt.com".to_owned(),
        path: "/backend-api/conversation".to_owned(),
        model: Some("gpt-5".to_owned()),
        conversation: None,
        files: Vec::new(),
        bytes_up: 1_234,
        uninspected: None,
    }
}

fn facts() -> Facts {
    Facts {
        activity: Activity::Prompt,
        person: PersonFacts {
            kind: PersonKind::Employee,
            department: Some("Legal".to_owned()),
            ..PersonFacts::default()
        },
        tool: ToolFacts {
            id: ToolId::new("chatgpt"),
            category: ToolCategory::Chatbot,
            state: ToolState::Unreviewed,
            approved_for: BTreeSet::new(),
        },
        account: AccountKind::Personal,
        labels: BTreeMap::from([("pii.us_ssn".parse().unwrap(), 1)]),
        purpose: None,
        sandbox: false,
        visibility: Visibility::Content,
        exempt: BTreeSet::new(),
    }
}

fn finding() -> Finding {
    Finding {
        label: "pii.us_ssn".parse().unwrap(),
        placement: Placement { part: 0, start: 4, end: 15 },
        confidence: 0.99,
        detector: "pii.us_ssn".to_owned(),
        excerpt: "•••-••-4399".to_owned(),
        digest: "0123456789abcdef".to_owned(),
    }
}

fn verdict(action: Action) -> Verdict {
    let duty = Duty {
        clause: ClauseId::new("DATA-1"),
        action,
        severity: Severity::High,
        labels: vec!["pii".parse().unwrap()],
        uninspected: false,
    };
    Verdict {
        action,
        duties: if action == Action::Allow { Vec::new() } else { vec![duty] },
        otherwise: false,
        policy: PolicyVersion::new("0123456789ab"),
        faults: Vec::new(),
        held_back: None,
    }
}
