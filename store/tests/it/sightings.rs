use model::{Concealment, PersonId};
use store::{Concealed, Forgotten, HostSighting, IntakePosition, Sightings, Store};

use crate::{
    history::{BEGIN, HOUR, instant},
    place::{Place, on_both},
};

on_both!(
    sightings_add_up,
    positions_move_with_what_was_read,
    sightings_are_forgotten,
    concealments_add_up,
    a_person_is_erased_from_sightings,
);

fn seen(host: &str, person: &str, hour: i64) -> HostSighting {
    HostSighting {
        host: host.to_owned(),
        person: PersonId::new(person),
        department: None,
        first: instant(BEGIN + hour * HOUR),
        last: instant(BEGIN + (hour + 1) * HOUR),
        times: 3,
        bytes_up: 100,
        bytes_down: 5_000,
        signs: 0b01,
    }
}

async fn keep(store: &Store, sightings: &[HostSighting]) {
    store
        .keep_sightings(Sightings { hosts: sightings, ..Sightings::default() }, instant(BEGIN))
        .await
        .unwrap();
}

async fn keep_concealed(store: &Store, concealed: &[Concealed]) {
    store.keep_sightings(Sightings { concealed, ..Sightings::default() }, instant(BEGIN)).await.unwrap();
}

async fn move_to(store: &Store, position: IntakePosition) {
    let seen = Sightings { positions: &[position], ..Sightings::default() };
    store.keep_sightings(seen, instant(BEGIN)).await.unwrap();
}

fn concealed(way: Concealment, person: &str, hour: i64) -> Concealed {
    Concealed {
        way,
        host: "dns.google".to_owned(),
        person: PersonId::new(person),
        department: None,
        first: instant(BEGIN + hour * HOUR),
        last: instant(BEGIN + (hour + 1) * HOUR),
        times: 2,
    }
}

async fn sightings_add_up(place: Place) {
    let store = place.open().await;
    let early = HostSighting { signs: 0b10, ..seen("chat.acme.ai", "anna", 0) };
    let late = HostSighting { department: Some("Finance".to_owned()), ..seen("chat.acme.ai", "anna", 5) };
    keep(&store, &[late, seen("chat.acme.ai", "ben", 2)]).await;
    keep(&store, &[early]).await;
    let anna = HostSighting {
        department: Some("Finance".to_owned()),
        first: instant(BEGIN),
        last: instant(BEGIN + 6 * HOUR),
        times: 6,
        bytes_up: 200,
        bytes_down: 10_000,
        signs: 0b11,
        ..seen("chat.acme.ai", "anna", 0)
    };
    assert_eq!(store.sightings().await.unwrap(), [anna, seen("chat.acme.ai", "ben", 2)]);
}

async fn positions_move_with_what_was_read(place: Place) {
    let store = place.open().await;
    assert_eq!(store.intake_position("conn.log").await.unwrap(), None);
    for position in ["100", "250"] {
        let moved = IntakePosition { source: "conn.log".to_owned(), position: position.to_owned() };
        move_to(&store, moved).await;
        assert_eq!(store.intake_position("conn.log").await.unwrap().as_deref(), Some(position));
    }
    assert_eq!(store.intake_position("dns.log").await.unwrap(), None);
    let moved = IntakePosition { source: "push 1".to_owned(), position: "7".to_owned() };
    move_to(&store, moved).await;
    assert_eq!(store.forget_intake("push ", instant(BEGIN)).await.unwrap(), 0);
    assert_eq!(store.forget_intake("push ", instant(BEGIN + HOUR)).await.unwrap(), 1);
    assert!(store.intake_position("conn.log").await.unwrap().is_some());
}

async fn sightings_are_forgotten(place: Place) {
    let store = place.open().await;
    keep(&store, &[seen("old.ai", "anna", 0), seen("new.ai", "anna", 9)]).await;
    let [old, new] =
        [0, 9].map(|hour| concealed(Concealment::DnsOverTls, if hour == 0 { "ben" } else { "anna" }, hour));
    keep_concealed(&store, &[old, new.clone()]).await;
    let gone = store.forget_sightings(instant(BEGIN + 5 * HOUR)).await.unwrap();
    assert_eq!(gone, Forgotten { hosts: 1, concealed: 1 });
    assert_eq!(store.sightings().await.unwrap(), [seen("new.ai", "anna", 9)]);
    assert_eq!(store.concealments(instant(0)).await.unwrap(), [new]);
}

async fn concealments_add_up(place: Place) {
    use Concealment::{DnsOverHttps, EncryptedHello};
    let store = place.open().await;
    let late = Concealed { department: Some("Finance".to_owned()), ..concealed(DnsOverHttps, "anna", 5) };
    keep_concealed(&store, &[late.clone(), concealed(EncryptedHello, "anna", 0)]).await;
    keep_concealed(&store, &[concealed(DnsOverHttps, "anna", 0)]).await;
    let both = Concealed { first: instant(BEGIN), times: 4, ..late };
    let all = store.concealments(instant(0)).await.unwrap();
    assert_eq!(all, [both.clone(), concealed(EncryptedHello, "anna", 0)]);
    assert_eq!(store.concealments(instant(BEGIN + 2 * HOUR)).await.unwrap(), [both]);
}

async fn a_person_is_erased_from_sightings(place: Place) {
    let store = place.open().await;
    keep(&store, &[seen("chat.acme.ai", "anna", 0), seen("chat.acme.ai", "ben", 0)]).await;
    let of = |person| concealed(Concealment::EncryptedHello, person, 0);
    keep_concealed(&store, &[of("anna"), of("ben")]).await;
    let anna = PersonId::new("anna");
    let about = store.about(&anna, &[]).await.unwrap();
    assert_eq!((about.sightings.len(), about.concealed), (1, vec![of("anna")]));
    let erased = store.erase_person(&anna, &[], "dpo", instant(BEGIN)).await.unwrap();
    assert_eq!((erased.sightings, erased.concealed), (1, 1));
    assert_eq!(store.concealments(instant(0)).await.unwrap(), [of("ben")]);
    assert_eq!(store.sightings().await.unwrap(), [seen("chat.acme.ai", "ben", 0)]);
}
