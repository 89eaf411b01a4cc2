use std::collections::BTreeMap;

use model::{
    AccountKind, Action, Activity, Completion, Duty, Exchange, ExchangeId, Facts, Finding, Outcome,
    PersonFacts, PersonId, Placement, PolicyVersion, Record, Severity, Source, Timestamp, ToolCategory,
    ToolFacts, ToolId, ToolState, Verdict, Visibility,
};
use rand::{Rng, SeedableRng, rngs::StdRng, seq::IndexedRandom};
use uuid::Uuid;

/// 2026-11-18T11:06:40Z.
pub(crate) const BEGIN: i64 = 1_795_000_000_000;
pub(crate) const HOUR: i64 = 3_600_000;

pub(crate) fn instant(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

/// Version 7 as RFC 9562 §5.7 lays it out, with `number` in place of randomness.
pub(crate) fn id(at: i64, number: u64) -> ExchangeId {
    let time = u128::from(at as u64 & 0xffff_ffff_ffff) << 80;
    ExchangeId(Uuid::from_u128(time | 0x7 << 76 | 0b10 << 62 | u128::from(number)))
}

/// A prompt that nothing was found in.
pub(crate) fn plain(at: i64, number: u64) -> Record {
    Record {
        exchange: Exchange {
            id: id(at, number),
            at: instant(at),
            source: Source::Proxy,
            person: PersonId::new("anna.kovacs"),
            method: "POST".into(),
            host: "api.openai.com".into(),
            path: "/v1/chat/completions".into(),
            model: Some("gpt-5".into()),
            conversation: None,
            files: Vec::new(),
            bytes_up: 512,
            uninspected: None,
        },
        facts: Facts {
            activity: Activity::Prompt,
            person: PersonFacts { department: Some("Finance".into()), ..PersonFacts::default() },
            tool: ToolFacts {
                id: ToolId::new("openai-api"),
                category: ToolCategory::ModelApi,
                state: ToolState::Approved,
                approved_for: Default::default(),
            },
            account: AccountKind::Corporate,
            labels: BTreeMap::new(),
            purpose: None,
            sandbox: false,
            visibility: Visibility::Content,
            exempt: Default::default(),
        },
        findings: Vec::new(),
        verdict: Verdict {
            action: Action::Allow,
            duties: Vec::new(),
            otherwise: false,
            policy: PolicyVersion::new("0123456789ab"),
            faults: Vec::new(),
            held_back: None,
        },
        outcome: Outcome::Forwarded,
    }
}

/// [`plain`], with changes.
pub(crate) fn record(at: i64, number: u64, change: impl FnOnce(&mut Record)) -> Record {
    let mut record = plain(at, number);
    change(&mut record);
    record
}

pub(crate) fn find(record: &mut Record, label: &str, count: u32, excerpt: &str) {
    let label: model::Label = label.parse().unwrap();
    record.facts.labels.insert(label.clone(), count);
    for start in 0..u64::from(count) {
        record.findings.push(Finding {
            label: label.clone(),
            placement: Placement { part: 0, start: start * 20, end: start * 20 + 11 },
            confidence: 0.9,
            detector: label.to_string(),
            excerpt: excerpt.into(),
            digest: "00112233445566ff".into(),
        });
    }
}

/// Makes `clause` decide.
pub(crate) fn decide(record: &mut Record, clause: &str, action: Action, outcome: Outcome) {
    let duty = Duty {
        clause: clause.parse().unwrap(),
        action,
        severity: Severity::High,
        labels: record.facts.labels.keys().cloned().collect(),
        uninspected: false,
    };
    record.verdict.duties.insert(0, duty);
    record.verdict.action = action;
    record.outcome = outcome;
}

/// `count` varied records over `span` milliseconds from [`BEGIN`] on, the same for the same seed.
pub(crate) fn varied(seed: u64, count: u64, span: i64) -> Vec<Record> {
    let mut random = StdRng::seed_from_u64(seed);
    (0..count).map(|number| one_of_many(&mut random, number, span)).collect()
}

fn one_of_many(random: &mut StdRng, number: u64, span: i64) -> Record {
    let at = BEGIN + random.random_range(0..span);
    let mut record = plain(at, number);
    let person = random.random_range(0..12);
    record.exchange.person = PersonId::new(format!("person-{person}"));
    record.facts.person.department = [Some("Finance"), Some("Legal"), None][person % 3].map(Into::into);
    record.facts.tool.id = ToolId::new(*["chatgpt", "claude", "openai-api"].choose(random).unwrap());
    for label in ["pii.email", "pii.us_ssn", "secret.openai"] {
        if random.random_bool(0.3) {
            find(&mut record, label, random.random_range(1..4), "•••");
        }
    }
    let (clause, action, outcome) = *[
        ("", Action::Allow, Outcome::Forwarded),
        ("USE-1", Action::Coach, Outcome::Coached),
        ("USE-1", Action::Coach, Outcome::Acknowledged),
        ("DATA-1", Action::Redact, Outcome::Redacted),
        ("DATA-2", Action::Block, Outcome::Blocked),
    ]
    .choose(random)
    .unwrap();
    if action != Action::Allow {
        decide(&mut record, "USE-9", Action::Allow, Outcome::Forwarded);
        decide(&mut record, clause, action, outcome);
    }
    record
}

pub(crate) fn completion(id: ExchangeId) -> Completion {
    Completion {
        id,
        at: instant(BEGIN + 900),
        status: Some(200),
        bytes_down: 4_096,
        duration_ms: 900,
        restored: 1,
        error: None,
    }
}
