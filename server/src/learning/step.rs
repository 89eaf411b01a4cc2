use std::{sync::Arc, time::Duration};

use behavior::{Deviation, Learner, Settings};
use model::{Risk, Timestamp};
use store::{Committed, Kept};

use super::{
    LearnError, Student,
    event::{event, introduce},
    kept,
    raise::{self, Said},
    standing,
};
use crate::app::Data;

/// Records learned at once.
pub(super) const STRETCH: u32 = 2_000;
/// What was learned is kept at the latest after so many records…
const RECORDS: u64 = 100_000;
/// …or so long.
const EVERY: Duration = Duration::from_secs(10 * 60);
/// Records can be committed to so much later than they are dated.
const LATE: Duration = Duration::from_secs(3 * 60);

/// Whether there may be more to learn now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Left {
    More,
    Nothing,
}

/// Tells the learner what the directory says, and what is asked of it, where that has changed.
pub(super) fn prepare(data: &Data, settings: Settings) {
    let snapshot = data.engine.snapshot();
    let mut held = data.learning.student();
    let Some(student) = held.as_mut() else { return };
    student.learner.adjust(settings);
    let is_known = |known: &Arc<engine::Snapshot>| Arc::ptr_eq(&known.directory, &snapshot.directory);
    if !student.snapshot.as_ref().is_some_and(is_known) {
        introduce(&mut student.learner, snapshot.directory.people());
        student.snapshot = Some(snapshot);
    }
}

/// Learns a stretch of records and keeps what has to be kept.
pub(super) async fn step(data: &Data, now: Timestamp) -> Result<Left, LearnError> {
    let position = data.learning.student().as_ref().and_then(|student| student.position);
    let stretch = data.store.committed(position, STRETCH).await?;
    let left = if stretch.len() < STRETCH as usize { Left::Nothing } else { Left::More };
    let (said, due) = {
        let mut held = data.learning.student();
        let Some(student) = held.as_mut() else { return Ok(Left::Nothing) };
        let mut deviations = student.learn(&stretch);
        if left == Left::Nothing && student.position.is_some() {
            deviations.extend(student.learner.advance(now.minus(LATE)));
        }
        (Said { deviations, movements: student.learner.movements() }, student.is_due(now))
    };
    if !said.is_empty() || due {
        keep_with(data, said, now).await?;
    }
    Ok(left)
}

/// Keeps what was learned since it was kept last.
pub(super) async fn keep(data: &Data, now: Timestamp) -> Result<(), LearnError> {
    let unsaved = data.learning.student().as_ref().map_or(0, |student| student.unsaved);
    if unsaved > 0 { keep_with(data, Said::default(), now).await } else { Ok(()) }
}

/// One change: the incidents, the levels of risk, and what was learned up to here.
async fn keep_with(data: &Data, said: Said, now: Timestamp) -> Result<(), LearnError> {
    let (change, learned, moved) = {
        let held = data.learning.student();
        let Some(student) = held.as_ref() else { return Ok(()) };
        let Some((change, learned)) = kept::keep(student) else { return Ok(()) };
        (change, learned, student.moved())
    };
    let mut change = raise::raise(&data.store, change, said, now).await?;
    for moved in &moved {
        change = standing::see(data, change, moved, now).await?;
    }
    data.commit_quietly(change, now).await?;
    let mut held = data.learning.student();
    if let Some(student) = held.as_mut() {
        student.is_saved(learned, now);
        student.touched.clear();
        for moved in moved {
            match moved.level {
                Risk::Low => student.levels.remove(&moved.person),
                level => student.levels.insert(moved.person, level),
            };
        }
    }
    Ok(())
}

impl Student {
    fn learn(&mut self, stretch: &[Committed]) -> Vec<Deviation> {
        let mut raised = Vec::new();
        for committed in stretch {
            self.position = Some(committed.position);
            self.unsaved += 1;
            if let Some(event) = event(committed) {
                raised.extend(Learner::learn(&mut self.learner, &event));
                self.touched.insert(event.person);
            }
        }
        raised
    }

    /// Takes note that this was kept.
    pub(super) fn is_saved(&mut self, learned: kept::Learned, now: Timestamp) {
        let revision = self.saved.as_ref().map_or(0, |kept| kept.revision) + 1;
        let id = kept::Learned::id();
        self.saved = Some(Kept { id, revision, created_at: now, changed_at: now, it: learned });
        (self.saved_at, self.unsaved) = (now, 0);
    }

    fn is_due(&self, now: Timestamp) -> bool {
        self.unsaved >= RECORDS || (self.unsaved > 0 && self.saved_at.plus(EVERY) <= now)
    }
}
