use model::{ClauseId, Facts, ToolCategory, Verdict};
use policy::{Clause, Example, Policy};

use crate::{check::examine, snapshot::Snapshot};

/// What came of one example.
#[derive(Clone, Debug)]
pub struct ExampleResult {
    /// The clause it belongs to.
    pub clause: ClauseId,
    /// Which of the clause's examples, counted from 0.
    pub number: usize,
    /// The line of the document on which it begins.
    pub line: u32,
    /// It as facts.
    pub facts: Facts,
    /// What the policy said.
    pub verdict: Verdict,
    /// What was found in it, each label once.
    pub labels: Vec<model::Label>,
    /// How that differs from what is expected; `None` if it does not.
    pub difference: Option<String>,
}

/// Runs every example of `policy` through the snapshot's detectors and catalogue.
pub fn run_examples(policy: &Policy, snapshot: &Snapshot) -> Vec<ExampleResult> {
    let clauses = policy.clauses().iter();
    clauses
        .flat_map(|clause| clause.examples.iter().enumerate().map(move |at| (clause, at)))
        .map(|(clause, (number, example))| run(policy, snapshot, clause, number, example))
        .collect()
}

fn run(
    policy: &Policy,
    snapshot: &Snapshot,
    clause: &Clause,
    number: usize,
    example: &Example,
) -> ExampleResult {
    let category =
        snapshot.catalog.tool(example.tool.as_str()).map_or(ToolCategory::Unknown, |tool| tool.category);
    let found = examine(snapshot, &example.says);
    let labels = found.labels();
    let facts = example.facts(category, labels.clone(), found.purpose);
    let verdict = (*policy.decide(&facts)).clone();
    ExampleResult {
        clause: clause.id.clone(),
        number,
        line: example.line,
        difference: example.expect.matches(&verdict).err(),
        labels: labels.into_keys().collect(),
        facts,
        verdict,
    }
}
