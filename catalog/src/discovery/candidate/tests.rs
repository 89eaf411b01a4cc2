use std::time::Duration;

use model::Timestamp;

use super::{CANDIDATE, Evidence, Why};
use crate::{
    ByName, Catalog,
    discovery::{Sign, Signs, of_host},
};

const DAY: u64 = 86_400;

fn now() -> Timestamp {
    Timestamp::from_millis(1_795_000_000_000)
}

fn days_ago(days: u64) -> Timestamp {
    now().minus(Duration::from_secs(days * DAY))
}

fn score(host: &str, signs: &[Sign], people: u32, days: u64) -> u8 {
    let mut evidence = Evidence::of(host, days_ago(days));
    evidence.signs = evidence.signs.and(signs.iter().copied().collect());
    evidence.people = people;
    evidence.judge(now()).score
}

#[test]
fn signs_add_up() {
    use Sign::{CommonPath, EventStream, ModelBody, ModelList, ModelPath, Streamed, StreamedOften};
    for (host, signs, people, days, least, most) in [
        ("www.shop.example", &[][..], 40, 0, 0, 0),
        ("painter.ai", &[], 1, 90, 50, 60),
        ("painter.ai", &[StreamedOften], 12, 3, 95, 100),
        ("gpu-1.corp.example", &[ModelPath, ModelBody], 1, 400, 80, 100),
        ("llm.corp.example", &[ModelList], 1, 400, 70, 90),
        // One answer that looks streamed, one common path, or both, are not enough.
        ("www.shop.example", &[Streamed], 1, 400, 0, 49),
        ("www.shop.example", &[CommonPath, Streamed], 1, 400, 0, 49),
        ("www.shop.example", &[EventStream], 500, 0, 0, 49),
        // Streamed answers again and again on a new host that several people use are.
        ("www.unheard.example", &[StreamedOften], 3, 2, 50, 60),
        ("snapchat.com", &[], 300, 0, 0, 49),
    ] {
        let score = score(host, signs, people, days);
        assert!((least..=most).contains(&score), "{host} {signs:?}: {score}");
    }
}

#[test]
fn reasons_are_for_people() {
    let mut evidence = Evidence::of("api.painter.ai", days_ago(1));
    evidence.add("api.painter.ai", Sign::Streamed.into(), 4, (days_ago(1), now()), (900, 9_000));
    evidence.people = 4;
    let candidate = evidence.judge(now());
    assert!(candidate.is_worth_a_review());
    assert_eq!(&*candidate.evidence.site, "painter.ai");
    assert_eq!(
        candidate.reasons,
        [Why::Sign(Sign::AiDomain), Why::Sign(Sign::Streamed), Why::People(4), Why::New { days: 1 }]
    );
    let said: Vec<_> = candidate.reasons.iter().map(ToString::to_string).collect();
    assert_eq!(said[2..], ["4 people use it", "it was first seen a day ago"]);
}

#[test]
fn the_entry_loads_and_takes_nothing_from_a_known_tool() {
    let catalog = Catalog::builtin().unwrap();
    for (host, signs, id) in [
        ("www.painter-pro.ai", Signs::NONE, "painter-pro"),
        ("suno.example.org", Signs::NONE, "example"),
        ("suno.net", Signs::NONE, "suno-net"),
        ("10.0.0.7", Sign::OwnModelPath.into(), "10-0-0-7"),
        ("gpu-1", Sign::ModelPath.into(), "gpu-1"),
    ] {
        let mut evidence = Evidence::of(host, now());
        evidence.signs = evidence.signs.and(signs);
        let entry = evidence.judge(now()).entry(&catalog);
        let grown = catalog.clone().with_local("own.toml", &entry).unwrap_or_else(|e| panic!("{entry}\n{e}"));
        assert_eq!(grown.lookup(host).unwrap().tool.id.as_str(), id, "{entry}");
        assert_eq!(grown.tools().len(), catalog.tools().len() + 1);
    }
}

const ORDINARY: &str = include_str!("../../ordinary.txt");

/// Names the scores were looked at with: the figures in `docs/discovery.md`.
#[test]
fn names_alone_find_tools_and_stay_quiet_elsewhere() {
    let catalog = Catalog::builtin().unwrap();
    let tools: Vec<_> = catalog
        .tools()
        .iter()
        .filter(|tool| tool.hosts.iter().any(|host| host.role.by_name() == ByName::Use))
        .collect();
    // A tool counts as found if one of its hosts does; the words taken from its own name are left out.
    let found = |host: &str, id: &str| {
        let signs: Signs =
            of_host(host).iter().filter(|sign| !(*sign == Sign::Brand && is_own(host, id))).collect();
        let mut evidence = Evidence::of(host, days_ago(400));
        evidence.signs = signs;
        evidence.judge(now()).score >= CANDIDATE
    };
    let hit = tools.iter().filter(|tool| tool.hosts.iter().any(|host| found(&host.name, tool.id.as_str())));
    let share = hit.count() as f64 / tools.len() as f64;
    assert!(share >= 0.40, "{share:.3} of {} tools found by name", tools.len());

    let quiet: Vec<_> = ORDINARY.split_whitespace().filter(|name| catalog.lookup(name).is_none()).collect();
    let loud: Vec<_> = quiet.iter().filter(|name| score(name, &[], 50, 400) >= CANDIDATE).collect();
    assert!(loud.len() <= 1, "{loud:?} of {}", quiet.len());
}

/// Whether the host's brand is the tool's own: what leaving the tool out of the list of brands would lose.
fn is_own(host: &str, id: &str) -> bool {
    let word = id.split('-').next().unwrap_or(id);
    word.len() > 3 && host.contains(word)
}
