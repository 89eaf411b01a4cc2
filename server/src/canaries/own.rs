//! Canaries that operators define beside those that follow from the policy's examples.

use std::collections::BTreeSet;

use engine::Snapshot;
use governance::{
    canary::{CanaryResult, Got, OwnCanary, Posing},
    training::Library,
};
use model::{PersonFacts, Timestamp};
use policy::Expectation;
use store::{Kept, QueryError, Store, Which};

use super::{Planned, Probe, Prober, Way, body, way};

/// Which of them are sent.
pub(super) async fn all(store: &Store) -> Result<Vec<OwnCanary>, QueryError> {
    let kept = store.all_kept::<OwnCanary>(&Which::default()).await?;
    Ok(kept.into_iter().rev().map(|kept| kept.it).collect())
}

/// Those that have a time of their own, and whose time it is: `tried` says when each was sent last by this node.
pub(crate) async fn due(
    store: &Store,
    tried: impl Fn(&Kept<OwnCanary>) -> Timestamp,
    now: Timestamp,
) -> Result<Vec<Kept<OwnCanary>>, QueryError> {
    let mut kept = store.all_kept::<OwnCanary>(&Which::default()).await?;
    kept.retain(|kept| kept.it.every().is_some_and(|every| tried(kept).plus(every) <= now));
    Ok(kept)
}

/// Sends one; one that cannot be sent has failed, as its promise is not tried any more.
pub(super) async fn send(
    canary: &OwnCanary,
    snapshot: &Snapshot,
    prober: &Prober,
    now: Timestamp,
) -> CanaryResult {
    match planned(canary, snapshot, now) {
        Ok(planned) => CanaryResult { own: Some(canary.name.clone()), ..planned.send(prober).await },
        Err(reason) => CanaryResult {
            clause: canary.clause.clone(),
            example: 0,
            own: Some(canary.name.clone()),
            tool: canary.tool.clone(),
            expected: canary.expect,
            got: Got::Failed { reason },
        },
    }
}

/// Why it could not be sent, in words.
pub(crate) fn obstacle(canary: &OwnCanary, snapshot: &Snapshot, now: Timestamp) -> Option<String> {
    planned(canary, snapshot, now).err()
}

fn planned(canary: &OwnCanary, snapshot: &Snapshot, now: Timestamp) -> Result<Planned, String> {
    if snapshot.policy.clause(&canary.clause).is_none() {
        return Err(format!("the policy in force has no clause `{}`", canary.clause));
    }
    let Some(Way { host, path, dialect, .. }) = way(snapshot, &canary.tool) else {
        return Err(format!(
            "`{}` has no host that the gate opens and to which a prompt can be written",
            canary.tool
        ));
    };
    let allowed = canary.expect == model::Action::Allow;
    let clause = canary.clause.clone();
    let (clauses, without) = if allowed { (Vec::new(), Some(clause)) } else { (vec![clause], None) };
    let tenants = snapshot.settings.tenants.controls(&host).map(str::to_owned).collect();
    Ok(Planned {
        clause: canary.clause.clone(),
        example: 0,
        tool: canary.tool.clone(),
        expect: Expectation { action: canary.expect, clauses, without },
        probe: Probe {
            host,
            path,
            body: body(&dialect, &canary.text),
            person: posing(&canary.who, snapshot, now)?,
            tenants,
        },
    })
}

/// As whom it is sent.
fn posing(who: &Posing, snapshot: &Snapshot, now: Timestamp) -> Result<PersonFacts, String> {
    let trained = || Library::builtin().modules().map(|module| module.id.clone()).collect::<BTreeSet<_>>();
    let ordinary = || PersonFacts { training: trained(), attested: true, ..PersonFacts::default() };
    match who {
        Posing::Anybody => Ok(ordinary()),
        Posing::Group(group) => Ok(PersonFacts { groups: [group.clone()].into(), ..ordinary() }),
        Posing::Person(person) => {
            let known = snapshot.directory.person(person.as_str());
            known
                .map(|person| snapshot.person_facts(person, now))
                .ok_or_else(|| format!("there is nobody called `{person}` in the directory"))
        }
    }
}
