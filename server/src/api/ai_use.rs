use std::{collections::BTreeMap, time::Duration};

use axum::{Json, extract::State, response::IntoResponse};
use engine::Snapshot;
use model::{AccountKind, Label, Source, Timestamp, ToolCategory, ToolId, ToolState, Visibility};
use serde::{Deserialize, Serialize};
use store::{DataFlow, Span, ToolInUse};
use utoipa::{IntoParams, ToSchema};

use crate::{
    app::{App, Data},
    auth::{May, to},
    web::{
        csv,
        input::Params,
        problem::{Kind, Problem},
    },
};

/// Days that are looked back if none are asked for.
const USUAL: u32 = 30;
/// Most days that are looked back.
const LONGEST: u32 = 400;
const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// Points of a trend.
const POINTS: u32 = 30;
/// Flows that are told, the largest first; the rest is summed up.
const FLOWS: usize = 200;

/// How far back to look.
#[derive(Clone, Copy, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct AiUseQuery {
    /// Days, 1 to 400; 30 if left out.
    days: Option<u32>,
}

/// How AI is used, by whatever saw it: the gate, packets, other systems' logs.
#[derive(Serialize, ToSchema)]
pub(crate) struct AiUse {
    from: Timestamp,
    to: Timestamp,
    /// Tools in use, those with most people first.
    tools: Vec<UsedTool>,
}

/// How one tool is used.
#[derive(Serialize, ToSchema)]
pub(crate) struct UsedTool {
    tool: ToolId,
    name: String,
    vendor: String,
    category: ToolCategory,
    /// What was decided about it, as it counts now.
    state: ToolState,
    exchanges: u64,
    people: u64,
    /// Different people by department; those of none are under `unknown`.
    departments: BTreeMap<String, u64>,
    /// Bytes to the tool.
    bytes_up: u64,
    /// Bytes from the tool, as far as they were seen.
    bytes_down: u64,
    /// Exchanges by account.
    accounts: BTreeMap<AccountKind, u64>,
    /// Exchanges by how much of them was seen.
    visibility: BTreeMap<Visibility, u64>,
    /// Exchanges by who saw them.
    sources: BTreeMap<Source, u64>,
    /// The first use that is kept, also before the days asked for.
    first_seen: Option<Timestamp>,
    last_seen: Option<Timestamp>,
    /// Exchanges in each step of time, oldest first.
    trend: Vec<u64>,
}

/// What went from departments to tools.
#[derive(Serialize, ToSchema)]
pub(crate) struct DataFlows {
    from: Timestamp,
    to: Timestamp,
    /// The largest flows.
    flows: Vec<ShownFlow>,
    /// Exchanges of the flows that are not told.
    rest: u64,
}

/// Exchanges of one department with one tool in which one family of data was found.
#[derive(Serialize, ToSchema)]
pub(crate) struct ShownFlow {
    /// The department; `unknown` where people have none.
    department: String,
    tool: ToolId,
    tool_name: String,
    /// Family of what was found; nothing where nothing was found, or content was not seen.
    label: Option<Label>,
    exchanges: u64,
}

/// How AI is used, tool by tool.
#[utoipa::path(get, path = "/ai-use", tag = "ai use", params(AiUseQuery),
    responses((status = OK, body = AiUse)), extensions(("x-permission" = json!("read_overview"))))]
pub(crate) async fn get_ai_use(
    may: May<to::ReadOverview>,
    State(app): State<App>,
    Params(query): Params<AiUseQuery>,
) -> Result<Json<AiUse>, Problem> {
    let span = query.span(may.now())?;
    let tools = tools(app.data(&may), span, may.now()).await?;
    Ok(Json(AiUse { from: span.from, to: span.to, tools }))
}

/// The same as CSV (RFC 4180), for spreadsheets.
#[utoipa::path(get, path = "/ai-use.csv", tag = "ai use", params(AiUseQuery),
    responses((status = OK, body = String, content_type = "text/csv")),
    extensions(("x-permission" = json!("read_overview"))))]
pub(crate) async fn export_ai_use(
    may: May<to::ReadOverview>,
    State(app): State<App>,
    Params(query): Params<AiUseQuery>,
) -> Result<impl IntoResponse, Problem> {
    let span = query.span(may.now())?;
    let tools = tools(app.data(&may), span, may.now()).await?;
    Ok(csv::file("ai-use.csv", table(&tools)))
}

/// What went from which department to which tool.
#[utoipa::path(get, path = "/ai-use/flows", tag = "ai use", params(AiUseQuery),
    responses((status = OK, body = DataFlows)), extensions(("x-permission" = json!("read_overview"))))]
pub(crate) async fn get_data_flows(
    may: May<to::ReadOverview>,
    State(app): State<App>,
    Params(query): Params<AiUseQuery>,
) -> Result<Json<DataFlows>, Problem> {
    let span = query.span(may.now())?;
    let data = app.data(&may);
    let snapshot = data.engine.snapshot();
    let mut flows = data.store.data_flows(span).await?;
    let rest = flows.split_off(flows.len().min(FLOWS)).iter().map(|flow| flow.exchanges).sum();
    let flows = flows.into_iter().map(|flow| shown_flow(flow, &snapshot)).collect();
    Ok(Json(DataFlows { from: span.from, to: span.to, flows, rest }))
}

impl AiUseQuery {
    pub(super) fn span(self, now: Timestamp) -> Result<Span, Problem> {
        span(self.days, now)
    }
}

/// So many days back from now, 30 unless asked otherwise.
pub(super) fn span(days: Option<u32>, now: Timestamp) -> Result<Span, Problem> {
    let days = days.unwrap_or(USUAL);
    if (1..=LONGEST).contains(&days) {
        return Ok(Span { from: now.minus(DAY * days), to: now.plus(Duration::from_millis(1)) });
    }
    Err(Problem::new(Kind::Malformed, format!("`days` is {days}; ask for 1 to {LONGEST}")))
}

async fn tools(data: &Data, span: Span, now: Timestamp) -> Result<Vec<UsedTool>, Problem> {
    let snapshot = data.engine.snapshot();
    let used = data.store.tools_in_use(span).await?;
    let trends = data.store.tool_trends(span, POINTS).await?;
    let mut tools: Vec<UsedTool> = used
        .into_iter()
        .map(|(tool, used)| {
            let trend = trends.get(&tool).cloned().unwrap_or_default();
            used_tool(tool, used, trend, &snapshot, now)
        })
        .collect();
    tools.sort_by(|a, b| {
        b.people.cmp(&a.people).then(b.exchanges.cmp(&a.exchanges)).then(a.tool.cmp(&b.tool))
    });
    Ok(tools)
}

fn used_tool(id: ToolId, used: ToolInUse, trend: Vec<u64>, snapshot: &Snapshot, now: Timestamp) -> UsedTool {
    let known = snapshot.catalog.tool(id.as_str());
    let approval = snapshot.approvals.get(&id).map(|approval| approval.at(now)).unwrap_or_default();
    let departments = used.people.into_iter().map(|(department, people)| (named(department), people));
    let departments: BTreeMap<String, u64> = departments.collect();
    UsedTool {
        name: known.map_or_else(|| id.to_string(), |tool| tool.name.clone()),
        vendor: known.map(|tool| tool.vendor.clone()).unwrap_or_default(),
        category: known.map_or(ToolCategory::Unknown, |tool| tool.category),
        state: approval.state,
        exchanges: used.exchanges,
        people: departments.values().sum(),
        departments,
        bytes_up: used.bytes_up,
        bytes_down: used.bytes_down,
        accounts: used.accounts,
        visibility: used.visibility,
        sources: used.sources,
        first_seen: used.first,
        last_seen: used.last,
        trend,
        tool: id,
    }
}

fn shown_flow(flow: DataFlow, snapshot: &Snapshot) -> ShownFlow {
    let known = snapshot.catalog.tool(flow.tool.as_str());
    ShownFlow {
        department: named(flow.department),
        tool_name: known.map_or_else(|| flow.tool.to_string(), |tool| tool.name.clone()),
        tool: flow.tool,
        label: flow.label,
        exchanges: flow.exchanges,
    }
}

fn named(department: Option<String>) -> String {
    department.unwrap_or_else(|| "unknown".to_owned())
}

fn table(tools: &[UsedTool]) -> String {
    let head = [
        "tool",
        "name",
        "vendor",
        "category",
        "state",
        "people",
        "departments",
        "exchanges",
        "bytes_up",
        "bytes_down",
        "corporate",
        "personal",
        "anonymous",
        "unknown_account",
        "seen_by_name",
        "seen_by_flow",
        "seen_by_content",
        "first_seen",
        "last_seen",
    ];
    let row = |tool: &UsedTool| {
        let account = |kind| tool.accounts.get(&kind).copied().unwrap_or_default().to_string();
        let seen = |level| tool.visibility.get(&level).copied().unwrap_or_default().to_string();
        let instant = |at: Option<Timestamp>| at.map(|at| at.to_string()).unwrap_or_default();
        [
            tool.tool.to_string(),
            tool.name.clone(),
            tool.vendor.clone(),
            tool.category.as_str().to_owned(),
            tool.state.as_str().to_owned(),
            tool.people.to_string(),
            tool.departments.keys().cloned().collect::<Vec<_>>().join(" "),
            tool.exchanges.to_string(),
            tool.bytes_up.to_string(),
            tool.bytes_down.to_string(),
            account(AccountKind::Corporate),
            account(AccountKind::Personal),
            account(AccountKind::Anonymous),
            account(AccountKind::Unknown),
            seen(Visibility::Name),
            seen(Visibility::Flow),
            seen(Visibility::Content),
            instant(tool.first_seen),
            instant(tool.last_seen),
        ]
    };
    csv::lines(head, tools.iter().map(row))
}
