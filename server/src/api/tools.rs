use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
    time::Duration,
};

use axum::{Json, extract::State};
use catalog::{Facts, Inspection};
use engine::Snapshot;
use model::{Action, Approval, Label, Timestamp, ToolCategory, ToolId, ToolState};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Change, Span, ToolUsage};
use utoipa::ToSchema;

use crate::{
    app::{App, Data},
    auth::{May, to},
    kept,
    web::{
        input::{Input, Named},
        problem::{Kind, Problem},
    },
};

/// How far back use is counted.
const USE: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// An AI tool, what was decided about it, and how it was used in the last 30 days.
#[derive(Serialize, ToSchema)]
pub(crate) struct Tool {
    id: ToolId,
    name: String,
    vendor: String,
    category: ToolCategory,
    /// The decision as it counts now.
    state: ToolState,
    /// Data classes it may receive now.
    approved_for: BTreeSet<Label>,
    /// When the decision lapses.
    until: Option<Timestamp>,
    /// Why it was decided.
    reason: Option<String>,
    decided_by: Option<String>,
    decided_at: Option<Timestamp>,
    hosts: Vec<String>,
    exchanges: u64,
    people: u64,
    last_seen: Option<Timestamp>,
    /// Exchanges by what the policy said.
    by_action: BTreeMap<Action, u64>,
    /// What the vendor's tenant control does, if it has one.
    tenant_control: Option<String>,
    inspection: ToolInspection,
    /// What the vendor says about data and accounts; what nobody has looked up is unknown.
    facts: VendorFacts,
}

/// What a vendor says about data and accounts. Nothing here is measured.
#[derive(Serialize, ToSchema)]
pub(crate) struct VendorFacts {
    /// Whether content trains models, by plan as the vendor calls it: `never`, `opt_in`, `opt_out`, `always` or `unknown`.
    training: BTreeMap<String, &'static str>,
    /// How long content is kept, in a sentence.
    retention: Option<String>,
    /// Certificates and attestations that the vendor claims.
    certifications: Option<Vec<String>>,
    /// Single sign-on: `yes`, `some_plans`, `no` or `unknown`.
    sso: &'static str,
    /// Accounts made and removed by the organisation's directory: the same words.
    scim: &'static str,
    /// Where data can be kept on request.
    regions: Option<Vec<String>>,
    /// Where this is said.
    sources: Vec<FactSource>,
}

/// A page that says something.
#[derive(Serialize, ToSchema)]
pub(crate) struct FactSource {
    page: String,
    /// The year, month or day of the state described.
    as_of: String,
}

impl VendorFacts {
    fn of(facts: &Facts) -> Self {
        let source =
            |source: &catalog::Source| FactSource { page: source.page.clone(), as_of: source.as_of.clone() };
        Self {
            training: facts.training.iter().map(|(plan, stance)| (plan.clone(), stance.as_str())).collect(),
            retention: facts.retention.clone(),
            certifications: facts.certifications.clone(),
            sso: facts.sso.as_str(),
            scim: facts.scim.as_str(),
            regions: facts.regions.clone(),
            sources: facts.sources.iter().map(source).collect(),
        }
    }
}

/// Whether a proxy can open the tool's TLS.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ToolInspection {
    /// It can.
    Possible,
    /// The tool's clients insist on the vendor's certificate.
    Pinned,
}

/// A decision about a tool.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ToolDecision {
    state: ToolState,
    /// Data classes it may receive; a label covers everything below it.
    #[serde(default)]
    approved_for: BTreeSet<Label>,
    /// When the decision lapses; never if left out.
    until: Option<Timestamp>,
    reason: String,
}

/// List the AI tools the catalogue knows.
#[utoipa::path(get, path = "/tools", tag = "tools",
    responses((status = OK, body = Vec<Tool>)), extensions(("x-permission" = json!("read_tools"))))]
pub(crate) async fn list_tools(
    may: May<to::ReadTools>,
    State(app): State<App>,
) -> Result<Json<Vec<Tool>>, Problem> {
    let shelf = Shelf::read(app.data(&may), may.now()).await?;
    Ok(Json(shelf.snapshot.catalog.tools().iter().map(|tool| shelf.show(tool)).collect()))
}

/// One AI tool.
#[utoipa::path(get, path = "/tools/{id}", tag = "tools", params(("id" = ToolId, Path, description = "The tool")),
    responses((status = OK, body = Tool)), extensions(("x-permission" = json!("read_tools"))))]
pub(crate) async fn get_tool(
    may: May<to::ReadTools>,
    State(app): State<App>,
    Named(id): Named<ToolId>,
) -> Result<Json<Tool>, Problem> {
    let shelf = Shelf::read(app.data(&may), may.now()).await?;
    shelf.one(&id).map(Json)
}

/// Decide about a tool; the decision counts for every exchange from then on.
#[utoipa::path(put, path = "/tools/{id}/decision", tag = "tools",
    params(("id" = ToolId, Path, description = "The tool")), request_body = ToolDecision,
    responses((status = OK, body = Tool)), extensions(("x-permission" = json!("decide_tools"))))]
pub(crate) async fn decide_tool(
    may: May<to::DecideTools>,
    State(app): State<App>,
    Named(id): Named<ToolId>,
    Input(decision): Input<ToolDecision>,
) -> Result<Json<Tool>, Problem> {
    let data = app.data(&may);
    decide(&may, data, &id, decision).await?;
    Shelf::read(data, may.now()).await?.one(&id).map(Json)
}

async fn decide(
    may: &May<to::DecideTools>,
    data: &Data,
    id: &ToolId,
    given: ToolDecision,
) -> Result<(), Problem> {
    if data.engine.snapshot().catalog.tool(id.as_str()).is_none() {
        return Err(Problem::not_found("tool", id.as_str()));
    }
    let reason = checked_reason(&given)?;
    let approval = Approval { state: given.state, approved_for: given.approved_for, until: given.until };
    let decision = store::ToolDecision {
        tool: id.clone(),
        approval,
        decided_by: may.actor().name.clone(),
        reason,
        at: may.now(),
    };
    let act = may.act("tool.decided", id).with(json!(decision.approval));
    data.commit(Change::new(act).decide_tool(decision), may.now()).await
}

fn checked_reason(given: &ToolDecision) -> Result<String, Problem> {
    let reason = kept::text(&given.reason, "reason")?;
    let approves = matches!(given.state, ToolState::Approved | ToolState::Conditional);
    if !approves && !given.approved_for.is_empty() {
        let detail =
            "only an approved or conditional tool can be approved for data: leave `approved_for` empty";
        return Err(Problem::new(Kind::Invalid, detail));
    }
    Ok(reason)
}

/// What each of a tool's tenant controls does.
fn controls(tool: &catalog::Tool) -> Option<String> {
    let effects: Vec<&str> = tool.tenants.iter().map(|tenant| tenant.effect.as_str()).collect();
    (!effects.is_empty()).then(|| effects.join(" "))
}

/// What tools are shown with.
struct Shelf {
    snapshot: Arc<Snapshot>,
    usage: HashMap<ToolId, ToolUsage>,
    decisions: BTreeMap<ToolId, store::ToolDecision>,
    now: Timestamp,
}

impl Shelf {
    async fn read(data: &Data, now: Timestamp) -> Result<Self, Problem> {
        let span = Span { from: now.minus(USE), to: now.plus(Duration::from_millis(1)) };
        let usage = data.store.tool_usage(span).await?;
        Ok(Self {
            snapshot: data.engine.snapshot(),
            usage: usage.into_iter().map(|usage| (usage.tool.clone(), usage)).collect(),
            decisions: data.store.tool_decisions().await?,
            now,
        })
    }

    fn one(&self, id: &ToolId) -> Result<Tool, Problem> {
        let tool = self.snapshot.catalog.tool(id.as_str());
        tool.map(|tool| self.show(tool)).ok_or_else(|| Problem::not_found("tool", id.as_str()))
    }

    fn show(&self, tool: &catalog::Tool) -> Tool {
        let approval =
            self.snapshot.approvals.get(&tool.id).map(|given| given.at(self.now)).unwrap_or_default();
        let decision = self.decisions.get(&tool.id);
        let usage = self.usage.get(&tool.id);
        Tool {
            id: tool.id.clone(),
            name: tool.name.clone(),
            vendor: tool.vendor.clone(),
            category: tool.category,
            state: approval.state,
            approved_for: approval.approved_for,
            until: approval.until,
            reason: decision.map(|decision| decision.reason.clone()),
            decided_by: decision.map(|decision| decision.decided_by.clone()),
            decided_at: decision.map(|decision| decision.at),
            hosts: tool.hosts.iter().map(|host| host.name.to_string()).collect(),
            exchanges: usage.map_or(0, |usage| usage.exchanges),
            people: usage.map_or(0, |usage| usage.people),
            last_seen: usage.map(|usage| usage.last_seen),
            by_action: usage.map(|usage| usage.actions.clone()).unwrap_or_default(),
            tenant_control: controls(tool),
            inspection: match tool.inspection {
                Inspection::Possible => ToolInspection::Possible,
                Inspection::Pinned => ToolInspection::Pinned,
            },
            facts: VendorFacts::of(&tool.facts),
        }
    }
}
