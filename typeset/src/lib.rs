//! Documents for people as PDF: Markdown in, a tagged PDF that conforms to PDF/UA-1 (ISO 14289-1) out, made by Typst.
//!
//! Touches no disk and no network: fonts are built in, and what a document says is never run, only shown.

mod markup; // Markdown -> Typst
mod world; // what Typst may see

use typst::{
    diag::SourceDiagnostic,
    foundations::{Datetime, Smart},
};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

use world::Page;

/// Something to be printed.
#[derive(Clone, Copy, Debug)]
pub struct Document<'a> {
    /// Its title, for the reader's window and the first page.
    pub title: &'a str,
    /// What it says, as Markdown (CommonMark with tables).
    pub markdown: &'a str,
    /// The language it is in, as ISO 639-1 has it: `en`.
    pub language: &'a str,
    /// What identifies this version of it; equal documents with equal marks give equal files.
    pub mark: &'a str,
    /// The day it is of, if it has one: year, month, day.
    pub day: Option<(i32, u8, u8)>,
}

/// A document could not be printed.
#[derive(Debug, thiserror::Error)]
#[error("cannot make a PDF of `{title}`: {reason}")]
pub struct TypesetError {
    title: String,
    /// What Typst said: most often that no built-in font has a character; they have Latin, Greek and Cyrillic.
    reason: String,
}

/// Prints a document.
pub fn pdf(document: &Document<'_>) -> Result<Vec<u8>, TypesetError> {
    let failed = |reason: String| TypesetError { title: document.title.to_owned(), reason };
    let page = Page::new(markup::typst(document));
    let paged: PagedDocument = typst::compile(&page).output.map_err(|said| failed(first(&said)))?;
    let standards =
        PdfStandards::new(&[PdfStandard::Ua_1]).map_err(|refused| failed(refused.message().to_string()))?;
    let midnight = |(year, month, day)| Datetime::from_ymd_hms(year, month, day, 0, 0, 0);
    let made = document.day.and_then(midnight).map(Timestamp::new_utc);
    let options = PdfOptions {
        ident: Smart::Custom(document.mark.to_owned()),
        creator: Smart::Custom(Some("Bylaw".to_owned())),
        timestamp: made,
        standards,
        ..PdfOptions::default()
    };
    typst_pdf::pdf(&paged, &options).map_err(|said| failed(first(&said)))
}

fn first(said: &[SourceDiagnostic]) -> String {
    said.first().map(|diagnostic| diagnostic.message.to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use lopdf::Object;

    use super::*;

    const POLICY: &str = "# AI Usage Policy\n\nOwner: [ada](mailto:ada@example.com)\n\n- [DATA-1](#DATA-1)\n\n\
        ### <a id=\"DATA-1\"></a>DATA-1 Personal data\n\nKeep *it* in.\n\n> Why: because\n\n| data | chatgpt |\n| --- | --- |\n| pii | block |\n";

    fn document(markdown: &str) -> Document<'_> {
        Document { title: "AI Usage Policy", markdown, language: "en", mark: "v1", day: Some((2026, 11, 23)) }
    }

    #[test]
    fn a_policy_is_tagged_titled_and_says_what_it_says() {
        let bytes = pdf(&document(POLICY)).unwrap();
        let read = lopdf::Document::load_mem(&bytes).unwrap();
        let catalog = read.catalog().unwrap();
        assert!(catalog.has(b"StructTreeRoot") && catalog.has(b"Outlines"));
        assert_eq!(catalog.get(b"Lang").and_then(Object::as_str).unwrap(), b"en");
        let metadata = catalog.get(b"Metadata").and_then(Object::as_reference).unwrap();
        let metadata = read.get_object(metadata).and_then(Object::as_stream).unwrap();
        let xmp = metadata.get_plain_content().unwrap();
        let xmp = String::from_utf8_lossy(&xmp);
        assert!(xmp.contains("<pdfuaid:part>1</pdfuaid:part>"), "{xmp}");
        let text = read.extract_text(&[1]).unwrap();
        assert!(
            text.contains("Personal data") && text.contains("because") && text.contains("block"),
            "{text}"
        );
        assert_eq!(bytes, pdf(&document(POLICY)).unwrap(), "equal documents give equal files");
    }

    #[test]
    fn nothing_that_is_written_breaks_it() {
        for markdown in [
            "",
            "#let x = 1",
            "```\n#panic()\n```",
            "# \"]#\\ \u{202e}\u{0} \u{1f468}\u{200d}\u{1f469}",
            "![x](/etc/passwd)",
            "| a |\n| - |\n",
        ] {
            let made = pdf(&document(markdown)).unwrap();
            assert!(made.starts_with(b"%PDF"), "{markdown}");
        }
        let refused = pdf(&document("\u{65e5}\u{672c}")).unwrap_err().to_string();
        assert!(refused.contains("could not be displayed"), "{refused}");
    }
}
