use std::{collections::BTreeMap, sync::LazyLock};

use model::{ClauseId, Label};
use policy::Mistakes;

use super::{Module, Occasion, read};

macro_rules! shipped {
    ($($name:literal),* $(,)?) => {
        [$((concat!($name, ".md"), include_str!(concat!("../../training/", $name, ".md")))),*]
    };
}

/// The modules that Bylaw ships, with their file names.
const SHIPPED: [(&str, &str); 9] = shipped!(
    "ai-basics",
    "personal-data",
    "health-data",
    "source-code-and-secrets",
    "strategy-and-mergers",
    "personal-accounts",
    "ai-generated-code",
    "prompt-injection-and-agents",
    "choosing-and-requesting-a-tool",
);

/// The module that everybody begins with.
const BEGIN: &str = "ai-basics";

static BUILTIN: LazyLock<Library> = LazyLock::new(|| Library::of(SHIPPED).unwrap_or_default());

/// The training modules there are.
#[derive(Clone, Debug, Default)]
pub struct Library {
    modules: BTreeMap<String, Module>,
}

/// Modules that cannot be offered.
#[derive(Debug, thiserror::Error)]
pub enum LibraryError {
    /// A module has mistakes.
    #[error("{0}")]
    Mistakes(Mistakes),
    /// Two modules have the same name.
    #[error("`{file}`: there is already a module `{module}`; give one of them another name")]
    Twice {
        /// The second one's file.
        file: String,
        /// The name.
        module: String,
    },
}

impl Library {
    /// What Bylaw ships; a test reads every one of them.
    pub fn builtin() -> &'static Self {
        &BUILTIN
    }

    /// Reads modules, given with their file names.
    pub fn of<'a>(sources: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, LibraryError> {
        let mut modules = BTreeMap::new();
        for (file, source) in sources {
            let module = read(file, source).map_err(LibraryError::Mistakes)?;
            if modules.contains_key(&module.id) {
                return Err(LibraryError::Twice { file: file.to_owned(), module: module.id });
            }
            modules.insert(module.id.clone(), module);
        }
        Ok(Self { modules })
    }

    /// The module called `id`.
    pub fn module(&self, id: &str) -> Option<&Module> {
        self.modules.get(id)
    }

    /// The modules that whoever broke `clause` with these data takes: those that name the clause, or else those about the data,
    /// or else the one that everybody begins with.
    pub fn after(&self, clause: &ClauseId, labels: &[Label]) -> Vec<&Module> {
        let assigned = || self.modules().filter(|module| module.assigned.contains(&Occasion::Violation));
        let naming: Vec<&Module> = assigned().filter(|module| module.names(clause)).collect();
        if !naming.is_empty() {
            return naming;
        }
        let about: Vec<&Module> = assigned().filter(|module| module.covers(labels)).collect();
        if !about.is_empty() {
            return about;
        }
        self.module(BEGIN).into_iter().collect()
    }

    /// Every module, by name.
    pub fn modules(&self) -> impl Iterator<Item = &Module> {
        self.modules.values()
    }
}

#[cfg(test)]
mod tests {
    use model::{ClauseId, Label};

    use super::{Library, SHIPPED};
    use crate::training::{Kind, Module, Passage};

    fn shipped() -> Library {
        Library::of(SHIPPED).unwrap_or_else(|error| panic!("{error}"))
    }

    fn passages(module: &Module) -> impl Iterator<Item = &Passage> {
        module.parts.iter().flat_map(|part| &part.passages)
    }

    #[test]
    fn every_shipped_module_is_read_and_whole() {
        let library = shipped();
        assert_eq!(library.modules().count(), SHIPPED.len());
        for module in library.modules() {
            let id = &module.id;
            let incidents =
                passages(module).filter(|passage| matches!(passage, Passage::Incident(_))).count();
            assert!(incidents >= 2, "{id} tells {incidents} incidents");
            assert!(
                passages(module).any(|passage| *passage == Passage::Tree),
                "{id} has no place for the tree"
            );
            assert!(
                (6..=10).contains(&module.questions.len()),
                "{id} asks {} questions",
                module.questions.len()
            );
            for kind in Kind::ALL {
                let asked = module.questions.iter().filter(|question| question.kind == kind).count();
                assert!(asked > 0, "{id} asks no {} question", kind.as_str());
            }
            assert!(!module.summary.is_empty(), "{id}");
        }
    }

    #[test]
    fn an_incident_tells_its_year_and_who_documented_it_when() {
        let year = |text: &str| (2020..=2026).any(|year| text.contains(&year.to_string()));
        for module in shipped().modules() {
            for passage in passages(module) {
                if let Passage::Incident(incident) = passage {
                    assert!(
                        year(&incident.when) && year(&incident.source),
                        "{}: {}",
                        module.id,
                        incident.title
                    );
                }
            }
        }
    }

    /// A quiz whose first answer is always right tests nothing.
    #[test]
    fn right_answers_stand_anywhere() {
        for module in shipped().modules() {
            let first = module.questions.iter().filter(|question| question.right().eq([0])).count();
            assert!(first * 2 <= module.questions.len(), "{}: {first}", module.id);
        }
    }

    #[track_caller]
    fn check(clause: &str, labels: &[&str], expected: &[&str]) {
        let labels: Vec<Label> = labels.iter().map(|label| label.parse().unwrap()).collect();
        let library = shipped();
        let modules = library.after(&ClauseId::new(clause), &labels);
        assert_eq!(modules.iter().map(|module| module.id.as_str()).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_violation_leads_to_the_modules_that_fit() {
        check("DATA-2", &["pii.us_ssn"], &["personal-data"]);
        check("DATA-8", &["source_code.rust"], &["source-code-and-secrets"]);
        check("ACCT-1", &["pii.email"], &["personal-accounts"]);
        check("TOOL-3", &[], &["choosing-and-requesting-a-tool"]);
        check("DATA-4", &["phi.condition", "pii.email"], &["health-data", "personal-data"]);
        check("BAN-2", &["attack"], &["prompt-injection-and-agents"]);
        check("OTHER-1", &[], &["ai-basics"]);
    }

    #[test]
    fn a_name_is_used_once() {
        let twice = [("a.md", include_str!("sample.md")), ("b.md", include_str!("sample.md"))];
        let error = Library::of(twice).unwrap_err().to_string();
        assert_eq!(error, "`b.md`: there is already a module `sample`; give one of them another name");
    }
}
