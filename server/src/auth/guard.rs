use super::{May, role::Permitted};

/// Something that can be reached with a permission only.
///
/// A handler gets at the store and the engine through [`Guarded::open`] alone, and that takes a [`May`], which only
/// the authorisation of the current request can make. A handler that forgets to ask does not compile.
#[derive(Clone)]
pub(crate) struct Guarded<T>(T);

impl<T> Guarded<T> {
    pub(crate) const fn new(inner: T) -> Self {
        Self(inner)
    }

    /// What is guarded, for someone who may do something with it.
    pub(crate) const fn open<P: Permitted>(&self, _: &May<P>) -> &T {
        &self.0
    }

    /// What is guarded, for the server's own tasks, which act for nobody. Handlers must not use it.
    pub(crate) const fn for_tasks(&self) -> &T {
        &self.0
    }

    /// What is guarded, for the code that establishes who someone is.
    pub(super) const fn for_authorisation(&self) -> &T {
        &self.0
    }
}
