use std::io::{Cursor, Read};

use cfb::CompoundFile;

use super::{
    archive::{self, Unpacked},
    budget::Text,
    document::Trouble,
    html,
    kind::Kind,
    reader::{Reader, inside},
    rtf, strings,
    text::{self, Encoding},
};

type File<'a> = CompoundFile<Cursor<&'a [u8]>>;

/// Streams of Office until 2003 that hold text, and what tells that they are encrypted.
const OLD: [&str; 5] = ["/WordDocument", "/Workbook", "/Book", "/PowerPoint Document", "/1Table"];
const MOST_RECIPIENTS: usize = 2000;
const MOST_ATTACHMENTS: usize = 500;
const DEEPEST: usize = 4;

/// Reads an OLE compound file ([MS-CFB]): an Outlook message, encrypted Office, or Office until 2003.
pub(super) fn read(reader: &mut Reader, bytes: &[u8], path: &str) -> Result<(), Trouble> {
    let mut file = CompoundFile::open(Cursor::new(bytes)).map_err(|_| Trouble::Unreadable)?;
    if file.exists("/EncryptedPackage") || file.exists("/EncryptionInfo") {
        return Err(Trouble::Encrypted);
    }
    if file.exists("/__properties_version1.0") {
        reader.refine(path, Kind::Outlook);
        message(reader, &mut file, "", path, DEEPEST);
        return Ok(());
    }
    old(reader, &mut file, path)
}

/// Readable runs of old Office documents; their own forms are not read.
fn old(reader: &mut Reader, file: &mut File<'_>, path: &str) -> Result<(), Trouble> {
    let mut text = Text::new(&reader.meter);
    let mut streams: Vec<String> =
        OLD.iter().map(|name| (*name).to_owned()).filter(|name| file.is_stream(name)).collect();
    if streams.is_empty() {
        let all = file
            .walk()
            .filter(cfb::Entry::is_stream)
            .map(|entry| entry.path().to_string_lossy().into_owned());
        streams = all.take(reader.budget.entries).collect();
    }
    for name in streams {
        let Unpacked { bytes, trouble } = stream(reader, file, &name);
        if let Some(trouble) = trouble {
            reader.problem(path, trouble);
        }
        if is_locked(&name, &bytes) {
            return Err(Trouble::Encrypted);
        }
        strings::readable(&bytes, &mut text);
    }
    reader.finish(path, text);
    Err(Trouble::Unsupported)
}

/// `fEncrypted` of a Word document ([MS-DOC] 2.5.1), `FilePass` of a workbook ([MS-XLS] 2.4.117).
fn is_locked(name: &str, bytes: &[u8]) -> bool {
    match name {
        "/WordDocument" => bytes.get(11).is_some_and(|flags| flags & 1 == 1),
        "/Workbook" | "/Book" => {
            // The record stands right behind the first, whose length is in its bytes 2 and 3.
            let first =
                bytes.get(2..4).and_then(|length| length.try_into().ok()).map_or(0, u16::from_le_bytes);
            let at = usize::from(first) + 4;
            bytes.get(at..at + 2) == Some(&[0x2F, 0x00])
        }
        _ => false,
    }
}

/// Reads a message ([MS-OXMSG]) that stands in the storage `at`: its text fields, body, recipients, attachments.
fn message(reader: &mut Reader, file: &mut File<'_>, at: &str, path: &str, deepest: usize) {
    let mut headers = Text::new(&reader.meter);
    for (name, property) in [
        ("Subject", "0037"),
        ("From", "0C1A"),
        ("From", "5D01"),
        ("From", "0C1F"),
        ("To", "0E04"),
        ("Cc", "0E03"),
        ("Bcc", "0E02"),
        ("", "007D"),
    ] {
        if let Some(value) = field(reader, file, at, property).filter(|value| !value.trim().is_empty()) {
            if !name.is_empty() {
                headers.push(name);
                headers.push(": ");
            }
            headers.push(value.trim_end_matches('\0'));
            headers.end_line();
        }
    }
    let storages: Vec<String> = match file.read_storage(format!("{at}/")) {
        Ok(entries) => entries.filter(cfb::Entry::is_storage).map(|entry| entry.name().to_owned()).collect(),
        Err(_) => Vec::new(),
    };
    for recipient in storages.iter().filter(|name| name.starts_with("__recip")).take(MOST_RECIPIENTS) {
        for property in ["3001", "39FE", "3003"] {
            if let Some(value) = field(reader, file, &format!("{at}/{recipient}"), property) {
                headers.push(value.trim_end_matches('\0'));
                headers.push("\t");
            }
        }
        headers.end_line();
    }
    reader.finish(&inside(path, "headers"), headers);
    body(reader, file, at, path);
    for (number, attachment) in
        storages.iter().filter(|name| name.starts_with("__attach")).take(MOST_ATTACHMENTS).enumerate()
    {
        attached(reader, file, &format!("{at}/{attachment}"), path, number, deepest);
    }
}

/// The body: as text, else as a page, else as compressed Rich Text.
fn body(reader: &mut Reader, file: &mut File<'_>, at: &str, path: &str) {
    if let Some(plain) = field(reader, file, at, "1000").filter(|plain| !plain.trim().is_empty()) {
        return reader.part(path, plain);
    }
    let Unpacked { bytes, .. } = stream(reader, file, &format!("{at}/__substg1.0_10130102"));
    let page = if bytes.is_empty() { field(reader, file, at, "1013") } else { Some(text::decode(&bytes)) };
    if let Some(page) = page {
        return html::read(reader, &page, path);
    }
    let Unpacked { bytes, .. } = stream(reader, file, &format!("{at}/__substg1.0_10090102"));
    if !bytes.is_empty() {
        let rich = rich_text(&bytes, reader.meter.unpackable() / 4);
        let text = rtf::strip(&rich, reader);
        reader.finish(path, text);
    }
}

fn attached(reader: &mut Reader, file: &mut File<'_>, at: &str, path: &str, number: usize, deepest: usize) {
    let named = ["3707", "3704", "3001"].iter().find_map(|property| field(reader, file, at, property));
    let name = named
        .map_or_else(|| format!("attachment {}", number + 1), |name| name.trim_end_matches('\0').to_owned());
    let path = inside(path, &name);
    let embedded = format!("{at}/__substg1.0_3701000D");
    if file.is_storage(&embedded) {
        match deepest.checked_sub(1) {
            Some(deeper) => message(reader, file, &embedded, &path, deeper),
            None => reader.problem(&path, Trouble::OverBudget(super::Limit::Depth)),
        }
        return;
    }
    let Unpacked { bytes, trouble } = stream(reader, file, &format!("{at}/__substg1.0_37010102"));
    if let Err(limit) = reader.meter.enter() {
        return reader.problem(&path, Trouble::OverBudget(limit));
    }
    if !bytes.is_empty() {
        reader.inner(&bytes, &path);
    }
    if let Some(trouble) = trouble {
        reader.problem(&path, trouble);
    }
}

/// A text property: in UTF-16, else in the sender's code page.
fn field(reader: &mut Reader, file: &mut File<'_>, at: &str, property: &str) -> Option<String> {
    let wide = format!("{at}/__substg1.0_{property}001F");
    if file.is_stream(&wide) {
        let Unpacked { bytes, .. } = stream(reader, file, &wide);
        return Some(Encoding::utf16_le().decode(&bytes));
    }
    let narrow = format!("{at}/__substg1.0_{property}001E");
    if !file.is_stream(&narrow) {
        return None;
    }
    let Unpacked { bytes, .. } = stream(reader, file, &narrow);
    Some(text::decode(&bytes))
}

fn stream(reader: &mut Reader, file: &mut File<'_>, name: &str) -> Unpacked {
    match file.open_stream(name) {
        Ok(stream) => archive::unpack(stream.take(u64::MAX), &mut reader.meter),
        Err(_) => Unpacked { bytes: Vec::new(), trouble: None },
    }
}

/// What the dictionary of compressed Rich Text begins with ([MS-OXRTFCP] 2.1.2.1).
const DICTIONARY: &[u8; 207] =
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \
\\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \
\\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";

/// Unpacks compressed Rich Text ([MS-OXRTFCP]): runs of bytes, or references into the last 4096.
fn rich_text(bytes: &[u8], most: usize) -> Vec<u8> {
    let body = bytes.get(16..).unwrap_or_default();
    if bytes.get(8..12) == Some(b"MELA") {
        return body.to_vec();
    }
    let mut window = [b' '; 4096];
    window.iter_mut().zip(DICTIONARY).for_each(|(to, from)| *to = *from);
    let (mut at, mut out) = (DICTIONARY.len(), Vec::new());
    let put = |byte: u8, out: &mut Vec<u8>, window: &mut [u8; 4096], at: &mut usize| {
        if let Some(place) = window.get_mut(*at % 4096) {
            *place = byte;
        }
        *at = (*at + 1) % 4096;
        out.push(byte);
    };
    let mut rest = body.iter();
    while let Some(control) = rest.next() {
        for bit in 0..8 {
            if out.len() > most {
                return out;
            }
            if control >> bit & 1 == 0 {
                let Some(byte) = rest.next() else { return out };
                put(*byte, &mut out, &mut window, &mut at);
                continue;
            }
            let (Some(high), Some(low)) = (rest.next(), rest.next()) else { return out };
            let reference = usize::from(u16::from_be_bytes([*high, *low]));
            let (offset, length) = (reference >> 4, (reference & 15) + 2);
            if offset == at {
                return out;
            }
            for step in 0..length {
                let byte = window.get((offset + step) % 4096).copied().unwrap_or(b' ');
                put(byte, &mut out, &mut window, &mut at);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::rich_text;

    #[test]
    fn rich_text_is_unpacked() {
        // The first example of [MS-OXRTFCP] 3.1.1.
        let packed = [
            0x2d, 0, 0, 0, 0x2b, 0, 0, 0, 0x4c, 0x5a, 0x46, 0x75, 0xf1, 0xc5, 0xc7, 0xa7, 0x03, 0x00, 0x0a,
            0x00, 0x72, 0x63, 0x70, 0x67, 0x31, 0x32, 0x35, 0x42, 0x32, 0x0a, 0xf3, 0x20, 0x68, 0x65, 0x6c,
            0x09, 0x00, 0x20, 0x62, 0x77, 0x05, 0xb0, 0x6c, 0x64, 0x7d, 0x0a, 0x80, 0x0f, 0xa0,
        ];
        let unpacked = rich_text(&packed, 1000);
        assert_eq!(unpacked, b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n");
    }
}
