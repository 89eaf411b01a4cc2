mod exempted; // exceptions in force
mod solver; // a second opinion

use std::{
    env,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Result, bail};
use clap::Args;
use policy::{
    Policy,
    analysis::{self, Idle, Outcome, Proof, Refutation},
};
use serde_json::{Value, json};

use self::solver::Said;
use super::{Document, compile, count};
use crate::command::serve::block_on;

/// The solver that is looked for if none is named; Debian's package has the same name.
const SOLVER: &str = "cvc5";

/// Look at every invariant over all exchanges there can be, and for clauses that decide nothing.
#[derive(Args)]
pub(crate) struct Prove {
    #[command(flatten)]
    document: Document,
    /// The cvc5 program to ask for a second opinion, or `off`; if not given, cvc5 is asked where it is installed.
    #[arg(long)]
    solver: Option<PathBuf>,
}

impl Prove {
    /// Exit code 0 if every invariant holds, 1 otherwise.
    pub(super) fn run(self) -> Result<ExitCode> {
        let document = &self.document;
        let policy = compile(&document.file, &document.parts()?)?;
        let proofs = analysis::prove(&policy);
        let said = match self.solver() {
            Some(solver) => second_opinion(&solver, &policy)?,
            None => Vec::new(),
        };
        agree(&proofs, &said)?;
        let exceptions = document.around.config.as_deref().map(exempted::in_force).transpose()?;
        let idle = analysis::idle(&policy);
        let held = proofs.iter().filter(|proof| matches!(proof.outcome, Outcome::Holds)).count();
        if document.around.json {
            let proofs: Vec<Value> =
                proofs.iter().enumerate().map(|(at, proof)| as_json(proof, said.get(at))).collect();
            let idle: Vec<Value> =
                idle.iter().map(|idle| json!({"clause": clause(idle).id, "why": why(idle)})).collect();
            let exceptions = exceptions.map(|all| all.iter().map(exempted::as_json).collect::<Vec<_>>());
            let told = json!({"invariants": proofs, "idle": idle, "exceptions": exceptions});
            println!("{}", serde_json::to_string_pretty(&told)?);
        } else {
            let name = document.name();
            for proof in proofs.iter().filter(|proof| !matches!(proof.outcome, Outcome::Holds)) {
                println!("{name}:{}: {} {}", proof.invariant.line, proof.clause.id, sentence(proof));
            }
            for idle in &idle {
                let clause = clause(idle);
                println!("{name}:{}: {} {}", clause.line, clause.id, why(idle));
            }
            let held = format!("{held} of {}", count(proofs.len(), "invariant"));
            let how = how(&said);
            println!("{name}: {held} hold, {how}; {} decide nothing", count(idle.len(), "clause"));
            if let Some(exceptions) = exceptions {
                println!("{name}: {}", exempted::told(&exceptions));
            }
        }
        Ok(if held == proofs.len() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }

    fn solver(&self) -> Option<PathBuf> {
        match &self.solver {
            Some(off) if off == Path::new("off") => None,
            Some(named) => Some(named.clone()),
            None => {
                let folders = env::var_os("PATH")?;
                env::split_paths(&folders).map(|folder| folder.join(SOLVER)).find(|path| path.is_file())
            }
        }
    }
}

fn second_opinion(solver: &Path, policy: &Policy) -> Result<Vec<Said>> {
    let claims = analysis::claims(policy)?;
    block_on(async { Ok(solver::ask(solver, &claims).await?) })
}

/// Two ways to the same answer that differ mean a mistake in one of them: then neither is to be relied on.
fn agree(proofs: &[Proof<'_>], said: &[Said]) -> Result<()> {
    for (proof, said) in proofs.iter().zip(said) {
        let differ = matches!(
            (&proof.outcome, said),
            (Outcome::Holds | Outcome::Empty, Said::Refuted) | (Outcome::Refuted(_), Said::Proved)
        );
        if differ {
            bail!(
                "the solver and the decision diagrams disagree about `{}` ({}): please report it with the policy",
                proof.invariant.says,
                sentence(proof)
            );
        }
    }
    Ok(())
}

/// What the answers rest on.
fn how(said: &[Said]) -> String {
    let proved = said.iter().filter(|said| **said == Said::Proved).count();
    match said {
        [] => "tested over every case, not proved".to_owned(),
        _ => format!("tested over every case, {proved} of them proved by the solver"),
    }
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

fn as_json(proof: &Proof<'_>, said: Option<&Said>) -> Value {
    let mut told = json!({
        "clause": proof.clause.id, "line": proof.invariant.line, "says": proof.invariant.says,
        "bound": proof.invariant.bound.to_string(), "holds": matches!(proof.outcome, Outcome::Holds),
        "proved": said.is_some_and(|said| *said == Said::Proved),
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
