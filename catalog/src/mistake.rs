use std::fmt;

/// Something wrong in a catalogue file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// The file as the caller named it.
    pub file: String,
    /// Line, counted from 1.
    pub line: u32,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub remedy: String,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, line {}: {}: {}", self.file, self.line, self.message, self.remedy)
    }
}

/// A catalogue file that was refused, with everything that is wrong in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadError {
    /// Every mistake, in the order of the file.
    pub mistakes: Vec<Mistake>,
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("cannot load the catalogue of tools")?;
        self.mistakes.iter().try_for_each(|mistake| write!(f, "\n  {mistake}"))
    }
}

impl std::error::Error for LoadError {}

/// A catalogue file while it is read.
#[derive(Clone, Copy)]
pub(crate) struct File<'a> {
    pub(crate) name: &'a str,
    pub(crate) text: &'a str,
}

impl File<'_> {
    pub(crate) fn mistake(
        &self,
        at: usize,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Mistake {
        let before = self.text.get(..at).unwrap_or(self.text);
        let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
        Mistake {
            file: self.name.to_owned(),
            line: u32::try_from(line).unwrap_or(u32::MAX),
            message: message.into(),
            remedy: remedy.into(),
        }
    }
}
