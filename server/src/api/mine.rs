//! What the policy asks of whoever is signed in: read it, accept it, learn it; what follows violations of theirs.

use std::collections::BTreeMap;

use axum::{Json, extract::State};
use engine::Snapshot;
use governance::{
    attestation::{Campaign, Reading},
    ladder::Case,
    training::{Assignment, AssignmentState, Cause, Library, Module},
};
use model::{Person, PersonId, Timestamp};
use serde::Serialize;
use store::Which;
use utoipa::ToSchema;
use uuid::Uuid;

use super::ladder::{CaseView, seen};
use crate::{
    app::{App, Data},
    auth::{May, Permitted, to},
    standing::{Counts, theirs},
    web::problem::{Kind, Problem},
};

/// What the policy asks of me.
#[derive(Serialize, ToSchema)]
pub(crate) struct Mine {
    person: PersonId,
    name: String,
    policy: MyPolicy,
    /// Modules, those to be done first.
    training: Vec<MyModule>,
    /// What followed violations of mine, the latest first.
    cases: Vec<CaseView>,
    /// Until when my access to AI tools is suspended.
    suspended_until: Option<Timestamp>,
}

/// How I stand with the policy.
#[derive(Serialize, ToSchema)]
pub(crate) struct MyPolicy {
    version: String,
    title: String,
    /// Until when my acceptance counts; none if I have to accept it.
    accepted_until: Option<Timestamp>,
    /// The version that I have read last.
    read: Option<String>,
    /// Campaigns that ask me to accept it.
    campaigns: Vec<MyCampaign>,
}

/// A campaign that asks me to accept the policy.
#[derive(Serialize, ToSchema)]
pub(crate) struct MyCampaign {
    id: Uuid,
    title: String,
    due: Timestamp,
    /// When those who had not accepted were reminded last.
    reminded_at: Option<Timestamp>,
}

/// A module, as I stand with it.
#[derive(Serialize, ToSchema)]
pub(crate) struct MyModule {
    id: String,
    title: String,
    summary_html: String,
    minutes: u32,
    /// Until when my pass counts.
    passed_until: Option<Timestamp>,
    /// Why and by when I have to take it.
    assigned: Option<MyAssignment>,
}

/// Why and by when I have to take a module.
#[derive(Serialize, ToSchema)]
pub(crate) struct MyAssignment {
    cause: Cause,
    due: Timestamp,
}

/// The person behind the account, as the directory knows them.
pub(crate) fn me<P: Permitted>(may: &May<P>, snapshot: &Snapshot) -> Result<Person, Problem> {
    let Some(id) = may.actor().person.as_ref() else {
        let detail =
            "this account belongs to nobody in the directory; ask an administrator to say whose it is";
        return Err(Problem::new(Kind::Forbidden, detail));
    };
    snapshot.directory.person(id.as_str()).cloned().ok_or_else(|| {
        let detail = "the person of this account is no longer in the directory; ask an administrator";
        Problem::new(Kind::Forbidden, detail)
    })
}

/// What the policy asks of me.
#[utoipa::path(get, path = "/mine", tag = "mine",
    responses((status = OK, body = Mine)), extensions(("x-permission" = json!("take_part"))))]
pub(crate) async fn get_mine(may: May<to::TakePart>, State(app): State<App>) -> Result<Json<Mine>, Problem> {
    let data = app.data(&may);
    let snapshot = data.engine.snapshot();
    let me = me(&may, &snapshot)?;
    let counts = Counts::of(&me, &snapshot.standing, may.now());
    let read = theirs::<Reading>(&data.store, &me.id).await?.into_iter().next();
    let cases = theirs::<Case>(&data.store, &me.id).await?;
    Ok(Json(Mine {
        policy: MyPolicy {
            version: snapshot.policy.version().to_string(),
            title: snapshot.policy.front().title.clone(),
            accepted_until: counts.accepted,
            read: read.map(|kept| kept.it.policy.to_string()),
            campaigns: campaigns(data, &me, &counts).await?,
        },
        training: training(data, &me, &counts).await?,
        cases: cases.into_iter().map(|kept| seen(kept, me.id.to_string())).collect(),
        suspended_until: counts.suspended,
        name: me.name,
        person: me.id,
    }))
}

async fn campaigns(data: &Data, me: &Person, counts: &Counts) -> Result<Vec<MyCampaign>, Problem> {
    if counts.accepted.is_some() {
        return Ok(Vec::new());
    }
    let which = Which { state: Some("open".to_owned()), ..Which::default() };
    let open = data.store.all_kept::<Campaign>(&which).await?.into_iter();
    let mine = open.filter(|kept| kept.it.audience.covers(me)).map(|kept| MyCampaign {
        id: kept.id,
        reminded_at: kept.it.reminders.last().map(|reminder| reminder.at),
        title: kept.it.title,
        due: kept.it.due,
    });
    Ok(mine.collect())
}

async fn training(data: &Data, me: &Person, counts: &Counts) -> Result<Vec<MyModule>, Problem> {
    let mut open: BTreeMap<String, Assignment> = BTreeMap::new();
    for kept in theirs::<Assignment>(&data.store, &me.id).await? {
        if kept.it.state == AssignmentState::Open {
            open.insert(kept.it.module.clone(), kept.it);
        }
    }
    let shown = |module: &Module| MyModule {
        id: module.id.clone(),
        title: module.title.clone(),
        summary_html: policy::render::prose(&module.summary),
        minutes: module.minutes,
        passed_until: counts.training.get(&module.id).copied(),
        assigned: open
            .get(&module.id)
            .map(|assignment| MyAssignment { cause: assignment.cause.clone(), due: assignment.due }),
    };
    let mine = Library::builtin().modules();
    let mine = mine.filter(|module| module.audience.covers(me) || open.contains_key(&module.id));
    let mut modules: Vec<MyModule> = mine.map(shown).collect();
    modules.sort_by_key(|module| {
        let due = module.assigned.as_ref().map(|assigned| assigned.due);
        (due.is_none(), due, module.passed_until.is_some())
    });
    Ok(modules)
}
