//! The learner beside a running Bylaw: another budget tried on what is stored, and what was learned of one person.

use behavior::{Deviation, Entity, Explanation, Learner, Settings};
use governance::Act;
use model::{Person, PersonId, Timestamp};
use serde_json::json;
use store::{Change, QueryError, Store};

use super::{
    LearnError,
    event::{event, introduce},
    kept::{self, Learned},
    step::STRETCH,
};
use crate::{Secret, pseudonym::Pseudonyms};

/// Why it cannot be said what was learned of a person.
#[derive(Debug, thiserror::Error)]
pub enum ExplainError {
    /// The store cannot be read, or who asked could not be kept in the audit log: then nothing is told.
    #[error(transparent)]
    Store(#[from] LearnError),
    /// Nothing is learned yet.
    #[error("nothing is learned yet: a running Bylaw keeps what it learns every ten minutes")]
    Nothing,
    /// What is kept was changed, or is of another version.
    #[error(
        "what was learned cannot be read; a running Bylaw goes on from the state before and opens an incident"
    )]
    Unreadable,
    /// Nothing is known of the person.
    #[error("nothing is learned of `{0}`: they have not used an AI tool through Bylaw, or not lately")]
    Stranger(PersonId),
}

/// Lets every stored record run through a new learner with `settings`, in the order in which a running Bylaw learned them.
/// `raised` gets what it would have raised, with pseudonyms in the place of people; `seen` how many records have passed.
pub async fn replay_stored(
    store: &Store,
    people: &[Person],
    settings: Settings,
    secret: &Secret,
    raised: &mut impl FnMut(Deviation),
    seen: &mut impl FnMut(u64),
) -> Result<Learner, QueryError> {
    let mut learner = Learner::new(settings);
    introduce(&mut learner, people);
    let pseudonyms = Pseudonyms::new(secret);
    let mut raise = |mut deviation: Deviation| {
        let entity = if let Entity::Person(person) = &mut deviation.entity { Some(person) } else { None };
        for person in deviation.people.iter_mut().chain(entity) {
            *person = PersonId::new(pseudonyms.of(person));
        }
        raised(deviation);
    };
    let (mut position, mut records) = (None, 0);
    loop {
        let stretch = store.committed(position, STRETCH).await?;
        let Some(last) = stretch.last() else { break };
        position = Some(last.position);
        let events = stretch.iter().filter_map(event);
        events.for_each(|event| Learner::learn(&mut learner, &event).into_iter().for_each(&mut raise));
        records += stretch.len() as u64;
        seen(records);
    }
    learner.finish().into_iter().for_each(raise);
    Ok(learner)
}

/// What was learned of a person, as it was kept last. That `by` asked is in the audit log first.
pub async fn explain_kept(
    store: &Store,
    person: &PersonId,
    settings: Settings,
    by: &str,
    now: Timestamp,
) -> Result<Explanation, ExplainError> {
    let kept = store
        .kept::<Learned>(Learned::id())
        .await
        .map_err(LearnError::Query)?
        .ok_or(ExplainError::Nothing)?;
    let learner = kept::read(store, &kept.it.latest, settings).await?.ok_or(ExplainError::Unreadable)?;
    let explained = learner.explain(person).ok_or_else(|| ExplainError::Stranger(person.clone()))?;
    let act =
        Act::new("learning.explained", person, by).with(json!({ "entry": kept.it.latest.position.entry }));
    store.commit(Change::new(act), now).await.map_err(LearnError::Commit)?;
    Ok(explained)
}
