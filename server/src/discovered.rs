use std::collections::{BTreeMap, BTreeSet};

use catalog::discovery::{Candidate, Evidence, Signs, site};
use model::Timestamp;
use store::HostSighting;

use crate::{app::Data, web::problem::Problem};

/// A site that looks like an AI tool, with who used it.
pub(crate) struct Discovered {
    pub(crate) candidate: Candidate,
    /// Different people by department; those of none are under `unknown`.
    pub(crate) departments: BTreeMap<String, u64>,
}

/// What was seen of one site.
struct Site {
    evidence: Evidence,
    people: BTreeMap<String, BTreeSet<String>>,
}

/// The sites that are worth a review, judged at `now`.
pub(crate) async fn all(data: &Data, now: Timestamp) -> Result<Vec<Discovered>, Problem> {
    let sightings = data.store.sightings().await?;
    let judged = by_site(sightings).into_values().map(|found| judge(found, now));
    Ok(judged.filter(|found| found.candidate.is_worth_a_review()).collect())
}

fn by_site(sightings: Vec<HostSighting>) -> BTreeMap<String, Site> {
    let mut sites = BTreeMap::<String, Site>::new();
    for seen in sightings {
        let found = sites.entry(site(&seen.host).to_owned()).or_insert_with(|| Site {
            evidence: Evidence::of(&seen.host, seen.first),
            people: BTreeMap::new(),
        });
        let (span, bytes) = ((seen.first, seen.last), (seen.bytes_up, seen.bytes_down));
        found.evidence.add(&seen.host, Signs::from_bits(seen.signs), seen.times, span, bytes);
        let department = seen.department.unwrap_or_else(|| "unknown".to_owned());
        found.people.entry(department).or_default().insert(seen.person.as_str().to_owned());
    }
    sites
}

fn judge(found: Site, now: Timestamp) -> Discovered {
    let departments: BTreeMap<String, u64> =
        found.people.into_iter().map(|(department, people)| (department, people.len() as u64)).collect();
    let people = u32::try_from(departments.values().sum::<u64>()).unwrap_or(u32::MAX);
    let candidate = Evidence { people, ..found.evidence }.judge(now);
    Discovered { candidate, departments }
}
