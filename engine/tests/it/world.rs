use std::{net::IpAddr, sync::Arc};

use bytes::Bytes;
use catalog::Catalog;
use detect::Detectors;
use engine::{
    Body, Decision, Engine, Exceptions, Head, Identity, LinkKey, Next, Opening, Settings, Snapshot, Who,
};
use http::HeaderMap;
use identity::Directory;
use model::{Approval, Timestamp, ToolId, ToolState};

pub(crate) const PEOPLE: &str = "\
id,name,email,kind,department,groups,risk,addresses,password_hash,training,attested_until
anna,Anna Kovacs,anna@example.com,employee,Finance,staff,low,10.0.0.1,,,
carl,Carl Contractor,,contractor,Engineering,,low,10.0.0.2,,,
";

/// An engine with the test policy.
pub(crate) fn engine() -> Engine {
    let (catalog, detectors) = (Catalog::builtin().unwrap(), Detectors::builtin().unwrap());
    let policy =
        policy::compile("policy.md", include_str!("policy.md"), &engine::taxonomy(&detectors, &catalog))
            .unwrap();
    let decided = |state, approved_for: &[&str]| Approval {
        state,
        approved_for: approved_for.iter().map(|label| label.parse().unwrap()).collect(),
        until: None,
    };
    let approvals = [
        (ToolId::new("openai-api"), decided(ToolState::Approved, &[])),
        (ToolId::new("anthropic-api"), decided(ToolState::Approved, &["pii", "source_code"])),
        (ToolId::new("deepseek"), decided(ToolState::Denied, &[])),
    ];
    Engine::new(Snapshot {
        policy: Arc::new(policy),
        catalog: Arc::new(catalog),
        detectors: Arc::new(detectors),
        directory: Arc::new(Directory::from_csv(PEOPLE).unwrap()),
        approvals: Arc::new(approvals.into()),
        exceptions: Arc::new(Exceptions::default()),
        rollout: Arc::default(),
        standing: Arc::default(),
        settings: Arc::new(Settings {
            body_limit: 1 << 20,
            decoded_limit: 4 << 20,
            pass_through: vec!["chat.deepseek.com".to_owned()],
            sandbox_networks: Vec::new(),
            tenants: Default::default(),
            accounts: Default::default(),
            key: LinkKey::new([9; 32]),
            capture: None,
            console_url: "https://bylaw.example.com".to_owned(),
        }),
    })
}

pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(1_790_000_000_000 + seconds * 1_000)
}

/// Someone at an address.
pub(crate) fn someone(engine: &Engine, address: &str) -> Who {
    match engine.identify(address.parse::<IpAddr>().unwrap(), None) {
        Identity::Known(who) | Identity::Unknown(who) => who,
        Identity::Denied => panic!("denied"),
    }
}

pub(crate) fn anna(engine: &Engine) -> Who {
    someone(engine, "10.0.0.1")
}

/// Headers from pairs.
pub(crate) fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
    pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
}

/// A request to the OpenAI API.
pub(crate) fn chat(text: &str) -> Bytes {
    serde_json::json!({"model": "gpt-5", "messages": [{"role": "user", "content": text}]}).to_string().into()
}

/// Anna sends a chat completion to a host that speaks OpenAI.
pub(crate) fn ask(engine: &Engine, host: &str, text: &str, now: Timestamp) -> Decision {
    send(engine, &anna(engine), host, "/v1/chat/completions", Body::Whole(chat(text)), now)
}

pub(crate) fn send(
    engine: &Engine,
    who: &Who,
    host: &str,
    path: &str,
    body: Body,
    now: Timestamp,
) -> Decision {
    let headers = headers(&[("content-type", "application/json")]);
    send_with(engine, who, host, path, &headers, body, now)
}

pub(crate) fn send_with(
    engine: &Engine,
    who: &Who,
    host: &str,
    path: &str,
    headers: &HeaderMap,
    body: Body,
    now: Timestamp,
) -> Decision {
    let head = Head { method: "POST", host, path_and_query: path, headers };
    match engine.open(who, &head, now) {
        Opening::Inspect(inspection) => inspection.close(body, now),
        Opening::Decided(decision) => *decision,
        Opening::Ignore => Decision { record: None, evidence: None, next: Next::Forward, awaited: None },
    }
}

/// A decision on one line: outcome, deciding clause, what the gate does.
pub(crate) fn told(decision: &Decision) -> String {
    let next = match &decision.next {
        Next::Forward => "forward".to_owned(),
        Next::Rewrite { .. } => "rewrite".to_owned(),
        Next::Answer(answer) => format!("answer {}", answer.status),
    };
    let Some(record) = &decision.record else {
        return format!("no exchange, {next}");
    };
    let clause = record.verdict.decisive().map_or("otherwise", |duty| duty.clause.as_str());
    format!("{} {clause}, {next}", record.outcome.as_str())
}

pub(crate) fn answer_text(decision: &Decision) -> String {
    match &decision.next {
        Next::Answer(answer) => String::from_utf8(answer.body.clone()).unwrap(),
        other => panic!("{other:?}"),
    }
}
