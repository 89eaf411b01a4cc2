use std::process::ExitCode;

use anyhow::{Result, ensure};
use policy::{
    Example, Policy,
    analysis::compare,
    mutate::{Mutant, mutants},
};
use serde_json::{Value, json};

use super::{Document, compile};
use crate::runtime;

/// Says which wrong versions of the policy its examples would not notice. Exit code 0 if they notice at least 95 %.
pub(super) fn run(document: &Document) -> Result<ExitCode> {
    let parts = document.parts()?;
    let policy = compile(&document.file, &parts)?;
    let mutants = mutants(policy.source(), &parts.taxonomy());
    let snapshot = runtime::offline(parts, policy);
    let policy = &snapshot.policy;
    let results = engine::run_examples(policy, &snapshot);
    ensure!(
        results.iter().all(|result| result.difference.is_none()),
        "examples of {} fail as it is; see `bylaw policy test`",
        document.name()
    );
    let expected: Vec<(&Example, _)> = policy
        .examples()
        .map(|(_, example)| example)
        .zip(results.iter().map(|result| &result.facts))
        .collect();
    let notices = |mutant: &&Mutant| {
        expected
            .iter()
            .any(|(example, facts)| example.expect.matches(&mutant.policy.evaluate(facts)).is_err())
    };
    let (caught, missed): (Vec<&Mutant>, Vec<&Mutant>) = mutants.iter().partition(notices);
    // A change without any effect is no mistake.
    let missed: Vec<&Mutant> = missed.into_iter().filter(|mutant| differs(policy, &mutant.policy)).collect();
    let share = caught.len() as f64 / (caught.len() + missed.len()).max(1) as f64;
    if document.around.json {
        let missed: Vec<Value> =
            missed.iter().map(|mutant| json!({"clause": mutant.clause, "change": mutant.change})).collect();
        println!("{}", serde_json::to_string_pretty(&json!({"caught": caught.len(), "missed": missed}))?);
    } else {
        missed.iter().for_each(|mutant| println!("{} {}: no example notices", mutant.clause, mutant.change));
        println!(
            "{}: examples notice {} of {} changes, {:.1} %",
            document.name(),
            caught.len(),
            caught.len() + missed.len(),
            share * 100.0
        );
    }
    Ok(if share >= 0.95 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn differs(policy: &Policy, mutant: &Policy) -> bool {
    !compare(policy, mutant).is_empty()
}
