//! Modules for learning systems, and courses from them: cmi5 and SCORM 1.2.
//!
//! A package that is written runs in the browser of whoever learns, so that its answers are in it: a learning system grades
//! by what the browser says. Of a package that is read, only its manifest is: Bylaw runs nobody else's code.

mod read; // zip -> what a course is
mod write; // module -> zip

pub use read::{Package, ReadPackageError, read};
pub use write::{WritePackageError, write};

/// The manifest of a cmi5 package.
const CMI5: &str = "cmi5.xml";
/// The manifest of a SCORM 1.2 package.
const SCORM: &str = "imsmanifest.xml";
