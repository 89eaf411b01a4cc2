use std::{net::IpAddr, sync::Arc};

use engine::{Body, Exception, Exceptions, Head, Holder, Identity, Opening};
use identity::Directory;
use model::{ClauseId, PersonId, PersonKind, Sensitive};

use crate::world::*;

#[test]
fn someone_unknown_is_named_by_address() {
    let engine = engine();
    let who = someone(&engine, "192.0.2.7");
    assert_eq!(who.id.as_str(), "address:192.0.2.7");
    let body = Body::Whole(chat("hello there"));
    let decision = send(&engine, &who, "api.openai.com", "/v1/chat/completions", body, at(0));
    assert_eq!(decision.record.unwrap().facts.person.kind, PersonKind::Unknown);
}

#[test]
fn a_verified_login_lasts_as_long_as_the_directory() {
    let engine = engine();
    let password = Sensitive::new("right horse");
    let hash = identity::hash_password(&password, &[7; 16]).unwrap();
    let people = format!("id,name,password_hash\nzoe,Zoe Zo,\"{hash}\"\n");
    engine.update(|snapshot| snapshot.directory = Arc::new(Directory::from_csv(&people).unwrap()));
    let basic = Some(("zoe", &password));
    let address = IpAddr::from([10, 0, 0, 9]);
    let verified = || match engine.identify(address, basic) {
        Identity::Known(who) => who.person.unwrap(),
        Identity::Unknown(_) | Identity::Denied => panic!("not verified"),
    };
    let first = verified();
    engine.update(|snapshot| snapshot.approvals = Arc::default());
    assert!(Arc::ptr_eq(&first, &verified()), "the password was verified again");
    engine.update(|snapshot| snapshot.directory = Arc::default());
    assert!(matches!(engine.identify(address, basic), Identity::Denied));
}

#[test]
fn an_exception_exempts_its_holder_for_its_time() {
    let engine = engine();
    let exception = |holder| Exception {
        clause: ClauseId::new("DATA-1"),
        holder,
        tool: None,
        labels: Default::default(),
        from: at(10),
        until: at(20),
    };
    for holder in [Holder::Person(PersonId::new("anna")), Holder::Group("staff".to_owned())] {
        engine.update(|snapshot| snapshot.exceptions = Arc::new(Exceptions::new([exception(holder)])));
        for (seconds, expected) in [
            (9, "redacted DATA-1, rewrite"),
            (10, "forwarded OK-1, forward"),
            (20, "redacted DATA-1, rewrite"),
        ] {
            let decision = ask(&engine, "api.openai.com", "SSN 536-90-4399", at(seconds));
            assert_eq!(told(&decision), expected, "{seconds}");
        }
    }
}

#[test]
fn a_lapsed_approval_counts_no_more() {
    let engine = engine();
    engine.update(|snapshot| {
        let mut approvals = (*snapshot.approvals).clone();
        for approval in approvals.values_mut() {
            approval.until = Some(at(10));
        }
        snapshot.approvals = Arc::new(approvals);
    });
    assert_eq!(told(&ask(&engine, "api.openai.com", "hello there", at(9))), "forwarded OK-1, forward");
    assert_eq!(told(&ask(&engine, "api.openai.com", "hello there", at(10))), "coached otherwise, answer 403");
}

#[test]
fn an_exchange_sees_the_snapshot_it_was_opened_with() {
    let engine = engine();
    let headers = headers(&[("content-type", "application/json")]);
    let head = Head {
        method: "POST",
        host: "api.openai.com",
        path_and_query: "/v1/chat/completions",
        headers: &headers,
    };
    let Opening::Inspect(inspection) = engine.open(&anna(&engine), &head, at(0)) else {
        panic!("not inspected")
    };
    engine.update(|snapshot| snapshot.approvals = Arc::default());
    let decision = inspection.close(Body::Whole(chat("hello there")), at(1));
    assert_eq!(told(&decision), "forwarded OK-1, forward");
    assert_eq!(told(&ask(&engine, "api.openai.com", "hello there", at(1))), "coached otherwise, answer 403");
}
