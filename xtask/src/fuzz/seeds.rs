use std::{collections::BTreeMap, fs, io::Read, ops::RangeInclusive};

use detect::{Detectors, file::Kind};

use super::{registered, target::Target};

/// What a target begins with: samples, examples of detectors, and a few small inputs of its form.
pub(super) fn of(target: Target) -> Vec<Vec<u8>> {
    let mut seeds = match target {
        Target::Scanner | Target::Decoders => examples(),
        Target::File => samples(|_| true),
        Target::Log => logs(0..=u8::MAX),
        Target::Framing => logs(b'<'..=b'<'),
        Target::Pdf => samples(|kind| kind == Kind::Pdf),
        Target::Zip => samples(|kind| kind == Kind::Zip),
        Target::Compound => samples(|kind| kind == Kind::Compound),
        Target::Word | Target::Properties => inner("project.docx"),
        Target::Sheet | Target::Strings => inner("customers.xlsx"),
        Target::Slides => inner("plan.pptx"),
        Target::OpenDocument => inner("customers.ods").into_iter().chain(inner("project.odt")).collect(),
        Target::Registry => registered::seeds(),
        Target::Capture => captures(),
        Target::Push => {
            logs(0..=u8::MAX).into_iter().map(|line| line.get(1..).unwrap_or_default().to_vec()).collect()
        }
        Target::Link => captures().iter().flat_map(|capture| linked(capture)).collect(),
        Target::Stream | Target::Hello | Target::Quic | Target::Dns | Target::Http => payloads(target),
        Target::Certificate => captures().iter().flat_map(|capture| chains(capture)).collect(),
        _ => Vec::new(),
    };
    seeds.extend(small(target).iter().map(|seed| seed.as_bytes().to_vec()));
    if target == Target::Tar {
        seeds.push(tar());
    }
    seeds.push(Vec::new());
    seeds
}

fn captures() -> Vec<Vec<u8>> {
    let folder = crate::root().join("sensor/captures");
    let files = fs::read_dir(folder).into_iter().flatten().flatten().map(|file| file.path());
    files
        .filter(|path| path.extension().is_some_and(|end| end == "pcap"))
        .filter_map(|path| fs::read(path).ok())
        .collect()
}

/// What packets of the captures carry, as far as the target reads such.
fn payloads(target: Target) -> Vec<Vec<u8>> {
    captures()
        .iter()
        .flat_map(|capture| frames(capture))
        .filter_map(|frame| payload(target, &frame))
        .collect()
}

fn payload(target: Target, frame: &[u8]) -> Option<Vec<u8>> {
    let tcp =
        frame.get(54..).filter(|_| frame.get(23) == Some(&6)).map(|rest| rest.get(12..).unwrap_or(rest));
    let udp = frame.get(42..).filter(|_| frame.get(23) == Some(&17));
    match target {
        Target::Stream => Some([&[200], tcp.filter(|bytes| !bytes.is_empty())?].concat()),
        Target::Hello => tcp.filter(|bytes| bytes.starts_with(&[22, 3, 1]))?.get(9..).map(<[u8]>::to_vec),
        Target::Http => {
            tcp.filter(|bytes| bytes.starts_with(b"GET ") || bytes.starts_with(b"POST ")).map(<[u8]>::to_vec)
        }
        Target::Quic => udp.filter(|bytes| bytes.len() >= 1200).map(<[u8]>::to_vec),
        _ => udp.filter(|bytes| bytes.len() < 600).map(<[u8]>::to_vec),
    }
}

/// The chains of certificates that servers send in clear: messages of type 11 in what one end sent, put together.
fn chains(capture: &[u8]) -> Vec<Vec<u8>> {
    let mut sent: BTreeMap<Vec<u8>, Vec<u8>> = BTreeMap::new();
    for frame in frames(capture).iter().filter(|frame| frame.get(23) == Some(&6)) {
        if let (Some(ends), Some(payload)) = (frame.get(26..38), frame.get(66..)) {
            sent.entry(ends.to_vec()).or_default().extend(payload);
        }
    }
    sent.values().filter_map(|stream| chain(stream)).collect()
}

fn chain(stream: &[u8]) -> Option<Vec<u8>> {
    // A chain's length is that of its message less the three bytes in which it stands.
    let whole = |bytes: &[u8]| match bytes {
        [11, 0, high, low, 0, inner_high, inner_low] => {
            let length = usize::from(u16::from_be_bytes([*high, *low]));
            let inner = usize::from(u16::from_be_bytes([*inner_high, *inner_low]));
            (length == inner + 3).then_some(length)
        }
        _ => None,
    };
    let (at, length) = stream.windows(7).enumerate().find_map(|(at, bytes)| Some((at, whole(bytes)?)))?;
    stream.get(at + 4..at + 4 + length).map(<[u8]>::to_vec)
}

/// Frames of Ethernet, each after the byte that says so to the target.
fn linked(capture: &[u8]) -> Vec<Vec<u8>> {
    frames(capture).into_iter().map(|frame| [&[1][..], &frame].concat()).collect()
}

fn frames(capture: &[u8]) -> Vec<Vec<u8>> {
    let mut rest = capture.get(24..).unwrap_or_default();
    let mut frames = Vec::new();
    while let Some((header, after)) = rest.split_first_chunk::<16>() {
        let length = header.as_chunks::<4>().0.get(2).map_or(0, |length| u32::from_le_bytes(*length));
        let Some((frame, after)) = after.split_at_checked(length as usize) else { break };
        frames.push(frame.to_vec());
        rest = after;
    }
    frames
}

fn examples() -> Vec<Vec<u8>> {
    let Ok(detectors) = Detectors::builtin() else { return Vec::new() };
    let texts = detectors.iter().flat_map(|detector| {
        let finds = detector.finds.iter().map(|example| example.text.clone());
        finds.chain(detector.ignores.clone()).collect::<Vec<_>>()
    });
    texts.map(String::into_bytes).collect()
}

/// Lines of the sensor's sample logs that begin with such a byte, and, if that is any, each log whole; after a zero, which says a format.
fn logs(first: RangeInclusive<u8>) -> Vec<Vec<u8>> {
    let folder = crate::root().join("sensor/samples");
    let files = fs::read_dir(folder).into_iter().flatten().flatten().map(|file| file.path());
    let logs = files
        .filter(|path| path.extension().is_some_and(|end| end == "log"))
        .filter_map(|path| fs::read(path).ok());
    let mut seeds = Vec::new();
    for log in logs {
        let lines = log.split(|byte| *byte == b'\n').map(|line| [&b"\0"[..], line].concat());
        seeds.extend(lines.filter(|line| line.get(1).is_some_and(|byte| first.contains(byte))));
        if first.contains(&0) {
            seeds.push([&b"\0"[..], &log].concat());
        }
    }
    seeds
}

fn samples(wanted: impl Fn(Kind) -> bool) -> Vec<Vec<u8>> {
    let folder = crate::root().join("detect/tests/files");
    let files = fs::read_dir(folder).into_iter().flatten().flatten();
    files
        .filter_map(|file| fs::read(file.path()).ok())
        .filter(|bytes| wanted(Kind::of(bytes, None)))
        .collect()
}

/// The XML inside a sample.
fn inner(name: &str) -> Vec<Vec<u8>> {
    let path = crate::root().join("detect/tests/files").join(name);
    let Some(mut zip) = fs::File::open(path).ok().and_then(|file| zip::ZipArchive::new(file).ok()) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for at in 0..zip.len() {
        let Ok(mut file) = zip.by_index(at) else { continue };
        let is_markup = file.name().is_ok_and(|name| name.ends_with(".xml") || name.ends_with(".rels"));
        let mut bytes = Vec::new();
        if is_markup && file.size() < 40_000 && file.read_to_end(&mut bytes).is_ok() {
            found.push(bytes);
        }
    }
    found
}

fn small(target: Target) -> &'static [&'static str] {
    match target {
        Target::Rtf => &[
            "{\\rtf1\\ansi\\ansicpg1251{\\fonttbl{\\f0 Arial;}}{\\info{\\author Ann}{\\title Plan}}Caf\\'e9 \\b and\\b0  more\\par \\u26085?\\cell\\row}",
            "{\\rtf1{\\*\\generator x;}{\\pict\\bin4 abcd}\\uc2 \\u-3913??{\\field{\\*\\fldinst HYPERLINK}{\\fldrslt text}}}",
        ],
        Target::Mail => &[
            "From: =?utf-8?q?J=C3=B6rg?= <joerg@example.com>\r\nTo: ines@example.net\r\nSubject: list\r\nmsip_labels: MSIP_Label_1_Name=Board;\r\n\
             MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/html\r\n\r\n<p>Hi &amp; bye\r\n\
             --x\r\nContent-Type: text/csv; name=a.csv\r\nContent-Transfer-Encoding: base64\r\n\r\nbmFtZQ==\r\n--x\r\nContent-Type: message/rfc822\r\n\r\n\
             From: a@example.com\r\n\r\ninner\r\n--x--\r\n",
            "From a@example.com Mon\nFrom: a@example.com\nTo: b@example.com\nSubject: 1\n\nbody\n\nFrom b@example.com Tue\nFrom: b@example.com\n\nbody\n",
        ],
        Target::Html => &[
            "<!DOCTYPE html><html><head><title>T</title><style>p{}</style></head><body><p style='display:none'>hidden</p><table><tr><td>a<td>b</table>\
             <script>var a = '<p>';</script><a href=\"mailto:jo@example.com\">Jo</a><!-- note --><pre> a\n b</pre>&eacute;&#233;</body></html>",
        ],
        Target::Notebook => &[
            "{\"cells\": [{\"cell_type\": \"code\", \"source\": [\"a = 1\\n\"], \"outputs\": [{\"data\": {\"text/html\": \"<td>x\", \"text/plain\": [\"1\"]}}]}], \"nbformat\": 4}",
        ],
        Target::Text => {
            &["name,mail\nJörg,joerg@example.com\n", "h\0i\0 \0y\0o\0u\0", "\u{FEFF}marked", "顧客リスト"]
        }
        Target::Pdf => &[
            "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj 3 0 obj<</Type/Page/Parent 2 0 R\
             /Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>endobj 4 0 obj<</Length 44>>stream\nBT /F 12 Tf 9 9 Td (Hello) Tj [(a)-900(b)] TJ ET\nendstream endobj \
             5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica/FirstChar 32/Widths[250 300]>>endobj trailer<</Root 1 0 R>>",
        ],
        Target::Word => &[
            "<w:document><w:tbl><w:tr><w:tc><w:p><w:t>a</w:t></w:p></w:tc></w:tr></w:tbl><mc:Fallback><w:t>x</w:t></mc:Fallback></w:document>",
        ],
        Target::Sheet => &[
            "<worksheet><row><c r='A1' t='s' s='1'><v>0</v></c><c r='XFD1' s='1'><v>31149</v></c><c t='inlineStr'><is><t>x</t></is></c></row></worksheet>",
        ],
        Target::Properties => &[
            "<a><label id='{1}' enabled='1' contentBits='8'/><property name='MSIP_Label_1_Name'><x>Board</x></property><creator>Ann</creator>\
             <Relationship Id='r' TargetMode='External' Target='mailto:a@example.com'/></a>",
        ],
        Target::Registered => &[
            "name,account,city\nMarta Lindqvist,AC-7730 1942,Oslo\nJohn Smith,AC-5541 0078,London\n\nJohn Smith of London has AC-7730 1942.",
            "a;b\n\"one;two\";three four\n\none;two and three four, one two three",
        ],
        Target::Http => &[
            "GET /v1/models?x=1 HTTP/1.1\r\nHost: chat.example:8080\r\nUser-Agent: curl/8\r\n\r\n",
            "CONNECT claude.ai:443 HTTP/1.1\r\nHost: claude.ai\r\n\r\n",
        ],
        Target::Push => &["[{\"Records\": [{\"srcaddr\": \"10.0.0.1\", \"query_name\": \"a.ai.\"}]}]"],
        Target::Discovery => &[
            "chat.acme-llm.ai\nPOST /v1/chat/completions\n{\"model\": \"m\", \"messages\": [{\"role\": \"user\", \"content\": \"hi\"}]}",
            "10.0.0.7:11434\nPOST /api/generate\n{\"model\": \"llama3\", \"prompt\": \"why\", \"stream\": true}",
            "xn--bcher-kva.example\nGET /v1/models\n{\"jsonrpc\": \"2.0\", \"method\": \"tools/list\", \"id\": 1}",
        ],
        Target::Gzip => &["\u{1f}\u{8b}\u{8}"],
        _ => &[],
    }
}

/// An archive of one small file.
fn tar() -> Vec<u8> {
    let mut header = [0_u8; 512];
    let mut write = |at: usize, text: &[u8]| {
        header.iter_mut().skip(at).zip(text).for_each(|(place, byte)| *place = *byte);
    };
    write(0, b"a.txt");
    write(100, b"0000644\0");
    write(124, b"00000000005\0");
    write(156, b"0");
    write(257, b"ustar\0");
    write(148, b"        ");
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    let checksum = format!("{sum:06o}\0 ");
    header.iter_mut().skip(148).zip(checksum.as_bytes()).for_each(|(place, byte)| *place = *byte);
    let mut archive = header.to_vec();
    archive.extend(b"hello");
    archive.resize(512 * 4, 0);
    archive
}
