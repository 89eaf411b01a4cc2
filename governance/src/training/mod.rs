//! Training: modules as Markdown, quizzes graded here, who has to take what, and what it changed.

mod assignment; // that someone has to take a module
mod attempt; // a quiz taken
mod audience; // whom a module is for
mod due; // who has to take what, and why
mod effect; // violations before and after
mod external; // modules that another system teaches
mod grade; // answers -> marks
mod library; // the modules there are
mod module; // a module as people write it
pub mod package; // cmi5 and SCORM 1.2
mod read; // Markdown -> module
mod results; // a learning system's report -> who passed

pub use assignment::{Assignment, AssignmentCommand, AssignmentRefused, AssignmentState, Cause};
pub use attempt::{Attempt, Outcome};
pub use audience::Audience;
pub use due::{History, due, fingerprints, required};
pub use effect::{Effect, Rate, effect};
pub use external::{Completion, Course, How, Standard};
pub use grade::{Feedback, GradeError, Marks, QuestionMark, grade};
pub use library::{Library, LibraryError};
pub use module::{Choice, Incident, Kind, Module, Occasion, Part, Passage, Question, Tie};
pub use read::read;
pub use results::{Ended, LearningResult, ReadResultsError, read_results};
