use model::{Action, ClauseId, Label, Severity, ToolId};

use crate::{example::Example, invariant::Invariant, ladder::Ladder, rule::Rule, workflow::Exemption};

/// A heading that clauses stand under, with what it says before them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// The heading.
    pub title: String,
    /// What stands between it and its first clause, as Markdown.
    pub prose: String,
}

/// One numbered rule of the policy: prose, reason, machine rule, examples.
#[derive(Clone, Debug)]
pub struct Clause {
    /// Its stable id, as in `DATA-1`.
    pub id: ClauseId,
    /// Its title.
    pub title: String,
    /// The section it stands in, by its position among the policy's sections.
    pub section: Option<usize>,
    /// What it says, as Markdown.
    pub prose: String,
    /// Why, as Markdown.
    pub why: Option<String>,
    /// What runs; without it the clause is upheld by people.
    pub machine: Option<Machine>,
    /// The text of its `rule` or `cedar` block.
    pub machine_source: Option<String>,
    /// Worked cases.
    pub examples: Vec<Example>,
    /// What must hold of every exchange, whatever this and other clauses say.
    pub invariants: Vec<Invariant>,
    /// What follows violations of this and other clauses.
    pub ladder: Option<Ladder>,
    /// The line of the document on which it begins.
    pub line: u32,
}

/// The part of a clause that runs.
#[derive(Clone, Debug)]
pub enum Machine {
    /// A `rule` block.
    Rule(Rule),
    /// A `cedar` block.
    Cedar(CedarRule),
}

/// A Cedar policy that an expert wrote, with what the fence says about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CedarRule {
    /// The policy, as written.
    pub source: String,
    /// What is done where it matches.
    pub then: Action,
    /// How much harm breaking it does.
    pub severity: Severity,
    /// The labels whose findings it is about, for `redact`.
    pub labels: Vec<Label>,
    /// What is done where the content that it depends on was not seen; `None` means nothing.
    pub if_uninspected: Option<Action>,
    /// Who may exempt from it, if not as the policy says.
    pub exceptions: Option<Exemption>,
}

impl Clause {
    /// Its `rule` block, if it has one.
    pub fn rule(&self) -> Option<&Rule> {
        match &self.machine {
            Some(Machine::Rule(rule)) => Some(rule),
            _ => None,
        }
    }

    /// What it asks for; `None` if it is upheld by people.
    pub fn action(&self) -> Option<Action> {
        self.machine.as_ref().map(Machine::action)
    }

    /// How much harm breaking it does; `None` if it is upheld by people.
    pub fn severity(&self) -> Option<Severity> {
        self.machine.as_ref().map(Machine::severity)
    }

    /// The labels whose findings it is about.
    pub fn labels(&self) -> Vec<Label> {
        self.machine.as_ref().map(Machine::labels).unwrap_or_default()
    }

    /// The approved tool that this clause recommends, if not the policy's own.
    pub fn alternative(&self) -> Option<&ToolId> {
        self.rule().and_then(|rule| rule.alternative.as_ref())
    }
}

impl Machine {
    /// What it asks for.
    pub fn action(&self) -> Action {
        match self {
            Self::Rule(rule) => rule.then,
            Self::Cedar(cedar) => cedar.then,
        }
    }

    /// What it asks for where the content that it depends on was not seen; `None` means nothing.
    pub fn if_uninspected(&self) -> Option<Action> {
        match self {
            Self::Rule(rule) => rule.if_uninspected,
            Self::Cedar(cedar) => cedar.if_uninspected,
        }
    }

    /// Who may exempt from it, if it says so itself.
    pub fn exceptions(&self) -> Option<&Exemption> {
        match self {
            Self::Rule(rule) => rule.exceptions.as_ref(),
            Self::Cedar(cedar) => cedar.exceptions.as_ref(),
        }
    }

    /// How much harm breaking it does.
    pub fn severity(&self) -> Severity {
        match self {
            Self::Rule(rule) => rule.severity,
            Self::Cedar(cedar) => cedar.severity,
        }
    }

    /// The labels whose findings it is about.
    pub fn labels(&self) -> Vec<Label> {
        match self {
            Self::Rule(rule) => rule.labels(),
            Self::Cedar(cedar) => cedar.labels.clone(),
        }
    }
}
