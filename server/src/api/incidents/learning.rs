use std::time::Duration;

use axum::{Json, extract::State};
use governance::incident::{About, Incident, Sign, Suppression as Rule};
use model::{ExchangeId, PersonKind, Record, Source, Timestamp};
use serde::{Deserialize, Serialize};
use store::{Change, Kept, QueryError, Store, Which};
use utoipa::ToSchema;
use uuid::Uuid;

use super::entities::{EntityBand, bands};
use crate::{
    app::{App, Data},
    auth::{May, to},
    kept::invalid,
    learning::{Budget, Learned},
    web::{
        input::{Input, Named},
        problem::{Kind, Problem},
    },
};

const WEEK: Duration = Duration::from_secs(7 * 24 * 60 * 60);
/// So many weeks are shown.
const WEEKS: u32 = 8;
/// Most deviations a week that can be asked for.
const MOST: f64 = 1_000.0;

/// How many deviations were asked for, and how many were raised.
#[derive(Serialize, ToSchema)]
pub(crate) struct DeviationBudget {
    /// Counts changes; whoever changes it names the one they saw. 0 where the configuration's holds.
    revision: u64,
    /// Asked for, a week; none if nothing is learned on this node.
    per_week: Option<f64>,
    /// Who asked for it; none if the configuration did.
    by: Option<String>,
    /// Raised and suppressed in each of the last weeks, the earliest first.
    weeks: Vec<BudgetWeek>,
    learning: Option<LearningState>,
    /// What is kept of what was learned, as the audit log has it too.
    kept: Option<KeptState>,
}

/// What was raised in one week.
#[derive(Serialize, ToSchema)]
pub(crate) struct BudgetWeek {
    from: Timestamp,
    raised: u64,
    /// Kept from opening an incident by a rule.
    suppressed: u64,
}

/// How learning goes on this node.
#[derive(Serialize, ToSchema)]
pub(crate) struct LearningState {
    /// Up to when records were learned.
    reached: Option<Timestamp>,
    people: u64,
    /// Raised since learning ended.
    raised: u32,
    /// Weeks since learning ended; 0 while everything is still new.
    weeks: f64,
    /// The score that is raised now.
    threshold: f64,
    learned: u64,
    late: u64,
    too_late: u64,
    ahead: u64,
    duplicates: u64,
    absurd: u64,
    no_room: u64,
}

/// What is kept of what was learned.
#[derive(Serialize, ToSchema)]
pub(crate) struct KeptState {
    digest: String,
    at: Timestamp,
    /// The entry of the audit log up to which records were learned.
    entry: u64,
}

/// How many deviations a week are to be raised.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewDeviationBudget {
    /// The revision that was read.
    revision: u64,
    /// Above 0, at most 1000.
    per_week: f64,
}

/// Why an exchange opened no incident, or which one it belongs to.
#[derive(Serialize, ToSchema)]
pub(crate) struct WhyNot {
    answer: WhyNotAnswer,
    /// In plain sentences.
    says: Vec<String>,
    incident: Option<Uuid>,
    suppression: Option<Uuid>,
    /// The person's measures of the present day with what is usual, where that is known.
    bands: Vec<EntityBand>,
}

/// Why an exchange opened no incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum WhyNotAnswer {
    /// It does belong to one.
    Raised,
    /// A rule says that it is benign.
    Suppressed,
    /// It is nobody's use of a tool.
    NotUse,
    /// Nobody knows whose it is.
    Unidentified,
    /// Nothing is learned on this node.
    NotLearning,
    /// It has not been learned yet.
    NotReached,
    /// Too little was known of what is usual.
    Learning,
    /// It was not unusual enough.
    Usual,
}

/// How many deviations were asked for, and how many were raised.
#[utoipa::path(get, path = "/deviations/budget", tag = "incidents",
    responses((status = OK, body = DeviationBudget)), extensions(("x-permission" = json!("read_incidents"))))]
pub(crate) async fn get_deviation_budget(
    may: May<to::ReadIncidents>,
    State(app): State<App>,
) -> Result<Json<DeviationBudget>, Problem> {
    Ok(Json(budget(app.data(&may), may.now()).await?))
}

/// Say how many deviations a week are to be raised, from now on.
#[utoipa::path(put, path = "/deviations/budget", tag = "incidents", request_body = NewDeviationBudget,
    responses((status = OK, body = DeviationBudget)), extensions(("x-permission" = json!("set_budget"))))]
pub(crate) async fn set_deviation_budget(
    may: May<to::SetBudget>,
    State(app): State<App>,
    Input(new): Input<NewDeviationBudget>,
) -> Result<Json<DeviationBudget>, Problem> {
    may.session()?;
    let data = app.data(&may);
    if !(new.per_week > 0.0 && new.per_week <= MOST) {
        return Err(invalid(format!("`per_week` is above 0 and at most {MOST}")));
    }
    let kept = data.store.kept::<Budget>(Budget::id()).await?;
    if kept.as_ref().map_or(0, |kept| kept.revision) != new.revision {
        let detail = "somebody else changed the budget meanwhile; look at it as it is now";
        return Err(Problem::new(Kind::Conflict, detail));
    }
    let next = Budget { per_week: new.per_week, by: may.actor().name.clone() };
    let act = may.act("deviation_budget.set", new.per_week);
    let change = Change::new(act);
    let change = match &kept {
        Some(kept) => change.replace(kept, &next),
        None => change.add(Budget::id(), &next),
    };
    data.commit(change, may.now()).await?;
    Ok(Json(budget(data, may.now()).await?))
}

async fn budget(data: &Data, now: Timestamp) -> Result<DeviationBudget, Problem> {
    let asked = data.store.kept::<Budget>(Budget::id()).await?;
    let told = data.learning.told();
    let kept = data.store.kept::<Learned>(Learned::id()).await?;
    Ok(DeviationBudget {
        revision: asked.as_ref().map_or(0, |kept| kept.revision),
        per_week: asked.as_ref().map(|kept| kept.it.per_week).or(told.map(|(spending, ..)| spending.asked)),
        by: asked.map(|kept| kept.it.by),
        weeks: weeks(&data.store, now).await?,
        learning: told.map(|(spending, counts, people)| LearningState {
            reached: data.learning.reached(),
            people: people as u64,
            raised: spending.raised,
            weeks: spending.weeks,
            threshold: spending.threshold,
            learned: counts.learned,
            late: counts.late,
            too_late: counts.too_late,
            ahead: counts.ahead,
            duplicates: counts.duplicates,
            absurd: counts.absurd,
            no_room: counts.no_room,
        }),
        kept: kept.map(|kept| KeptState {
            digest: kept.it.latest.digest,
            at: kept.changed_at,
            entry: kept.it.latest.position.entry,
        }),
    })
}

/// Deviations by the week in which they were raised, seven days each, the last ending now.
async fn weeks(store: &Store, now: Timestamp) -> Result<Vec<BudgetWeek>, QueryError> {
    let incidents = store.all_kept::<Incident>(&Which::default()).await?;
    let signs = incidents.iter().filter(|kept| !matches!(kept.it.stage.as_str(), "merged"));
    let signs = signs.flat_map(|kept| &kept.it.evidence);
    let raised: Vec<Timestamp> = signs
        .filter(|evidence| matches!(evidence.sign, Sign::Deviation(_)))
        .map(|evidence| evidence.at)
        .collect();
    let rules = store.all_kept::<Rule>(&Which::default()).await?;
    let suppressed: Vec<Timestamp> =
        rules.iter().flat_map(|kept| &kept.it.latest).map(|suppressed| suppressed.at).collect();
    let week = |number: u32| {
        let from = now.minus(WEEK * (WEEKS - number));
        let within = |at: &&Timestamp| from < **at && **at <= from.plus(WEEK);
        let count = |times: &[Timestamp]| times.iter().filter(within).count() as u64;
        BudgetWeek { from, raised: count(&raised), suppressed: count(&suppressed) }
    };
    Ok((0..WEEKS).map(week).collect())
}

/// Why an exchange opened no incident.
#[utoipa::path(get, path = "/exchanges/{id}/why-not-raised", tag = "incidents",
    params(("id" = ExchangeId, Path, description = "The exchange")),
    responses((status = OK, body = WhyNot)), extensions(("x-permission" = json!("read_incidents"))))]
pub(crate) async fn why_not_raised(
    may: May<to::ReadIncidents>,
    State(app): State<App>,
    Named(id): Named<ExchangeId>,
) -> Result<Json<WhyNot>, Problem> {
    let data = app.data(&may);
    let Some(row) = data.store.exchange(id).await? else {
        return Err(Problem::not_found("exchange", &id.to_string()));
    };
    why(data, &row.record).await.map(Json)
}

async fn why(data: &Data, record: &Record) -> Result<WhyNot, Problem> {
    let known = data.learning.explain(&record.exchange.person);
    let told = |answer, says: Vec<String>| WhyNot {
        answer,
        says,
        incident: None,
        suppression: None,
        bands: known.as_ref().map(|known| bands(&known.bands)).unwrap_or_default(),
    };
    let incidents = data.store.all_kept::<Incident>(&Which::default()).await?;
    if let Some(kept) = incidents.iter().find(|kept| holds(kept, record)) {
        let says = vec!["It belongs to an incident.".to_owned()];
        return Ok(WhyNot { incident: Some(kept.id), ..told(WhyNotAnswer::Raised, says) });
    }
    let rules = data.store.all_kept::<Rule>(&Which::default()).await?;
    if let Some(kept) = rules.iter().find(|kept| keeps(&kept.it, record)) {
        let says = vec![format!("A rule says that it is benign: {}", kept.it.because)];
        return Ok(WhyNot { suppression: Some(kept.id), ..told(WhyNotAnswer::Suppressed, says) });
    }
    let one = |answer, says: &str| Ok(told(answer, vec![says.to_owned()]));
    if record.exchange.source == Source::Check {
        return one(WhyNotAnswer::NotUse, "Somebody asked what the policy says; nothing was sent to a tool.");
    }
    if record.facts.person.kind == PersonKind::Unknown {
        return one(
            WhyNotAnswer::Unidentified,
            "Nobody knows whose it is, so there is no usual to compare it with.",
        );
    }
    let (Some((spending, ..)), reached) = (data.learning.told(), data.learning.reached()) else {
        return one(
            WhyNotAnswer::NotLearning,
            "This node does not learn what is usual; `behavior.budget` says so.",
        );
    };
    if reached.is_none_or(|reached| reached < record.exchange.at) {
        return one(WhyNotAnswer::NotReached, "It has not been learned yet; that takes about a minute.");
    }
    let Some(known) = known.as_ref().filter(|_| spending.weeks > 0.0) else {
        return one(
            WhyNotAnswer::Learning,
            "Too little is known yet of what is usual; nothing is raised until it is.",
        );
    };
    Ok(told(
        WhyNotAnswer::Usual,
        vec![
            format!(
                "The day it belongs to was not unusual enough: a score of {:.1} is raised now, so that {} a week are.",
                spending.threshold, spending.asked
            ),
            format!("What is usual for this person rests on {:.0} active days.", known.days),
        ],
    ))
}

/// Whether the exchange is evidence of an incident, or within the time that its deviations are about.
fn holds(kept: &Kept<Incident>, record: &Record) -> bool {
    let Record { exchange, facts, .. } = record;
    if kept.it.exchanges().contains(&exchange.id) {
        return true;
    }
    let deviates = kept.it.evidence.iter().any(|evidence| {
        matches!(evidence.sign, Sign::Deviation(_))
            && evidence.since <= exchange.at
            && exchange.at <= evidence.at
    });
    let about = match &kept.it.about {
        About::Person(person) => *person == exchange.person,
        About::Tool(tool) => *tool == facts.tool.id,
        About::Department(department) => facts.person.department.as_deref() == Some(department),
        About::Clause(_) | About::Report(_) | About::Learner => false,
    };
    deviates && about
}

/// Whether a rule kept a deviation of the day of the exchange from opening an incident.
fn keeps(rule: &Rule, record: &Record) -> bool {
    let day = governance::report::day;
    rule.about == About::Person(record.exchange.person.clone())
        && rule
            .latest
            .iter()
            .any(|kept| day(kept.at.minus(Duration::from_millis(1))) == day(record.exchange.at))
}
