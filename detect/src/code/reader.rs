use super::{
    block::{Block, Found, Line, NEAR, Place},
    fence::Fence,
    language::{Languages, Tag},
    model::Seen,
    trace::{Step, Trace},
    wrapped::{self, Form},
};
use crate::hit::Hit;

/// Bytes kept of a line that continues in the next piece.
const LONGEST_LINE: usize = 4096;

/// Reads text in pieces, line by line, and finds blocks of code.
#[derive(Default)]
pub(crate) struct CodeReader {
    /// The start of a line whose end has not come yet.
    partial: Vec<u8>,
    /// Where the current line begins.
    at: usize,
    /// Bytes taken so far.
    taken: usize,
    /// What the open Markdown fence says of what is inside.
    fence: Option<Tag>,
    form: Form,
    /// Whether the line before began as the first line of a diff's header.
    after_minus: bool,
    block: Option<Block>,
    /// Whether the line before was one of running text.
    after_prose: bool,
    /// What was found last, as long as more of it may come.
    held: Option<Found>,
    trace: Trace,
    seen: Seen,
}

impl CodeReader {
    /// Takes the next piece of the text.
    pub(crate) fn push(&mut self, languages: &Languages, piece: &[u8], mut emit: impl FnMut(Hit)) {
        let mut rest = piece;
        while let Some(end) = memchr::memchr(b'\n', rest) {
            let (line, tail) = rest.split_at(end);
            self.end_line(languages, line, &mut emit);
            self.taken += end + 1;
            self.at = self.taken;
            rest = tail.get(1..).unwrap_or_default();
        }
        self.taken += rest.len();
        let room = LONGEST_LINE.saturating_sub(self.partial.len()).min(rest.len());
        self.partial.extend_from_slice(rest.get(..room).unwrap_or_default());
    }

    /// Ends the text.
    pub(crate) fn finish(&mut self, languages: &Languages, mut emit: impl FnMut(Hit)) {
        self.end_line(languages, b"", &mut emit);
        if let Some((start, end)) = self.trace.finish() {
            emit(traced(languages, start, end));
        }
        self.close(languages, &mut emit);
        self.held.take().into_iter().for_each(|found| emit(found.hit(languages)));
    }

    fn end_line(&mut self, languages: &Languages, tail: &[u8], emit: &mut impl FnMut(Hit)) {
        if self.partial.is_empty() {
            let shown = tail.get(..LONGEST_LINE).unwrap_or(tail);
            return self.line(languages, shown, self.at + tail.len(), emit);
        }
        let mut line = std::mem::take(&mut self.partial);
        let end = self.taken + tail.len();
        let room = LONGEST_LINE.saturating_sub(line.len()).min(tail.len());
        line.extend_from_slice(tail.get(..room).unwrap_or_default());
        self.line(languages, &line, end, emit);
        line.clear();
        self.partial = line;
    }

    fn line(&mut self, languages: &Languages, line: &[u8], end: usize, emit: &mut impl FnMut(Hit)) {
        self.release(languages, emit);
        if let Some(fence) = Fence::read(line) {
            return self.meet(languages, &fence, emit);
        }
        let indent = line.len() - line.trim_ascii_start().len();
        let trailing = line.len() - line.trim_ascii_end().len();
        let bare = Line { text: line, start: self.at + indent, end: end - trailing };
        match self.trace.step(line, bare.start, bare.end) {
            Step::Inside => return,
            Step::Outside => {}
            Step::Ended(start, end) => emit(traced(languages, start, end)),
        }
        self.enter(languages, line, emit);
        match self.form {
            Form::Bare => self.add(languages, bare, self.fence.unwrap_or(Tag::Silent), emit),
            Form::Diff(tag) => {
                let source = wrapped::in_diff(line).filter(|_| tag != Tag::Data);
                source.into_iter().for_each(|text| self.add(languages, Line { text, ..bare }, tag, emit));
            }
            Form::Notebook | Form::Cell(_) => {
                let (form, source) = self.form.in_notebook(line);
                if let Some(text) = source {
                    self.add(languages, Line { text: &text, ..bare }, Tag::Silent, emit);
                } else if form == Form::Bare {
                    self.close(languages, emit);
                }
                self.form = form;
            }
        }
    }

    /// A fence opens or closes.
    fn meet(&mut self, languages: &Languages, fence: &Fence<'_>, emit: &mut impl FnMut(Hit)) {
        if self.fence.is_some() && !fence.closes() {
            return;
        }
        self.close(languages, emit);
        self.form = Form::Bare;
        self.fence = if self.fence.is_some() { None } else { Some(languages.of_fence(fence.info)) };
    }

    /// Notices where a diff or a notebook begins and ends.
    fn enter(&mut self, languages: &Languages, line: &[u8], emit: &mut impl FnMut(Hit)) {
        let after_minus = std::mem::replace(&mut self.after_minus, line.starts_with(b"--- "));
        match (self.form, line.first()) {
            (Form::Diff(_), _) if !wrapped::is_of_diff(line) => self.form = Form::Bare,
            (Form::Bare | Form::Diff(_), Some(b'+')) if after_minus => {
                match wrapped::named_in_diff(languages, line) {
                    Some(tag) => self.form = Form::Diff(tag),
                    None => return,
                }
            }
            (Form::Bare, Some(b'd')) if line.starts_with(b"diff --git ") => {
                self.form = Form::Diff(Tag::Silent)
            }
            (Form::Bare, Some(b' ' | b'\t' | b'"')) if Form::begins_notebook(line) => {
                self.form = Form::Notebook
            }
            _ => return,
        }
        self.close(languages, emit);
    }

    fn add(&mut self, languages: &Languages, line: Line<'_>, tag: Tag, emit: &mut impl FnMut(Hit)) {
        let Some(block) = &mut self.block else {
            let place = Place { tag, fenced: self.fence.is_some(), after_prose: self.after_prose };
            self.block = Block::open(languages, line, place, &mut self.seen);
            self.after_prose = self.block.is_none() && line.runs_on();
            return;
        };
        block.add(languages, line, &mut self.seen);
        if block.is_over() && !matches!(self.form, Form::Notebook | Form::Cell(_)) {
            self.close(languages, emit);
            self.fence = None;
        }
    }

    fn close(&mut self, languages: &Languages, emit: &mut impl FnMut(Hit)) {
        self.after_prose = false;
        let Some(next) = self.block.take().and_then(|block| block.found(languages)) else { return };
        let next = match &mut self.held {
            Some(held) => match held.join(languages, next) {
                Ok(()) => return,
                Err(next) => next,
            },
            None => next,
        };
        self.held.replace(next).into_iter().for_each(|found| emit(found.hit(languages)));
    }

    /// Hands out what was found when nothing near can follow any more.
    fn release(&mut self, languages: &Languages, emit: &mut impl FnMut(Hit)) {
        let from = self.block.as_ref().map_or(self.at, Block::start);
        let over = self.held.take_if(|held| from > held.end + NEAR);
        over.into_iter().for_each(|found| emit(found.hit(languages)));
    }
}

fn traced(languages: &Languages, start: usize, end: usize) -> Hit {
    let about = languages.traces();
    Hit { label: about.label.clone(), start, end, confidence: 0.95, detector: about.id.clone(), share: None }
}
