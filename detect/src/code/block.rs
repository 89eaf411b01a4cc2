use super::{
    fence::Fence,
    language::{Evidence, Languages},
    line::{Kind, Line},
};
use crate::hit::Hit;

/// How far lines of code may lie apart in one block: prose weighs two, other lines one, blank ones half.
const WIDEST_GAP: f32 = 5.0;
/// What an unfenced block must show in all, and for its language.
const LEAST_STRENGTH: f32 = 4.0;
const LEAST_EVIDENCE: f32 = 2.0;
/// What a single line must show.
const LEAST_ALONE: f32 = 4.5;
/// What a fenced block must show.
const LEAST_FENCED: f32 = 1.0;
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
    block: Option<Block>,
    fence: Option<Option<usize>>,
}

/// Lines that belong together so far.
struct Block {
    start: usize,
    end: usize,
    strength: f32,
    lines: usize,
    gap: f32,
    evidence: Evidence,
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
        self.close(languages, &mut emit);
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
        match (Fence::read(line), self.fence) {
            (Some(fence), None) => {
                self.close(languages, emit);
                self.fence = Some(languages.of_fence(fence.info));
            }
            (Some(fence), Some(_)) if fence.closes() => {
                self.close(languages, emit);
                self.fence = None;
            }
            _ => self.add(languages, line, end, emit),
        }
    }

    fn add(&mut self, languages: &Languages, line: &[u8], end: usize, emit: &mut impl FnMut(Hit)) {
        let read = Line::read(line, languages);
        let indent = line.len() - line.trim_ascii_start().len();
        let trailing = line.len() - line.trim_ascii_end().len();
        let (start, end) = (self.at + indent, end - trailing);
        match (&mut self.block, read.kind) {
            (None, Kind::Code) => self.block = Some(Block::new(start, end, &read)),
            (None, _) => {}
            (Some(block), kind) => {
                block.add(end, kind, &read);
                if block.gap > WIDEST_GAP && self.fence.is_none() {
                    self.close(languages, emit);
                }
            }
        }
    }

    fn close(&mut self, languages: &Languages, emit: &mut impl FnMut(Hit)) {
        let fenced = self.fence;
        self.block.take().and_then(|block| block.hit(languages, fenced)).into_iter().for_each(emit);
    }
}

impl Block {
    fn new(start: usize, end: usize, line: &Line) -> Self {
        Self { start, end, strength: line.strength, lines: 1, gap: 0.0, evidence: line.evidence }
    }

    fn add(&mut self, end: usize, kind: Kind, line: &Line) {
        match kind {
            Kind::Code => {
                (self.end, self.gap) = (end, 0.0);
                self.lines += 1;
                self.strength += line.strength;
                self.evidence.iter_mut().zip(line.evidence).for_each(|(sum, more)| *sum += more);
            }
            Kind::Comment => {}
            Kind::Blank => self.gap += 0.5,
            Kind::Neutral => self.gap += 1.0,
            Kind::Prose => self.gap += 2.0,
        }
    }

    /// The finding, if the block shows enough; `fenced` holds the language its fence names.
    fn hit(&self, languages: &Languages, fenced: Option<Option<usize>>) -> Option<Hit> {
        let best = languages.best(&self.evidence);
        let evidence = best.map_or(0.0, |(_, evidence)| evidence);
        let shown = self.strength >= LEAST_STRENGTH && evidence >= LEAST_EVIDENCE;
        let enough = shown && (self.lines > 1 || self.strength >= LEAST_ALONE);
        let language = match fenced {
            Some(Some(named)) if self.strength >= LEAST_FENCED => Some(named),
            Some(None) if enough || self.strength >= LEAST_STRENGTH => {
                best.filter(|_| shown).map(|(index, _)| index)
            }
            None if enough => best.map(|(index, _)| index),
            _ => return None,
        };
        let about = languages.detector(language);
        let sure = 0.6 + (self.strength / 80.0).min(0.2) + if fenced.is_some() { 0.15 } else { 0.0 };
        Some(Hit {
            label: about.label.clone(),
            start: self.start,
            end: self.end,
            confidence: sure,
            detector: about.id.clone(),
        })
    }
}
