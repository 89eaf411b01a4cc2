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
use zip::{CompressionMethod, write::SimpleFileOptions};

use super::{network, registered};

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
            Self::Log => network::log(input),
            Self::Framing => network::framing(input),
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
            Self::Capture => network::capture(input),
            Self::Stream => {
                let (first, stream) = input.split_first().unwrap_or((&1, &[]));
                network::packets(6, 443, stream.chunks(usize::from(*first).max(1)))
            }
            Self::Hello => network::packets(6, 443, network::hello(input).chunks(1400)),
            Self::Quic => network::packets(17, 443, input.chunks(1400)),
            Self::Dns => network::packets(17, 53, input.chunks(1400)),
            Self::Http => network::packets(6, 80, input.chunks(700)),
            Self::Certificate => network::certificates(input),
            Self::Link => network::link(input),
            Self::Push => network::push(input),
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
