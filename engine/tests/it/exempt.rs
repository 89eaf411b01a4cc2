//! Exceptions, as traffic meets them.

use std::{collections::BTreeSet, sync::Arc};

use engine::{Engine, Exception, Exceptions, Holder};
use model::{ClauseId, PersonId, ToolId};

use crate::world::*;

const SSN: &str = "Anna's SSN is 536-90-4399, really";
const BOTH: &str = "Anna's SSN is 536-90-4399, write to anna.kovacs@example.com";

fn exception(change: impl FnOnce(&mut Exception)) -> Exception {
    let mut exception = Exception {
        clause: ClauseId::new("DATA-1"),
        holder: Holder::Person(PersonId::new("anna")),
        tool: None,
        labels: BTreeSet::new(),
        from: at(0),
        until: at(60),
    };
    change(&mut exception);
    exception
}

fn with(all: impl IntoIterator<Item = Exception>) -> Engine {
    let (engine, exceptions) = (engine(), Exceptions::new(all));
    engine.update(|snapshot| snapshot.exceptions = Arc::new(exceptions));
    engine
}

fn check(exception: Exception, text: &str, seconds: i64, expected: &str) {
    let told = told(&ask(&with([exception.clone()]), "api.openai.com", text, at(seconds)));
    assert_eq!(told, expected, "{exception:?} at {seconds}");
}

const REDACTED: &str = "redacted DATA-1, rewrite";
const ALLOWED: &str = "forwarded OK-1, forward";

#[test]
fn an_exception_begins_and_ends_by_itself_to_the_millisecond() {
    check(exception(|_| {}), SSN, -1, REDACTED);
    check(exception(|_| {}), SSN, 0, ALLOWED);
    check(exception(|_| {}), SSN, 59, ALLOWED);
    check(exception(|_| {}), SSN, 60, REDACTED);
    let engine = with([exception(|_| {})]);
    let (last, over) = (at(60).minus(std::time::Duration::from_millis(1)), at(60));
    assert_eq!(told(&ask(&engine, "api.openai.com", SSN, last)), ALLOWED);
    assert_eq!(told(&ask(&engine, "api.openai.com", SSN, over)), REDACTED);
}

#[test]
fn it_is_somebody_s_for_a_tool() {
    check(exception(|it| it.holder = Holder::Group("staff".to_owned())), SSN, 1, ALLOWED);
    check(exception(|it| it.holder = Holder::Group("other".to_owned())), SSN, 1, REDACTED);
    check(exception(|it| it.holder = Holder::Person(PersonId::new("carl"))), SSN, 1, REDACTED);
    check(exception(|it| it.tool = Some(ToolId::new("openai-api"))), SSN, 1, ALLOWED);
    check(exception(|it| it.tool = Some(ToolId::new("claude"))), SSN, 1, REDACTED);
    check(exception(|it| it.clause = ClauseId::new("SEC-1")), SSN, 1, REDACTED);
}

#[test]
fn labels_bound_it() {
    let of = |labels: &[&str]| {
        let labels: BTreeSet<model::Label> = labels.iter().map(|label| label.parse().unwrap()).collect();
        exception(|it| it.labels = labels)
    };
    check(of(&["pii.us_ssn"]), SSN, 1, ALLOWED);
    check(of(&["pii"]), BOTH, 1, ALLOWED);
    check(of(&["pii.email"]), SSN, 1, REDACTED);
    check(of(&["pii.us_ssn"]), BOTH, 1, REDACTED);
    // What the clause is not about does not matter to it.
    let code = format!("{SSN}\n```rust\nfn main() {{ let x: u32 = 5; println!(\"{{x}}\"); }}\n```");
    let engine = with([of(&["pii"]), exception(|it| it.clause = ClauseId::new("CODE-1"))]);
    assert_eq!(told(&ask(&engine, "api.openai.com", &code, at(1))), ALLOWED);
}

#[test]
fn what_was_not_seen_may_lie_outside_the_labels() {
    let labels: BTreeSet<model::Label> = ["pii".parse().unwrap()].into();
    let large = |engine: &Engine| {
        let body = engine::Body::TooLarge { prefix: chat(SSN) };
        told(&send(engine, &anna(engine), "api.openai.com", "/v1/chat/completions", body, at(1)))
    };
    assert_eq!(large(&with([exception(|it| it.labels = labels)])), "blocked DATA-1, answer 403");
    assert_ne!(large(&with([exception(|_| {})])), "blocked DATA-1, answer 403");
}

#[test]
fn several_times_of_one_exemption_each_count() {
    let later = exception(|it| (it.from, it.until) = (at(100), at(160)));
    let engine = with([later, exception(|_| {})]);
    for (seconds, expected) in [(1, ALLOWED), (80, REDACTED), (100, ALLOWED), (160, REDACTED)] {
        assert_eq!(told(&ask(&engine, "api.openai.com", SSN, at(seconds))), expected, "{seconds}");
    }
}

/// What the person reads says where to ask, with the tool or the clause filled in.
#[test]
fn a_notice_says_where_to_ask() {
    let engine = engine();
    // Put together here, so that no scanner of sources takes it for a real one.
    let secret = format!("my key is {}", ["AKIA", "QYLPMN5HHHFPZAM2"].concat());
    let approved = answer_text(&ask(&engine, "api.openai.com", &secret, at(0)));
    let way = "ask for it at https://bylaw.example.com/requests/exception?clause=SEC-1&tool=openai-api";
    assert!(approved.contains(way), "{approved}");
    let unreviewed = answer_text(&ask(&engine, "api.mistral.ai", "hello there", at(0)));
    assert!(
        unreviewed.contains("ask for it at https://bylaw.example.com/requests/tool?tool=mistral"),
        "{unreviewed}"
    );
}
