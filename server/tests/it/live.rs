use std::time::Duration;

use model::Outcome;
use store::Role;
use tokio::time::timeout;

use crate::{records::record, world::World};

const LIVE: &str = "/api/v1/exchanges/live";
const SOON: Duration = Duration::from_secs(5);

#[tokio::test]
async fn an_exchange_is_shown_as_soon_as_it_is_recorded() {
    let world = World::new().await;
    let client = world.signed_in(Role::Analyst).await;
    let mut events = client.events(LIVE).await;
    for number in 1..=2 {
        world
            .store
            .writer()
            .append(record(number, "anna.kovacs", world.now(), Outcome::Redacted))
            .await
            .unwrap();
        let (name, summary) = timeout(SOON, events.next()).await.unwrap().unwrap();
        assert_eq!(name, "exchange");
        let listed = client.get("/api/v1/exchanges?limit=1").await.expect(200).json();
        assert_eq!(summary, listed["items"][0], "the same as in the list, pseudonym included");
    }
}

#[tokio::test]
async fn live_updates_end_when_the_server_stops() {
    let world = World::new().await;
    let client = world.signed_in(Role::Auditor).await;
    let mut events = client.events(LIVE).await;
    let metrics = client.get("/metrics").await.expect(200).text();
    assert!(metrics.contains("bylaw_server_live_listeners 1"), "{metrics}");
    timeout(SOON, world.stop()).await.unwrap();
    assert!(timeout(SOON, events.next()).await.unwrap().is_none());
}
