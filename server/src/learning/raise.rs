use behavior::{Deviation, Movement};
use governance::{
    Act,
    incident::{About, Alarm, Evidence, Sign, Suppression},
};
use model::Timestamp;
use serde_json::json;
use store::{Change, Kept, QueryError, Store, Which};

use crate::incidents::{BY, Desk};

/// What the learner has to say: deviations, and in which measures what is usual has risen.
#[derive(Default)]
pub(super) struct Said {
    pub(super) deviations: Vec<Deviation>,
    pub(super) movements: Vec<Movement>,
}

impl Said {
    pub(super) fn is_empty(&self) -> bool {
        self.deviations.is_empty() && self.movements.is_empty()
    }
}

/// The same change, which also opens and extends the incidents of what was said, and counts the deviations that a rule keeps.
pub(super) async fn raise(
    store: &Store,
    mut change: Change,
    said: Said,
    now: Timestamp,
) -> Result<Change, QueryError> {
    if said.is_empty() {
        return Ok(change);
    }
    let kept: Vec<Kept<Suppression>> = store.all_kept(&Which::default()).await?;
    let mut rules: Vec<Suppression> = kept.iter().map(|kept| kept.it.clone()).collect();
    let mut desk = Desk::whole(store).await?;
    for Movement { channel, factor } in said.movements {
        let sign = Sign::Alarm(Alarm::BaselineMoved { channel, factor });
        desk.note(Evidence { at: now, since: now, sign });
    }
    for deviation in said.deviations {
        let (at, since) = (deviation.at, deviation.since);
        let sign = Sign::Deviation(deviation);
        let about = About::of(&sign);
        let Sign::Deviation(deviation) = &sign else { continue };
        let keeping = Suppression::keeping(&rules.iter().collect::<Vec<_>>(), deviation, &about, at);
        match keeping.and_then(|place| rules.get_mut(place)) {
            Some(rule) => *rule = rule.clone().counting(deviation),
            None => {
                desk.note(Evidence { at, since, sign });
            }
        }
    }
    for (kept, rule) in kept.iter().zip(&rules).filter(|(kept, rule)| kept.it != **rule) {
        let act = Act::new("deviation.suppressed", kept.id, BY).with(json!({ "count": rule.count }));
        change = change.and(act).replace(kept, rule);
    }
    Ok(desk.added_to(change))
}
