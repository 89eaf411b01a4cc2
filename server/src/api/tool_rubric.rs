//! The questions that tools are asked, and how much each counts.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use axum::{Json, extract::State};
use engine::Snapshot;
use governance::tool_review::{Question, Questionnaire, Rubric, Score, Section, ToolReview};
use model::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Change, Kept};
use utoipa::ToSchema;
use uuid::Uuid;

use super::tool_reviews::reviewer;
use crate::{
    app::{App, Data},
    auth::{May, to},
    kept::{invalid, refused},
    web::{input::Input, problem::Problem},
};

/// How tools are questioned and scored.
#[derive(Serialize, ToSchema)]
pub(crate) struct ToolRubric {
    questionnaire: Questionnaire,
    /// Weights that differ from the questionnaire's, by question.
    weights: BTreeMap<String, u8>,
    /// Counts the changes of the weights; 0 before the first.
    revision: u64,
    /// What the policy asks beside what is always asked.
    topics: Vec<String>,
    /// The functions that must agree to a decision.
    needed: Vec<String>,
}

/// Weights that differ from the questionnaire's.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewWeights {
    /// The revision that was read.
    revision: u64,
    /// Weights by question, 0 to 10.
    weights: BTreeMap<String, u8>,
}

/// How tools are questioned and scored.
#[utoipa::path(get, path = "/tool-reviews/rubric", tag = "tool reviews",
    responses((status = OK, body = ToolRubric)), extensions(("x-permission" = json!("review_tools"))))]
pub(crate) async fn get_tool_rubric(
    may: May<to::ReviewTools>,
    State(app): State<App>,
) -> Result<Json<ToolRubric>, Problem> {
    Ok(Json(Bench::read(reviewer(&may, &app)?, may.now()).await?.shown()))
}

/// Change how much questions count; scores change at once, decisions do not.
#[utoipa::path(put, path = "/tool-reviews/rubric", tag = "tool reviews", request_body = NewWeights,
    responses((status = OK, body = ToolRubric)), extensions(("x-permission" = json!("decide_tools"))))]
pub(crate) async fn set_tool_rubric(
    may: May<to::DecideTools>,
    State(app): State<App>,
    Input(new): Input<NewWeights>,
) -> Result<Json<ToolRubric>, Problem> {
    let data = app.data(&may);
    let bench = Bench::read(data, may.now()).await?;
    let rubric = Rubric::new(new.weights, bench.questionnaire).map_err(invalid)?;
    let before = bench.rubric.as_ref().map(|kept| &kept.it.weights);
    let act =
        may.act("tool_rubric.changed", "weights").with(json!({ "before": before, "now": rubric.weights }));
    let change = match &bench.rubric {
        Some(kept) if kept.revision == new.revision => Change::new(act).replace(kept, &rubric),
        None if new.revision == 0 => Change::new(act).add(RUBRIC, &rubric),
        _ => return Err(refused("somebody else changed the weights since you loaded them; load them again")),
    };
    data.commit(change, may.now()).await?;
    Ok(Json(Bench::read(data, may.now()).await?.shown()))
}

/// The one rubric there is.
const RUBRIC: Uuid = Uuid::from_u128(0xb71a_0001);

/// What reviews are shown with.
pub(super) struct Bench {
    questionnaire: &'static Questionnaire,
    rubric: Option<Kept<Rubric>>,
    weights: Rubric,
    pub(super) snapshot: Arc<Snapshot>,
    now: Timestamp,
}

impl Bench {
    pub(super) async fn read(data: &Data, now: Timestamp) -> Result<Self, Problem> {
        let rubric = data.store.kept::<Rubric>(RUBRIC).await?;
        let weights = rubric.as_ref().map(|kept| kept.it.clone()).unwrap_or_default();
        Ok(Self { questionnaire: questionnaire()?, rubric, weights, snapshot: data.engine.snapshot(), now })
    }

    fn topics(&self) -> &[String] {
        &self.snapshot.policy.front().workflow.review_topics
    }

    pub(super) fn needed(&self) -> &BTreeSet<String> {
        &self.snapshot.policy.front().workflow.tool_reviews
    }

    pub(super) fn score(&self, review: &ToolReview) -> Score {
        self.weights.score(self.questionnaire, self.topics(), &review.answers, self.now)
    }

    /// The sections that are asked, each question with its weight as it counts.
    pub(super) fn sections(&self) -> Vec<Section> {
        let weighed =
            |question: &Question| Question { weight: self.weights.weight(question), ..question.clone() };
        let section = |section: &Section| Section {
            questions: section.questions.iter().map(weighed).collect(),
            ..section.clone()
        };
        self.questionnaire.asked(self.topics()).map(section).collect()
    }

    fn shown(&self) -> ToolRubric {
        ToolRubric {
            questionnaire: self.questionnaire.clone(),
            weights: self.weights.weights.clone(),
            revision: self.rubric.as_ref().map_or(0, |kept| kept.revision),
            topics: self.topics().to_vec(),
            needed: self.needed().iter().cloned().collect(),
        }
    }
}

/// The questions, which are part of the program.
pub(crate) fn questionnaire() -> Result<&'static Questionnaire, Problem> {
    Questionnaire::shipped().map_err(|error| Problem::internal("read the questionnaire", error))
}
