use std::{collections::BTreeSet, sync::LazyLock};

use model::{Action, ClauseId, Duty, ExchangeId, Label, Outcome, PersonId, Record, Severity, Timestamp};
use serde::{Deserialize, Serialize};

use crate::Lifecycle;

/// What has to be done when data has left; data, so that an organisation can read and change it in one place.
const SHIPPED: &str = include_str!("../../checklists/exposure.toml");

static BUILTIN: LazyLock<Checklist> = LazyLock::new(|| toml::from_str(SHIPPED).unwrap_or_default());

/// What has to be done, in order.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Checklist {
    item: Vec<ChecklistItem>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ChecklistItem {
    id: String,
    says: String,
    /// Only where a label of these families was exposed; always if there is none.
    #[serde(default)]
    labels: Vec<Label>,
}

impl Checklist {
    /// What Bylaw ships.
    pub fn builtin() -> &'static Self {
        &BUILTIN
    }

    /// The items for data with these labels.
    pub fn items(&self, exposed: &BTreeSet<Label>) -> Vec<Item> {
        let concerns = |item: &&ChecklistItem| {
            item.labels.is_empty()
                || exposed.iter().any(|label| item.labels.iter().any(|family| label.is(family)))
        };
        let items = self.item.iter().filter(concerns);
        items.map(|item| Item { id: item.id.clone(), says: item.says.clone(), done: None }).collect()
    }
}

/// One thing to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = ChecklistItem))]
pub struct Item {
    /// Its stable name.
    pub id: String,
    /// What to do.
    pub says: String,
    /// That it was done.
    pub done: Option<Tick>,
}

/// That something was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Tick {
    /// By whom.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// What came of it.
    pub note: String,
}

/// The response to an exposure of data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Response {
    /// The exchange with which data left.
    pub exchange: ExchangeId,
    /// Whose it was.
    pub person: PersonId,
    /// The clauses that it broke.
    pub clauses: Vec<ClauseId>,
    /// What was found in it.
    pub labels: BTreeSet<Label>,
    /// When it was noticed.
    pub at: Timestamp,
    /// What has to be done.
    pub items: Vec<Item>,
    /// That it is over.
    pub closed: Option<Tick>,
}

/// What can happen to a response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExposureCommand {
    /// Something was done.
    Tick {
        /// The item.
        item: String,
        /// By whom and when.
        tick: Tick,
    },
    /// It was not, after all.
    Untick {
        /// The item.
        item: String,
    },
    /// Everything is done; the note says what was learned.
    Close(Tick),
}

/// A command that does not fit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExposureRefused {
    /// It is over.
    #[error("this response is closed; open another if there is more to do")]
    Closed,
    /// There is no such item.
    #[error("the checklist has no item `{item}`")]
    NoSuchItem {
        /// The item.
        item: String,
    },
    /// Something is left to do.
    #[error(
        "{left} of the checklist's items are not done yet; tick each, with a note where it does not apply"
    )]
    Unfinished {
        /// How many.
        left: usize,
    },
}

impl Response {
    /// The response after `command`.
    pub fn after(&self, command: ExposureCommand) -> Result<Self, ExposureRefused> {
        let mut next = self.clone();
        match (&self.closed, command) {
            (Some(_), _) => return Err(ExposureRefused::Closed),
            (None, ExposureCommand::Tick { item, tick }) => next.item(item)?.done = Some(tick),
            (None, ExposureCommand::Untick { item }) => next.item(item)?.done = None,
            (None, ExposureCommand::Close(tick)) => {
                let left = self.items.iter().filter(|item| item.done.is_none()).count();
                if left > 0 {
                    return Err(ExposureRefused::Unfinished { left });
                }
                next.closed = Some(tick);
            }
        }
        Ok(next)
    }

    fn item(&mut self, id: String) -> Result<&mut Item, ExposureRefused> {
        let found = self.items.iter_mut().find(|item| item.id == id);
        found.ok_or(ExposureRefused::NoSuchItem { item: id })
    }

    /// What makes it one of a kind.
    pub fn key(&self) -> String {
        format!("exposure\n{}", self.exchange)
    }
}

impl Lifecycle for Response {
    const KIND: &'static str = "exposure_response";

    fn state(&self) -> &'static str {
        if self.closed.is_some() { "closed" } else { "open" }
    }

    fn person(&self) -> Option<&PersonId> {
        Some(&self.person)
    }
}

/// The response that a record calls for: one whose data left as it was although a clause of high severity, which names that
/// data, wanted it held back. Under a policy that is only observed, for example. A stated reason that the policy asks for
/// is no exposure.
pub fn exposed(record: &Record, now: Timestamp) -> Option<Response> {
    if !matches!(record.outcome, Outcome::Forwarded | Outcome::Acknowledged) {
        return None;
    }
    let wanted = |duty: &Duty| {
        let held = record.verdict.held_back.iter().flat_map(|held| &held.duties);
        held.filter(|held| held.clause == duty.clause).map(|held| held.action).max().unwrap_or(duty.action)
    };
    let broken: Vec<_> = record
        .verdict
        .duties
        .iter()
        .filter(|duty| duty.severity >= Severity::High && !duty.uninspected && !duty.labels.is_empty())
        .filter(|duty| wanted(duty) > Action::Coach)
        .collect();
    let named = |label: &Label| broken.iter().any(|duty| duty.labels.iter().any(|family| label.is(family)));
    let labels: BTreeSet<Label> = record.facts.labels.keys().filter(|label| named(label)).cloned().collect();
    if labels.is_empty() {
        return None;
    }
    Some(Response {
        exchange: record.exchange.id,
        person: record.exchange.person.clone(),
        clauses: broken.iter().map(|duty| duty.clause.clone()).collect(),
        items: Checklist::builtin().items(&labels),
        labels,
        at: now,
        closed: None,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use model::{ExchangeId, Label, PersonId, Timestamp};

    use super::{Checklist, ExposureCommand, ExposureRefused, Response, SHIPPED, Tick};

    fn labels(names: &[&str]) -> BTreeSet<Label> {
        names.iter().map(|name| name.parse().unwrap()).collect()
    }

    fn tick() -> Tick {
        Tick { by: "ada".into(), at: Timestamp::from_millis(5), note: "done".into() }
    }

    #[test]
    fn the_checklist_is_read_and_fits_the_data() {
        let checklist: Checklist = toml::from_str(SHIPPED).unwrap();
        let ids = |names: &[&str]| {
            let items = checklist.items(&labels(names));
            items.into_iter().map(|item| item.id).collect::<BTreeSet<_>>()
        };
        let (secret, personal, code) =
            (ids(&["secret.aws_access_key"]), ids(&["pii.email"]), ids(&["source_code.rust"]));
        assert!(secret.contains("change-credentials") && !personal.contains("change-credentials"));
        assert!(personal.contains("data-protection") && !code.contains("data-protection"));
        assert!(code.contains("ask-the-vendor") && code.len() >= 5);
    }

    #[test]
    fn a_response_ends_when_everything_is_done() {
        let labels = labels(&["secret.password"]);
        let mut response = Response {
            exchange: ExchangeId(uuid::Uuid::from_u128(1)),
            person: PersonId::new("ben"),
            clauses: Vec::new(),
            items: Checklist::builtin().items(&labels),
            labels,
            at: Timestamp::from_millis(0),
            closed: None,
        };
        let left = response.items.len();
        let close = || ExposureCommand::Close(tick());
        assert_eq!(response.after(close()), Err(ExposureRefused::Unfinished { left }));
        let unknown = ExposureCommand::Tick { item: "x".into(), tick: tick() };
        assert_eq!(response.after(unknown), Err(ExposureRefused::NoSuchItem { item: "x".into() }));
        let items: Vec<String> = response.items.iter().map(|item| item.id.clone()).collect();
        for item in items.clone() {
            response = response.after(ExposureCommand::Tick { item, tick: tick() }).unwrap();
        }
        let undone = response.after(ExposureCommand::Untick { item: items[0].clone() }).unwrap();
        assert_eq!(undone.after(close()), Err(ExposureRefused::Unfinished { left: 1 }));
        let closed = response.after(close()).unwrap();
        assert_eq!(closed.after(close()), Err(ExposureRefused::Closed));
    }
}
