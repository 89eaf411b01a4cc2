//! What the sensor reads: packets, streams, certificates, logs.

use std::collections::BTreeSet;

use sensor::{
    Observation,
    intake::Frames,
    log::{Clock, Format, Reader, Settings},
    packet,
};

use super::target::number;

/// Lines, read as the format that the first byte says and as any.
pub(super) fn log(input: &[u8]) -> u64 {
    let (first, lines) = input.split_first().unwrap_or((&0, &[]));
    let formats = Format::ALL;
    let forced = formats.get(usize::from(*first) % formats.len()).copied();
    let mut shown = Vec::new();
    for format in [forced, None] {
        let reference = "2026-11-18T12:00:00Z".parse().ok();
        let clock = Clock { reference, offset_minutes: 0 };
        let squid = "%ts.%03tu %>a %ru %un \"%{User-Agent}>h\""
            .parse()
            .ok()
            .filter(|_| format == Some(Format::SquidCustom));
        let mut reader = Reader::with(Settings { format, clock, squid, ..Settings::default() });
        let mut seen = 0;
        for line in lines.split(|byte| *byte == b'\n') {
            let _ = reader.line(line, &mut |_| seen += 1);
        }
        reader.finish();
        assert_eq!(seen, reader.summary().observations, "every observation is counted");
        let reasons: Vec<&str> = reader.summary().bad.keys().copied().collect();
        shown.push((reader.format(), seen.checked_ilog2(), reasons));
    }
    number(&shown)
}

/// The same messages however a stream is cut.
pub(super) fn framing(input: &[u8]) -> u64 {
    let messages = |size: usize| {
        let (mut frames, mut seen) = (Frames::default(), Vec::new());
        for piece in input.chunks(size) {
            frames.push(piece, &mut |message| seen.push(message.to_vec()));
        }
        frames.end(&mut |message| seen.push(message.to_vec()));
        seen
    };
    let whole = messages(input.len().max(1));
    assert_eq!(whole, messages(input.len() / 3 + 1), "the same however it is cut");
    number(&(whole.len().min(8), whole.iter().map(Vec::len).max().unwrap_or(0).checked_ilog2()))
}

pub(super) fn capture(bytes: &[u8]) -> u64 {
    let mut shown = BTreeSet::new();
    let read = packet::read_capture(bytes, &packet::Limits::default(), &mut |flow| {
        shown.insert(outline(&flow));
    });
    number(&(shown, read.map(|summary| summary.unread.into_keys().collect::<Vec<_>>()).ok()))
}

/// Frames of the link type that the first byte says: the bytes whole, and cut in two.
pub(super) fn link(input: &[u8]) -> u64 {
    const LINKS: [u16; 17] = [0, 1, 9, 12, 50, 51, 101, 104, 105, 108, 109, 113, 127, 192, 239, 258, 276];
    let (first, bytes) = input.split_first().unwrap_or((&1, &[]));
    let link = LINKS.get(usize::from(*first) % LINKS.len()).copied().unwrap_or(1);
    let mut meter = packet::Meter::new(&packet::Limits::default());
    let mut shown = BTreeSet::new();
    let halves = bytes.split_at(bytes.len() / 2);
    for (at, bytes) in (0..).zip([bytes, halves.0, halves.1, bytes]) {
        let length = u32::try_from(bytes.len()).unwrap_or_default();
        let frame = packet::Frame { link, at, bytes, length };
        meter.frame(&frame, &mut |flow| shown.extend([outline(&flow)]));
    }
    let summary = meter.finish(&mut |flow| shown.extend([outline(&flow)]));
    number(&(shown, summary.unread.into_keys().collect::<Vec<_>>()))
}

/// A server's certificates in a connection whose client said hello.
pub(super) fn certificates(chain: &[u8]) -> u64 {
    let chain = chain.get(..16_000).unwrap_or(chain);
    let length = |more: usize| u32::try_from(chain.len() + more).unwrap_or_default().to_be_bytes();
    let ([_, _, record @ ..], [_, body @ ..]) = (length(8), length(0));
    // After a hello of the server without anything in it.
    let message = [&[22, 3, 3][..], &record, &[2, 0, 0, 0, 11], &body, chain].concat();
    let mut meter = packet::Meter::new(&packet::Limits::default());
    let mut shown = BTreeSet::new();
    for (ends, payload) in [((1, 2), hello(&[3, 3])), ((2, 1), message)] {
        let size = u16::try_from(40 + payload.len()).unwrap_or(u16::MAX);
        let words = [0x4500, size, 0, 0, 0x4006, 0, 0, ends.0, 0, ends.1];
        let ports = if ends.0 < ends.1 { [40_000, 443] } else { [443, 40_000] };
        let head: Vec<u8> = words.into_iter().chain(ports).flat_map(u16::to_be_bytes).collect();
        let tcp = [0, 0, 0, 1, 0, 0, 0, 0, 0x50, 16, 0, 0, 0, 0, 0, 0];
        let bytes = [&head[..], &tcp, &payload].concat();
        let frame = packet::Frame { link: 101, at: 0, bytes: &bytes, length: 0 };
        meter.frame(&frame, &mut |_| ());
    }
    let summary = meter.finish(&mut |flow| {
        let names = flow.certificate.iter().map(|name| name.len()).collect::<Vec<_>>();
        shown.insert(number(&(names, flow.host.is_some())));
    });
    number(&(shown, summary.unread.into_keys().collect::<Vec<_>>()))
}

/// A body that is pushed, read as any format.
pub(super) fn push(body: &[u8]) -> u64 {
    let batch = match sensor::intake::push(body) {
        Ok(batch) => batch,
        Err(refused) => return number(&refused.to_string()),
    };
    let mut reader = Reader::new(None);
    reader.set_reference(model::Timestamp::from_millis(1_795_000_000_000));
    let (mut seen, mut bad) = (0_u64, 0_u64);
    batch.read(&mut reader, &mut |_| seen += 1, &mut |_, _| bad += 1);
    assert_eq!(seen, reader.summary().observations, "every observation is counted");
    number(&(batch.lines.len().min(9), seen.checked_ilog2(), bad.checked_ilog2(), reader.format()))
}

/// Payloads one after the other from a client's port to a server's, in IPv4 without checksums.
pub(super) fn packets<'a>(protocol: u8, port: u16, payloads: impl Iterator<Item = &'a [u8]>) -> u64 {
    let mut meter = packet::Meter::new(&packet::Limits::default());
    let mut shown = BTreeSet::new();
    let mut sequence = 0_u32;
    for payload in payloads {
        let header = match protocol {
            6 => [&sequence.to_be_bytes()[..], &[0, 0, 0, 0, 0x50, 16, 0, 0, 0, 0, 0, 0]].concat(),
            _ => vec![0; 4],
        };
        let size = |count: usize| u16::try_from(count).unwrap_or(u16::MAX);
        let ip = [
            0x4500,
            size(24 + header.len() + payload.len()),
            0,
            0,
            u16::from(protocol) | 0x4000,
            0,
            1,
            1,
            1,
            2,
        ];
        let ports = [40_000, port];
        let words: Vec<u8> = ip.into_iter().chain(ports).flat_map(u16::to_be_bytes).collect();
        let bytes = [&words, &header, payload].concat();
        let frame = packet::Frame { link: 101, at: 0, bytes: &bytes, length: 0 };
        meter.frame(&frame, &mut |flow| shown.extend([outline(&flow)]));
        sequence = sequence.wrapping_add(u32::try_from(payload.len()).unwrap_or_default());
    }
    let summary = meter.finish(&mut |flow| shown.extend([outline(&flow)]));
    number(&(shown, summary.unread.into_keys().collect::<Vec<_>>()))
}

/// A client's hello with this body, in one record.
pub(super) fn hello(body: &[u8]) -> Vec<u8> {
    let body = body.get(..16_000).unwrap_or(body);
    let length = |more: usize| u16::try_from(body.len() + more).unwrap_or_default().to_be_bytes();
    [&[22, 3, 1][..], &length(4), &[1, 0], &length(0), body].concat()
}

/// What tells observations apart for a campaign.
fn outline(flow: &Observation) -> u64 {
    let length = |text: &Option<Box<str>>| text.as_ref().map(|text| text.len());
    // The readable part of JA4 is a summary of the hello.
    let ja4 = flow.ja4.as_deref().and_then(|ja4| ja4.split('_').next());
    number(&(flow.transport, length(&flow.host), ja4, length(&flow.method), length(&flow.path), flow.ech))
}
