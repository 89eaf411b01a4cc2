use std::collections::{BTreeMap, BTreeSet};

use axum::{Json, extract::State, http::StatusCode, response::IntoResponse};
use engine::Snapshot;
use governance::{
    asset::{Asset as Declared, AssetCommand, AssetFlag, AssetStage, Declaration, Said},
    tool_review::{ToolFact, ToolReview, facts, tool_id},
};
use model::{Timestamp, ToolId};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Change, Kept, Store, Which};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    tool_reviews::{speaks_for, works_on_requests},
    tool_rubric::questionnaire,
};
use crate::{
    app::{App, Data},
    auth::{May, to},
    kept::{self, From, invalid, refused},
    web::{
        csv,
        input::{Input, Named, Params},
        problem::{Kind, Problem},
    },
};

/// Something that was made with AI.
#[derive(Serialize, ToSchema)]
pub(crate) struct Asset {
    id: Uuid,
    revision: u64,
    declared: Declaration,
    /// What the tool is called.
    tool_name: String,
    /// Who declared it: the account.
    by: String,
    declared_at: Timestamp,
    state: AssetState,
    /// What the reviewer said.
    said: Option<Said>,
    /// Why it needs a second look, by what is known of the tool today.
    flags: Vec<AssetFlag>,
}

/// How far an asset is.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum AssetState {
    /// Nobody has looked at it; it needs no look where it has no flag.
    Declared,
    /// It may be used.
    Cleared,
    /// It may be used in some ways.
    Restricted,
    /// It must not be used.
    Barred,
    /// It is not used any more.
    Withdrawn,
}

/// A declaration that replaces an earlier one.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AmendedDeclaration {
    /// The revision that was read.
    revision: u64,
    declared: Declaration,
}

/// What a reviewer says of an asset.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewAssetOpinion {
    /// The revision that was read.
    revision: u64,
    verdict: AssetVerdict,
    /// Why or, where it is restricted, in which ways it may be used.
    text: String,
}

/// Whether an asset may be used.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum AssetVerdict {
    /// It may.
    Clear,
    /// It may in some ways.
    Restrict,
    /// It must not.
    Bar,
}

/// Declare something that was made with AI.
#[utoipa::path(post, path = "/assets", tag = "assets", request_body = Declaration,
    responses((status = CREATED, body = Asset)), extensions(("x-permission" = json!("make_requests"))))]
pub(crate) async fn declare_asset(
    may: May<to::MakeRequests>,
    State(app): State<App>,
    Input(new): Input<Declaration>,
) -> Result<(StatusCode, Json<Asset>), Problem> {
    let data = app.data(&may);
    let declared = checked(new, may.now())?;
    let id = Uuid::now_v7();
    let act = may.act("asset.declared", id).with(json!({ "tool": declared.tool }));
    let asset = Declared::new(declared, may.actor().name.clone(), may.actor().person.clone());
    data.commit(Change::new(act).add(id, &asset), may.now()).await?;
    one(data, id).await.map(|asset| (StatusCode::CREATED, Json(asset)))
}

/// List what I declared, the latest first.
#[utoipa::path(get, path = "/assets/mine", tag = "assets",
    responses((status = OK, body = Vec<Asset>)), extensions(("x-permission" = json!("make_requests"))))]
pub(crate) async fn my_assets(
    may: May<to::MakeRequests>,
    State(app): State<App>,
) -> Result<Json<Vec<Asset>>, Problem> {
    let data = app.data(&may);
    let mine = all(data).await?.into_iter().filter(|asset| asset.by == may.actor().name);
    Ok(Json(mine.collect()))
}

/// List everything that was declared, the latest first.
#[utoipa::path(get, path = "/assets", tag = "assets",
    responses((status = OK, body = Vec<Asset>)), extensions(("x-permission" = json!("review_assets"))))]
pub(crate) async fn list_assets(
    may: May<to::ReviewAssets>,
    State(app): State<App>,
) -> Result<Json<Vec<Asset>>, Problem> {
    all(register(&may, &app)?).await.map(Json)
}

/// The register as CSV (RFC 4180), for spreadsheets.
#[utoipa::path(get, path = "/assets/register.csv", tag = "assets",
    responses((status = OK, body = String, content_type = "text/csv")),
    extensions(("x-permission" = json!("review_assets"))))]
pub(crate) async fn export_assets(
    may: May<to::ReviewAssets>,
    State(app): State<App>,
) -> Result<impl IntoResponse, Problem> {
    let assets = all(register(&may, &app)?).await?;
    Ok(csv::file("ai-assets.csv", csv(&assets)))
}

/// Declare an asset anew; what was said about the old declaration no longer counts.
#[utoipa::path(put, path = "/assets/{id}", tag = "assets", request_body = AmendedDeclaration,
    params(("id" = Uuid, Path, description = "The asset")),
    responses((status = OK, body = Asset)), extensions(("x-permission" = json!("make_requests"))))]
pub(crate) async fn amend_asset(
    may: May<to::MakeRequests>,
    State(app): State<App>,
    Named(id): Named<Uuid>,
    Input(new): Input<AmendedDeclaration>,
) -> Result<Json<Asset>, Problem> {
    let data = app.data(&may);
    let kept = mine(data, id, new.revision, &may).await?;
    let declared = checked(new.declared, may.now())?;
    let asset = kept.it.clone().follow(AssetCommand::Amend).map_err(refused)?;
    let asset = Declared { declared, ..asset };
    let act = may.act(AssetCommand::Amend.act(), id);
    data.commit(Change::new(act).replace(&kept, &asset), may.now()).await?;
    one(data, id).await.map(Json)
}

/// Take a declaration back: the asset is not used.
#[utoipa::path(delete, path = "/assets/{id}", tag = "assets",
    params(("id" = Uuid, Path, description = "The asset"), From),
    responses((status = NO_CONTENT)), extensions(("x-permission" = json!("make_requests"))))]
pub(crate) async fn withdraw_asset(
    may: May<to::MakeRequests>,
    State(app): State<App>,
    Named(id): Named<Uuid>,
    Params(from): Params<From>,
) -> Result<StatusCode, Problem> {
    let data = app.data(&may);
    let kept = mine(data, id, from.revision, &may).await?;
    let asset = kept.it.clone().follow(AssetCommand::Withdraw).map_err(refused)?;
    let act = may.act(AssetCommand::Withdraw.act(), id);
    data.commit(Change::new(act).replace(&kept, &asset), may.now()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Say whether an asset may be used, for the function that answers for rights: `legal` or, where the policy names no
/// such function, the first of its `approvals`.
#[utoipa::path(post, path = "/assets/{id}/opinion", tag = "assets", request_body = NewAssetOpinion,
    params(("id" = Uuid, Path, description = "The asset")),
    responses((status = OK, body = Asset)), extensions(("x-permission" = json!("review_assets"))))]
pub(crate) async fn review_asset(
    may: May<to::ReviewAssets>,
    State(app): State<App>,
    Named(id): Named<Uuid>,
    Input(new): Input<NewAssetOpinion>,
) -> Result<Json<Asset>, Problem> {
    let data = register(&may, &app)?;
    speaks_for(&may, &counsel(&data.engine.snapshot()))?;
    let kept = kept::seen::<Declared>(&data.store, id, new.revision).await?;
    if kept.it.by == may.actor().name {
        return Err(Problem::new(
            Kind::Forbidden,
            "nobody reviews what they declared; ask somebody else of the function",
        ));
    }
    let said = Said { by: may.actor().name.clone(), at: may.now(), text: kept::text(&new.text, "text")? };
    let command = match new.verdict {
        AssetVerdict::Clear => AssetCommand::Clear(said),
        AssetVerdict::Restrict => AssetCommand::Restrict(said),
        AssetVerdict::Bar => AssetCommand::Bar(said),
    };
    let act = may.act(command.act(), id);
    let asset = kept.it.clone().follow(command).map_err(refused)?;
    data.commit(Change::new(act).replace(&kept, &asset), may.now()).await?;
    one(data, id).await.map(Json)
}

/// The function that reviews assets.
fn counsel(snapshot: &Snapshot) -> String {
    let functions = &snapshot.policy.front().approvals;
    let legal = functions.iter().find(|function| *function == "legal");
    legal.or(functions.first()).cloned().unwrap_or_default()
}

fn register<'a>(may: &May<to::ReviewAssets>, app: &'a App) -> Result<&'a Data, Problem> {
    let actor = may.actor();
    if works_on_requests(actor.role, &actor.functions) {
        return Ok(app.data(may));
    }
    let detail = "the register is seen by administrators, analysts and auditors, and by accounts that speak for a \
                  function such as `legal`; an administrator can let yours";
    Err(Problem::new(Kind::Forbidden, detail))
}

async fn mine(
    data: &Data,
    id: Uuid,
    revision: u64,
    may: &May<to::MakeRequests>,
) -> Result<Kept<Declared>, Problem> {
    let kept = kept::seen::<Declared>(&data.store, id, revision).await?;
    if kept.it.by == may.actor().name { Ok(kept) } else { Err(Problem::not_found("asset", &id.to_string())) }
}

fn checked(new: Declaration, now: Timestamp) -> Result<Declaration, Problem> {
    let tool = tool_id(new.tool.as_str()).ok_or_else(|| invalid("`tool` names the tool that made it"))?;
    let declared = Declaration { tool, ..new };
    declared.check(now).map_err(invalid)?;
    Ok(declared)
}

async fn one(data: &Data, id: Uuid) -> Result<Asset, Problem> {
    let kept = kept::found::<Declared>(&data.store, id).await?;
    let facts = known(&data.store).await?;
    Ok(shown(kept, &facts, &data.engine.snapshot()))
}

async fn all(data: &Data) -> Result<Vec<Asset>, Problem> {
    let assets = data.store.all_kept::<Declared>(&Which::default()).await?;
    let (facts, snapshot) = (known(&data.store).await?, data.engine.snapshot());
    Ok(assets.into_iter().map(|kept| shown(kept, &facts, &snapshot)).collect())
}

/// What the latest decided review of each tool establishes.
async fn known(store: &Store) -> Result<BTreeMap<ToolId, BTreeSet<ToolFact>>, Problem> {
    let questionnaire = questionnaire()?;
    let decided = Which { state: Some("decided".to_owned()), ..Which::default() };
    let mut known = BTreeMap::new();
    for review in store.all_kept::<ToolReview>(&decided).await? {
        // The latest come first.
        known.entry(review.it.tool.clone()).or_insert_with(|| facts(questionnaire, &review.it.answers));
    }
    Ok(known)
}

fn shown(kept: Kept<Declared>, facts: &BTreeMap<ToolId, BTreeSet<ToolFact>>, snapshot: &Snapshot) -> Asset {
    let Declared { declared, by, stage, .. } = kept.it;
    let wanted = &snapshot.policy.front().workflow.asset_flags;
    let wanted = wanted.iter().filter_map(|word| AssetFlag::named(word)).collect();
    let tool = snapshot.catalog.tool(declared.tool.as_str());
    Asset {
        id: kept.id,
        revision: kept.revision,
        tool_name: tool.map_or_else(|| declared.tool.to_string(), |tool| tool.name.clone()),
        flags: declared.flags(facts.get(&declared.tool), &wanted).into_iter().collect(),
        declared,
        by,
        declared_at: kept.created_at,
        state: AssetState::of(&stage),
        said: stage.said().cloned(),
    }
}

/// The register's columns, then a line for each asset.
fn csv(assets: &[Asset]) -> String {
    let head = [
        "id",
        "title",
        "kind",
        "tool",
        "made_on",
        "licence",
        "contribution",
        "contribution_text",
        "used_in",
        "declared_by",
        "state",
        "flags",
        "opinion",
    ];
    let row = |asset: &Asset| {
        let declared = &asset.declared;
        let flags: Vec<&str> = asset.flags.iter().map(|flag| flag.as_str()).collect();
        [
            asset.id.to_string(),
            declared.title.clone(),
            word(&declared.kind),
            asset.tool_name.clone(),
            declared.made_on.to_string().chars().take(10).collect(),
            declared.licence.clone(),
            word(&declared.contribution),
            declared.contribution_text.clone(),
            declared.used_in.clone(),
            asset.by.clone(),
            word(&asset.state),
            flags.join(" "),
            asset.said.as_ref().map(|said| said.text.clone()).unwrap_or_default(),
        ]
    };
    csv::lines(head, assets.iter().map(row))
}

/// The word that the API uses for one of a closed set.
fn word(of: &impl Serialize) -> String {
    serde_json::to_value(of).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

impl AssetState {
    const fn of(stage: &AssetStage) -> Self {
        match stage {
            AssetStage::Declared => Self::Declared,
            AssetStage::Cleared { .. } => Self::Cleared,
            AssetStage::Restricted { .. } => Self::Restricted,
            AssetStage::Barred { .. } => Self::Barred,
            AssetStage::Withdrawn => Self::Withdrawn,
        }
    }
}
