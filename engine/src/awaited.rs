use dialect::Reading;
use model::{Activity, Timestamp};

use crate::{
    inspection::Inspection,
    listening::{Listening, Withheld},
};

/// An answer that the policy has a say in and that has not begun.
#[derive(Debug)]
pub struct Awaited {
    pub(crate) inspection: Inspection,
    /// What the request said of itself, for the answer's record.
    pub(crate) model: Option<String>,
    pub(crate) conversation: Option<String>,
}

impl Awaited {
    /// For the answer to an inspected request; `None` if no clause restrains answers.
    pub(crate) fn of(inspection: &Inspection, reading: Option<&Reading>) -> Option<Box<Self>> {
        if !inspection.snapshot.policy.restrains(Activity::Receive) {
            return None;
        }
        let mut inspection = inspection.clone();
        inspection.setting.activity = Activity::Receive;
        Some(Box::new(Self {
            inspection,
            model: reading.and_then(|reading| reading.model.clone()),
            conversation: reading.and_then(|reading| reading.conversation.clone()),
        }))
    }

    /// Begins to listen to an answer of this content type. It is withheld at once if no content could make it pass.
    pub fn begin(self, content_type: &str, now: Timestamp) -> Result<Listening, Box<Withheld>> {
        Listening::begin(self, content_type, now)
    }
}
