use std::path::Path;

use cedar_policy::{PolicySet, RequestEnv, Schema};
use cedar_policy_symcc::{
    CedarSymCompiler, CompiledPolicySet,
    err::{Error, SolverError as Unusable},
    solver::LocalSolver,
};
use policy::analysis::{Claim, Claims, Question};
use tokio::process::Command;

/// cvc5 gives up on one question after this many milliseconds.
const PATIENCE: &str = "--tlimit-per=20000";

/// What the solver says of an invariant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// It holds.
    Proved,
    /// It does not.
    Refuted,
    /// Nothing: it gave up, or could not be asked.
    Nothing,
}

/// The solver could not be used at all.
#[derive(Debug, thiserror::Error)]
#[error(
    "cannot run the solver `{path}`; install Debian's package cvc5, name another program with `--solver`, or say `--solver off`"
)]
pub(super) struct SolverError {
    path: String,
    #[source]
    cause: Unusable,
}

/// Asks cvc5 about every claim, in order. Cedar's symbolic compiler writes the questions; its encoding is proved right
/// in Lean, so this opinion shares nothing with the decision diagrams but the policies themselves.
pub(super) async fn ask(path: &Path, claims: &Claims<'_>) -> Result<Vec<Said>, SolverError> {
    let environments: Vec<RequestEnv> = claims.schema.request_envs().collect();
    let mut said = Vec::new();
    for claim in &claims.claims {
        said.push(about(path, claim, &claims.schema, &environments).await?);
    }
    Ok(said)
}

/// A solver is started anew for each claim: one that gave up is of no further use.
async fn about(
    path: &Path,
    claim: &Claim<'_>,
    schema: &Schema,
    environments: &[RequestEnv],
) -> Result<Said, SolverError> {
    let mut compiler = start(path)?;
    for question in &claim.questions {
        for environment in environments {
            match answer(&mut compiler, question, environment, schema).await {
                Ok(true) => {}
                Ok(false) => return Ok(Said::Refuted),
                Err(error) => {
                    tracing::debug!(cause = %error, "the solver gave no answer");
                    return Ok(Said::Nothing);
                }
            }
        }
    }
    Ok(Said::Proved)
}

fn start(path: &Path) -> Result<CedarSymCompiler<LocalSolver>, SolverError> {
    let mut command = Command::new(path);
    // Without the last, Debian's cvc5 1.0.3 refuses what the compiler writes.
    command.args(["--lang", "smt", PATIENCE, "--strings-exp"]).kill_on_drop(true);
    let failed = |cause| SolverError { path: path.display().to_string(), cause };
    CedarSymCompiler::new(LocalSolver::from_command(&mut command).map_err(failed)?)
        .map_err(|error| failed(Unusable::Solver(error.to_string())))
}

async fn answer(
    compiler: &mut CedarSymCompiler<LocalSolver>,
    question: &Question,
    environment: &RequestEnv,
    schema: &Schema,
) -> Result<bool, Box<Error>> {
    let compiled = |set: &PolicySet| CompiledPolicySet::compile(set, environment, schema).map_err(Box::new);
    let answer = match question {
        Question::Implies(one, other) => compiler.check_implies_opt(&compiled(one)?, &compiled(other)?).await,
        Question::Disjoint(one, other) => {
            compiler.check_disjoint_opt(&compiled(one)?, &compiled(other)?).await
        }
    };
    answer.map_err(Box::new)
}
