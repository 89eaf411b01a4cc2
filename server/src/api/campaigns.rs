//! Attestation campaigns: who is asked to accept the policy, who has, who has to be reminded.

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::IntoResponse,
};
use engine::Snapshot;
use governance::{
    attestation::{
        Attestation, Campaign, CampaignCommand, CampaignRefused, CampaignState, Reminder, SignIn, Signature,
    },
    training::Audience,
};
use model::{Person, PolicyVersion, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Change, Kept, Which};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    app::{App, Data},
    auth::{May, to},
    standing::Counts,
    web::{
        input::{Input, Named},
        problem::{Kind, Problem},
    },
};

/// Longest title, in characters.
const LONGEST_TITLE: usize = 120;

/// A campaign, with how far it has come.
#[derive(Serialize, ToSchema)]
pub(crate) struct CampaignView {
    id: Uuid,
    revision: u64,
    title: String,
    policy: PolicyVersion,
    audience: Audience,
    /// The audience, in words.
    asked_of: String,
    by: String,
    from: Timestamp,
    due: Timestamp,
    reminders: Vec<Reminder>,
    state: CampaignState,
    /// People who are asked.
    people: usize,
    /// Those of them whose acceptance counts now.
    accepted: usize,
}

/// A campaign to open; it asks for the policy in force.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewCampaign {
    title: String,
    #[serde(default)]
    audience: Audience,
    due: Timestamp,
}

/// That somebody accepted the policy, as evidence. The person is a pseudonym.
#[derive(Serialize, ToSchema)]
pub(crate) struct AttestationView {
    id: Uuid,
    person: String,
    policy: PolicyVersion,
    at: Timestamp,
    until: Timestamp,
    language: String,
    sign_in: SignIn,
    campaign: Option<Uuid>,
    /// The person's signature over the policy's hash, with all that checks it.
    signature: Option<Signature>,
}

/// What is done with a campaign.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CampaignOrder {
    order: CampaignVerb,
    /// The campaign as it was when you decided.
    revision: u64,
}

/// What can be done with a campaign.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CampaignVerb {
    /// Remind those who have not accepted: their page shows it, and the list for a mail merge says so.
    Remind,
    /// End it.
    Close,
}

/// List the campaigns, the latest first.
#[utoipa::path(get, path = "/campaigns", tag = "campaigns",
    responses((status = OK, body = Vec<CampaignView>)), extensions(("x-permission" = json!("read_standing"))))]
pub(crate) async fn list_campaigns(
    may: May<to::ReadStanding>,
    State(app): State<App>,
) -> Result<Json<Vec<CampaignView>>, Problem> {
    let data = app.data(&may);
    let snapshot = data.engine.snapshot();
    let campaigns = data.store.all_kept::<Campaign>(&Which::default()).await?;
    Ok(Json(campaigns.into_iter().map(|kept| shown(kept, &snapshot, may.now())).collect()))
}

/// Open a campaign.
#[utoipa::path(post, path = "/campaigns", tag = "campaigns", request_body = NewCampaign,
    responses((status = CREATED, body = CampaignView)), extensions(("x-permission" = json!("manage_training"))))]
pub(crate) async fn open_campaign(
    may: May<to::ManageTraining>,
    State(app): State<App>,
    Input(new): Input<NewCampaign>,
) -> Result<(StatusCode, Json<CampaignView>), Problem> {
    let data = app.data(&may);
    let snapshot = data.engine.snapshot();
    let campaign = checked(new, &may, &snapshot)?;
    let id = Uuid::now_v7();
    let detail = json!({ "policy": campaign.policy, "due": campaign.due, "audience": campaign.audience });
    let change = Change::new(may.act("campaign.opened", id).with(detail)).add(id, &campaign);
    data.commit(change, may.now()).await?;
    let kept = Kept { id, revision: 1, created_at: may.now(), changed_at: may.now(), it: campaign };
    Ok((StatusCode::CREATED, Json(shown(kept, &snapshot, may.now()))))
}

fn checked(
    new: NewCampaign,
    may: &May<to::ManageTraining>,
    snapshot: &Snapshot,
) -> Result<Campaign, Problem> {
    let invalid = |detail: String| Err(Problem::new(Kind::Invalid, detail));
    let title = new.title.trim();
    if title.is_empty() || title.chars().count() > LONGEST_TITLE {
        return invalid(format!("give the campaign a title in `title`, at most {LONGEST_TITLE} characters"));
    }
    if new.due <= may.now() {
        return invalid(format!("`due` ({}) must be in the future", new.due));
    }
    if asked(&new.audience, snapshot).next().is_none() {
        return invalid(format!(
            "nobody in the directory belongs to {}; choose others",
            new.audience.words()
        ));
    }
    Ok(Campaign {
        title: title.to_owned(),
        policy: snapshot.policy.version().clone(),
        audience: new.audience,
        by: may.actor().name.clone(),
        from: may.now(),
        due: new.due,
        reminders: Vec::new(),
        state: CampaignState::Open,
    })
}

/// Remind those who have not accepted, or end a campaign.
#[utoipa::path(post, path = "/campaigns/{id}/orders", tag = "campaigns",
    params(("id" = Uuid, Path, description = "The campaign")), request_body = CampaignOrder,
    responses((status = OK, body = CampaignView)), extensions(("x-permission" = json!("manage_training"))))]
pub(crate) async fn order_campaign(
    may: May<to::ManageTraining>,
    State(app): State<App>,
    Named(id): Named<Uuid>,
    Input(given): Input<CampaignOrder>,
) -> Result<Json<CampaignView>, Problem> {
    let data = app.data(&may);
    let snapshot = data.engine.snapshot();
    let kept = campaign(data, id).await?;
    if kept.revision != given.revision {
        let detail = "somebody else changed this campaign meanwhile; look at it as it is now";
        return Err(Problem::new(Kind::Conflict, detail));
    }
    let (by, at) = (may.actor().name.clone(), may.now());
    let people = u32::try_from(outstanding(&kept.it, &snapshot, at).count()).unwrap_or(u32::MAX);
    let (what, command) = match given.order {
        CampaignVerb::Remind => ("campaign.reminded", CampaignCommand::Remind(Reminder { at, by, people })),
        CampaignVerb::Close => ("campaign.closed", CampaignCommand::Close { by, at }),
    };
    let late = |refused: CampaignRefused| Problem::new(Kind::Conflict, refused.to_string());
    let next = kept.it.after(command).map_err(late)?;
    let change = Change::new(may.act(what, id).with(json!({ "outstanding": people }))).replace(&kept, &next);
    data.commit(change, at).await?;
    let kept = Kept { revision: kept.revision + 1, changed_at: at, it: next, ..kept };
    Ok(Json(shown(kept, &snapshot, at)))
}

/// Those who have not accepted, for a mail merge: name, e-mail address, title, due date. Names are shown, which is recorded.
#[utoipa::path(get, path = "/campaigns/{id}/outstanding", tag = "campaigns",
    params(("id" = Uuid, Path, description = "The campaign")),
    responses((status = OK, body = String, content_type = "text/csv")),
    extensions(("x-permission" = json!("manage_training"))))]
pub(crate) async fn list_outstanding(
    may: May<to::ManageTraining>,
    State(app): State<App>,
    Named(id): Named<Uuid>,
) -> Result<impl IntoResponse, Problem> {
    let reveal = may.and::<to::RevealPeople>()?;
    let data = app.data(&may);
    let snapshot = data.engine.snapshot();
    let kept = campaign(data, id).await?;
    let people: Vec<&Person> = outstanding(&kept.it, &snapshot, may.now()).collect();
    let act = reveal.act("campaign.exported", id).with(json!({ "people": people.len() }));
    data.commit(Change::new(act), may.now()).await?;
    let mut csv = String::from("name,email,campaign,due\r\n");
    for person in people {
        let due = kept.it.due.to_string();
        let fields = [&person.name, person.email.as_deref().unwrap_or_default(), &kept.it.title, &due];
        csv.push_str(&fields.map(quoted).join(","));
        csv.push_str("\r\n");
    }
    let file = "attachment; filename=\"outstanding.csv\"";
    Ok(([(header::CONTENT_TYPE, "text/csv; charset=utf-8"), (header::CONTENT_DISPOSITION, file)], csv))
}

/// A field of a CSV file (RFC 4180). Spreadsheet programs take `=`, `+`, `-` and `@` for formulas; a quote keeps them text.
fn quoted(field: &str) -> String {
    let formula = field.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let guard = if formula { "'" } else { "" };
    format!("\"{guard}{}\"", field.replace('"', "\"\""))
}

/// List who accepted the policy, the latest first.
#[utoipa::path(get, path = "/attestations", tag = "campaigns",
    responses((status = OK, body = Vec<AttestationView>)), extensions(("x-permission" = json!("read_standing"))))]
pub(crate) async fn list_attestations(
    may: May<to::ReadStanding>,
    State(app): State<App>,
) -> Result<Json<Vec<AttestationView>>, Problem> {
    let data = app.data(&may);
    let all = data.store.all_kept::<Attestation>(&Which::default()).await?.into_iter();
    let shown = all.map(|Kept { id, it, .. }| {
        let person = data.pseudonyms.of(&it.person);
        // The account's name would tell who it is.
        let sign_in = SignIn { account: person.clone(), ..it.sign_in };
        AttestationView {
            id,
            person,
            policy: it.policy,
            at: it.at,
            until: it.until,
            language: it.language,
            sign_in,
            campaign: it.campaign,
            signature: it.signature,
        }
    });
    Ok(Json(shown.collect()))
}

async fn campaign(data: &Data, id: Uuid) -> Result<Kept<Campaign>, Problem> {
    let found = data.store.kept::<Campaign>(id).await?;
    found.ok_or_else(|| Problem::not_found("campaign", &id.to_string()))
}

fn asked<'a>(audience: &'a Audience, snapshot: &'a Snapshot) -> impl Iterator<Item = &'a Person> {
    snapshot.directory.people().iter().filter(|person| audience.covers(person))
}

fn outstanding<'a>(
    campaign: &'a Campaign,
    snapshot: &'a Snapshot,
    now: Timestamp,
) -> impl Iterator<Item = &'a Person> {
    let open = move |person: &&Person| Counts::of(person, &snapshot.standing, now).accepted.is_none();
    asked(&campaign.audience, snapshot).filter(open)
}

fn shown(kept: Kept<Campaign>, snapshot: &Snapshot, now: Timestamp) -> CampaignView {
    let people = asked(&kept.it.audience, snapshot).count();
    let left = outstanding(&kept.it, snapshot, now).count();
    let Campaign { title, policy, audience, by, from, due, reminders, state } = kept.it;
    CampaignView {
        id: kept.id,
        revision: kept.revision,
        title,
        policy,
        asked_of: audience.words(),
        audience,
        by,
        from,
        due,
        reminders,
        state,
        people,
        accepted: people.saturating_sub(left),
    }
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn a_field_is_text_to_every_program() {
        for (field, expected) in
            [("Anna", "\"Anna\""), ("a \"b\", c", "\"a \"\"b\"\", c\""), ("=1+1", "\"'=1+1\""), ("", "\"\"")]
        {
            assert_eq!(quoted(field), expected);
        }
    }
}
