use axum::{Json, extract::State, http::StatusCode};
use catalog::Catalog;
use governance::{
    in_house::{InHouseCommand, InHouseEntry, InHouseModel, InHouseStage, Shape},
    tool_review::tool_id,
};
use model::{Timestamp, ToolCategory, ToolId};
use serde::{Deserialize, Serialize};
use store::{Change, Kept, Which};
use utoipa::ToSchema;

use crate::{
    app::{App, Data},
    auth::{May, to},
    kept::{self, From, invalid, refused},
    listed::model_entry,
    web::{
        input::{Input, Named, Params},
        problem::Problem,
    },
};

/// A model that the organisation runs itself.
#[derive(Serialize, ToSchema)]
pub(crate) struct InHouseModelView {
    tool: ToolId,
    name: String,
    hosts: Vec<String>,
    category: ToolCategory,
    shape: Shape,
    /// Whether it is in the catalogue.
    state: InHouseState,
    revision: u64,
    by: String,
    at: Timestamp,
}

/// Whether a model is in the catalogue.
#[derive(Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum InHouseState {
    /// It is.
    Registered,
    /// It was taken out.
    Withdrawn,
}

/// What is said of a model.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct InHouseGiven {
    /// Its name.
    name: String,
    /// Names or addresses under which it is reached, 1 to 20.
    hosts: Vec<String>,
    /// What it is mainly for.
    category: ToolCategory,
    /// Whose interface it speaks.
    shape: Shape,
}

/// List the models that the organisation runs itself.
#[utoipa::path(get, path = "/in-house-models", tag = "tools",
    responses((status = OK, body = Vec<InHouseModelView>)), extensions(("x-permission" = json!("read_tools"))))]
pub(crate) async fn list_in_house_models(
    may: May<to::ReadTools>,
    State(app): State<App>,
) -> Result<Json<Vec<InHouseModelView>>, Problem> {
    let models = app.data(&may).store.all_kept::<InHouseModel>(&Which::default()).await?;
    Ok(Json(models.into_iter().map(view).collect()))
}

/// Register a model that the organisation runs itself: from then on it is a tool of the catalogue.
#[utoipa::path(post, path = "/in-house-models", tag = "tools", request_body = InHouseGiven,
    responses((status = CREATED, body = InHouseModelView)), extensions(("x-permission" = json!("decide_tools"))))]
pub(crate) async fn register_in_house_model(
    may: May<to::DecideTools>,
    State(app): State<App>,
    Input(given): Input<InHouseGiven>,
) -> Result<(StatusCode, Json<InHouseModelView>), Problem> {
    let data = app.data(&may);
    let entry = checked(given)?;
    let tool = tool_id(&entry.name).ok_or_else(|| invalid("give the model a name with letters or digits"))?;
    let base = data.engine.snapshot().catalog.base();
    if base.tool(tool.as_str()).is_some() {
        return Err(refused(format!(
            "the catalogue has a tool `{tool}` already; give the model another name"
        )));
    }
    let id = InHouseModel::id(&tool);
    let before = data.store.kept::<InHouseModel>(id).await?;
    let command = InHouseCommand::Register(entry.clone());
    let change = Change::new(may.act(command.act(), &tool));
    fits(&base, &tool, &entry)?;
    let change = match before {
        Some(kept) => {
            let next = kept.it.clone().follow(command, &may.actor().name, may.now()).map_err(refused)?;
            change.replace(&kept, &next)
        }
        None => {
            let (stage, by, at) = (InHouseStage::Registered, may.actor().name.clone(), may.now());
            change.add(id, &InHouseModel { tool: tool.clone(), entry, stage, by, at })
        }
    };
    data.commit(change, may.now()).await?;
    Ok((StatusCode::CREATED, Json(one(data, &tool).await?)))
}

/// Change what is said of a model. Its name may change; the tool's id, which records have, stays.
#[utoipa::path(put, path = "/in-house-models/{tool}", tag = "tools",
    params(("tool" = ToolId, Path, description = "The tool"), From), request_body = InHouseGiven,
    responses((status = OK, body = InHouseModelView)), extensions(("x-permission" = json!("decide_tools"))))]
pub(crate) async fn amend_in_house_model(
    may: May<to::DecideTools>,
    State(app): State<App>,
    Named(tool): Named<ToolId>,
    Params(from): Params<From>,
    Input(given): Input<InHouseGiven>,
) -> Result<Json<InHouseModelView>, Problem> {
    let data = app.data(&may);
    let entry = checked(given)?;
    fits(&data.engine.snapshot().catalog.base(), &tool, &entry)?;
    step(&may, data, &tool, from.revision, InHouseCommand::Amend(entry)).await?;
    one(data, &tool).await.map(Json)
}

/// Take a model out of the catalogue. What was recorded of it stays.
#[utoipa::path(delete, path = "/in-house-models/{tool}", tag = "tools",
    params(("tool" = ToolId, Path, description = "The tool"), From),
    responses((status = OK, body = InHouseModelView)), extensions(("x-permission" = json!("decide_tools"))))]
pub(crate) async fn withdraw_in_house_model(
    may: May<to::DecideTools>,
    State(app): State<App>,
    Named(tool): Named<ToolId>,
    Params(from): Params<From>,
) -> Result<Json<InHouseModelView>, Problem> {
    let data = app.data(&may);
    step(&may, data, &tool, from.revision, InHouseCommand::Withdraw).await?;
    one(data, &tool).await.map(Json)
}

async fn step(
    may: &May<to::DecideTools>,
    data: &Data,
    tool: &ToolId,
    revision: u64,
    command: InHouseCommand,
) -> Result<(), Problem> {
    let kept = kept::seen::<InHouseModel>(&data.store, InHouseModel::id(tool), revision).await?;
    let act = may.act(command.act(), tool);
    let next = kept.it.clone().follow(command, &may.actor().name, may.now()).map_err(refused)?;
    data.commit(Change::new(act).replace(&kept, &next), may.now()).await
}

fn checked(given: InHouseGiven) -> Result<InHouseEntry, Problem> {
    InHouseEntry::new(&given.name, &given.hosts, given.category, given.shape).map_err(invalid)
}

/// That the catalogue takes the entry, and that no other tool has one of its hosts.
fn fits(base: &std::sync::Arc<Catalog>, tool: &ToolId, entry: &InHouseEntry) -> Result<(), Problem> {
    let taken = entry.hosts.iter().find_map(|host| Some((host, base.lookup(host)?)));
    if let Some((host, found)) = taken {
        return Err(refused(format!("`{host}` belongs to {} already", found.tool.name)));
    }
    Catalog::laid_over(base, "in-house model", &model_entry(tool, entry)).map_err(invalid)?;
    Ok(())
}

async fn one(data: &Data, tool: &ToolId) -> Result<InHouseModelView, Problem> {
    kept::found::<InHouseModel>(&data.store, InHouseModel::id(tool)).await.map(view)
}

fn view(kept: Kept<InHouseModel>) -> InHouseModelView {
    let InHouseModel { tool, entry, stage, by, at } = kept.it;
    let InHouseEntry { name, hosts, category, shape } = entry;
    let state = match stage {
        InHouseStage::Registered => InHouseState::Registered,
        InHouseStage::Withdrawn => InHouseState::Withdrawn,
    };
    InHouseModelView { tool, name, hosts, category, shape, state, revision: kept.revision, by, at }
}
