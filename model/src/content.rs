use std::fmt;

use serde::Deserialize;

/// Text that people sent to, or received from, a tool.
///
/// It cannot be printed or serialised: `Debug` shows its length only. [`Sensitive::reveal`] is the one way to read it,
/// so searching for `reveal` lists every reader.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Sensitive(String);

impl Sensitive {
    /// Wraps `text`.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself. Callers must not log it, keep it or put it in an error.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Length in bytes.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no text.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Sensitive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{} bytes>", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::Sensitive;

    #[test]
    fn debug_shows_length_only() {
        assert_eq!(format!("{:?}", Sensitive::new("SSN 536-90-4399")), "<15 bytes>");
    }
}
