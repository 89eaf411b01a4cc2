use model::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::audit::hex;

/// Largest file, in bytes.
pub const LARGEST_EVIDENCE: usize = 10 * 1024 * 1024;
/// Most files of one review.
pub const MOST_EVIDENCE: usize = 50;

/// A file that answers rest on; its bytes lie elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = ReviewEvidence))]
pub struct Evidence {
    /// Its id.
    pub id: Uuid,
    /// Its name, as it was uploaded.
    pub name: String,
    /// What it is, told from its bytes.
    pub media_type: String,
    /// Bytes.
    pub size: u64,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// The question it belongs to, if to one.
    pub question: Option<String>,
    /// Who added it.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// The vendor's terms as they were read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = ReviewTerms))]
pub struct Terms {
    /// Where they are.
    pub link: String,
    /// SHA-256 of their text, blanks put together, in hexadecimal.
    pub sha256: String,
    /// Who read them.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// How terms that are read now compare with those that were read before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TermsChange {
    /// There were none before.
    First,
    /// They are the same.
    Same,
    /// They differ.
    Changed,
}

/// Why a file is not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EvidenceError {
    /// Nothing, or too much.
    #[error("a file has 1 byte to {} MB", LARGEST_EVIDENCE / (1024 * 1024))]
    Size,
    /// Of a kind that reviewers should not have to open.
    #[error(
        "files of this kind are not taken; send PDF, PNG, JPEG, plain text, or a Word, Excel or PowerPoint file without macros"
    )]
    Kind,
    /// No usable name.
    #[error("a file's name has 1 to 120 characters, no `/` and no control characters")]
    Name,
    /// Too many.
    #[error("a review has at most {MOST_EVIDENCE} files; remove some first")]
    Count,
}

impl Evidence {
    /// What is noted of a file named `name`; its kind is told from its bytes, whatever the name says.
    pub fn of(id: Uuid, name: &str, bytes: &[u8], by: &str, at: Timestamp) -> Result<Self, EvidenceError> {
        if bytes.is_empty() || bytes.len() > LARGEST_EVIDENCE {
            return Err(EvidenceError::Size);
        }
        let forbidden = |c: char| c.is_control() || matches!(c, '/' | '\\' | '"');
        if name.is_empty() || name.chars().count() > 120 || name.contains(forbidden) {
            return Err(EvidenceError::Name);
        }
        Ok(Self {
            id,
            name: name.to_owned(),
            media_type: media_type(name, bytes).ok_or(EvidenceError::Kind)?.to_owned(),
            size: bytes.len() as u64,
            sha256: hex(&Sha256::digest(bytes)),
            question: None,
            by: by.to_owned(),
            at,
        })
    }
}

impl Terms {
    /// How `text`, read now, compares with `before`.
    pub fn compare(before: Option<&Self>, text: &str) -> TermsChange {
        match before {
            None => TermsChange::First,
            Some(before) if before.sha256 == terms_digest(text) => TermsChange::Same,
            Some(_) => TermsChange::Changed,
        }
    }
}

/// SHA-256 of the words of `text`: how it is wrapped and indented does not matter.
pub fn terms_digest(text: &str) -> String {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    hex(&Sha256::digest(words))
}

/// The media type of a file of a kind that is taken. Office files are ZIP archives that begin with the part
/// `[Content_Types].xml` or hold it early (ECMA-376, part 2); which of the three it is, their name says. Files with macros have
/// other names (`.docm`), and are not taken.
fn media_type(name: &str, bytes: &[u8]) -> Option<&'static str> {
    let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
    let begins = |magic: &[u8]| bytes.starts_with(magic);
    match extension.as_deref() {
        Some("pdf") if begins(b"%PDF-") => Some("application/pdf"),
        Some("png") if begins(b"\x89PNG\r\n\x1a\n") => Some("image/png"),
        Some("jpg" | "jpeg") if begins(b"\xff\xd8\xff") => Some("image/jpeg"),
        Some("txt" | "md" | "csv") if is_text(bytes) => Some("text/plain"),
        Some("docx") if is_office(bytes) => {
            Some("application/vnd.openxmlformats-officedocument.wordprocessingml.document")
        }
        Some("xlsx") if is_office(bytes) => {
            Some("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
        }
        Some("pptx") if is_office(bytes) => {
            Some("application/vnd.openxmlformats-officedocument.presentationml.presentation")
        }
        _ => None,
    }
}

fn is_text(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_ok_and(|text| !text.contains('\0'))
}

fn is_office(bytes: &[u8]) -> bool {
    let holds = |part: &[u8]| bytes.windows(part.len()).any(|window| window == part);
    bytes.starts_with(b"PK\x03\x04") && holds(b"[Content_Types].xml") && !holds(b"vbaProject.bin")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, bytes: &[u8], expected: Result<&str, EvidenceError>) {
        let evidence = Evidence::of(Uuid::nil(), name, bytes, "rae", Timestamp::from_millis(0));
        let told = evidence.as_ref().map(|evidence| evidence.media_type.as_str());
        assert_eq!(told, expected.as_ref().map(|&kind| kind), "{name}");
    }

    #[test]
    fn kinds_are_told_from_bytes_and_name() {
        check("soc2.pdf", b"%PDF-1.7 ...", Ok("application/pdf"));
        check("SOC2.PDF", b"%PDF-1.7 ...", Ok("application/pdf"));
        check("shot.png", b"\x89PNG\r\n\x1a\n...", Ok("image/png"));
        check("photo.jpeg", b"\xff\xd8\xff\xe0...", Ok("image/jpeg"));
        check("notes.md", "Größe".as_bytes(), Ok("text/plain"));
        let word = b"PK\x03\x04..[Content_Types].xml..";
        check(
            "dpa.docx",
            word,
            Ok("application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        );
        for (name, bytes) in [
            ("soc2.pdf", &b"<html>"[..]),
            ("page.html", b"<html>"),
            ("drawing.svg", b"<svg/>"),
            ("run.exe", b"MZ"),
            ("macros.docm", word),
            ("macros.docx", b"PK\x03\x04[Content_Types].xml word/vbaProject.bin"),
            ("all.zip", b"PK\x03\x04"),
            ("notes.txt", b"\xff\xfe\x00"),
            ("no-extension", b"text"),
        ] {
            check(name, bytes, Err(EvidenceError::Kind));
        }
    }

    #[test]
    fn sizes_and_names_are_bounded() {
        check("a.txt", b"", Err(EvidenceError::Size));
        check("a.txt", &vec![b'x'; LARGEST_EVIDENCE], Ok("text/plain"));
        check("a.txt", &vec![b'x'; LARGEST_EVIDENCE + 1], Err(EvidenceError::Size));
        for name in ["", "../a.txt", "a\n.txt", "a\".txt", &"x".repeat(121)] {
            check(name, b"x", Err(EvidenceError::Name));
        }
    }

    #[test]
    fn terms_are_compared_by_their_words() {
        let terms = Terms {
            link: "https://example.com/terms".to_owned(),
            sha256: terms_digest("You own\n  what it makes."),
            by: "rae".to_owned(),
            at: Timestamp::from_millis(0),
        };
        assert_eq!(Terms::compare(None, "x"), TermsChange::First);
        assert_eq!(Terms::compare(Some(&terms), " You own what it   makes.\n"), TermsChange::Same);
        assert_eq!(Terms::compare(Some(&terms), "We own what it makes."), TermsChange::Changed);
    }
}
