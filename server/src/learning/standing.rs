use std::time::Duration;

use behavior::RiskLevel;
use governance::{RaisedRisk, incident::reason_words};
use model::{PersonId, Risk, Timestamp};
use store::{Change, QueryError};

use super::Student;
use crate::{app::Data, standing};

/// By what a level of risk was raised that was learned.
pub(super) const CAUSE: &str = "learned";
/// A level counts so long after it was last confirmed; the evidence for it fades by half in four days.
const COUNTS: Duration = Duration::from_secs(4 * 24 * 60 * 60);

/// What decisions are to see of somebody's risk.
pub(super) struct Moved {
    pub(super) person: PersonId,
    pub(super) level: Risk,
    because: String,
}

impl Student {
    /// Those whose level has changed since it was kept.
    pub(super) fn moved(&self) -> Vec<Moved> {
        let known = self.levels.keys();
        let people: std::collections::BTreeSet<&PersonId> = self.touched.iter().chain(known).collect();
        let moved = people.into_iter().filter_map(|person| {
            let now = self.learner.risk(person);
            let before = self.levels.get(person).copied().unwrap_or(Risk::Low);
            (now.level != before).then(|| Moved {
                person: person.clone(),
                level: now.level,
                because: because(&now),
            })
        });
        moved.collect()
    }
}

/// The strongest reason, in words.
fn because(risk: &RiskLevel) -> String {
    let reason = risk.reasons.first().map(|reason| reason_words(reason, &|tool| tool.to_string()));
    reason.unwrap_or_else(|| "more than usual over several days".to_owned())
}

/// The same change, which also lets decisions see a level of risk.
pub(super) async fn see(
    data: &Data,
    change: Change,
    moved: &Moved,
    now: Timestamp,
) -> Result<Change, QueryError> {
    standing::change(&data.store, change, &moved.person, |known| match moved.level {
        Risk::Low => known.easing(CAUSE),
        level => known.raising(
            CAUSE,
            RaisedRisk { level, from: now, until: now.plus(COUNTS), because: moved.because.clone() },
        ),
    })
    .await
}
