use behavior::{Forgotten, Settings};
use model::{PersonId, Timestamp};
use store::CommitError;

use super::{LearnError, Student, kept};
use crate::app::Data;

/// Other nodes may keep what they learned meanwhile; so often it is read and done again.
const ATTEMPTS: u32 = 5;

/// Takes a person out of what was learned, on this node and in what is kept, whose earlier states are removed. Records of the
/// person must be gone before: what is learned after a state is learned again from records.
pub(crate) async fn forget(data: &Data, person: &PersonId, now: Timestamp) -> Result<(), LearnError> {
    let _turn = data.learning.turn.lock().await;
    let mut attempt = 1;
    loop {
        match try_to_forget(data, person, now).await {
            Err(LearnError::Commit(CommitError::Conflict { .. })) if attempt < ATTEMPTS => attempt += 1,
            done => return done,
        }
    }
}

/// Whatever this node has in memory is taken out first: if it cannot be kept, it is read again.
async fn try_to_forget(data: &Data, person: &PersonId, now: Timestamp) -> Result<(), LearnError> {
    let here = data.learning.student().take();
    let learns = here.is_some();
    let mut student = match here {
        Some(student) => student,
        None => kept::restore(data, Settings::default(), now).await?,
    };
    student.forget(person);
    if let Some((change, learned)) = kept::keep_alone(&student) {
        data.commit_quietly(change, now).await?;
        match learned {
            Some(learned) => student.is_saved(learned, now),
            None => student.saved = None,
        }
    }
    if learns {
        *data.learning.student() = Some(student);
    }
    Ok(())
}

impl Student {
    fn forget(&mut self, person: &PersonId) {
        if self.learner.forget(person) == Forgotten::Erased {
            // Whoever is still in the directory is known from there.
            self.snapshot = None;
        }
        self.levels.remove(person);
        self.touched.remove(person);
    }
}
