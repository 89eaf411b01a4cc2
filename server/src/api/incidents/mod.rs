//! Incidents as people work on them.

mod chart; // what was usual, and what was not
mod entities; // how people, departments and tools usually look
mod learning; // what was asked for, what was raised, what was not
mod responses; // what follows through the policy
mod steps; // what people do with one
mod suppressions; // what people have said is benign
mod view; // what is shown of one
mod viewer; // how it is put together

pub(crate) use entities::*;
pub(crate) use learning::*;
pub(crate) use responses::*;
pub(crate) use steps::*;
pub(crate) use suppressions::*;
pub(crate) use view::IncidentState;

use axum::{Json, extract::State};
use governance::incident::{About, Incident, IncidentKind};
use model::{Severity, ToolId};
use serde::{Deserialize, Serialize};
use store::{Change, Kept, Which};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use self::{
    view::{IncidentDetail, IncidentSummary},
    viewer::{Names, Viewer},
};
use crate::{
    app::{App, Data},
    auth::{May, to},
    kept,
    web::{
        input::{Named, Params},
        problem::Problem,
    },
};

/// Most incidents in one list.
const MOST: usize = 500;

/// Which incidents; what is left out does not restrict.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct WhichIncidents {
    /// Those in this state.
    state: Option<IncidentState>,
    /// Whether only those are wanted with which something is left to do.
    #[serde(default)]
    #[param(required = false)]
    live: bool,
    /// Those of this kind.
    kind: Option<IncidentKind>,
    /// Those that are at least as grave.
    severity: Option<Severity>,
    /// Those that this account answers for.
    owner: Option<String>,
    /// Those about this tool.
    tool: Option<ToolId>,
    /// Those that concern the person of this pseudonym.
    person: Option<String>,
}

/// Incidents, the gravest and latest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct IncidentList {
    items: Vec<IncidentSummary>,
    /// How many pass; more than are listed, if there are very many.
    total: usize,
}

/// How an incident is shown.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct IncidentQuery {
    /// Whether to show who the people are; needs the permission `reveal_people`, and is recorded.
    #[serde(default)]
    #[param(required = false)]
    reveal: bool,
}

/// List incidents, those with something left to do first, then the gravest and latest. People are pseudonyms.
#[utoipa::path(get, path = "/incidents", tag = "incidents", params(WhichIncidents),
    responses((status = OK, body = IncidentList)), extensions(("x-permission" = json!("read_incidents"))))]
pub(crate) async fn list_incidents(
    may: May<to::ReadIncidents>,
    State(app): State<App>,
    Params(which): Params<WhichIncidents>,
) -> Result<Json<IncidentList>, Problem> {
    let data = app.data(&may);
    let asked = Which {
        state: which.state.map(|state| state.as_str().to_owned()),
        subject: which.kind.map(|kind| kind.as_str().to_owned()),
        ..Which::default()
    };
    let viewer = Viewer::new(data, Names::Pseudonyms);
    let all = data.store.all_kept::<Incident>(&asked).await?;
    let mut passing: Vec<&Kept<Incident>> =
        all.iter().filter(|kept| which.passes(&kept.it, &viewer)).collect();
    passing.sort_by_key(|kept| {
        let incident = &kept.it;
        (!incident.stage.is_live(), std::cmp::Reverse((incident.severity(), incident.latest())))
    });
    let total = passing.len();
    let items = passing.into_iter().take(MOST).map(|kept| viewer.summary(kept)).collect();
    Ok(Json(IncidentList { items, total }))
}

impl WhichIncidents {
    fn passes(&self, incident: &Incident, viewer: &Viewer<'_>) -> bool {
        let person =
            |wanted: &String| incident.people.iter().any(|person| viewer.pseudonym(person) == *wanted);
        (!self.live || incident.stage.is_live())
            && self.severity.is_none_or(|severity| severity <= incident.severity())
            && self.owner.as_deref().is_none_or(|owner| incident.stage.owner() == Some(owner))
            && self.tool.as_ref().is_none_or(|tool| incident.tools().contains(tool))
            && self.person.as_ref().is_none_or(person)
    }
}

/// One incident with everything that is known about it.
#[utoipa::path(get, path = "/incidents/{id}", tag = "incidents",
    params(("id" = Uuid, Path, description = "The incident"), IncidentQuery),
    responses((status = OK, body = IncidentDetail)), extensions(("x-permission" = json!("read_incidents"))))]
pub(crate) async fn get_incident(
    may: May<to::ReadIncidents>,
    State(app): State<App>,
    Named(id): Named<Uuid>,
    Params(query): Params<IncidentQuery>,
) -> Result<Json<IncidentDetail>, Problem> {
    let data = app.data(&may);
    let reveal = query.reveal.then(|| may.and::<to::RevealPeople>()).transpose()?;
    let kept = kept::found::<Incident>(&data.store, id).await?;
    let names = match reveal {
        Some(may) => {
            // Whoever sees who it is leaves a trace first.
            data.store.commit(Change::new(may.act("person.revealed", id)), may.now()).await?;
            Names::Real
        }
        None => Names::Pseudonyms,
    };
    Ok(Json(Viewer::new(data, names).detail(kept, may.now()).await?))
}

/// The incident as it is now, after somebody did something with it.
async fn after(data: &Data, id: Uuid, now: model::Timestamp) -> Result<Json<IncidentDetail>, Problem> {
    let kept = kept::found::<Incident>(&data.store, id).await?;
    Ok(Json(Viewer::new(data, Names::Pseudonyms).detail(kept, now).await?))
}

/// Nobody works on an incident about themselves.
fn not_about<P>(may: &May<P>, incident: &Incident) -> Result<(), Problem> {
    let me = may.actor().person.as_ref();
    let about_me = match &incident.about {
        About::Person(person) => me == Some(person),
        _ => me.is_some_and(|me| incident.people.contains(me)),
    };
    if about_me {
        let detail = "this incident is about you; somebody else has to work on it";
        return Err(Problem::new(crate::web::problem::Kind::Forbidden, detail));
    }
    Ok(())
}
