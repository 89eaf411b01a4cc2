use std::collections::BTreeMap;

use model::{Action, Label};
use policy::{Clause, Policy};
use serde::{Deserialize, Serialize};

/// The frameworks that are shipped.
const SHIPPED: [(&str, &str); 8] = [
    ("nist-ai-rmf.toml", include_str!("../frameworks/nist-ai-rmf.toml")),
    ("iso-42001.toml", include_str!("../frameworks/iso-42001.toml")),
    ("eu-ai-act.toml", include_str!("../frameworks/eu-ai-act.toml")),
    ("gdpr.toml", include_str!("../frameworks/gdpr.toml")),
    ("hipaa.toml", include_str!("../frameworks/hipaa.toml")),
    ("pci-dss.toml", include_str!("../frameworks/pci-dss.toml")),
    ("owasp-llm.toml", include_str!("../frameworks/owasp-llm.toml")),
    ("mitre-atlas.toml", include_str!("../frameworks/mitre-atlas.toml")),
];

/// A law, standard or catalogue of risks that an organisation answers to.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Framework {
    /// Its id, as in `gdpr`.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// What it is.
    pub title: String,
    /// Where its text is.
    pub source: String,
    /// Whether and since when it applies, and what must be checked.
    pub status: String,
    /// Its points, in its order.
    #[serde(rename = "control")]
    pub controls: Vec<Control>,
}

/// One point of a framework.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Control {
    /// Its identifier in the framework.
    pub id: String,
    /// What it is about, in our words.
    pub title: String,
    /// From which day on it applies, if it has one of its own.
    pub applies: Option<String>,
    /// What is to be known of that day.
    pub status: Option<String>,
    /// Which clauses serve it: those that any of these fits.
    #[serde(default)]
    pub clauses: Vec<Selector>,
    /// What else of Bylaw serves it.
    #[serde(default)]
    pub functions: Vec<Function>,
    /// Why it is upheld outside Bylaw, if it is.
    pub outside: Option<String>,
}

/// Clauses of a kind; what is left out fits all.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Selector {
    /// The word that clause ids begin with, as in `DATA`.
    #[serde(default)]
    pub topics: Vec<String>,
    /// Labels whose findings the clause is about, or labels above them.
    #[serde(default)]
    pub labels: Vec<Label>,
    /// What the clause asks for.
    #[serde(default)]
    pub actions: Vec<Action>,
}

/// A part of Bylaw that serves a point beside clauses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Function {
    /// The policy with its versions, reviews and approvals.
    Policy,
    /// The log of what people did.
    AuditLog,
    /// Records of exchanges.
    Records,
    /// Synthetic exchanges that must get their verdict.
    Canaries,
    /// What is inspected and what is not.
    Coverage,
    /// The list of tools and what was decided about them.
    Tools,
    /// The vetting of tools.
    ToolReviews,
    /// Training with quizzes.
    Training,
    /// People's acceptance of the policy.
    Attestations,
    /// The channel for concerns.
    Reports,
    /// What follows a breach.
    Ladder,
    /// How long things are kept.
    Retention,
    /// Export and erasure of what is kept about a person.
    DataSubjects,
}

/// A framework file cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("framework `{file}` cannot be read")]
pub struct FrameworkError {
    /// The file.
    pub file: String,
    /// What is wrong with it.
    #[source]
    pub cause: toml::de::Error,
}

impl Framework {
    /// The frameworks that are shipped.
    pub fn shipped() -> Result<Vec<Self>, FrameworkError> {
        SHIPPED.iter().map(|(file, text)| Self::read(file, text)).collect()
    }

    /// Reads a framework file.
    pub fn read(file: &str, text: &str) -> Result<Self, FrameworkError> {
        toml::from_str(text).map_err(|cause| FrameworkError { file: file.to_owned(), cause })
    }

    /// For each clause of a policy, the points that it serves.
    pub fn served<'a>(&'a self, policy: &'a Policy) -> BTreeMap<&'a str, Vec<&'a Control>> {
        let mut served = BTreeMap::<&str, Vec<&Control>>::new();
        for control in &self.controls {
            for clause in control.clauses_of(policy) {
                served.entry(clause.id.as_str()).or_default().push(control);
            }
        }
        served
    }
}

impl Function {
    /// The word used in framework files, the API and the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Policy => "policy",
            Self::AuditLog => "audit_log",
            Self::Records => "records",
            Self::Canaries => "canaries",
            Self::Coverage => "coverage",
            Self::Tools => "tools",
            Self::ToolReviews => "tool_reviews",
            Self::Training => "training",
            Self::Attestations => "attestations",
            Self::Reports => "reports",
            Self::Ladder => "ladder",
            Self::Retention => "retention",
            Self::DataSubjects => "data_subjects",
        }
    }
}

impl Control {
    /// The clauses that serve it.
    pub fn clauses_of<'a>(&self, policy: &'a Policy) -> Vec<&'a Clause> {
        policy.clauses().iter().filter(|clause| self.clauses.iter().any(|kind| kind.fits(clause))).collect()
    }
}

impl Selector {
    /// Whether a clause is of this kind.
    pub fn fits(&self, clause: &Clause) -> bool {
        let topic = clause.id.as_str().rsplit_once('-').map_or("", |(topic, _)| topic);
        let of_topic = self.topics.is_empty() || self.topics.iter().any(|wanted| wanted == topic);
        let labels = clause.labels();
        let about = |wanted: &Label| labels.iter().any(|label| label.is(wanted));
        let of_label = self.labels.is_empty() || self.labels.iter().any(about);
        let of_action =
            self.actions.is_empty() || clause.action().is_some_and(|action| self.actions.contains(&action));
        of_topic && of_label && of_action
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// Whether an identifier has the form that its framework uses.
    fn well_formed(framework: &str, id: &str) -> bool {
        let number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let dotted = |text: &str, parts: &[usize]| {
            parts.contains(&text.split('.').count()) && text.split('.').all(number)
        };
        match framework {
            "nist-ai-rmf" => id.split_once(' ').is_some_and(|(function, place)| {
                ["GOVERN", "MAP", "MEASURE", "MANAGE"].contains(&function) && dotted(place, &[2])
            }),
            "iso-42001" => id.strip_prefix("A.").is_some_and(|place| dotted(place, &[2, 3])),
            "eu-ai-act" | "gdpr" => id.strip_prefix("Art. ").is_some_and(|article| {
                let mut parts = article.split('(');
                parts.next().is_some_and(number)
                    && parts.all(|part| {
                        part.strip_suffix(')').is_some_and(|part| number(part) || part.len() == 1)
                    })
            }),
            "hipaa" => id.strip_prefix("164.").is_some_and(|section| {
                section.split('(').next().is_some_and(|section| section.len() == 3 && number(section))
            }),
            "pci-dss" => dotted(id, &[3, 4]),
            "owasp-llm" => {
                id.strip_prefix("LLM").and_then(|id| id.strip_suffix(":2025")).is_some_and(|number| {
                    number.len() == 2 && number.parse::<u32>().is_ok_and(|number| (1..=10).contains(&number))
                })
            }
            "mitre-atlas" => id.strip_prefix("AML.T").is_some_and(|technique| {
                let mut parts = technique.split('.');
                parts.next().is_some_and(|part| part.len() == 4 && number(part))
                    && parts.all(|part| part.len() == 3 && number(part))
            }),
            _ => false,
        }
    }

    fn starters() -> Vec<(&'static str, Policy)> {
        let catalog = catalog::Catalog::builtin().unwrap();
        let detectors = detect::Detectors::builtin().unwrap();
        let words = engine::taxonomy(&detectors, &catalog);
        [
            ("balanced", include_str!("../../policies/balanced.md")),
            ("strict", include_str!("../../policies/strict.md")),
            ("healthcare", include_str!("../../policies/healthcare.md")),
        ]
        .map(|(name, source)| {
            (name, policy::compile(name, source, &words).unwrap_or_else(|mistakes| panic!("{mistakes}")))
        })
        .into()
    }

    #[test]
    fn identifiers_are_well_formed_and_stand_once() {
        let mut frameworks = BTreeSet::new();
        for framework in Framework::shipped().unwrap() {
            let mut ids = BTreeSet::new();
            assert!(framework.source.starts_with("https://"), "{}", framework.id);
            for control in &framework.controls {
                assert!(well_formed(&framework.id, &control.id), "{} {}", framework.id, control.id);
                assert!(ids.insert(&control.id), "{} {} stands twice", framework.id, control.id);
                let dated =
                    control.applies.as_deref().is_none_or(|day| day.parse::<model::Timestamp>().is_ok());
                assert!(dated, "{} {}", framework.id, control.id);
            }
            assert!(frameworks.insert(framework.id.clone()));
        }
        assert_eq!(frameworks.len(), 8);
    }

    #[test]
    fn every_point_meets_a_clause_of_each_starter_policy_or_is_upheld_outside() {
        let starters = starters();
        for framework in Framework::shipped().unwrap() {
            for control in &framework.controls {
                for (name, policy) in &starters {
                    let met = !control.clauses_of(policy).is_empty();
                    let place = format!("{} {} in {name}", framework.id, control.id);
                    assert_ne!(met, control.outside.is_some(), "{place}");
                    assert_eq!(control.clauses.is_empty(), control.outside.is_some(), "{place}");
                }
            }
        }
    }

    #[test]
    fn every_selector_is_of_use() {
        let starters = starters();
        for framework in Framework::shipped().unwrap() {
            for control in &framework.controls {
                for selector in &control.clauses {
                    let fits = |(_, policy): &(_, Policy)| {
                        policy.clauses().iter().any(|clause| selector.fits(clause))
                    };
                    assert!(starters.iter().any(fits), "{} {} {selector:?}", framework.id, control.id);
                }
            }
        }
    }
}
