use std::net::IpAddr;

use engine::{Engine, Sighting};
use expect_test::{Expect, expect};
use model::{Record, Source, Timestamp};

use crate::world::*;

fn seen(host: &str) -> Sighting<'_> {
    Sighting {
        at: at(0),
        source: Source::Log,
        client: Some(IpAddr::from([10, 0, 0, 1])),
        user: None,
        host,
        tool: None,
        request: None,
        bytes_up: Some(1_200),
        mark: b"",
    }
}

#[track_caller]
fn check(sighting: Sighting<'_>, expected: Expect) {
    let told = |record: Record| {
        let Record { exchange, facts, verdict, outcome, .. } = record;
        format!(
            "{} {} {} {} {} {:?}",
            exchange.person,
            facts.tool.id,
            facts.visibility.as_str(),
            outcome.as_str(),
            verdict.action.as_str(),
            verdict.duties.iter().map(|duty| duty.clause.as_str()).collect::<Vec<_>>(),
        )
    };
    expected.assert_eq(&engine().observed(&sighting).map_or_else(|| "nothing".to_owned(), told));
}

#[test]
fn a_tool_by_what_it_serves() {
    check(
        seen("chat.deepseek.com"),
        expect![[r#"anna deepseek flow observed block ["DATA-1", "DENY-1", "SEC-1", "CODE-1"]"#]],
    );
    check(
        Sighting { bytes_up: None, ..seen("api.openai.com") },
        expect![[r#"anna openai-api name observed block ["DATA-1", "SEC-1", "CODE-1"]"#]],
    );
    check(seen("cdn.openai.com"), expect!["nothing"]);
    check(seen("openai.com"), expect!["nothing"]);
    check(seen("example.com"), expect!["nothing"]);
}

#[test]
fn a_tool_that_something_else_tells() {
    let catalog = catalog::Catalog::builtin().unwrap();
    check(
        Sighting { tool: catalog.by_application("claude-base"), ..seen("160.79.104.10") },
        expect![[r#"anna claude flow observed block ["DATA-1", "SEC-1", "CODE-1"]"#]],
    );
    check(seen("160.79.104.10"), expect!["nothing"]);
}

#[test]
fn a_person_by_name_then_by_address() {
    check(
        Sighting { user: Some(r"CORP\CARL"), ..seen("api.openai.com") },
        expect![[r#"carl openai-api flow observed block ["DATA-1", "SEC-1", "CODE-1"]"#]],
    );
    check(
        Sighting { user: Some("zoe"), client: None, ..seen("api.openai.com") },
        expect![[r#"user:zoe openai-api flow observed block ["DATA-1", "SEC-1", "CODE-1"]"#]],
    );
    check(
        Sighting { client: Some(IpAddr::from([192, 0, 2, 9])), ..seen("api.openai.com") },
        expect![[r#"address:192.0.2.9 openai-api flow observed block ["DATA-1", "SEC-1", "CODE-1"]"#]],
    );
    check(Sighting { client: None, ..seen("api.openai.com") }, expect!["nothing"]);
}

#[test]
fn evidence_read_twice_counts_once() {
    let engine = engine();
    let id = |sighting: Sighting<'_>| id(&engine, &sighting);
    let flow = id(seen("api.openai.com"));
    assert_eq!(flow, id(seen("api.openai.com")));
    assert_ne!(flow, id(Sighting { mark: b"port 40001", ..seen("api.openai.com") }));
    assert_ne!(flow, id(Sighting { at: at(1), ..seen("api.openai.com") }));
    assert_ne!(flow, id(Sighting { source: Source::Packet, ..seen("api.openai.com") }));
}

#[test]
fn names_within_ten_minutes_are_one_visit() {
    let engine = engine();
    let named = |minutes: i64| {
        let midnight = Timestamp::from_millis(1_790_000_000_000 / 600_000 * 600_000);
        let at = Timestamp::from_millis(midnight.as_millis() + minutes * 60_000);
        id(&engine, &Sighting { at, bytes_up: None, ..seen("api.openai.com") })
    };
    assert_eq!(named(0), named(9));
    assert_ne!(named(9), named(10));
}

fn id(engine: &Engine, sighting: &Sighting<'_>) -> String {
    engine.observed(sighting).unwrap().exchange.id.to_string()
}
