use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use governance::{
    Act, Standing, id_of,
    training::{Assignment, AssignmentState, History, Library, due},
};
use model::{Person, PersonId, Timestamp};
use serde_json::json;
use store::{Change, Which};

use super::{
    UpkeepError,
    climb::{DUE, assign},
    once,
};
use crate::app::Data;

/// Assignments kept in one transaction.
const BATCH: usize = 200;

/// Assigns what somebody has to take: who is new, whose pass lapses, and whose clauses have changed.
pub(super) async fn assign_all(data: &Data, now: Timestamp) -> Result<(), UpkeepError> {
    let snapshot = data.engine.snapshot();
    let standings = data.store.all_kept::<Standing>(&Which::default()).await?;
    let standings: HashMap<PersonId, Standing> =
        standings.into_iter().map(|kept| (kept.it.person.clone(), kept.it)).collect();
    let known = data.store.all_kept::<Assignment>(&Which::default()).await?;
    let ids: HashSet<_> = known.iter().map(|kept| kept.id).collect();
    let open: BTreeSet<(PersonId, String)> = known
        .into_iter()
        .filter(|kept| kept.it.state == AssignmentState::Open)
        .map(|kept| (kept.it.person, kept.it.module))
        .collect();
    let mut assignments = Vec::new();
    for person in snapshot.directory.people() {
        for module in Library::builtin().modules() {
            if open.contains(&(person.id.clone(), module.id.clone())) {
                continue;
            }
            let history = history(person, &module.id, standings.get(&person.id));
            let Some(cause) = due(module, person, &history, &snapshot.policy, now) else { continue };
            let assignment = Assignment {
                person: person.id.clone(),
                module: module.id.clone(),
                cause,
                at: now,
                due: now.plus(DUE),
                state: AssignmentState::Open,
            };
            if !ids.contains(&id_of(&assignment.key())) {
                assignments.push(assignment);
            }
        }
    }
    for batch in assignments.chunks(BATCH) {
        let act = Act::new("training.roster", batch.len(), "bylaw")
            .with(json!({ "policy": snapshot.policy.version() }));
        let change = batch.iter().fold(Change::new(act), assign);
        once(data.commit_quietly(change, now).await)?;
    }
    Ok(())
}

fn history(person: &Person, module: &str, standing: Option<&Standing>) -> History {
    let passed = standing.and_then(|standing| standing.training.get(module));
    let directory = person.training.get(module).copied();
    let until = [directory, passed.map(|passed| passed.until)].into_iter().flatten().max();
    let clauses = passed.map_or_else(BTreeMap::new, |passed| passed.clauses.clone());
    History { until, clauses }
}
