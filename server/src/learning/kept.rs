use std::collections::{HashMap, HashSet};

use behavior::{Learner, Settings};
use governance::{
    Act, Lifecycle, id_of,
    incident::{Alarm, Evidence, Sign},
};
use model::{Risk, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Change, Kept, Position, QueryError, Store, Which};
use uuid::Uuid;

use super::{LearnError, Student};
use crate::{
    app::Data,
    incidents::{BY, Desk},
};

/// What was learned, and the one before it, in case this cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Learned {
    /// The latest.
    pub(crate) latest: Saved,
    /// The one before.
    pub(crate) before: Option<Saved>,
}

/// A learner's state at one place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Saved {
    /// The file that holds it.
    pub(crate) file: Uuid,
    /// BLAKE3 of the file, in hexadecimal, as the audit log has it too.
    pub(crate) digest: String,
    /// The last record that it has learned.
    pub(crate) position: Position,
}

/// How many deviations a week are asked for, where somebody said so after the configuration was written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Budget {
    /// A week.
    pub(crate) per_week: f64,
    /// Who says so.
    pub(crate) by: String,
}

impl Lifecycle for Learned {
    const KIND: &'static str = "learned_state";

    fn state(&self) -> &'static str {
        "kept"
    }
}

impl Lifecycle for Budget {
    const KIND: &'static str = "deviation_budget";

    fn state(&self) -> &'static str {
        "asked"
    }
}

impl Learned {
    /// The id of the one there is.
    pub(crate) fn id() -> Uuid {
        id_of("learned state")
    }
}

impl Budget {
    /// The id of the one there is.
    pub(crate) fn id() -> Uuid {
        id_of("deviation budget")
    }
}

/// The act of keeping what was learned without somebody.
const FORGOT: &str = "learning.forgot";

/// The settings of the configuration with the budget that was asked for since.
pub(super) async fn settings(store: &Store, settings: Settings) -> Result<Settings, QueryError> {
    let asked = store.kept::<Budget>(Budget::id()).await?;
    Ok(Settings { budget: asked.map_or(settings.budget, |kept| kept.it.per_week), ..settings })
}

/// The learner as it was kept last, or the time before, or a new one; an alarm says which.
pub(super) async fn restore(data: &Data, settings: Settings, now: Timestamp) -> Result<Student, LearnError> {
    let kept = data.store.kept::<Learned>(Learned::id()).await?;
    let (learner, position) = match &kept {
        None => (Learner::new(settings), None),
        Some(kept) => match read(&data.store, &kept.it.latest, settings).await? {
            Some(learner) => (learner, Some(kept.it.latest.position)),
            None => earlier(data, &kept.it, settings, now).await?,
        },
    };
    Ok(Student {
        learner,
        position,
        saved: kept,
        saved_at: now,
        unsaved: 0,
        snapshot: None,
        levels: levels(&data.store, now).await?,
        touched: HashSet::new(),
    })
}

async fn earlier(
    data: &Data,
    learned: &Learned,
    settings: Settings,
    now: Timestamp,
) -> Result<(Learner, Option<Position>), LearnError> {
    let before = match &learned.before {
        Some(saved) => {
            read(&data.store, saved, settings).await?.map(|learner| (learner, Some(saved.position)))
        }
        None => None,
    };
    let (learner, position) = before.unwrap_or_else(|| (Learner::new(settings), None));
    let refused = learned.latest.position.entry;
    let alarm = Alarm::UnreadableState { refused, used: position.map_or(0, |position| position.entry) };
    let mut desk = Desk::whole(&data.store).await?;
    desk.note(Evidence { at: now, since: now, sign: Sign::Alarm(alarm) });
    let act =
        Act::new("learning.refused_state", refused, BY).with(json!({ "digest": learned.latest.digest }));
    data.commit_quietly(desk.added_to(Change::new(act)), now).await?;
    Ok((learner, position))
}

/// A state, if it is there and is what was kept.
pub(super) async fn read(
    store: &Store,
    saved: &Saved,
    settings: Settings,
) -> Result<Option<Learner>, LearnError> {
    let bytes = store.file(saved.file).await?;
    let Some(bytes) = bytes.filter(|bytes| digest(bytes) == saved.digest) else {
        tracing::error!(file = %saved.file, "what was learned is not what was kept");
        return Ok(None);
    };
    let restored = tokio::task::spawn_blocking(move || Learner::restore(&bytes, settings)).await?;
    match restored {
        Ok(learner) => Ok(Some(learner)),
        Err(error) => {
            tracing::error!(file = %saved.file, cause = %error, "what was learned cannot be read");
            Ok(None)
        }
    }
}

/// A change that keeps what `student` has learned; what it becomes, once the change is kept. The audit log has the digest, by
/// which anybody can tell whether the state was changed since.
pub(super) fn keep(student: &Student) -> Option<(Change, Learned)> {
    let (change, latest) = keep_latest(student, "learning.kept")?;
    let earlier = student.saved.as_ref();
    let learned = Learned { before: earlier.map(|kept| kept.it.latest.clone()), latest };
    let change = match earlier.and_then(|kept| kept.it.before.as_ref()) {
        Some(oldest) => change.drop_file(oldest.file),
        None => change,
    };
    Some((put(change, earlier, &learned), learned))
}

/// The same after somebody was forgotten: what was kept before held them, and goes. Nothing is kept if nothing was learned, or
/// nothing of it can be read.
pub(super) fn keep_alone(student: &Student) -> Option<(Change, Option<Learned>)> {
    let earlier = student.saved.as_ref();
    let (change, learned) = match keep_latest(student, FORGOT) {
        Some((change, latest)) => {
            let learned = Learned { latest, before: None };
            (put(change, earlier, &learned), Some(learned))
        }
        None => {
            let kept = earlier?;
            (Change::new(Act::new(FORGOT, &kept.it.latest.digest, BY)).remove(kept), None)
        }
    };
    let held =
        earlier.into_iter().flat_map(|kept| [Some(&kept.it.latest), kept.it.before.as_ref()]).flatten();
    Some((held.fold(change, |change, saved| change.drop_file(saved.file)), learned))
}

fn keep_latest(student: &Student, what: &'static str) -> Option<(Change, Saved)> {
    let position = student.position?;
    let bytes = student.learner.checkpoint();
    let latest = Saved { file: Uuid::now_v7(), digest: digest(&bytes), position };
    let detail = json!({ "entry": position.entry, "people": student.learner.people() });
    let change = Change::new(Act::new(what, &latest.digest, BY).with(detail));
    Some((change.keep_file(latest.file, bytes), latest))
}

fn put(change: Change, earlier: Option<&Kept<Learned>>, learned: &Learned) -> Change {
    match earlier {
        Some(kept) => change.replace(kept, learned),
        None => change.add(Learned::id(), learned),
    }
}

fn digest(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().to_string()
}

/// The levels of risk that learning had raised.
async fn levels(store: &Store, now: Timestamp) -> Result<HashMap<model::PersonId, Risk>, QueryError> {
    let all: Vec<Kept<governance::Standing>> = store.all_kept(&Which::default()).await?;
    let learned = all.into_iter().filter_map(|kept| {
        let raised = kept.it.risk.get(super::standing::CAUSE)?;
        (now < raised.until).then(|| (kept.it.person.clone(), raised.level))
    });
    Ok(learned.collect())
}
