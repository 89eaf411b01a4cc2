use crate::{
    anchors::{Bitmaps, Part, Window},
    bulk::Bulk,
    code::CodeReader,
    decode,
    detectors::{Detectors, Set},
    hint::Hint,
    hit::Hit,
    layer::Layer,
    registered::Watch,
    repeated::Repeated,
    resolve::Resolver,
    rule::{BACK, Candidate, LONGEST, NEAR, USUAL_LENGTH},
    table::{Headed, Tables},
};

/// Bytes examined at a time. Windows lie at fixed places of the text, so what is found does not depend on how the
/// text was cut.
const WINDOW: usize = 16 * 1024;
/// What a window sees of the text behind it: a finding, what must follow it and words near it.
const AHEAD: usize = 2 * LONGEST + USUAL_LENGTH + NEAR;
/// What a window sees of the text before it.
const BEHIND: usize = 2 * BACK;

/// Scans a text that comes in pieces; finds the same however it is cut.
///
/// Hits are handed out once no later text can change them: spans in the order of the text, source code and tables of
/// people when they have ended. Holds at most two windows of text.
pub struct Scanner {
    detectors: Detectors,
    walk: Walk,
    /// What is registered, if anything is.
    watch: Option<Watch>,
    /// Text from `base` on.
    buffer: Vec<u8>,
    base: usize,
}

impl Scanner {
    pub(crate) fn new(detectors: Detectors) -> Self {
        let watch = detectors.registered().cloned().map(Watch::new);
        Self { detectors, walk: Walk::default(), watch, buffer: Vec::new(), base: 0 }
    }

    /// Takes the next piece and gives the hits that are final now.
    pub fn push(&mut self, piece: &[u8]) -> Vec<Hit> {
        let mut hits = Vec::new();
        for part in piece.chunks(WINDOW) {
            self.buffer.extend_from_slice(part);
            while self.walk.at + WINDOW + AHEAD <= self.base + self.buffer.len() {
                let to = self.walk.at + WINDOW;
                self.walk.window(&self.detectors, &self.buffer, self.base, to, &mut hits);
            }
            self.forget();
        }
        let registered = self.watch.iter_mut().flat_map(|watch| watch.push(piece));
        hits.extend(registered.map(Hit::from));
        hits
    }

    /// Ends the text and gives the remaining hits.
    pub fn finish(mut self) -> Vec<Hit> {
        let mut hits = Vec::new();
        self.walk.rest(&self.detectors, &self.buffer, self.base, &mut hits);
        let registered = self.watch.iter_mut().flat_map(Watch::finish);
        hits.extend(registered.map(Hit::from));
        hits
    }

    fn forget(&mut self) {
        let needed = self.walk.at.saturating_sub(BEHIND);
        if needed > self.base {
            self.buffer.drain(..needed - self.base);
            self.base = needed;
        }
    }
}

/// Scans a whole text, without copying it.
pub(crate) fn scan(detectors: &Detectors, text: &[u8], hint: Hint, mentions: bool) -> Vec<Hit> {
    let (mut walk, mut hits) = (Walk { hint, ..Walk::default() }, Vec::new());
    walk.resolver.mentions = mentions;
    walk.rest(detectors, text, 0, &mut hits);
    hits.sort_by(|one, other| (one.start, other.end).cmp(&(other.start, one.end)));
    hits
}

/// Scans a whole text, and gives every candidate there was, and every cell with a header, beside the hits.
pub(crate) fn scan_with_candidates(
    detectors: &Detectors,
    text: &[u8],
) -> (Vec<Hit>, Vec<Candidate>, Vec<Headed>) {
    let (mut walk, mut hits) = (Walk { kept: Some(Vec::new()), ..Walk::default() }, Vec::new());
    walk.tables.headed = Some(Vec::new());
    walk.rest(detectors, text, 0, &mut hits);
    (hits, walk.kept.unwrap_or_default(), walk.tables.headed.unwrap_or_default())
}

/// A walk over a text, window by window.
#[derive(Default)]
struct Walk {
    /// Where the next window begins.
    at: usize,
    hint: Hint,
    resolver: Resolver,
    bulk: Bulk,
    tables: Tables,
    repeated: Repeated,
    code: CodeReader,
    found: Vec<Candidate>,
    bitmaps: Bitmaps,
    /// All candidates, where they are wanted.
    kept: Option<Vec<Candidate>>,
}

impl Walk {
    /// Examines everything from the current window to the end of the text.
    fn rest(&mut self, detectors: &Detectors, text: &[u8], base: usize, hits: &mut Vec<Hit>) {
        let (set, end) = (detectors.set(), base + text.len());
        while self.at < end {
            self.window(detectors, text, base, (self.at + WINDOW).min(end), hits);
        }
        self.code.finish(&set.languages, |hit| hits.push(hit));
        self.settle(set, usize::MAX, hits);
        hits.extend(self.bulk.finish(&set.rules));
    }

    /// Gives the hits that are final when everything that begins before `frontier` is known.
    fn settle(&mut self, set: &Set, frontier: usize, hits: &mut Vec<Hit>) {
        self.resolver.settle(&set.rules, &mut self.found, frontier, |hit| {
            let table = self.bulk.take(&set.rules, &hit);
            hits.push(hit);
            hits.extend(table);
        });
    }

    /// Examines the window up to `to`; `text` begins at `base` and shows what surrounds it.
    fn window(&mut self, detectors: &Detectors, text: &[u8], base: usize, to: usize, hits: &mut Vec<Hit>) {
        let (set, layers) = (detectors.set(), detectors.layers());
        let first = self.at.saturating_sub(BEHIND).max(base);
        let last = (to + AHEAD).min(base + text.len());
        let view = text.get(first - base..last - base).unwrap_or_default();
        let before = self.found.len();
        let window = Window { text: view, from: self.at - first, to: to - first };
        self.bitmaps.read(window);
        let parts: &[Part] = match Part::ALL.map(|part| layers.has(part.layer())) {
            [true, true] => &Part::ALL,
            [true, false] => &[Part::Structured],
            [false, true] => &[Part::Lexicon],
            [false, false] => &[],
        };
        set.anchors.examine(parts, &set.rules, window, &mut self.bitmaps, &mut self.found);
        if layers.has(Layer::Decode) {
            decode::examine(&set.anchors, &set.rules, view, (window.from, window.to), &mut self.found);
        }
        if layers.has(Layer::Structured) {
            let (rules, digits) = ((&set.anchors, &*set.rules), self.bitmaps.digits());
            let told = self.tables.headed.as_ref().map_or(0, Vec::len);
            self.tables.examine(rules, window, digits, &mut self.found, before);
            for cell in self.tables.headed.iter_mut().flatten().skip(told) {
                cell.start += first;
                cell.end += first;
            }
            self.repeated.weigh(&set.rules, view, self.found.get_mut(before..).unwrap_or_default());
        }
        self.hint.weigh(&set.rules, view, &mut self.found, before);
        if layers.has(Layer::Names) {
            set.names.examine(view, window.from, window.to, &mut self.found);
        }
        if layers.has(Layer::Lexicon) {
            set.health.examine(&set.rules, view, before, &mut self.found);
        }
        self.bulk.see(&set.rules, view, first, self.found.get(before..).unwrap_or_default());
        for candidate in self.found.iter_mut().skip(before) {
            candidate.start += first;
            candidate.end += first;
        }
        if let Some(kept) = &mut self.kept {
            kept.extend(self.found.iter().skip(before));
        }
        let lines = text.get(self.at - base..to - base).unwrap_or_default();
        if layers.has(Layer::Code) {
            self.code.push(&set.languages, lines, |hit| hits.push(hit));
        }
        self.at = to;
        self.settle(set, to.saturating_sub(BACK), hits);
    }
}
