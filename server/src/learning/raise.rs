use behavior::Deviation;
use governance::{
    Act,
    incident::{About, Evidence, Sign, Suppression},
};
use serde_json::json;
use store::{Change, Kept, QueryError, Store, Which};

use crate::incidents::{BY, Desk};

/// The same change, which also opens and extends the incidents of `deviations`, and counts those that a rule keeps.
pub(super) async fn raise(
    store: &Store,
    mut change: Change,
    deviations: Vec<Deviation>,
) -> Result<Change, QueryError> {
    if deviations.is_empty() {
        return Ok(change);
    }
    let kept: Vec<Kept<Suppression>> = store.all_kept(&Which::default()).await?;
    let mut rules: Vec<Suppression> = kept.iter().map(|kept| kept.it.clone()).collect();
    let mut desk = Desk::whole(store).await?;
    for deviation in deviations {
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
