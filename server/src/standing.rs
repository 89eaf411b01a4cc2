use std::collections::{BTreeMap, HashMap};

use engine::{Earned, Standing};
use governance::{Lifecycle, ladder::Case, of_policy};
use model::{Person, PersonId, Timestamp};
use policy::{Policy, ladder::SUSPENDED};
use store::{QueryError, Store, Which};

/// What everybody has passed, accepted and brought upon themselves, as decisions under `policy` see it.
pub(crate) async fn read(store: &Store, policy: &Policy) -> Result<Standing, QueryError> {
    let clauses = of_policy(policy);
    let mut people: HashMap<PersonId, Earned> = HashMap::new();
    for kept in store.all_kept::<governance::Standing>(&Which::default()).await? {
        let governance::Standing { person, training, accepted, risk } = kept.it;
        let earned = people.entry(person).or_default();
        earned.training = training.into_iter().map(|(module, passed)| (module, passed.until)).collect();
        earned.risk = risk.values().map(|raised| (raised.level, raised.until)).collect();
        earned.attested_until = accepted.and_then(|accepted| accepted.counts(policy, &clauses));
    }
    for case in suspensions(store).await? {
        let Some(until) = case.suspended_until() else { continue };
        let groups = &mut people.entry(case.person).or_default().groups;
        let known = groups.entry(SUSPENDED.to_owned()).or_insert(until);
        *known = until.max(*known);
    }
    Ok(Standing::new(people))
}

/// The cases that may suspend somebody.
async fn suspensions(store: &Store) -> Result<Vec<Case>, QueryError> {
    let mut cases = Vec::new();
    for state in ["approved", "appealed", "upheld"] {
        let which = Which { state: Some(state.to_owned()), ..Which::default() };
        cases.extend(store.all_kept::<Case>(&which).await?.into_iter().map(|kept| kept.it));
    }
    Ok(cases)
}

/// Until when what `person` has passed and accepted counts, the directory's word included.
pub(crate) struct Counts {
    /// Each module.
    pub(crate) training: BTreeMap<String, Timestamp>,
    /// The policy; `None` if it has to be accepted.
    pub(crate) accepted: Option<Timestamp>,
    /// The end of a suspension.
    pub(crate) suspended: Option<Timestamp>,
}

impl Counts {
    /// As the engine sees it at `now`.
    pub(crate) fn of(person: &Person, standing: &Standing, now: Timestamp) -> Self {
        let earned = standing.of(&person.id).cloned().unwrap_or_default();
        let mut training = person.training.clone();
        for (module, until) in earned.training {
            let known = training.entry(module).or_insert(until);
            *known = until.max(*known);
        }
        let accepted = [person.attested_until, earned.attested_until].into_iter().flatten().max();
        let suspended = earned.groups.get(SUSPENDED).copied();
        Self {
            training,
            accepted: accepted.filter(|until| now < *until),
            suspended: suspended.filter(|until| now < *until),
        }
    }
}

/// The standing of one person and the change that keeps another.
pub(crate) async fn change(
    store: &Store,
    change: store::Change,
    person: &PersonId,
    next: impl FnOnce(governance::Standing) -> governance::Standing,
) -> Result<store::Change, QueryError> {
    let id = governance::Standing::id(person);
    Ok(match store.kept::<governance::Standing>(id).await? {
        Some(kept) => change.replace(&kept, &next(kept.it.clone())),
        None => change.add(id, &next(governance::Standing::of(person.clone()))),
    })
}

/// All of `person`'s of one kind, the latest begun first.
pub(crate) async fn theirs<T: Lifecycle>(
    store: &Store,
    person: &PersonId,
) -> Result<Vec<store::Kept<T>>, QueryError> {
    store.all_kept(&Which { person: Some(person.clone()), ..Which::default() }).await
}
