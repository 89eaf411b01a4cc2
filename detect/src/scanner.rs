use crate::{
    code::CodeReader,
    decode,
    detectors::{Detectors, Set},
    hit::Hit,
    registered::Watch,
    resolve::Resolver,
    rule::{BACK, LONGEST, NEAR, USUAL_LENGTH},
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
/// Hits are handed out once no later text can change them: spans in the order of the text, source code when its block
/// has ended. Holds at most two windows of text.
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
                self.walk.window(self.detectors.set(), &self.buffer, self.base, to, &mut hits);
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
        self.walk.rest(self.detectors.set(), &self.buffer, self.base, &mut hits);
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
pub(crate) fn scan(set: &Set, text: &[u8], mentions: bool) -> Vec<Hit> {
    let (mut walk, mut hits) = (Walk::default(), Vec::new());
    walk.resolver.mentions = mentions;
    walk.rest(set, text, 0, &mut hits);
    hits.sort_by(|one, other| (one.start, other.end).cmp(&(other.start, one.end)));
    hits
}

/// A walk over a text, window by window.
#[derive(Default)]
struct Walk {
    /// Where the next window begins.
    at: usize,
    resolver: Resolver,
    code: CodeReader,
    found: Vec<crate::rule::Candidate>,
}

impl Walk {
    /// Examines everything from the current window to the end of the text.
    fn rest(&mut self, set: &Set, text: &[u8], base: usize, hits: &mut Vec<Hit>) {
        let end = base + text.len();
        while self.at < end {
            self.window(set, text, base, (self.at + WINDOW).min(end), hits);
        }
        self.code.finish(&set.languages, |hit| hits.push(hit));
        self.resolver.settle(&set.rules, &mut self.found, usize::MAX, |hit| hits.push(hit));
    }

    /// Examines the window up to `to`; `text` begins at `base` and shows what surrounds it.
    fn window(&mut self, set: &Set, text: &[u8], base: usize, to: usize, hits: &mut Vec<Hit>) {
        let first = self.at.saturating_sub(BEHIND).max(base);
        let last = (to + AHEAD).min(base + text.len());
        let view = text.get(first - base..last - base).unwrap_or_default();
        let before = self.found.len();
        let window = (self.at - first, to - first);
        set.anchors.examine(&set.rules, view, window.0, window.1, &mut self.found);
        decode::examine(&set.anchors, &set.rules, view, window, &mut self.found);
        set.names.examine(view, window.0, window.1, &mut self.found);
        for candidate in self.found.iter_mut().skip(before) {
            candidate.start += first;
            candidate.end += first;
        }
        let lines = text.get(self.at - base..to - base).unwrap_or_default();
        self.code.push(&set.languages, lines, |hit| hits.push(hit));
        self.at = to;
        self.resolver.settle(&set.rules, &mut self.found, to.saturating_sub(BACK), |hit| hits.push(hit));
    }
}
