use super::{
    archive,
    budget::{Budget, Meter, Text},
    compound,
    document::{Document, Part, Problem, Property, Trouble},
    html, image,
    kind::Kind,
    mail, notebook, pdf, quiet, rtf, strings, text,
};

/// What a file is called that has no name.
const NAMELESS: &str = "file";
/// Longest name of a file inside a file that is kept, in bytes.
const LONGEST_NAME: usize = 160;

/// Reads a file and the files inside it into one document.
pub(super) struct Reader {
    pub(super) meter: Meter,
    pub(super) budget: Budget,
    document: Document,
    root: String,
}

impl Reader {
    pub(super) fn read(bytes: &[u8], name: Option<&str>, budget: Budget) -> Document {
        let root = named(name.unwrap_or_default());
        let kind = Kind::of(bytes, name);
        let document = Document { kind, parts: Vec::new(), properties: Vec::new(), problems: Vec::new() };
        let mut reader =
            Self { meter: Meter::new(&budget, bytes.len()), budget, document, root: root.clone() };
        reader.file(bytes, &root);
        reader.document
    }

    /// Reads a file that was inside another.
    pub(super) fn inner(&mut self, bytes: &[u8], path: &str) {
        if let Err(limit) = self.meter.descend() {
            return self.problem(path, Trouble::OverBudget(limit));
        }
        self.meter.hold(bytes.len());
        self.file(bytes, path);
        self.meter.release(bytes.len());
        self.meter.ascend();
    }

    fn file(&mut self, bytes: &[u8], path: &str) {
        let kind = Kind::of(bytes, Some(path));
        let outcome = quiet::quietly(|| self.dispatch(kind, bytes, path));
        if let Err(trouble) = outcome.unwrap_or(Err(Trouble::Unreadable)) {
            self.problem(path, trouble);
        }
    }

    fn dispatch(&mut self, kind: Kind, bytes: &[u8], path: &str) -> Result<(), Trouble> {
        match kind {
            Kind::Text => self.part(path, text::decode(bytes)),
            Kind::Html => html::read(self, &text::decode(bytes), path),
            Kind::Mail => mail::read(self, bytes, path)?,
            Kind::Notebook => notebook::read(self, bytes, path)?,
            Kind::Rtf => rtf::read(self, bytes, path),
            Kind::Pdf => pdf::read(self, bytes, path)?,
            Kind::Zip | Kind::Word | Kind::Sheet | Kind::Slides | Kind::OpenDocument => {
                archive::zip(self, bytes, path)?;
            }
            Kind::Tar => archive::tar(self, bytes, path)?,
            Kind::Gzip => archive::gzip(self, bytes, path),
            Kind::Outlook | Kind::Compound => compound::read(self, bytes, path)?,
            Kind::Image => image::read(self, bytes, path)?,
            Kind::Encrypted => return Err(Trouble::Encrypted),
            Kind::OtherArchive => return Err(Trouble::Unsupported),
            Kind::Binary => {
                self.readable(bytes, path);
                return Err(Trouble::Unsupported);
            }
        }
        Ok(())
    }

    /// Keeps what is readable of bytes of unknown form.
    pub(super) fn readable(&mut self, bytes: &[u8], path: &str) {
        let mut text = Text::new(&self.meter);
        strings::readable(bytes, &mut text);
        self.finish(path, text);
    }

    /// Keeps a part, unless it is blank.
    pub(super) fn part(&mut self, path: &str, text: String) {
        if text.trim_ascii().is_empty() {
            return;
        }
        let size = text.len() + path.len();
        if size > self.meter.room() {
            return self.problem(path, Trouble::OverBudget(super::Limit::Memory));
        }
        self.meter.hold(size);
        self.document.parts.push(Part { path: path.to_owned(), text });
    }

    /// Keeps a text that was put together, and tells if not all of it had room.
    pub(super) fn finish(&mut self, path: &str, text: Text) {
        if text.is_cut() {
            self.problem(path, Trouble::OverBudget(super::Limit::Memory));
        }
        self.part(path, text.into_string());
    }

    pub(super) fn property(&mut self, path: &str, name: &str, value: &str) {
        let (name, value) = (name.trim(), value.trim());
        let size = path.len() + name.len() + value.len();
        if !name.is_empty() && !value.is_empty() && size < self.meter.room() {
            self.meter.hold(size);
            let (path, name, value) = (path.to_owned(), name.to_owned(), value.to_owned());
            self.document.properties.push(Property { path, name, value });
        }
    }

    pub(super) fn problem(&mut self, path: &str, trouble: Trouble) {
        let problem = Problem { path: path.to_owned(), trouble };
        if self.document.problems.last() != Some(&problem) {
            self.document.problems.push(problem);
        }
    }

    /// Tells the kind of a file whose first bytes only said what it is packed in.
    pub(super) fn refine(&mut self, path: &str, kind: Kind) {
        if path == self.root {
            self.document.kind = kind;
        }
    }
}

/// The path of something inside the file at `path`.
pub(super) fn inside(path: &str, name: &str) -> String {
    format!("{path}/{}", named(name))
}

/// A name as it is shown: without control characters, and not too long.
fn named(name: &str) -> String {
    let mut shown: String = name.chars().filter(|c| !c.is_control()).collect();
    if shown.len() > LONGEST_NAME {
        // The end tells the kind.
        let from = (shown.len() - LONGEST_NAME..).find(|&at| shown.is_char_boundary(at)).unwrap_or(0);
        shown.drain(..from);
    }
    let trimmed = shown.trim_matches(['/', ' ']);
    if trimmed.is_empty() { NAMELESS.to_owned() } else { trimmed.to_owned() }
}
