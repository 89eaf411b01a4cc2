use super::{mail, text};

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Plain text of any kind: prose, code, CSV, JSON, XML.
    Text,
    /// A web page.
    Html,
    /// An e-mail as sent (RFC 5322), or a mailbox of them.
    Mail,
    /// A Jupyter notebook.
    Notebook,
    /// Rich Text Format.
    Rtf,
    /// Portable Document Format.
    Pdf,
    /// A Word document (Office Open XML).
    Word,
    /// An Excel workbook (Office Open XML).
    Sheet,
    /// A PowerPoint presentation (Office Open XML).
    Slides,
    /// A document, sheet or presentation of OpenDocument.
    OpenDocument,
    /// An Outlook message (`.msg`).
    Outlook,
    /// An OLE compound file: Office until 2003, or encrypted Office.
    Compound,
    /// A zip archive.
    Zip,
    /// A tar archive.
    Tar,
    /// Something compressed with gzip.
    Gzip,
    /// An archive of a form that is not read: 7z, RAR, bzip2, xz, Zstandard.
    OtherArchive,
    /// An image.
    Image,
    /// Something encrypted with OpenPGP or age.
    Encrypted,
    /// Anything else.
    Binary,
}

/// First bytes, and what they tell.
const MAGIC: [(&[u8], Kind); 29] = [
    (b"PK\x03\x04", Kind::Zip),
    (b"PK\x05\x06", Kind::Zip),
    (b"PK\x07\x08", Kind::Zip),
    (b"{\\rtf", Kind::Rtf),
    (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", Kind::Compound),
    (b"\x1F\x8B\x08", Kind::Gzip),
    (b"BZh", Kind::OtherArchive),
    (b"\xFD7zXZ\0", Kind::OtherArchive),
    (b"7z\xBC\xAF\x27\x1C", Kind::OtherArchive),
    (b"Rar!\x1A\x07", Kind::OtherArchive),
    (b"\x28\xB5\x2F\xFD", Kind::OtherArchive),
    (b"LZIP\x01", Kind::OtherArchive),
    (b"\x89PNG\r\n\x1A\n", Kind::Image),
    (b"\xFF\xD8\xFF", Kind::Image),
    (b"GIF87a", Kind::Image),
    (b"GIF89a", Kind::Image),
    (b"II*\0", Kind::Image),
    (b"MM\0*", Kind::Image),
    (b"BM", Kind::Image),
    (b"-----BEGIN PGP MESSAGE-----", Kind::Encrypted),
    (b"age-encryption.org/v1", Kind::Encrypted),
    (b"-----BEGIN AGE ENCRYPTED FILE-----", Kind::Encrypted),
    (b"Salted__", Kind::Encrypted),
    (b"\x7FELF", Kind::Binary),
    (b"SQLite format 3\0", Kind::Binary),
    (b"\0asm", Kind::Binary),
    (b"\xCA\xFE\xBA\xBE", Kind::Binary),
    (b"OggS", Kind::Binary),
    (b"ID3", Kind::Binary),
];
/// A PDF may have something before its header.
const PDF_HEADER_WITHIN: usize = 1024;
/// What is looked at of a text to tell its kind.
const HEAD: usize = 4096;

impl Kind {
    /// What a file is: by its first bytes, then by what its text begins with, last by its name.
    pub fn of(bytes: &[u8], name: Option<&str>) -> Self {
        let head = bytes.get(..HEAD).unwrap_or(bytes);
        if let Some(kind) = by_magic(bytes, head) {
            return kind;
        }
        match text::Encoding::of(head) {
            None => Self::Binary,
            Some(encoding) => by_beginning(&encoding.decode(head), name.unwrap_or_default()),
        }
    }
}

fn by_magic(bytes: &[u8], head: &[u8]) -> Option<Kind> {
    let plain = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head).trim_ascii_start();
    let magic = MAGIC
        .iter()
        .find(|(magic, _)| head.starts_with(magic) || plain.starts_with(magic) && magic.len() > 4);
    match magic {
        // Two letters are a weak sign: the size that follows must be right as well.
        Some((b"BM", _)) if !is_bitmap(bytes) => None,
        Some((_, kind)) => Some(*kind),
        None => {
            let pdf =
                head.get(..PDF_HEADER_WITHIN).unwrap_or(head).windows(5).any(|window| window == b"%PDF-");
            let tar = head.get(257..262) == Some(b"ustar");
            let web_image = head.starts_with(b"RIFF") && head.get(8..12) == Some(b"WEBP");
            [(pdf, Kind::Pdf), (tar, Kind::Tar), (web_image, Kind::Image)]
                .iter()
                .find_map(|(holds, kind)| holds.then_some(*kind))
        }
    }
}

fn is_bitmap(bytes: &[u8]) -> bool {
    let size = bytes.get(2..6).and_then(|size| size.try_into().ok()).map(u32::from_le_bytes);
    size.is_some_and(|size| size as usize == bytes.len())
}

fn by_beginning(beginning: &str, name: &str) -> Kind {
    let text = beginning.trim_start_matches('\u{FEFF}').trim_ascii_start();
    let extension =
        name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase()).unwrap_or_default();
    let begins = |with: &str| text.get(..with.len()).is_some_and(|start| start.eq_ignore_ascii_case(with));
    match extension.as_str() {
        "html" | "htm" | "xhtml" if text.contains('<') => return Kind::Html,
        "eml" | "mbox" => return Kind::Mail,
        "ipynb" if begins("{") => return Kind::Notebook,
        _ => {}
    }
    if begins("<!doctype html") || begins("<html") {
        return Kind::Html;
    }
    if begins("{") && text.contains("\"cells\"") && text.contains("\"cell_type\"") {
        return Kind::Notebook;
    }
    if mail::is_mail(text) { Kind::Mail } else { Kind::Text }
}

#[cfg(test)]
mod tests {
    use super::Kind;

    #[test]
    fn first_bytes_tell_more_than_the_name() {
        for (bytes, name, kind) in [
            (&b"%PDF-1.7\n"[..], "notes.txt", Kind::Pdf),
            (b"\n\n%PDF-1.4", "", Kind::Pdf),
            (b"PK\x03\x04\x14", "a.docx", Kind::Zip),
            (b"plain words", "a.pdf", Kind::Text),
            (b"BMW builds cars", "", Kind::Text),
            (b"<!DOCTYPE HTML><p>", "", Kind::Html),
            (b"\xEF\xBB\xBF<html>", "", Kind::Html),
            (b"a < b and no page", "x.htm", Kind::Html),
            (b"From: a@example.com\nTo: b@example.com\nSubject: x\n\nhello", "", Kind::Mail),
            (b"Subject: to change\nand more text", "", Kind::Text),
            (b"{\"cells\": [{\"cell_type\": \"code\"}]}", "", Kind::Notebook),
            (b"\x00\x01\x02\x03\xfe\xff\x00", "a.txt", Kind::Binary),
            (b"-----BEGIN PGP MESSAGE-----\n", "", Kind::Encrypted),
            (b"h\0i\0 \0y\0o\0u\0", "", Kind::Text),
            (b"", "", Kind::Text),
        ] {
            assert_eq!(Kind::of(bytes, Some(name)), kind, "{bytes:?}");
        }
    }
}
