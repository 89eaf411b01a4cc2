use std::time::Duration;

use axum::{Json, extract::State};
use engine::Snapshot;
use model::{Action, ClauseId, Label, Timestamp, ToolId};
use serde::{Deserialize, Serialize};
use store::{ActionSeries, Span};
use utoipa::{IntoParams, ToSchema};

use crate::{
    app::{App, Data},
    auth::{May, to},
    web::{
        input::Params,
        problem::{Kind, Problem},
    },
};

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// What is shown if no span is given.
const USUAL_SPAN: Duration = Duration::from_secs(7 * 24 * 60 * 60);
/// Longest span that is counted.
const LONGEST_SPAN: Duration = Duration::from_secs(400 * 24 * 60 * 60);
/// How many buckets `auto` aims at.
const BUCKETS: i64 = 60;
/// People listed, those with most interventions first.
const PEOPLE: u32 = 20;

/// Which span, in which steps.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct OverviewQuery {
    /// Not before; a week before `to` if left out.
    #[param(value_type = Option<String>, format = DateTime)]
    from: Option<Timestamp>,
    /// Before; now if left out.
    #[param(value_type = Option<String>, format = DateTime)]
    to: Option<Timestamp>,
    /// How finely to count; `auto` if left out.
    #[serde(default)]
    #[param(required = false)]
    bucket: Bucket,
}

/// How finely to count.
#[derive(Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Bucket {
    /// As the length of the span suggests.
    #[default]
    Auto,
    /// By the minute.
    Minute,
    /// By the hour.
    Hour,
    /// By the day.
    Day,
}

/// What happened in a span, counted.
#[derive(Serialize, ToSchema)]
pub(crate) struct Overview {
    range: Range,
    totals: Totals,
    by_action: Vec<ActionBucket>,
    by_tool: Vec<ToolCount>,
    by_label: Vec<LabelCount>,
    top_clauses: Vec<ClauseCount>,
    departments: Vec<DepartmentCount>,
    people: Vec<PersonCount>,
}

/// The span.
#[derive(Serialize, ToSchema)]
pub(crate) struct Range {
    from: Timestamp,
    to: Timestamp,
    bucket_seconds: u64,
}

/// Counts over the whole span.
#[derive(Serialize, ToSchema)]
pub(crate) struct Totals {
    exchanges: u64,
    people: u64,
    tools: u64,
    /// Exchanges in which the policy stepped in.
    interventions: u64,
}

/// Exchanges in one step of time by what the policy said.
#[derive(Serialize, ToSchema)]
pub(crate) struct ActionBucket {
    /// When the step begins.
    at: Timestamp,
    allow: u64,
    coach: u64,
    justify: u64,
    redact: u64,
    block: u64,
}

/// Exchanges with one tool.
#[derive(Serialize, ToSchema)]
pub(crate) struct ToolCount {
    tool: ToolId,
    name: String,
    count: u64,
    /// In each step of time.
    series: Vec<u64>,
}

/// Exchanges in which one label was found.
#[derive(Serialize, ToSchema)]
pub(crate) struct LabelCount {
    label: Label,
    count: u64,
    /// In each step of time.
    series: Vec<u64>,
}

/// Exchanges to which one clause applied.
#[derive(Serialize, ToSchema)]
pub(crate) struct ClauseCount {
    clause: ClauseId,
    title: String,
    count: u64,
    action: Action,
}

/// What one department did.
#[derive(Serialize, ToSchema)]
pub(crate) struct DepartmentCount {
    /// Its name; `unknown` where people have none.
    department: String,
    exchanges: u64,
    interventions: u64,
    people: u64,
}

/// What one person did.
#[derive(Serialize, ToSchema)]
pub(crate) struct PersonCount {
    pseudonym: String,
    exchanges: u64,
    interventions: u64,
}

/// Count what happened in a span.
#[utoipa::path(get, path = "/overview", tag = "overview", params(OverviewQuery),
    responses((status = OK, body = Overview)), extensions(("x-permission" = json!("read_overview"))))]
pub(crate) async fn get_overview(
    may: May<to::ReadOverview>,
    State(app): State<App>,
    Params(query): Params<OverviewQuery>,
) -> Result<Json<Overview>, Problem> {
    let span = query.span(may.now())?;
    let width = query.bucket.width(span);
    let span = query.aligned(span, width);
    let data = app.data(&may);
    let counted = data.store.overview(span, width, PEOPLE).await?;
    Ok(Json(overview(span, width, counted, data)))
}

impl OverviewQuery {
    fn span(&self, now: Timestamp) -> Result<Span, Problem> {
        let to = self.to.unwrap_or(now);
        let from = self.from.unwrap_or_else(|| to.minus(USUAL_SPAN));
        if from >= to {
            return Err(Problem::new(Kind::Malformed, format!("`from` ({from}) must be before `to` ({to})")));
        }
        if from.plus(LONGEST_SPAN) < to {
            return Err(Problem::new(Kind::Malformed, "the span is longer than 400 days; ask for less"));
        }
        Ok(Span { from, to })
    }

    /// A span whose beginning was not asked for begins with a whole step.
    fn aligned(&self, span: Span, width: Duration) -> Span {
        let step = i64::try_from(width.as_millis()).unwrap_or(i64::MAX);
        match self.from {
            Some(_) => span,
            None => {
                Span { from: Timestamp::from_millis(span.from.as_millis().div_euclid(step) * step), ..span }
            }
        }
    }
}

impl Bucket {
    fn width(self, span: Span) -> Duration {
        match self {
            Self::Minute => MINUTE,
            Self::Hour => HOUR,
            Self::Day => DAY,
            Self::Auto => fitting(span.to.as_millis().saturating_sub(span.from.as_millis()) / BUCKETS),
        }
    }
}

/// The round width nearest above `millis`.
fn fitting(millis: i64) -> Duration {
    const ROUND: [u32; 9] = [1, 5, 15, 60, 3 * 60, 6 * 60, 12 * 60, 24 * 60, 7 * 24 * 60];
    let widths = ROUND.map(|minutes| MINUTE * minutes);
    let wanted = Duration::from_millis(u64::try_from(millis).unwrap_or(0));
    widths.into_iter().find(|width| *width >= wanted).unwrap_or(7 * DAY)
}

fn overview(span: Span, width: Duration, counted: store::Overview, data: &Data) -> Overview {
    let snapshot = data.engine.snapshot();
    let people = counted.people.into_iter().map(|person| PersonCount {
        pseudonym: data.pseudonyms.of(&person.person),
        exchanges: person.exchanges,
        interventions: person.interventions,
    });
    let departments = counted.departments.into_iter().map(|department| DepartmentCount {
        department: department.department.unwrap_or_else(|| "unknown".to_owned()),
        exchanges: department.exchanges,
        interventions: department.interventions,
        people: department.people,
    });
    let labels = counted.labels.into_iter().map(|label| LabelCount {
        label: label.label,
        count: label.exchanges,
        series: label.series,
    });
    Overview {
        range: Range {
            from: span.from,
            to: span.to,
            bucket_seconds: step(&counted.buckets, width).as_secs(),
        },
        totals: Totals {
            exchanges: counted.totals.exchanges,
            people: counted.totals.people,
            tools: counted.totals.tools,
            interventions: counted.totals.interventions,
        },
        by_action: by_action(&counted.buckets, &counted.actions),
        by_tool: counted.tools.into_iter().map(|tool| tool_count(tool, &snapshot)).collect(),
        by_label: labels.collect(),
        top_clauses: counted.clauses.into_iter().map(|clause| clause_count(clause, &snapshot)).collect(),
        departments: departments.collect(),
        people: people.collect(),
    }
}

/// The steps as counted: the store takes wider ones where there would be too many.
fn step(buckets: &[Timestamp], asked: Duration) -> Duration {
    match buckets {
        [first, second, ..] => {
            Duration::from_millis(u64::try_from(second.as_millis() - first.as_millis()).unwrap_or_default())
        }
        _ => asked,
    }
}

fn by_action(buckets: &[Timestamp], actions: &[ActionSeries]) -> Vec<ActionBucket> {
    let count = |action: Action, at: usize| {
        let series = actions.iter().find(|series| series.action == action);
        series.and_then(|series| series.series.get(at)).copied().unwrap_or_default()
    };
    let bucket = |(index, at): (usize, &Timestamp)| ActionBucket {
        at: *at,
        allow: count(Action::Allow, index),
        coach: count(Action::Coach, index),
        justify: count(Action::Justify, index),
        redact: count(Action::Redact, index),
        block: count(Action::Block, index),
    };
    buckets.iter().enumerate().map(bucket).collect()
}

fn tool_count(tool: store::ToolSeries, snapshot: &Snapshot) -> ToolCount {
    let known = snapshot.catalog.tool(tool.tool.as_str());
    ToolCount {
        name: known.map_or_else(|| tool.tool.to_string(), |known| known.name.clone()),
        tool: tool.tool,
        count: tool.exchanges,
        series: tool.series,
    }
}

fn clause_count(count: store::ClauseCount, snapshot: &Snapshot) -> ClauseCount {
    let known = snapshot.policy.clause(&count.clause);
    ClauseCount {
        title: known.map_or_else(|| count.clause.to_string(), |clause| clause.title.clone()),
        clause: count.clause,
        count: count.exchanges,
        action: count.action,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn auto_takes_round_steps() {
        let check = |span: Duration, step: Duration| {
            let from = Timestamp::from_millis(0);
            assert_eq!(Bucket::Auto.width(Span { from, to: from.plus(span) }), step, "{span:?}");
        };
        check(HOUR, MINUTE);
        check(2 * HOUR, 5 * MINUTE);
        check(DAY, HOUR);
        check(7 * DAY, 3 * HOUR);
        check(30 * DAY, 12 * HOUR);
        check(90 * DAY, 7 * DAY);
        check(400 * DAY, 7 * DAY);
    }
}
