use std::sync::Arc;

use model::{Action, Exchange, ExchangeId, Outcome, Record, Source, Timestamp, Uninspected, Visibility};

use crate::{
    facts::{Content, Setting, facts},
    login::Who,
    snapshot::Snapshot,
};

/// The record of a connection whose content stays closed.
pub(crate) fn tunnelled(
    snapshot: &Arc<Snapshot>,
    who: &Who,
    setting: Setting,
    host: &str,
    now: Timestamp,
) -> Record {
    let content = Content { labels: Default::default(), purpose: None, visibility: Visibility::Flow };
    let facts = facts(snapshot, who, &setting, content, now);
    let verdict = snapshot.verdict(&facts);
    let exchange = Exchange {
        id: ExchangeId::at(now),
        at: now,
        source: Source::Proxy,
        person: who.id.clone(),
        method: String::new(),
        host: host.to_owned(),
        path: String::new(),
        model: None,
        conversation: None,
        files: Vec::new(),
        bytes_up: 0,
        uninspected: Some(Uninspected::PassThrough),
    };
    let outcome = if verdict.action == Action::Block { Outcome::Blocked } else { Outcome::Forwarded };
    Record { exchange, facts, findings: Vec::new(), verdict, outcome }
}
