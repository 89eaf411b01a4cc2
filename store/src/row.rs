use model::{Completion, Duty, ExchangeId, Finding, Label, Record, Timestamp};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};
use uuid::Uuid;

use crate::entity::{completion, record, record_clause, record_document, record_label, record_registered};

/// One record as rows, made by whoever appends so that the writer only writes.
#[derive(Clone, Debug)]
pub(crate) struct Rows {
    pub(crate) record: Arc<Record>,
    pub(crate) main: record::Model,
    pub(crate) document: record_document::Model,
    pub(crate) labels: Vec<record_label::Model>,
    pub(crate) clauses: Vec<record_clause::Model>,
    pub(crate) registered: Vec<record_registered::Model>,
}

impl Rows {
    pub(crate) fn of(record: Record) -> Result<Self, serde_json::Error> {
        let id = record.exchange.id.0;
        Ok(Self {
            main: main(&record),
            document: record_document::Model {
                record_id: id,
                document: serde_json::to_string(&record)?,
                batch: None,
                salt: Some(Uuid::new_v4().as_bytes().to_vec()),
            },
            labels: labels(&record),
            clauses: clauses(&record),
            registered: registered(&record),
            record: Arc::new(record),
        })
    }
}

pub(crate) fn main(record: &Record) -> record::Model {
    let Record { exchange, facts, verdict, outcome, .. } = record;
    let decisive = verdict.decisive();
    record::Model {
        id: exchange.id.0,
        at: exchange.at.as_millis(),
        source: exchange.source.as_str().to_owned(),
        person: storable(exchange.person.as_str()),
        person_kind: facts.person.kind.as_str().to_owned(),
        department: facts.person.department.as_deref().map(storable),
        tool: storable(facts.tool.id.as_str()),
        tool_state: facts.tool.state.as_str().to_owned(),
        category: facts.tool.category.as_str().to_owned(),
        account: facts.account.as_str().to_owned(),
        activity: facts.activity.as_str().to_owned(),
        visibility: facts.visibility.as_str().to_owned(),
        uninspected: exchange.uninspected.map(|reason| reason.as_str().to_owned()),
        method: storable(&exchange.method),
        host: storable(&exchange.host),
        path: storable(&exchange.path),
        model: exchange.model.as_deref().map(storable),
        conversation: exchange.conversation.as_deref().map(storable),
        bytes_up: signed(exchange.bytes_up),
        action: verdict.action.as_str().to_owned(),
        outcome: outcome.as_str().to_owned(),
        severity: decisive.map(|duty| duty.severity.as_str().to_owned()),
        clause: decisive.map(|duty| storable(duty.clause.as_str())),
        otherwise: verdict.otherwise,
        policy: storable(verdict.policy.as_str()),
        search: search(record),
    }
}

/// Everything free text search looks at, in lower case; not the person, whom not everybody may see.
fn search(record: &Record) -> String {
    let Record { exchange, facts, findings, verdict, .. } = record;
    let mut text = format!("{}{}\n{}", exchange.host, exchange.path, facts.tool.id);
    let model = exchange.model.as_deref();
    let files = exchange.files.iter().map(String::as_str);
    let clauses = verdict.duties.iter().map(|duty| duty.clause.as_str());
    let labels = facts.labels.keys().map(Label::as_str);
    let excerpts = findings.iter().map(|finding| finding.excerpt.as_str());
    for word in model.into_iter().chain(files).chain(clauses).chain(labels).chain(excerpts) {
        text.push('\n');
        text.push_str(word);
    }
    storable(&text.to_lowercase())
}

/// Each label and everything above it, so that asking for `pii` is a look-up, not a search for a prefix.
fn labels(record: &Record) -> Vec<record_label::Model> {
    let mut counts = BTreeMap::<Label, u32>::new();
    for (label, count) in &record.facts.labels {
        for ancestor in label.lineage() {
            let total = counts.entry(ancestor).or_default();
            *total = total.saturating_add(*count);
        }
    }
    let row = |(label, count): (Label, u32)| record_label::Model {
        label: label.as_str().to_owned(),
        at: record.exchange.at.as_millis(),
        record_id: record.exchange.id.0,
        findings: i32::try_from(count).unwrap_or(i32::MAX),
    };
    counts.into_iter().map(row).collect()
}

/// Each clause once, with the strictest it asks for.
fn clauses(record: &Record) -> Vec<record_clause::Model> {
    let mut strictest = BTreeMap::new();
    for Duty { clause, action, .. } in &record.verdict.duties {
        let kept = strictest.entry(clause).or_insert(*action);
        *kept = (*kept).max(*action);
    }
    let row = |(clause, action): (&model::ClauseId, model::Action)| record_clause::Model {
        clause: storable(clause.as_str()),
        at: record.exchange.at.as_millis(),
        record_id: record.exchange.id.0,
        action: action.as_str().to_owned(),
    };
    strictest.into_iter().map(row).collect()
}

/// Each piece of registered data once, by the name it was registered with.
fn registered(record: &Record) -> Vec<record_registered::Model> {
    let names: BTreeSet<&str> = record.findings.iter().filter_map(Finding::registered).collect();
    let row = |name: &str| record_registered::Model {
        registered: storable(name),
        at: record.exchange.at.as_millis(),
        record_id: record.exchange.id.0,
    };
    names.into_iter().map(row).collect()
}

pub(crate) fn completion_row(completion: &Completion) -> completion::Model {
    completion::Model {
        record_id: completion.id.0,
        at: completion.at.as_millis(),
        status: completion.status.map(i32::from),
        bytes_down: signed(completion.bytes_down),
        duration_ms: signed(completion.duration_ms),
        restored: i64::from(completion.restored),
        error: completion.error.as_deref().map(storable),
    }
}

pub(crate) fn completion_of(row: completion::Model) -> Completion {
    Completion {
        id: ExchangeId(row.record_id),
        at: Timestamp::from_millis(row.at),
        status: row.status.and_then(|status| u16::try_from(status).ok()),
        bytes_down: unsigned(row.bytes_down),
        duration_ms: unsigned(row.duration_ms),
        restored: u32::try_from(row.restored).unwrap_or(u32::MAX),
        error: row.error,
    }
}

/// PostgreSQL cannot hold NUL in text; the document keeps it, escaped.
pub(crate) fn storable(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

/// Sizes beyond 2⁶³ − 1 are kept as that; the document keeps them exactly.
pub(crate) fn signed(size: u64) -> i64 {
    i64::try_from(size).unwrap_or(i64::MAX)
}

/// A count from the database, which knows no unsigned numbers.
pub(crate) fn unsigned(count: i64) -> u64 {
    u64::try_from(count).unwrap_or(0)
}
