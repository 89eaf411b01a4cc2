use std::net::Ipv4Addr;

use super::*;
use crate::packet::network::Ip;

/// A segment from port `source` of 192.0.2.1 to port `target` of 192.0.2.9.
fn between(source: u16, target: u16, flags: u8) -> Flow {
    let mut payload = [source.to_be_bytes(), target.to_be_bytes()].concat();
    payload.extend([0, 0, 0, 9, 0, 0, 0, 0, 0x50, flags, 0, 0, 0, 0, 0, 0]);
    let ip = Ip {
        headers: 20,
        source: Ipv4Addr::new(192, 0, 2, 1).into(),
        target: Ipv4Addr::new(192, 0, 2, 9).into(),
        protocol: 6,
        payload: &payload,
        length: payload.len(),
        fragment: None,
    };
    let segment = Segment::read(&ip).unwrap();
    let (key, side) = Key::of(&ip, &segment);
    Flow::new(key, side, &segment, Timestamp::from_millis(0), 0)
}

pub(crate) fn flow(port: u16) -> Flow {
    between(port, 443, 0x10)
}

#[test]
fn the_client_opens_or_has_the_higher_port() {
    const SYN: u8 = 2;
    const ACK: u8 = 16;
    for (source, target, flags, server) in [
        (50_000, 443, ACK, 443),
        (443, 50_000, ACK, 50_000 - 49_557),
        (443, 50_000, SYN, 50_000),
        (50_000, 443, SYN | ACK, 50_000),
        (40_000, 8443, ACK, 8443),
        (8443, 40_000, ACK, 8443),
    ] {
        assert_eq!(between(source, target, flags).server_end().1, server, "{source} {target} {flags}");
    }
}

#[test]
fn surer_evidence_turns_a_flow_round() {
    let mut flow = between(50_000, 443, 16);
    let (client, server) = (flow.client_end(), flow.server_end());
    let other = flow.client.other();
    flow.client_is(other, Surety::Spoke);
    assert_eq!((flow.client_end(), flow.server_end()), (server, client));
    flow.client_is(other.other(), Surety::Spoke);
    assert_eq!(flow.client_end(), server);
}

#[test]
fn a_question_is_given_out_once() {
    let mut flow = flow(5000);
    assert!(!flow.was_dns());
    assert_eq!([flow.asks(1), flow.asks(2), flow.asks(1)], [Asked::Now, Asked::Now, Asked::Before]);
    assert!(flow.was_dns());
}
