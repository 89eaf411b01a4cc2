use axum::{Json, extract::State};
use model::{AccountKind, Label, Timestamp, ToolId};
use serde::{Deserialize, Serialize};
use store::{Moved, Movement, MovementFilter};
use utoipa::{IntoParams, ToSchema};

use super::{ai_use, exchanges::View};
use crate::{
    app::App,
    auth::{May, to},
    web::{
        input::Params,
        problem::{Kind, Problem},
    },
};

/// Movements that are told, those of most bytes first.
const MOST: u32 = 200;

/// What was moved, by whom, to where; what is left out does not restrict.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct MovementQuery {
    /// Days looked back, 1 to 400; 30 if left out.
    days: Option<u32>,
    /// A label; those below it count too.
    label: Option<Label>,
    /// Something that was registered, by its name; not together with a label.
    registered: Option<String>,
    /// The pseudonym of a person.
    person: Option<String>,
    /// A tool.
    tool: Option<ToolId>,
}

/// What people moved to tools.
#[derive(Serialize, ToSchema)]
pub(crate) struct DataMovements {
    from: Timestamp,
    to: Timestamp,
    /// Those of most bytes first.
    movements: Vec<DataMovement>,
    /// Whether there are more than are told.
    more: bool,
}

/// How much of one kind of data one person sent to one tool with one kind of account, as it was.
#[derive(Serialize, ToSchema)]
pub(crate) struct DataMovement {
    /// The kind of data, unless it was registered.
    label: Option<Label>,
    /// What was registered, by its name.
    registered: Option<String>,
    /// The person's pseudonym.
    person: String,
    department: Option<String>,
    tool: ToolId,
    tool_name: String,
    account: AccountKind,
    exchanges: u64,
    /// Bytes of these exchanges, with all else that was in them.
    bytes_up: u64,
    first: Timestamp,
    last: Timestamp,
}

/// What people moved to tools: data found in what reached a tool as it was, of every family and everything registered, unless
/// asked otherwise.
#[utoipa::path(get, path = "/ai-use/movements", tag = "ai use", params(MovementQuery),
    responses((status = OK, body = DataMovements)), extensions(("x-permission" = json!("read_exchanges"))))]
pub(crate) async fn list_movements(
    may: May<to::ReadExchanges>,
    State(app): State<App>,
    Params(query): Params<MovementQuery>,
) -> Result<Json<DataMovements>, Problem> {
    let data = app.data(&may);
    let span = ai_use::span(query.days, may.now())?;
    let view = View::new(data);
    let told =
        |movements: Vec<DataMovement>, more| DataMovements { from: span.from, to: span.to, movements, more };
    let person = match query.person.as_deref().map(|pseudonym| view.behind(pseudonym)) {
        Some(None) => return Ok(Json(told(Vec::new(), false))),
        Some(known) => known,
        None => None,
    };
    let filter = MovementFilter { data: moved(query.label, query.registered)?, person, tool: query.tool };
    let mut movements = data.store.movements(span, &filter, MOST + 1).await?;
    let more = movements.len() > MOST as usize;
    movements.truncate(MOST as usize);
    Ok(Json(told(movements.into_iter().map(|movement| shown(movement, &view)).collect(), more)))
}

fn moved(label: Option<Label>, registered: Option<String>) -> Result<Option<Moved>, Problem> {
    match (label, registered) {
        (Some(_), Some(_)) => Err(Problem::new(
            Kind::Malformed,
            "ask for a `label` or for something `registered`, not for both",
        )),
        (label, registered) => Ok(label.map(Moved::Label).or(registered.map(Moved::Registered))),
    }
}

fn shown(movement: Movement, view: &View<'_>) -> DataMovement {
    let (label, registered) = match movement.data {
        Moved::Label(label) => (Some(label), None),
        Moved::Registered(name) => (None, Some(name)),
    };
    DataMovement {
        label,
        registered,
        person: view.pseudonym(&movement.person),
        department: movement.department,
        tool_name: view.tool_name(&movement.tool),
        tool: movement.tool,
        account: movement.account.unwrap_or_default(),
        exchanges: movement.exchanges,
        bytes_up: movement.bytes_up,
        first: movement.first,
        last: movement.last,
    }
}
