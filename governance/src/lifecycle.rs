use model::PersonId;
use serde::{Serialize, de::DeserializeOwned};

/// Something that people move from state to state.
///
/// It is stored as JSON, with what lists are asked by beside it. A type may gain fields with `#[serde(default)]`; what
/// was stored must stay readable.
pub trait Lifecycle: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// What it is called in the store, as in `tool_review`; one type for each.
    const KIND: &'static str;

    /// The word for the state it is in.
    fn state(&self) -> &'static str;

    /// The id of what it is about, if that is not itself: a tool, a clause, a training module, a policy version.
    fn subject(&self) -> Option<&str> {
        None
    }

    /// Whom it concerns, if that is someone in the directory; what a person's own data are found by.
    fn person(&self) -> Option<&PersonId> {
        None
    }
}
