//! What a document changes of the policy in force.

use model::{Action, ClauseId, Severity};
use policy::{Clause, Policy, analysis};
use serde::Serialize;
use utoipa::ToSchema;

/// A clause of a draft.
#[derive(Serialize, ToSchema)]
pub(crate) struct DraftClause {
    id: ClauseId,
    /// The heading it stands under.
    section: String,
    title: String,
    prose_html: String,
    why_html: Option<String>,
    /// Its rule in words.
    sentence: Option<String>,
    action: Option<Action>,
    severity: Option<Severity>,
    line: u32,
    /// How it differs from the policy in force.
    change: ClauseChange,
}

/// How a clause differs from the one in force.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ClauseChange {
    /// Not at all.
    Same,
    /// There was none of that name.
    Added,
    /// Its rule says something else.
    Rule,
    /// Its rule is the same, its words, examples or invariants are not.
    Words,
}

/// What a document changes of the policy in force.
#[derive(Serialize, ToSchema)]
pub(crate) struct Differences {
    /// Exchanges about which the two differ: what is relaxed first, the gravest first.
    changes: Vec<Difference>,
    added: Vec<ClauseId>,
    removed: Vec<ClauseId>,
    /// Clauses whose rule changes.
    rules: Vec<ClauseId>,
    /// Clauses of which only words, examples or invariants change.
    words: Vec<ClauseId>,
}

/// Exchanges that are treated differently.
#[derive(Serialize, ToSchema)]
pub(crate) struct Difference {
    from: Action,
    to: Action,
    relaxes: bool,
    /// The exchanges, in words.
    sentence: String,
    /// Whether that is certain: parts of an expert's policy are not looked into.
    settled: bool,
}

/// What `new` changes of `old`. CPU work: call it off the runtime's threads.
pub(crate) fn differences(old: &Policy, new: &Policy) -> Differences {
    let of = |change| {
        let clauses = new.clauses().iter().filter(move |clause| changed(old, new, clause) == change);
        clauses.map(|clause| clause.id.clone()).collect()
    };
    let removed = old.clauses().iter().filter(|clause| new.clause(&clause.id).is_none());
    Differences {
        changes: analysis::compare(old, new).into_iter().map(Difference::from).collect(),
        added: of(ClauseChange::Added),
        removed: removed.map(|clause| clause.id.clone()).collect(),
        rules: of(ClauseChange::Rule),
        words: of(ClauseChange::Words),
    }
}

impl Differences {
    /// Of a document with mistakes.
    pub(super) fn unknown() -> Self {
        Self {
            changes: Vec::new(),
            added: Vec::new(),
            removed: Vec::new(),
            rules: Vec::new(),
            words: Vec::new(),
        }
    }
}

fn changed(old: &Policy, new: &Policy, clause: &Clause) -> ClauseChange {
    let Some(before) = old.clause(&clause.id) else { return ClauseChange::Added };
    if before.machine_source != clause.machine_source {
        return ClauseChange::Rule;
    }
    if old.text_of(before).trim_end() == new.text_of(clause).trim_end() {
        ClauseChange::Same
    } else {
        ClauseChange::Words
    }
}

/// The clauses of `new`, compared with those of `old`.
pub(crate) fn clauses(old: &Policy, new: &Policy) -> Vec<DraftClause> {
    let shown = |clause: &Clause| DraftClause {
        id: clause.id.clone(),
        section: new.section_of(clause).to_owned(),
        title: clause.title.clone(),
        prose_html: policy::render::prose(&clause.prose),
        why_html: clause.why.as_deref().map(policy::render::prose),
        sentence: clause.machine.as_ref().map(policy::render::machine),
        action: clause.action(),
        severity: clause.severity(),
        line: clause.line,
        change: changed(old, new, clause),
    };
    new.clauses().iter().map(shown).collect()
}

impl From<analysis::Change> for Difference {
    fn from(change: analysis::Change) -> Self {
        Self {
            relaxes: change.relaxes(),
            from: change.from,
            to: change.to,
            sentence: change.sentence,
            settled: change.settled,
        }
    }
}
