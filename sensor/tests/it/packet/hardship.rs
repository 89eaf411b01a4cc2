//! What goes wrong in captures: it is counted, memory stays bounded, and what was readable is given out.

use std::{fs, io::Write};

use proptest::prelude::*;
use sensor::{
    HostSource, Observation,
    packet::{CaptureError, Frame, Limits, Meter, Summary, read_capture},
};

use super::{captures, packing::packets};

const SYN: u8 = 2;
const ACK: u8 = 16;
const RAW: u16 = 101;
const SECOND: i64 = 1_000_000_000;

/// A TCP segment from a client's port to port 443.
fn segment(client: [u8; 4], port: u16, sequence: u32, flags: u8, payload: &[u8]) -> Vec<u8> {
    let [high, low] = (payload.len() as u16 + 40).to_be_bytes();
    let ip = [0x45, 0, high, low, 0, 1, 0, 0, 64, 6, 0, 0];
    let ends = [client, [192, 0, 2, 9]].concat();
    let ports = [port.to_be_bytes(), 443_u16.to_be_bytes()].concat();
    let rest = [0, 0, 0, 0, 0x50, flags, 0, 0, 0, 0, 0, 0];
    [&ip[..], &ends, &ports, &sequence.to_be_bytes(), &rest, payload].concat()
}

fn observe(
    limits: &Limits,
    packets: impl IntoIterator<Item = (i64, Vec<u8>)>,
) -> (Vec<Observation>, Summary) {
    let mut meter = Meter::new(limits);
    let mut seen = Vec::new();
    for (at, bytes) in packets {
        let length = bytes.len() as u32;
        meter.frame(&Frame { link: RAW, at, bytes: &bytes, length }, &mut |flow| seen.push(flow));
    }
    let summary = meter.finish(&mut |flow| seen.push(flow));
    (seen, summary)
}

fn hosts(seen: &[Observation]) -> Vec<Option<&str>> {
    seen.iter().map(|flow| flow.host.as_deref()).collect()
}

#[test]
fn ten_thousand_connections_of_one_five_tuple_are_ten_thousand_flows() {
    let packets =
        (0..10_000).map(|number| (number * 1000, segment([192, 0, 2, 1], 5000, number as u32, SYN, b"")));
    let (seen, summary) = observe(&Limits::default(), packets);
    assert_eq!((seen.len(), summary.flows, summary.evicted), (10_000, 10_000, 0));
}

#[test]
fn flows_beyond_the_bound_are_given_out_the_longest_idle_first() {
    let limits = Limits { flows: 100, ..Limits::default() };
    let mut given = 0;
    let mut meter = Meter::new(&limits);
    for number in 0..10_000_u32 {
        let [_, _, high, low] = number.to_be_bytes();
        let bytes = segment([10, 0, high, low], 5000, 1, SYN, b"");
        let length = bytes.len() as u32;
        let frame = Frame { link: RAW, at: i64::from(number) * 1000, bytes: &bytes, length };
        meter.frame(&frame, &mut |flow| {
            assert_eq!(flow.client.unwrap().to_string(), format!("10.0.{}.{}", given / 256, given % 256));
            given += 1;
        });
    }
    assert_eq!((given, meter.summary().evicted), (9900, 9900));
}

#[test]
fn streams_that_never_name_themselves_are_bounded() {
    // A hello that is announced with 60 KB and never ends, from ten thousand clients.
    let limits = Limits { streams: 1 << 20, ..Limits::default() };
    let record = [&[22, 3, 1, 0x40, 0, 1, 0, 0xea, 0x60][..], &[0; 8000]].concat();
    let packets = (0..10_000_u32).flat_map(|number| {
        let [_, _, high, low] = number.to_be_bytes();
        let client = [10, 0, high, low];
        [(0, segment(client, 5000, 0, SYN, b"")), (0, segment(client, 5000, 1, ACK, &record))]
    });
    let (seen, summary) = observe(&limits, packets);
    assert_eq!(seen.len(), 10_000);
    let given_up = summary.unread["stream not read to its name for want of room"];
    assert!((9700..10_000).contains(&given_up), "{given_up}");
    assert!(seen.iter().all(|flow| flow.bytes_up == Some(8009)));
}

#[test]
fn idle_flows_end_in_the_captures_time() {
    let at = |second: i64| (second * SECOND, segment([192, 0, 2, 1], 5000, 1, ACK, b"x"));
    let (seen, _) = observe(&Limits::default(), [at(0), at(100), at(200), at(321), at(330)]);
    let durations: Vec<_> = seen.iter().map(|flow| flow.duration_ms).collect();
    assert_eq!(durations, [Some(200_000), Some(9000)]);
}

#[test]
fn a_clock_that_goes_back_is_counted() {
    let at = |second: i64| (second * SECOND, segment([192, 0, 2, 1], 5000, 1, ACK, b"x"));
    let (seen, summary) = observe(&Limits::default(), [at(1000), at(1010), at(5), at(15), at(25)]);
    assert_eq!(summary.unread["clock went back by more than a second"], 1);
    assert_eq!(seen.len(), 1);
    assert_eq!(seen[0].duration_ms, Some(30_000));
}

#[test]
fn one_direction_alone_names_the_host() {
    for (client_side, expected) in [(true, 8), (false, 0)] {
        let packets: Vec<_> = packets("tls.pcap")
            .into_iter()
            .filter(|(_, packet)| {
                let last = if packet[0] >> 4 == 4 { packet[15] } else { packet[23] };
                (last == 1) == client_side
            })
            .collect();
        let (seen, _) = observe(&Limits::default(), packets);
        let flows: Vec<_> = seen.iter().filter(|flow| flow.port != Some(53)).collect();
        assert_eq!(flows.len(), 8);
        assert_eq!(flows.iter().filter(|flow| flow.ja4.is_some()).count(), expected);
        for flow in flows {
            assert!(matches!(flow.port, Some(443 | 8443)), "the server is the same: {flow:?}");
            assert_eq!(flow.bytes_up.unwrap() > 0, client_side);
        }
    }
}

#[test]
fn without_their_opening_flows_are_named_too() {
    let packets = packets("tls.pcap").into_iter().filter(|(_, packet)| {
        let tcp = if packet[0] >> 4 == 4 { 20 } else { 40 };
        packet[if tcp == 20 { 9 } else { 6 }] != 6 || packet[tcp + 13] & SYN == 0
    });
    let (seen, _) = observe(&Limits::default(), packets);
    let (whole, _) = super::read("tls.pcap");
    assert_eq!(hosts(&seen), hosts(&whole));
    assert_eq!(
        seen.iter().map(|flow| &flow.ja4).collect::<Vec<_>>(),
        whole.iter().map(|flow| &flow.ja4).collect::<Vec<_>>()
    );
}

#[test]
fn packets_out_of_order_and_twice_name_the_same_hosts() {
    let mut packets = packets("tls.pcap");
    for pair in packets.chunks_exact_mut(2) {
        pair.swap(0, 1);
    }
    let packets = packets.into_iter().flat_map(|packet| [packet.clone(), packet]);
    let (seen, _) = observe(&Limits::default(), packets);
    let (whole, _) = super::read("tls.pcap");
    let fingerprints = |seen: &[Observation]| {
        let mut found: Vec<_> = seen.iter().filter_map(|flow| flow.ja4.clone()).collect();
        found.sort();
        found
    };
    assert_eq!(fingerprints(&seen), fingerprints(&whole));
}

#[test]
fn cut_packets_keep_their_lengths() {
    let (seen, summary) = super::read("cut.pcap");
    let (whole, _) = super::read("http.pcap");
    let bytes = |seen: &[Observation]| -> Vec<_> {
        seen.iter().filter(|flow| flow.shape.is_some()).map(|flow| (flow.bytes_up, flow.bytes_down)).collect()
    };
    assert_eq!(bytes(&seen), bytes(&whole));
    assert_eq!(seen.last().unwrap().host_from, Some(HostSource::Dns));
    assert!(summary.unread.is_empty(), "{summary:?}");
}

#[test]
fn a_half_written_file_gives_what_is_there() {
    let file = fs::read(captures().join("tls.pcap")).unwrap();
    for length in (24..file.len()).step_by(997) {
        let mut seen = 0;
        let summary = read_capture(&file[..length], &Limits::default(), &mut |_| seen += 1).unwrap();
        assert_eq!(seen, summary.flows + summary.questions);
        assert!(
            summary.unread.keys().all(|reason| *reason == "the file ends within a packet"),
            "{summary:?}"
        );
    }
}

#[test]
fn an_input_that_fails_still_gives_out_what_came() {
    struct Fails<'a>(&'a [u8]);
    impl std::io::Read for Fails<'_> {
        fn read(&mut self, room: &mut [u8]) -> std::io::Result<usize> {
            if self.0.is_empty() { Err(std::io::Error::other("unplugged")) } else { self.0.read(room) }
        }
    }
    let file = fs::read(captures().join("http.pcap")).unwrap();
    let mut seen = 0;
    let failed = read_capture(Fails(&file), &Limits::default(), &mut |_| seen += 1);
    assert!(matches!(failed, Err(CaptureError::Read { packets: 28, .. })), "{failed:?}");
    assert_eq!(seen, 4);
}

#[test]
fn a_pipe_gives_observations_while_it_is_open() {
    let (reader, mut writer) = std::io::pipe().unwrap();
    let (given, seen) = std::sync::mpsc::channel();
    let reading = std::thread::spawn(move || {
        read_capture(reader, &Limits::default(), &mut |observation| given.send(observation).unwrap()).unwrap()
    });
    let file = fs::read(captures().join("http.pcap")).unwrap();
    writer.write_all(&file).unwrap();
    for _ in 0..2 {
        assert_eq!(seen.recv().unwrap().port, Some(53));
    }
    assert!(seen.try_recv().is_err(), "flows may still get late packets");
    drop(writer);
    assert_eq!(reading.join().unwrap().flows, 2);
}

#[test]
fn a_packet_longer_than_its_frame_counts_as_long_as_that() {
    let mut packet = segment([192, 0, 2, 1], 5000, 1, ACK, b"four");
    packet[2..4].copy_from_slice(&u16::MAX.to_be_bytes());
    let (seen, summary) = observe(&Limits::default(), [(0, packet)]);
    assert_eq!(seen[0].bytes_up, Some(4));
    assert_eq!(summary.unread["IP packet longer than its frame, read as long as that"], 1);
}

#[test]
fn what_is_neither_is_counted() {
    let udp = |protocol| {
        [&[0x45, 0, 0, 28, 0, 1, 0, 0, 64, protocol, 0, 0], &[1; 8][..], &[0, 53, 0, 53, 0, 8, 0, 0]].concat()
    };
    let (_, summary) =
        observe(&Limits::default(), [(0, udp(1)), (0, udp(17)), (0, vec![0x45]), (0, vec![0x15])]);
    let expected =
        [("neither IPv4 nor IPv6", 1), ("neither TCP nor UDP", 1), ("packet cut off before its ports", 1)];
    assert_eq!(summary.unread.into_iter().collect::<Vec<_>>(), expected);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn captures_with_wrong_bytes_are_read_to_their_end(
        name in prop::sample::select(vec!["tls.pcap", "quic.pcap", "dns.pcap", "chromium-quic.pcap", "http.pcap", "any.pcap"]),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..60),
    ) {
        let mut file = fs::read(captures().join(name)).unwrap();
        for (place, byte) in changes {
            let place = 24 + place.index(file.len() - 24);
            file[place] = byte;
        }
        let mut given = 0;
        let summary = read_capture(&file[..], &Limits::default(), &mut |_| given += 1).unwrap();
        prop_assert_eq!(given, summary.flows + summary.questions);
    }
}
