//! What a file says: bytes in, text and properties out.
//!
//! The type is told by the first bytes, a name is only a hint. Everything is budgeted, files inside files included;
//! what cannot be read is told as a problem and never as an empty text. A parser that panics on hostile bytes costs
//! its file, not the process. Nothing of a file's content is printed, and nothing is written to disk. The one thing
//! outside this process is Tesseract, for the text of images, where it is installed.

mod archive; // zip, tar, gzip
mod budget; // what reading may cost
mod compound; // OLE compound files: Outlook messages, encrypted and old Office files
mod document; // what was read
mod findings; // a file, scanned
mod html;
mod image; // optical character recognition, when installed
mod kind; // what a file is, by its first bytes
mod mail;
mod markup; // XML as a stream of tags and text
mod notebook;
mod office; // what all zipped Office files share: packages, properties
mod open_document;
mod pdf;
mod pdf_page; // the text of one page, from where it stands
mod pdf_weight; // what the objects of a PDF would take in memory
mod quiet; // panics of parsers, contained and unprinted
mod reader; // from a file to its parts, and to the files inside it
mod rtf;
mod sensitivity; // Microsoft sensitivity labels
mod sheet;
mod sheet_style; // which numbers are dates
mod slides;
mod strings; // readable runs in bytes of unknown form
mod text; // plain text in any encoding
mod word;

pub use budget::{Budget, Limit};
pub use document::{Document, Part, Problem, Property, Trouble};
pub(crate) use findings::labels;
pub use findings::{FileFindings, FileHit, PartFindings};
pub use kind::Kind;

/// Reads a file: its text in parts, its properties, and what could not be read.
///
/// `name` is the file's name where one is known; paths of parts begin with it.
pub fn read(bytes: &[u8], name: Option<&str>, budget: Budget) -> Document {
    reader::Reader::read(bytes, name, budget)
}
