//! The simulated organisation against the played providers, through a proxy that only tunnels.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

mod tunnel; // a CONNECT proxy

use std::{collections::BTreeSet, net::SocketAddr, time::Duration};

use catalog::Catalog;
use identity::{Directory, Evidence, Identified};
use model::{PersonKind, Sensitive};
use sandbox::{
    Options, Providers,
    organisation::{LOCAL_TOOLS, Organisation, Rate},
};
use tokio_util::sync::CancellationToken;

const LOOPBACK: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 0);

#[tokio::test(flavor = "multi_thread")]
async fn forty_people_work_through_a_proxy() {
    let options = Options { token_delay: Duration::ZERO, ..Options::default() };
    let providers = Providers::start_with(LOOPBACK, options).await.unwrap();
    let proxy = tunnel::start(providers.address).await;
    let organisation = Organisation::new(11).unwrap();
    let cancel = CancellationToken::new();
    let stop = cancel.clone();
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_secs(4)).await;
        stop.cancel();
    });
    let rate = Rate { at_first: 30.0, ..Rate::default() };
    let tally = organisation.run(proxy.address, &providers.ca_pem, rate, cancel).await.unwrap();

    assert!(tally.answered >= 20 && tally.failed == 0 && tally.refused == 0, "{tally:?}");
    let received = providers.received();
    let hosts: BTreeSet<_> = received.iter().map(|received| received.host.as_str()).collect();
    assert!(hosts.len() >= 5, "{hosts:?}");
    assert!(received.iter().all(|received| received.version == "HTTP/2.0"));
    let catalog = Catalog::builtin().unwrap().with_local("tools.toml", LOCAL_TOOLS).unwrap();
    for request in &received {
        let endpoint = catalog.endpoint(&request.host, &request.method, &request.path);
        assert!(endpoint.is_some(), "{} {}{}", request.method, request.host, request.path);
    }
    assert!(received.windows(2).all(|pair| pair[0].number < pair[1].number));
    let people: BTreeSet<_> = organisation.members().iter().map(|member| member.id.clone()).collect();
    let seen = proxy.people();
    assert!(seen.len() >= 10 && seen.is_subset(&people), "{seen:?}");
}

#[test]
fn the_directory_takes_the_organisations_people() {
    let organisation = Organisation::new(1).unwrap();
    let directory = Directory::from_csv(&organisation.people_csv().unwrap()).unwrap();
    assert_eq!(directory.people().len(), 40);
    let departments: BTreeSet<_> =
        directory.people().iter().filter_map(|person| person.department.clone()).collect();
    assert_eq!(departments.len(), 6);
    for kind in [PersonKind::Employee, PersonKind::Contractor, PersonKind::Vendor] {
        assert!(directory.people().iter().any(|person| person.kind == kind), "{kind:?}");
    }
    for member in organisation.members() {
        let password = Sensitive::new(member.password.as_str());
        let evidence = Evidence { address: LOOPBACK.ip(), basic: Some((&member.id, &password)) };
        assert!(matches!(directory.identify(&evidence), Identified::Person(..)), "{}", member.id);
    }
}

#[test]
fn the_catalogue_takes_the_organisations_own_models() {
    let catalog = Catalog::builtin().unwrap().with_local("tools.toml", LOCAL_TOOLS).unwrap();
    for host in sandbox::HOSTS {
        assert!(catalog.lookup(host).is_some_and(|found| found.is_inspected()), "{host}");
    }
}

#[tokio::test]
async fn what_was_received_is_shown_on_the_admin_address() {
    let providers = Providers::start(LOOPBACK).await.unwrap();
    let answer = tunnel::get(providers.admin, "/__sandbox/received").await;
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("{\"received\":[]}"), "{answer}");
    let answer = tunnel::get(providers.admin, "/").await;
    assert!(answer.starts_with("HTTP/1.1 404"), "{answer}");
}

#[tokio::test]
async fn a_taken_port_is_named() {
    let providers = Providers::start(LOOPBACK).await.unwrap();
    let Err(error) = Providers::start(providers.address).await else { panic!("two on one port") };
    assert_eq!(error.to_string(), format!("cannot listen on `{}`", providers.address));
}
