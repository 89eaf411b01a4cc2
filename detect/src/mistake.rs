use std::fmt;

/// Everything wrong with a detector file, at once; nothing of the file is used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("detectors `{file}` cannot be used:{}", listed(mistakes))]
pub struct LoadError {
    /// The file, as named by the caller.
    pub file: String,
    /// What is wrong with it, in its order.
    pub mistakes: Vec<Mistake>,
}

/// One thing wrong with a detector file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// The detector, where it is known: its id, or `#3` for the third without one.
    pub detector: Option<String>,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub remedy: String,
}

impl Mistake {
    pub(crate) fn new(detector: &str, message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { detector: Some(detector.to_owned()), message: message.into(), remedy: remedy.into() }
    }

    pub(crate) fn of_file(message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { detector: None, message: message.into(), remedy: remedy.into() }
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(detector) = &self.detector {
            write!(f, "detector `{detector}`: ")?;
        }
        write!(f, "{}; {}", self.message, self.remedy)
    }
}

fn listed(mistakes: &[Mistake]) -> String {
    mistakes.iter().map(|mistake| format!("\n  {mistake}")).collect()
}
