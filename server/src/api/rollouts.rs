use std::collections::BTreeMap;

use axum::{Json, extract::State};
use governance::{Rollout, RolloutCommand, Stages};
use model::{ClauseId, PolicyVersion, Stage, Timestamp};
use policy::Policy;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Change, Kept};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    app::App,
    auth::{May, to},
    publication,
    web::{
        input::Input,
        problem::{Kind, Problem},
    },
};

/// How strictly the policy in force is carried out.
#[derive(Serialize, ToSchema)]
#[schema(as = Rollout)]
pub(crate) struct ShownRollout {
    version: PolicyVersion,
    /// Changes with every move; 0 while everything has been enforced from the beginning.
    revision: u64,
    changed_at: Option<Timestamp>,
    /// For every clause and everybody.
    whole: Stage,
    /// Clauses for which another stage holds.
    clauses: BTreeMap<ClauseId, Stage>,
    /// Groups whose people have a stage of their own, whatever the clause.
    groups: BTreeMap<String, Stage>,
}

/// How strictly a policy is to be carried out.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RolloutStages {
    /// For every clause and everybody.
    whole: Stage,
    /// Clauses for which another stage holds.
    #[serde(default)]
    clauses: BTreeMap<ClauseId, Stage>,
    /// Groups whose people have a stage of their own, whatever the clause.
    #[serde(default)]
    groups: BTreeMap<String, Stage>,
}

/// Another strictness.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RolloutMove {
    /// The revision that was seen.
    revision: u64,
    stages: RolloutStages,
}

impl RolloutStages {
    /// The same for `policy`, if it has these clauses.
    pub(crate) fn checked(self, policy: &Policy) -> Result<Stages, Problem> {
        let unknown = self.clauses.keys().find(|clause| policy.clause(clause).is_none());
        if let Some(clause) = unknown {
            return Err(Problem::new(Kind::Invalid, format!("the policy has no clause `{clause}`")));
        }
        let Self { whole, clauses, groups } = self;
        Ok(Stages { whole, clauses, groups })
    }
}

/// See how strictly the policy in force is carried out.
#[utoipa::path(get, path = "/policy/rollout", tag = "policy",
    responses((status = OK, body = ShownRollout)), extensions(("x-permission" = json!("read_policy"))))]
pub(crate) async fn get_rollout(
    may: May<to::ReadPolicy>,
    State(app): State<App>,
) -> Result<Json<ShownRollout>, Problem> {
    let data = app.data(&may);
    let rollout = publication::rollout(&data.store).await?;
    Ok(Json(shown(rollout, publication::in_force(data).await?)))
}

/// Carry the policy in force out more or less strictly, from now on.
#[utoipa::path(put, path = "/policy/rollout", tag = "policy", request_body = RolloutMove,
    responses((status = OK, body = ShownRollout)), extensions(("x-permission" = json!("publish_policy"))))]
pub(crate) async fn move_rollout(
    may: May<to::PublishPolicy>,
    State(app): State<App>,
    Input(step): Input<RolloutMove>,
) -> Result<Json<ShownRollout>, Problem> {
    let data = app.data(&may);
    let rollout = publication::rollout(&data.store).await?;
    let revision = rollout.as_ref().map_or(0, |rollout| rollout.revision);
    if revision != step.revision {
        let detail =
            "somebody else moved the rollout since you loaded it; look at it as it is now, then try again";
        return Err(Problem::new(Kind::Conflict, detail));
    }
    let snapshot = data.engine.snapshot();
    let stages = step.stages.checked(&snapshot.policy)?;
    let version = publication::in_force(data).await?;
    let act = may.act("rollout.moved", &version).with(json!(stages));
    let change = match &rollout {
        None => Change::new(act).add(Uuid::now_v7(), &Rollout::begin(version.clone(), stages)),
        Some(kept) => {
            let moved = kept.it.clone().apply(RolloutCommand::Move(stages));
            let moved = moved.map_err(|ended| Problem::new(Kind::Conflict, ended.to_string()))?;
            Change::new(act).replace(kept, &moved)
        }
    };
    data.commit(change, may.now()).await?;
    Ok(Json(shown(publication::rollout(&data.store).await?, version)))
}

fn shown(rollout: Option<Kept<Rollout>>, version: PolicyVersion) -> ShownRollout {
    let (revision, changed_at, stages) = match rollout {
        Some(kept) => (kept.revision, Some(kept.changed_at), kept.it.stages),
        None => (0, None, Stages::default()),
    };
    let Stages { whole, clauses, groups } = stages;
    ShownRollout { version, revision, changed_at, whole, clauses, groups }
}
