use std::fmt;

use super::{budget::Limit, kind::Kind};

/// What a file says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// What the file is.
    pub kind: Kind,
    /// Its text, in the order of the file; files inside it follow.
    pub parts: Vec<Part>,
    /// What it says of itself.
    pub properties: Vec<Property>,
    /// What of it could not be read.
    pub problems: Vec<Problem>,
}

/// A piece of text with a place: a body, a sheet, a page range, an attachment.
#[derive(Clone, PartialEq, Eq)]
pub struct Part {
    /// Where it stands, for example `report.zip/customers.xlsx/Sheet1`.
    pub path: String,
    /// Its text. Cells of a row are joined by tabs, rows by line ends.
    pub text: String,
}

/// Something a document says of itself: author, title, company, a sensitivity label.
#[derive(Clone, PartialEq, Eq)]
pub struct Property {
    /// The file, as in [`Part::path`].
    pub path: String,
    /// Its name as the format has it, for example `creator` or `MSIP_Label_<id>_Name`.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// A file, or a part of it, that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The file, as in [`Part::path`].
    pub path: String,
    /// Why.
    pub trouble: Trouble,
}

/// Why something could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// It wants a password or a key.
    Encrypted,
    /// It is damaged, or does not hold to its format.
    Unreadable,
    /// Its form is known not to be read here; readable runs may have been taken from it.
    Unsupported,
    /// Reading it would have cost more than allowed; what was read until then is there.
    OverBudget(Limit),
    /// It is an image, and Tesseract is not installed, or reading images is switched off.
    NoRecognition,
}

impl fmt::Debug for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: <{} bytes>", self.path, self.text.len())
    }
}

impl fmt::Debug for Property {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: <{} bytes>", self.path, self.name, self.value.len())
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Encrypted => "encrypted",
            Self::Unreadable => "damaged or not of its format",
            Self::Unsupported => "of a form that is not read",
            Self::OverBudget(Limit::Memory) => "too large to hold in memory",
            Self::OverBudget(Limit::Unpacked) => "unpacks to too much",
            Self::OverBudget(Limit::Entries) => "holds too many files",
            Self::OverBudget(Limit::Depth) => "nested too deeply",
            Self::OverBudget(Limit::Time) => "takes too long to read",
            Self::NoRecognition => "an image, and Tesseract is not installed",
        })
    }
}
