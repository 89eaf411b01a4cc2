use std::time::Duration;

use axum::{Json, extract::State};
use behavior::{Band, amount};
use governance::incident::{About, Incident};
use model::{Label, PersonId, Risk, Timestamp, ToolId};
use serde::Serialize;
use store::{Activity, ExchangeFilter, Kept, Share, Which};
use utoipa::ToSchema;

use super::{
    view::{AboutKind, IncidentAbout, IncidentSummary, NamedTool},
    viewer::{Names, Viewer},
};
use crate::{
    app::{App, Data},
    auth::{May, to},
    web::{input::Named, problem::Problem},
};

const HOUR: Duration = Duration::from_secs(60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// So many days are shown.
const DAYS: u32 = 28;
/// Most tools and labels shown.
const MOST: usize = 12;
/// Hours of a week.
const WEEK: i64 = 7 * 24;

/// How a person, a department or a tool usually looks, and how it looks now.
#[derive(Serialize, ToSchema)]
pub(crate) struct EntityView {
    about: IncidentAbout,
    /// The person's department.
    department: Option<String>,
    /// The risk level that rules see now.
    risk: Risk,
    /// What raised it, and until when.
    raised: Vec<RiskReason>,
    /// What was learned of the person: measures of a day so far, with what is usual; empty where nothing is learned here.
    bands: Vec<EntityBand>,
    /// How many active days that is worth; older ones fade.
    learned_days: Option<f64>,
    days: Vec<EntityDay>,
    tools: Vec<ToolShare>,
    labels: Vec<LabelShare>,
    /// Exchanges by hour of the week in UTC, from Monday 0 h on, over the last 28 days.
    hours: Vec<u64>,
    /// The incidents that concern it, those with something left to do first.
    incidents: Vec<IncidentSummary>,
}

/// One measure of a person's day, with what is usual.
#[derive(Serialize, ToSchema)]
pub(crate) struct EntityBand {
    channel: String,
    /// It, in words.
    name: String,
    /// The day so far.
    observed: String,
    usual: String,
    /// The peers' median.
    peers: Option<String>,
}

/// Why a person counts as of a level of risk.
#[derive(Serialize, ToSchema)]
pub(crate) struct RiskReason {
    level: Risk,
    until: Timestamp,
    because: String,
}

/// One day of an entity.
#[derive(Serialize, ToSchema)]
pub(crate) struct EntityDay {
    /// Its beginning, in UTC.
    at: Timestamp,
    exchanges: u64,
    bytes: u64,
    people: u64,
}

/// How much of an entity's use was of one tool.
#[derive(Serialize, ToSchema)]
pub(crate) struct ToolShare {
    tool: NamedTool,
    exchanges: u64,
    bytes: u64,
    /// When it was first seen within that time.
    first: Timestamp,
}

/// In how many exchanges a label was found.
#[derive(Serialize, ToSchema)]
pub(crate) struct LabelShare {
    label: Label,
    exchanges: u64,
}

/// How a person (by pseudonym), a department or a tool usually looks, over the last 28 days.
#[utoipa::path(get, path = "/entities/{kind}/{name}", tag = "incidents",
    params(("kind" = AboutKind, Path, description = "Person, department or tool"),
        ("name" = String, Path, description = "The pseudonym, the department, or the tool's id")),
    responses((status = OK, body = EntityView)), extensions(("x-permission" = json!("read_incidents"))))]
pub(crate) async fn get_entity(
    may: May<to::ReadIncidents>,
    State(app): State<App>,
    Named((kind, name)): Named<(AboutKind, String)>,
) -> Result<Json<EntityView>, Problem> {
    let data = app.data(&may);
    let viewer = Viewer::new(data, Names::Pseudonyms);
    let about = named(data, &viewer, kind, &name)?;
    let end = governance::report::day(may.now()).plus(DAY);
    let filter =
        ExchangeFilter { from: Some(end.minus(DAY * DAYS)), to: Some(end), ..ExchangeFilter::default() };
    let filter = match &about {
        About::Person(person) => ExchangeFilter { persons: vec![person.clone()], ..filter },
        About::Department(department) => {
            ExchangeFilter { departments: vec![department.to_string()], ..filter }
        }
        About::Tool(tool) => ExchangeFilter { tools: vec![tool.clone()], ..filter },
        About::Clause(_) | About::Report(_) | About::Learner => {
            return Err(Problem::not_found("entity", &name));
        }
    };
    let hourly = data.store.activity(&filter, HOUR).await?;
    let tools = data.store.activity_by_tool(&filter).await?;
    let labels = data.store.activity_by_label(&filter).await?;
    let (risk, raised) = risk(data, about.person(), may.now()).await?;
    let known = about.person().and_then(|person| data.learning.explain(person));
    Ok(Json(EntityView {
        learned_days: known.as_ref().map(|known| known.days),
        bands: known.map(|known| bands(&known.bands)).unwrap_or_default(),
        department: about.person().and_then(|person| viewer.department(person)),
        risk,
        raised,
        days: data.store.activity(&filter, DAY).await?.into_iter().map(EntityDay::of).collect(),
        tools: tools.into_iter().take(MOST).map(|share| tool(&viewer, share)).collect(),
        labels: labels
            .into_iter()
            .take(MOST)
            .map(|share| LabelShare { label: share.of, exchanges: share.exchanges })
            .collect(),
        hours: by_hour(&hourly),
        incidents: incidents(data, &viewer, &about).await?,
        about: viewer.about(&about),
    }))
}

/// The measures in which something is usual, or was seen today.
pub(super) fn bands(bands: &[Band]) -> Vec<EntityBand> {
    let told = bands.iter().filter(|band| band.is_told());
    told.map(|band| {
        let words = |value| amount(value, band.unit);
        EntityBand {
            channel: band.channel.to_string(),
            name: band.name(),
            observed: words(band.observed),
            usual: band.usual(),
            peers: band.expected.peers.map(words),
        }
    })
    .collect()
}

fn named(data: &Data, viewer: &Viewer<'_>, kind: AboutKind, name: &str) -> Result<About, Problem> {
    let snapshot = data.engine.snapshot();
    let people = snapshot.directory.people();
    let found = match kind {
        AboutKind::Person => {
            let behind = people.iter().find(|person| viewer.pseudonym(&person.id) == name);
            behind.map(|person| About::Person(person.id.clone()))
        }
        AboutKind::Department => {
            let known = people.iter().any(|person| person.department.as_deref() == Some(name));
            known.then(|| About::Department(name.into()))
        }
        AboutKind::Tool => Some(About::Tool(ToolId::new(name))),
        AboutKind::Clause | AboutKind::Report | AboutKind::Learner => None,
    };
    found.ok_or_else(|| Problem::not_found("entity", name))
}

async fn risk(
    data: &Data,
    person: Option<&PersonId>,
    now: Timestamp,
) -> Result<(Risk, Vec<RiskReason>), Problem> {
    let Some(person) = person else { return Ok((Risk::Low, Vec::new())) };
    let id = governance::Standing::id(person);
    let standing = data.store.kept::<governance::Standing>(id).await?;
    let raised = standing.map(|kept| kept.it.risk).unwrap_or_default();
    let counting = raised.into_values().filter(|raised| now < raised.until);
    let reasons: Vec<RiskReason> = counting
        .map(|raised| RiskReason { level: raised.level, until: raised.until, because: raised.because })
        .collect();
    let snapshot = data.engine.snapshot();
    let known = snapshot.directory.person(person.as_str()).map_or(Risk::Low, |person| person.risk);
    Ok((reasons.iter().map(|reason| reason.level).fold(known, Risk::max), reasons))
}

async fn incidents(data: &Data, viewer: &Viewer<'_>, about: &About) -> Result<Vec<IncidentSummary>, Problem> {
    let all = data.store.all_kept::<Incident>(&Which::default()).await?;
    let concerns = |kept: &&Kept<Incident>| {
        kept.it.about == *about
            || match about {
                About::Person(person) => kept.it.people.contains(person),
                About::Tool(tool) => kept.it.tools().contains(tool),
                _ => false,
            }
    };
    let mut theirs: Vec<&Kept<Incident>> = all.iter().filter(concerns).collect();
    theirs.sort_by_key(|kept| !kept.it.stage.is_live());
    Ok(theirs.into_iter().take(MOST).map(|kept| viewer.summary(kept)).collect())
}

fn tool(viewer: &Viewer<'_>, share: Share<ToolId>) -> ToolShare {
    ToolShare {
        tool: viewer.tool(&share.of),
        exchanges: share.exchanges,
        bytes: share.bytes,
        first: share.first,
    }
}

impl EntityDay {
    fn of(day: Activity) -> Self {
        Self { at: day.at, exchanges: day.exchanges, bytes: day.bytes, people: day.people }
    }
}

/// Hours summed up by their place in the week. 1970 began on a Thursday.
fn by_hour(hourly: &[Activity]) -> Vec<u64> {
    const THURSDAY: i64 = 3 * 24;
    let mut week = vec![0_u64; WEEK as usize];
    for step in hourly {
        let hours = step.at.as_millis() / 3_600_000 + THURSDAY;
        let place = usize::try_from(hours.rem_euclid(WEEK)).ok();
        if let Some(sum) = place.and_then(|place| week.get_mut(place)) {
            *sum += step.exchanges;
        }
    }
    week
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_counted_from_monday_on() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let step = |at| Activity { at, exchanges: 2, bytes: 0, people: 1 };
        // A Monday, midnight; the Sunday before, in the last hour.
        let week = by_hour(&[step(at("2026-11-23T00:00:00Z")), step(at("2026-11-22T23:00:00Z"))]);
        assert_eq!((week.len(), week[0], week[167]), (168, 2, 2));
        assert_eq!(week.iter().sum::<u64>(), 4);
    }
}
