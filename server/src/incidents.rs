//! Opens and extends incidents: what is found is laid on a desk beside what is there already, and kept in one change.

use governance::{
    Act, id_of,
    incident::{About, Alarm, Evidence, Incident, IncidentCommand, Sign},
};
use model::Timestamp;
use serde_json::json;
use store::{Change, Kept, QueryError, Store, Which};
use uuid::Uuid;

/// Who opens incidents that nobody asked for, for the audit log.
pub(crate) const BY: &str = "bylaw";

/// Incidents that evidence may belong to, and what came of it so far.
pub(crate) struct Desk {
    cases: Vec<Case>,
}

struct Case {
    id: Uuid,
    /// As it is stored; new if `None`.
    kept: Option<Kept<Incident>>,
    now: Incident,
}

/// What became of a piece of evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Noted {
    /// It opened an incident.
    Opened(Uuid),
    /// It belongs to one that was there.
    Extended(Uuid),
    /// It belongs to none, and is not worth one.
    Left,
}

impl Desk {
    /// With these incidents on it.
    pub(crate) fn with(incidents: Vec<Kept<Incident>>) -> Self {
        let case = |kept: Kept<Incident>| Case { id: kept.id, now: kept.it.clone(), kept: Some(kept) };
        Self { cases: incidents.into_iter().map(case).collect() }
    }

    /// With every incident on it.
    pub(crate) async fn whole(store: &Store) -> Result<Self, QueryError> {
        Ok(Self::with(store.all_kept(&Which::default()).await?))
    }

    /// Adds `evidence` to the incident that it belongs to, or opens one.
    pub(crate) fn note(&mut self, evidence: Evidence) -> Noted {
        if let Some(id) = self.extend(&evidence) {
            return Noted::Extended(id);
        }
        // Whoever sees the same on another node, or once more after a restart, opens the same, once.
        let id = id_of(&format!("incident\n{}", key(&evidence)));
        if self.cases.iter().any(|case| case.id == id) {
            return Noted::Left;
        }
        self.cases.push(Case { id, kept: None, now: Incident::open(evidence) });
        Noted::Opened(id)
    }

    /// Adds `evidence` to a live incident that it belongs to, if there is one.
    pub(crate) fn join(&mut self, evidence: &Evidence) -> Noted {
        let live =
            self.cases.iter_mut().find(|case| case.now.stage.is_live() && case.now.concerns(&evidence.sign));
        match live.map(|case| (case.extend(evidence), case.id)) {
            Some((true, id)) => Noted::Extended(id),
            _ => Noted::Left,
        }
    }

    /// Live incidents first; then the latest of those that were closed and open again.
    fn extend(&mut self, evidence: &Evidence) -> Option<Uuid> {
        let mut order: Vec<&mut Case> = self.cases.iter_mut().collect();
        order.sort_by_key(|case| !case.now.stage.is_live());
        let fitting = order.into_iter().filter(|case| case.now.concerns(&evidence.sign));
        fitting.into_iter().find_map(|case| case.extend(evidence).then_some(case.id))
    }

    /// What there is to keep: nothing if all of it was known.
    pub(crate) fn change(self) -> Option<Change> {
        self.touched().fold(None, |change, case| Some(case.kept_in(change)))
    }

    /// `change`, with what there is to keep.
    pub(crate) fn added_to(self, change: Change) -> Change {
        self.touched().fold(change, |change, case| case.kept_in(Some(change)))
    }

    fn touched(self) -> impl Iterator<Item = Case> {
        self.cases.into_iter().filter(Case::is_touched)
    }
}

impl Case {
    /// Whether it took the evidence.
    fn extend(&mut self, evidence: &Evidence) -> bool {
        match self.now.clone().extended(evidence.clone()) {
            Ok(next) => {
                self.now = next;
                true
            }
            Err(_) => false,
        }
    }

    fn is_touched(&self) -> bool {
        self.kept.as_ref().is_none_or(|kept| kept.it != self.now)
    }

    fn kept_in(&self, change: Option<Change>) -> Change {
        let what = match &self.kept {
            None => "incident.opened",
            Some(kept) if !kept.it.stage.is_live() => "incident.reopened",
            Some(_) => IncidentCommand::Extend { at: Timestamp::from_millis(0) }.act(),
        };
        let detail =
            json!({ "kind": self.now.kind, "evidence": self.now.evidence.len(), "people": self.now.people });
        let act = Act::new(what, self.id, BY).with(detail);
        let change = match change {
            Some(change) => change.and(act),
            None => Change::new(act),
        };
        match &self.kept {
            None => change.add(self.id, &self.now),
            Some(kept) => change.replace(kept, &self.now),
        }
    }
}

/// What makes a piece of evidence one of a kind.
fn key(evidence: &Evidence) -> String {
    let about = About::of(&evidence.sign);
    let which = match &evidence.sign {
        Sign::Violations(violations) => {
            violations.exchanges.first().map_or_else(String::new, ToString::to_string)
        }
        Sign::Alarm(Alarm::UnreadableState { refused, .. }) => format!("state {refused}"),
        Sign::Deviation(_) | Sign::Canary { .. } | Sign::Report { .. } | Sign::Alarm(_) => {
            evidence.at.to_string()
        }
    };
    format!("{about:?}\n{which}")
}
