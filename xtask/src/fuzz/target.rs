use std::{
    collections::BTreeSet,
    hash::{DefaultHasher, Hash, Hasher},
    io::{Cursor, Write},
    time::Duration,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use catalog::discovery::{Seen, Sighting, of_body, of_host, of_request};
use detect::{
    Detectors,
    file::{Budget, read},
};
use sensor::{
    Observation,
    intake::Frames,
    log::{Clock, Format, Reader, Settings},
    packet,
};
use zip::{CompressionMethod, write::SimpleFileOptions};

use super::registered;

/// What is fuzzed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// Every detector over a text, whole and in pieces.
    Scanner,
    /// The same over encoded text.
    Decoders,
    /// Any file, whole.
    File,
    /// The main part of a document of that kind, packed anew for each input.
    Word,
    Sheet,
    Strings,
    Slides,
    OpenDocument,
    Properties,
    Pdf,
    Rtf,
    Mail,
    Compound,
    Html,
    Notebook,
    Text,
    Zip,
    Tar,
    Gzip,
    /// Lines of logs, in the format their first byte says and in any.
    Log,
    /// A stream of syslog, whole and in pieces.
    Framing,
    /// Any bytes as a capture of packets.
    Capture,
    /// A TCP stream, in pieces.
    Stream,
    /// The body of a TLS client's hello.
    Hello,
    /// Datagrams of QUIC.
    Quic,
    /// A message of DNS.
    Dns,
    /// The head of a request, in pieces.
    Http,
    /// A server's chain of certificates, after a client's hello.
    Certificate,
    /// A frame of the link type that its first byte says, alone and with others of the same bytes.
    Link,
    /// The body of a push, plain or packed.
    Push,
    /// A host, a request's head and its body, as discovery looks at those of unknown tools.
    Discovery,
    /// A table to register and a text to compare with it, told apart by the first line that is empty.
    Registered,
    /// Files of a registry, as they lie on disk.
    Registry,
}

/// Names of targets.
const NAMES: [(Target, &str); 33] = [
    (Target::Scanner, "scanner"),
    (Target::Decoders, "decoders"),
    (Target::File, "file"),
    (Target::Word, "word"),
    (Target::Sheet, "sheet"),
    (Target::Strings, "strings"),
    (Target::Slides, "slides"),
    (Target::OpenDocument, "open_document"),
    (Target::Properties, "properties"),
    (Target::Pdf, "pdf"),
    (Target::Rtf, "rtf"),
    (Target::Mail, "mail"),
    (Target::Compound, "compound"),
    (Target::Html, "html"),
    (Target::Notebook, "notebook"),
    (Target::Text, "text"),
    (Target::Zip, "zip"),
    (Target::Tar, "tar"),
    (Target::Gzip, "gzip"),
    (Target::Log, "log"),
    (Target::Framing, "framing"),
    (Target::Capture, "capture"),
    (Target::Stream, "stream"),
    (Target::Hello, "hello"),
    (Target::Quic, "quic"),
    (Target::Dns, "dns"),
    (Target::Http, "http"),
    (Target::Certificate, "certificate"),
    (Target::Link, "link"),
    (Target::Push, "push"),
    (Target::Discovery, "discovery"),
    (Target::Registered, "registered"),
    (Target::Registry, "registry"),
];

impl Target {
    pub(super) const ALL: [Self; 33] = {
        let mut all = [Self::Scanner; 33];
        let mut at = 0;
        while at < 33 {
            #[expect(clippy::indexing_slicing, reason = "looked at when compiled")]
            {
                all[at] = NAMES[at].0;
            }
            at += 1;
        }
        all
    };

    pub(super) fn named(name: &str) -> Option<Self> {
        NAMES.iter().find(|(_, own)| *own == name).map(|(target, _)| *target)
    }

    pub(super) fn name(self) -> &'static str {
        NAMES.iter().find(|(target, _)| *target == self).map_or("", |(_, name)| name)
    }

    pub(super) fn names() -> String {
        NAMES.map(|(_, name)| name).join(", ")
    }

    /// Runs an input; gives a number that tells apart what it showed.
    pub(super) fn run(self, input: &[u8]) -> u64 {
        match self {
            Self::Scanner => scan(input),
            Self::Decoders => scan(&encoded(input)),
            Self::Log => log(input),
            Self::Framing => framing(input),
            Self::Word => {
                file(&packed(&[("[Content_Types].xml", b""), ("word/document.xml", input)]), "a.docx")
            }
            Self::Sheet => file(&workbook(input, b"<sst><si><t>one</t></si></sst>"), "a.xlsx"),
            Self::Strings => {
                file(&workbook(b"<row><c t='s'><v>0</v></c><c t='s'><v>1</v></c></row>", input), "a.xlsx")
            }
            Self::Slides => {
                file(&packed(&[("[Content_Types].xml", b""), ("ppt/slides/slide1.xml", input)]), "a.pptx")
            }
            Self::OpenDocument => file(
                &packed(&[("mimetype", b"application/vnd.oasis.opendocument.text"), ("content.xml", input)]),
                "a.odt",
            ),
            Self::Properties => file(
                &packed(&[
                    ("[Content_Types].xml", b""),
                    ("word/document.xml", b"<t>x</t>"),
                    ("docProps/core.xml", input),
                    ("docProps/custom.xml", input),
                    ("docMetadata/LabelInfo.xml", input),
                    ("word/_rels/document.xml.rels", input),
                ]),
                "a.docx",
            ),
            Self::Gzip => file(input, "a.gz"),
            Self::Capture => capture(input),
            Self::Stream => {
                let (first, stream) = input.split_first().unwrap_or((&1, &[]));
                packets(6, 443, stream.chunks(usize::from(*first).max(1)))
            }
            Self::Hello => packets(6, 443, hello(input).chunks(1400)),
            Self::Quic => packets(17, 443, input.chunks(1400)),
            Self::Dns => packets(17, 53, input.chunks(1400)),
            Self::Http => packets(6, 80, input.chunks(700)),
            Self::Certificate => certificates(input),
            Self::Link => link(input),
            Self::Push => push(input),
            Self::Discovery => discovery(input),
            Self::Registered => registered::table_and_text(input),
            Self::Registry => registered::files(input),
            Self::Html => file(input, "a.html"),
            Self::Mail => file(input, "a.eml"),
            Self::Notebook => file(input, "a.ipynb"),
            Self::File | Self::Pdf | Self::Rtf | Self::Compound | Self::Text | Self::Zip | Self::Tar => {
                file(input, "a")
            }
        }
    }
}

fn scan(text: &[u8]) -> u64 {
    let Ok(detectors) = Detectors::builtin() else { return 0 };
    let whole = detectors.scan(text);
    let mut scanner = detectors.scanner();
    let mut pieces: usize = text.chunks(text.len() / 3 + 7).map(|piece| scanner.push(piece).len()).sum();
    pieces += scanner.finish().len();
    assert_eq!(whole.len(), pieces, "the same however it is cut");
    let labels: BTreeSet<&str> = whole.iter().map(|hit| &*hit.detector).collect();
    number(&labels)
}

fn file(bytes: &[u8], name: &str) -> u64 {
    let budget = Budget { image_time: Duration::ZERO, ..Budget::default() };
    let document = read(bytes, Some(name), budget);
    let size: usize = document.parts.iter().map(|part| part.text.len()).sum();
    let problems: BTreeSet<String> =
        document.problems.iter().map(|problem| problem.trouble.to_string()).collect();
    let few = |count: usize| count.checked_ilog2().unwrap_or(0);
    number(&(document.kind, few(document.parts.len()), few(size), few(document.properties.len()), problems))
}

/// Lines, read as the format that the first byte says and as any.
fn log(input: &[u8]) -> u64 {
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
fn framing(input: &[u8]) -> u64 {
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

fn capture(bytes: &[u8]) -> u64 {
    let mut shown = BTreeSet::new();
    let read = packet::read_capture(bytes, &packet::Limits::default(), &mut |flow| {
        shown.insert(outline(&flow));
    });
    number(&(shown, read.map(|summary| summary.unread.into_keys().collect::<Vec<_>>()).ok()))
}

/// Frames of the link type that the first byte says: the bytes whole, and cut in two.
fn link(input: &[u8]) -> u64 {
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
fn certificates(chain: &[u8]) -> u64 {
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
fn push(body: &[u8]) -> u64 {
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

/// The first line as a host, the second as a request, the rest as its body.
fn discovery(input: &[u8]) -> u64 {
    let mut parts = input.splitn(3, |byte| *byte == b'\n');
    let mut text = || String::from_utf8_lossy(parts.next().unwrap_or_default()).into_owned();
    let (host, request) = (text(), text());
    let body = parts.next().unwrap_or_default();
    let (method, path) = request.split_once(' ').unwrap_or(("POST", &request));
    let signs = [of_host(&host), of_request(method, path, Some(443)), of_body(body)];
    let at = model::Timestamp::from_millis(1_795_000_000_000);
    let mut seen = Seen::new(4);
    let sighting = Sighting { host: &host, request: Some((method, path)), ..Sighting::default() };
    seen.note(at, &sighting);
    let scores: Vec<u8> = seen.candidates(at).iter().map(|candidate| candidate.score).collect();
    number(&(signs.map(|signs| signs.bits()), scores))
}

/// Payloads one after the other from a client's port to a server's, in IPv4 without checksums.
fn packets<'a>(protocol: u8, port: u16, payloads: impl Iterator<Item = &'a [u8]>) -> u64 {
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
fn hello(body: &[u8]) -> Vec<u8> {
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

pub(super) fn number(of: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    of.hash(&mut hasher);
    hasher.finish()
}

/// The input in a code that its first byte chooses, between words.
fn encoded(input: &[u8]) -> Vec<u8> {
    let (first, rest) = input.split_first().unwrap_or((&0, &[]));
    let percent = || rest.iter().map(|byte| format!("%{byte:02X}")).collect::<String>();
    let coded = match first % 6 {
        0 => STANDARD.encode(rest),
        1 => percent(),
        2 => rest.iter().map(|byte| format!("{byte:02x}")).collect(),
        3 => rest.iter().map(|byte| format!("&#{byte};")).collect(),
        4 => rest.iter().map(|byte| format!("\\u{:04x}", byte)).collect(),
        _ => STANDARD.encode(percent()),
    };
    [b"see ", coded.as_bytes(), b" and ", rest].concat()
}

fn workbook(sheet: &[u8], strings: &[u8]) -> Vec<u8> {
    packed(&[
        ("[Content_Types].xml", b""),
        ("xl/worksheets/sheet1.xml", sheet),
        ("xl/sharedStrings.xml", strings),
        ("xl/styles.xml", b"<cellXfs><xf numFmtId='0'/><xf numFmtId='14'/></cellXfs>"),
    ])
}

fn packed(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (name, bytes) in entries {
        if zip.start_file(*name, stored).and_then(|()| Ok(zip.write_all(bytes)?)).is_err() {
            return Vec::new();
        }
    }
    zip.finish().map(Cursor::into_inner).unwrap_or_default()
}
