use behavior::{Client, Event, Learner, Profile};
use model::{Activity, Outcome, Person, PersonKind, Record, Source, ToolCategory, Visibility};
use store::Committed;

/// Members are programs, whose regular ways are expected.
const SERVICE_GROUP: &str = "service-accounts";

/// What the learner sees of a record; `None` if it is nobody's use of a tool.
pub(super) fn event(committed: &Committed) -> Option<Event> {
    let Record { exchange, facts, findings, verdict, outcome } = &committed.record;
    let used = matches!(facts.activity, Activity::Prompt | Activity::Upload);
    // What goes through the proxy is seen once more by packets and logs, as flows: it is learned once, where content is seen.
    let seen = match exchange.source {
        Source::Check => false,
        Source::Proxy => true,
        Source::Packet | Source::Log => facts.visibility == Visibility::Content,
    };
    if !used || !seen || facts.person.kind == PersonKind::Unknown {
        return None;
    }
    let sent = !matches!(outcome, Outcome::Coached | Outcome::Held | Outcome::Blocked | Outcome::Rejected);
    Some(Event {
        state: facts.tool.state,
        // What was held back was not moved.
        bytes_up: if sent { exchange.bytes_up } else { 0 },
        bytes_down: committed.bytes_down.unwrap_or_default(),
        labels: if sent { facts.labels.keys().cloned().collect() } else { Vec::new() },
        client: client(&exchange.host, facts.tool.category),
        account: facts.account,
        file: facts.activity == Activity::Upload || !exchange.files.is_empty(),
        documents: documents(findings),
        action: verdict.action,
        ..Event::new(exchange.at, exchange.person.clone(), facts.tool.id.clone())
    })
}

/// Registered documents of which parts were found.
fn documents(findings: &[model::Finding]) -> Vec<Box<str>> {
    findings.iter().filter_map(model::Finding::registered).map(Box::from).collect()
}

/// The kind of program, as far as the tool tells: records do not say more.
fn client(host: &str, category: ToolCategory) -> Client {
    match category {
        ToolCategory::Coding => Client::Ide,
        _ if host.starts_with("api.") || host.contains(".api.") => Client::Sdk,
        _ => Client::Browser,
    }
}

/// Tells a learner what the directory says of people.
pub(super) fn introduce(learner: &mut Learner, people: &[Person]) {
    people.iter().for_each(|person| learner.know(&person.id, &profile(person)));
}

/// What the directory says of a person.
fn profile(person: &Person) -> Profile {
    Profile {
        department: person.department.as_deref().map(Box::from),
        site: None,
        service: person.groups.contains(SERVICE_GROUP),
    }
}
