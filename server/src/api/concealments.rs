use std::collections::{BTreeMap, BTreeSet};

use axum::{Json, extract::State};
use model::{Concealment, PersonId, Timestamp};
use serde::Serialize;
use store::Concealed;
use utoipa::ToSchema;

use super::ai_use::AiUseQuery;
use crate::{
    app::App,
    auth::{May, to},
    web::{input::Params, problem::Problem},
};

/// Where clients keep names of hosts from being seen on the network: what Bylaw is blind to there.
#[derive(Serialize, ToSchema)]
pub(crate) struct Concealments {
    from: Timestamp,
    to: Timestamp,
    /// Those of most people first.
    concealed: Vec<ShownConcealment>,
}

/// One way of keeping names from being seen, by one resolver or provider.
#[derive(Serialize, ToSchema)]
pub(crate) struct ShownConcealment {
    way: Concealment,
    /// The resolver or the provider: its name or its address; empty if neither was seen.
    host: String,
    /// Different people.
    people: u64,
    /// Different people by department; those of none are under `unknown`.
    departments: BTreeMap<String, u64>,
    times: u64,
    first_seen: Timestamp,
    last_seen: Timestamp,
}

/// Where encrypted DNS and encrypted hellos keep names of hosts from being seen.
#[utoipa::path(get, path = "/ai-use/concealments", tag = "ai use", params(AiUseQuery),
    responses((status = OK, body = Concealments)), extensions(("x-permission" = json!("read_overview"))))]
pub(crate) async fn list_concealments(
    may: May<to::ReadOverview>,
    State(app): State<App>,
    Params(query): Params<AiUseQuery>,
) -> Result<Json<Concealments>, Problem> {
    let span = query.span(may.now())?;
    let concealed = by_host(app.data(&may).store.concealments(span.from).await?);
    Ok(Json(Concealments { from: span.from, to: span.to, concealed }))
}

/// What was seen of one way and host.
#[derive(Default)]
struct Seen {
    people: BTreeSet<PersonId>,
    departments: BTreeMap<String, BTreeSet<PersonId>>,
    times: u64,
    span: Option<(Timestamp, Timestamp)>,
}

fn by_host(concealed: Vec<Concealed>) -> Vec<ShownConcealment> {
    let mut all = BTreeMap::<(Concealment, String), Seen>::new();
    for one in concealed {
        let seen = all.entry((one.way, one.host)).or_default();
        let department = one.department.unwrap_or_else(|| "unknown".to_owned());
        seen.departments.entry(department).or_default().insert(one.person.clone());
        seen.people.insert(one.person);
        seen.times += one.times;
        let (first, last) = seen.span.unwrap_or((one.first, one.last));
        seen.span = Some((first.min(one.first), last.max(one.last)));
    }
    let shown = |((way, host), seen): ((Concealment, String), Seen)| {
        let (first_seen, last_seen) = seen.span?;
        let departments = seen.departments.into_iter().map(|(name, people)| (name, people.len() as u64));
        Some(ShownConcealment {
            way,
            host,
            people: seen.people.len() as u64,
            departments: departments.collect(),
            times: seen.times,
            first_seen,
            last_seen,
        })
    };
    let mut shown: Vec<ShownConcealment> = all.into_iter().filter_map(shown).collect();
    shown.sort_by_key(|one| std::cmp::Reverse((one.people, one.times)));
    shown
}
