//! What exceptions cost a decision: `cargo bench -p engine`.
//!
//! A chat completion with a social security number goes through the whole engine, under a policy of 200 clauses, for
//! facts that were never seen before: each round has a department of its own. Prints CPU time of the deciding thread, so
//! that a busy machine does not count, without exceptions, with 10,000 among a thousand people and fifty groups, and with
//! 10,000 of which every one can concern the exchange.

#![expect(clippy::unwrap_used, reason = "a bench may stop at a mistake of its own")]

use std::{collections::BTreeSet, sync::Arc};

use bytes::Bytes;
use catalog::Catalog;
use detect::Detectors;
use engine::{
    Body, Decision, Engine, Exception, Exceptions, Head, Holder, Identity, LinkKey, Opening, Settings,
    Snapshot,
};
use http::HeaderMap;
use identity::Directory;
use model::{Approval, ClauseId, Label, PersonId, Timestamp, ToolId, ToolState};
use rustix::time::{ClockId, clock_gettime};

const CLAUSES: usize = 200;
const EXCEPTIONS: usize = 10_000;
const PEOPLE: usize = 1_000;
const GROUPS: usize = 50;
/// Rounds before those that count.
const WARM: usize = 200;
/// The promise: 99 of 100 decisions take less, in microseconds.
const PROMISED: u64 = 500;

fn main() {
    let none = report("without exceptions", Vec::new());
    let spread = report("10,000 exceptions among 1,000 people and 50 groups", spread());
    let one = report("10,000 exceptions of one group that everybody is in", of_everybody());
    println!(
        "99th percentile with exceptions: {:.2} and {:.2} times that without",
        spread / none,
        one / none
    );
}

/// Each person and group has about ten, some for a tool, some for labels.
fn spread() -> Vec<Exception> {
    (0..EXCEPTIONS)
        .map(|number| {
            let holder = match number % 10 {
                0 => Holder::Group(format!("group-{}", number / 10 % GROUPS)),
                _ => Holder::Person(PersonId::new(format!("person-{}", number % PEOPLE))),
            };
            exception(number, holder)
        })
        .collect()
}

fn of_everybody() -> Vec<Exception> {
    (0..EXCEPTIONS).map(|number| exception(number, Holder::Group("staff".to_owned()))).collect()
}

fn exception(number: usize, holder: Holder) -> Exception {
    let labels: &[&str] = if number.is_multiple_of(3) { &["pii.email", "phi"] } else { &[] };
    Exception {
        clause: ClauseId::new(format!("B-{}", number % CLAUSES + 1)),
        holder,
        tool: number.is_multiple_of(4).then(|| ToolId::new("openai-api")),
        labels: labels.iter().map(|label| label.parse::<Label>().unwrap()).collect::<BTreeSet<_>>(),
        from: at(0),
        until: at(1_000_000 + i64::try_from(number).unwrap()),
    }
}

/// Prints how long decisions take; the 99th percentile in microseconds.
fn report(what: &str, exceptions: Vec<Exception>) -> f64 {
    let engine = engine(exceptions);
    let mut times: Vec<u64> = (0..PEOPLE).map(|person| decide(&engine, person)).skip(WARM).collect();
    times.sort_unstable();
    let of = |hundredths: usize| times.get(times.len() * hundredths / 100).copied().unwrap_or_default();
    let (median, late) = (of(50), of(99));
    let kept = if late < PROMISED * 1_000 { "kept" } else { "broken" };
    println!(
        "{what}: median {} µs, 99th percentile {} µs of CPU; {PROMISED} µs {kept}",
        median / 1_000,
        late / 1_000
    );
    late as f64 / 1_000.0
}

/// Nanoseconds of CPU for one exchange.
fn decide(engine: &Engine, person: usize) -> u64 {
    let address = format!("10.0.{}.{}", person / 250, person % 250 + 1);
    let (Identity::Known(who) | Identity::Unknown(who)) = engine.identify(address.parse().unwrap(), None)
    else {
        return u64::MAX;
    };
    let mut headers = HeaderMap::new();
    headers.insert("content-type", "application/json".parse().unwrap());
    let path_and_query = "/v1/chat/completions";
    let head = Head { method: "POST", host: "api.openai.com", path_and_query, headers: &headers };
    let body = Bytes::from_static(
        br#"{"model":"gpt-5","messages":[{"role":"user","content":"Complaint of a customer, SSN 536-90-4399: draft a reply"}]}"#,
    );
    let before = cpu();
    let decision: Option<Decision> = match engine.open(&who, &head, at(10)) {
        Opening::Inspect(inspection) => Some(inspection.close(Body::Whole(body), at(10))),
        Opening::Decided(_) | Opening::Ignore => None,
    };
    let took = cpu() - before;
    assert!(decision.unwrap().record.is_some());
    took
}

/// CPU time of this thread, in nanoseconds.
fn cpu() -> u64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    u64::try_from(time.tv_sec).unwrap() * 1_000_000_000 + u64::try_from(time.tv_nsec).unwrap()
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(1_790_000_000_000 + seconds * 1_000)
}

/// Rules as policies have them, in the ways in which a clause varies from department to department.
fn rule(number: usize) -> String {
    let family =
        ["pii", "phi", "financial", "source_code", "strategy"].get(number / 10 % 5).copied().unwrap();
    let department = number % PEOPLE;
    match number % 8 {
        0 => format!("data: {family}\nunless: tool is approved for {family}\nthen: redact"),
        1 => format!("data: [secret, at least 5 of {family}]\nthen: block"),
        2 => format!("data: {family}\nwhen: department is d{department}\nthen: justify"),
        3 => "data: marking\nunless: [tool is approved for marking, in a sandbox]\nthen: justify".to_owned(),
        4 => format!("when: [account is personal, department is d{department}]\nthen: coach"),
        5 => format!("when: [tool is denied, department is d{department}]\nthen: block"),
        6 => format!("when: [person is contractor or vendor, department is d{department}]\nthen: block"),
        _ => "when: tool is approved or conditional\nthen: allow".to_owned(),
    }
}

fn policy() -> String {
    let mut source = "---\npolicy: bench\ntitle: Bench\nowner: bench@example.com\nreview_every: 90d\n\
                      approvals: [legal]\notherwise: coach\n---\n"
        .to_owned();
    for number in 0..CLAUSES {
        source += &format!("\n### B-{} Clause\n\n```rule\n{}\n```\n", number + 1, rule(number));
    }
    source
}

fn people() -> String {
    let mut people = "id,name,email,kind,department,groups,risk,addresses\n".to_owned();
    for number in 0..PEOPLE {
        let (group, third, fourth) = (number % GROUPS, number / 250, number % 250 + 1);
        people += &format!(
            "person-{number},Person {number},,employee,d{number},staff;group-{group},low,10.0.{third}.{fourth}\n"
        );
    }
    people
}

fn engine(exceptions: Vec<Exception>) -> Engine {
    let (catalog, detectors) = (Catalog::builtin().unwrap(), Detectors::builtin().unwrap());
    let policy = policy::compile("bench.md", &policy(), &engine::taxonomy(&detectors, &catalog)).unwrap();
    let approved = Approval { state: ToolState::Approved, approved_for: BTreeSet::new(), until: None };
    Engine::new(Snapshot {
        policy: Arc::new(policy),
        catalog: Arc::new(catalog),
        detectors: Arc::new(detectors),
        directory: Arc::new(Directory::from_csv(&people()).unwrap()),
        approvals: Arc::new([(ToolId::new("openai-api"), approved)].into()),
        exceptions: Arc::new(Exceptions::new(exceptions)),
        rollout: Arc::default(),
        standing: Arc::default(),
        settings: Arc::new(Settings {
            body_limit: 1 << 20,
            decoded_limit: 4 << 20,
            pass_through: Vec::new(),
            sandbox_networks: Vec::new(),
            tenants: Default::default(),
            accounts: Default::default(),
            key: LinkKey::new([9; 32]),
            capture: None,
            console_url: "https://bylaw.example.com".to_owned(),
        }),
    })
}
