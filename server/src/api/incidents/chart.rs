use std::time::Duration;

use behavior::{Entity, Family, Reason, Unit};
use governance::incident::{About, Incident, Sign};
use model::{AccountKind, Action, Timestamp};
use serde::Serialize;
use store::{ExchangeFilter, QueryError, Store};
use utoipa::ToSchema;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// So many days are shown.
const DAYS: u32 = 28;

/// What was observed day by day, with what was to be expected.
#[derive(Serialize, ToSchema)]
pub(crate) struct IncidentChart {
    /// What is counted: `bytes`, `exchanges` or `people`.
    #[schema(value_type = String)]
    unit: Unit,
    points: Vec<ChartPoint>,
    /// A usual day's lower end; none where nothing is known of usual days.
    low: Option<f64>,
    /// A usual day's upper end.
    high: Option<f64>,
    /// When what was raised began.
    since: Timestamp,
    /// When it was seen last.
    until: Timestamp,
}

/// One day.
#[derive(Serialize, ToSchema)]
pub(crate) struct ChartPoint {
    /// Its beginning, in UTC.
    at: Timestamp,
    value: f64,
}

/// The days up to the incident, of what its strongest reason measures; of violations, if there is none.
pub(super) async fn chart(
    store: &Store,
    incident: &Incident,
    now: Timestamp,
) -> Result<Option<IncidentChart>, QueryError> {
    let (Some(since), Some(until)) = (incident.began(), incident.latest()) else { return Ok(None) };
    let strongest = strongest(incident);
    let Some((filter, unit)) = measured(incident, strongest.as_ref()) else { return Ok(None) };
    let end = day(until.plus(DAY * 3).min(now).plus(DAY));
    let from = end.minus(DAY * DAYS);
    let filter = ExchangeFilter { from: Some(from), to: Some(end), ..filter };
    let seen = store.activity(&filter, DAY).await?;
    let value = |at: Timestamp| {
        let there = seen.iter().find(|step| step.at == at);
        there.map_or(0.0, |step| match unit {
            Unit::Bytes => step.bytes as f64,
            Unit::People => step.people as f64,
            Unit::Exchanges | Unit::Share | Unit::Nats => step.exchanges as f64,
        })
    };
    let days = (0..DAYS).map(|number| from.plus(DAY * number));
    let band = strongest.filter(|(_, reason)| reason.unit == unit).map(|(_, reason)| reason.expected);
    Ok(Some(IncidentChart {
        unit,
        points: days.map(|at| ChartPoint { at, value: value(at) }).collect(),
        low: band.map(|band| band.low),
        high: band.map(|band| band.high),
        since,
        until,
    }))
}

fn strongest(incident: &Incident) -> Option<(Entity, Reason)> {
    let deviations = incident.evidence.iter().filter_map(|evidence| match &evidence.sign {
        Sign::Deviation(deviation) => Some(deviation),
        _ => None,
    });
    let reasons = deviations.flat_map(|deviation| {
        deviation.reasons.iter().map(|reason| (deviation.entity.clone(), reason.clone()))
    });
    // What can be counted in records comes before what cannot.
    reasons.max_by(|(_, one), (_, other)| {
        let counted = |reason: &Reason| matches!(reason.unit, Unit::Bytes | Unit::Exchanges | Unit::People);
        counted(one).cmp(&counted(other)).then(one.surprise.total_cmp(&other.surprise))
    })
}

/// Which records, and what is counted of them.
fn measured(incident: &Incident, strongest: Option<&(Entity, Reason)>) -> Option<(ExchangeFilter, Unit)> {
    let about = match &incident.about {
        About::Person(person) => {
            ExchangeFilter { persons: vec![person.clone()], ..ExchangeFilter::default() }
        }
        About::Department(department) => {
            ExchangeFilter { departments: vec![department.to_string()], ..ExchangeFilter::default() }
        }
        About::Tool(tool) => ExchangeFilter { tools: vec![tool.clone()], ..ExchangeFilter::default() },
        About::Clause(_) | About::Report(_) | About::Learner => return None,
    };
    let Some((_, reason)) = strongest else {
        let held = ExchangeFilter { actions: vec![Action::Redact, Action::Block], ..about };
        return Some((held, Unit::Exchanges));
    };
    let unit = match reason.unit {
        Unit::Bytes | Unit::Exchanges | Unit::People => reason.unit,
        Unit::Share | Unit::Nats => Unit::Exchanges,
    };
    let narrowed = match reason.family {
        Family::Pers => {
            ExchangeFilter { accounts: vec![AccountKind::Personal, AccountKind::Anonymous], ..about }
        }
        Family::Novel | Family::Svc => ExchangeFilter {
            tools: reason.tool.iter().cloned().chain(about.tools.clone()).collect(),
            ..about
        },
        _ => about,
    };
    Some((narrowed, unit))
}

fn day(at: Timestamp) -> Timestamp {
    governance::report::day(at)
}
