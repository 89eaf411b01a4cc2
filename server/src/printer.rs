use std::{fmt, sync::Arc};

use policy::Policy;

type Print = dyn Fn(&Policy) -> Result<Vec<u8>, String> + Send + Sync;

/// Typesets policies as PDF; programs are built without one too, as it is large.
#[derive(Clone)]
pub struct Printer(Arc<Print>);

impl Printer {
    /// Typesets with `print`; its error says in words what failed.
    pub fn new(print: impl Fn(&Policy) -> Result<Vec<u8>, String> + Send + Sync + 'static) -> Self {
        Self(Arc::new(print))
    }

    /// The policy as PDF. CPU work: call it off the runtime's threads.
    pub(crate) fn print(&self, policy: &Policy) -> Result<Vec<u8>, String> {
        (self.0)(policy)
    }
}

impl fmt::Debug for Printer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<printer>")
    }
}
