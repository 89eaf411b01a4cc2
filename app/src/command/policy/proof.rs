use std::process::ExitCode;

use anyhow::Result;
use policy::analysis::{self, Idle, Outcome, Proof, Refutation};
use serde_json::{Value, json};

use super::{Document, compile, count};

/// Exit code 0 if every invariant holds, 1 otherwise.
pub(super) fn run(document: &Document) -> Result<ExitCode> {
    let policy = compile(&document.file, &document.parts()?)?;
    let proofs = analysis::prove(&policy);
    let idle = analysis::idle(&policy);
    let held = proofs.iter().filter(|proof| matches!(proof.outcome, Outcome::Holds)).count();
    if document.around.json {
        let proofs: Vec<Value> = proofs.iter().map(as_json).collect();
        let idle: Vec<Value> =
            idle.iter().map(|idle| json!({"clause": clause(idle).id, "why": why(idle)})).collect();
        println!("{}", serde_json::to_string_pretty(&json!({"invariants": proofs, "idle": idle}))?);
    } else {
        for proof in proofs.iter().filter(|proof| !matches!(proof.outcome, Outcome::Holds)) {
            println!("{}:{}: {} {}", document.name(), proof.invariant.line, proof.clause.id, sentence(proof));
        }
        for idle in &idle {
            let clause = clause(idle);
            println!("{}:{}: {} {}", document.name(), clause.line, clause.id, why(idle));
        }
        let held = format!("{held} of {}", count(proofs.len(), "invariant"));
        println!(
            "{}: {held} hold, every case tested; {} decide nothing",
            document.name(),
            count(idle.len(), "clause")
        );
    }
    Ok(if held == proofs.len() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn sentence(Proof { invariant, outcome, .. }: &Proof<'_>) -> String {
    match outcome {
        Outcome::Holds => format!("`{}` holds", invariant.says),
        Outcome::Empty => format!("`{}` speaks of no exchange that could be", invariant.says),
        Outcome::Unsettled(region) => format!(
            "`{}` ({}) may not hold. {region}: this depends on a `cedar` block that is not looked into",
            invariant.says, invariant.bound
        ),
        Outcome::Refuted(refutation) => {
            let Refutation { sentence, facts, verdict, guilty } = &**refutation;
            let guilty: Vec<&str> = guilty.iter().map(|clause| clause.as_str()).collect();
            let because = match guilty.as_slice() {
                [] => "no clause speaks of it".to_owned(),
                _ => format!("because of {}", guilty.join(", ")),
            };
            let replay = serde_json::to_string(facts).unwrap_or_default();
            format!(
                "`{}` ({}) does not hold. {sentence}: the verdict is {}, {because}\n    {replay}",
                invariant.says, invariant.bound, verdict.action
            )
        }
    }
}

fn as_json(proof: &Proof<'_>) -> Value {
    let mut told = json!({
        "clause": proof.clause.id, "line": proof.invariant.line, "says": proof.invariant.says,
        "bound": proof.invariant.bound.to_string(), "holds": matches!(proof.outcome, Outcome::Holds),
    });
    let more = match &proof.outcome {
        Outcome::Holds => None,
        Outcome::Empty => Some(json!({"empty": true})),
        Outcome::Unsettled(region) => Some(json!({"unsettled": region})),
        Outcome::Refuted(refutation) => Some(json!({
            "refuted": refutation.sentence, "facts": refutation.facts, "verdict": refutation.verdict,
            "guilty": refutation.guilty,
        })),
    };
    if let (Some(told), Some(Value::Object(more))) = (told.as_object_mut(), more) {
        told.extend(more);
    }
    told
}

fn clause<'a>(idle: &Idle<'a>) -> &'a policy::Clause {
    match idle {
        Idle::Dead(clause) | Idle::Shadowed(clause) => clause,
    }
}

const fn why(idle: &Idle<'_>) -> &'static str {
    match idle {
        Idle::Dead(_) => "applies to no exchange that could be",
        Idle::Shadowed(_) => "decides nothing: wherever it applies, other clauses ask for as much",
    }
}
