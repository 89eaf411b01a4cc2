use std::io::Read as _;

use flate2::read::{MultiGzDecoder, ZlibDecoder};

use super::{Budget, layer::Layer, marks::Marks};
use crate::byte_set::ByteSet;

/// Shorter runs hold no text worth finding.
const SHORTEST: usize = 16;
/// How far before the window a run is read, and behind it.
const BEFORE: usize = 768;
const BEHIND: usize = 2048;
/// Lines of base64 in e-mail and certificates are at least so long. <https://www.rfc-editor.org/rfc/rfc2045#section-6.8>
const SHORTEST_LINE: usize = 60;
/// The most that compressed data may unpack to.
const MOST_UNPACKED: usize = 64 * 1024;
/// Of so many decoded bytes at most one may be no text.
const TEXT: usize = 50;

/// Both alphabets of base64. <https://www.rfc-editor.org/rfc/rfc4648>
static BASE_64: ByteSet = ByteSet::new("A-Za-z0-9+/_-");
/// Letters whose six bits begin a byte of ASCII text.
static OPENS_TEXT: ByteSet = ByteSet::new("CDI-Za-f");
/// Hexadecimal digits that begin a byte of ASCII text.
static OPENS_HEX: ByteSet = ByteSet::new("2-7");

/// A run of letters that may be encoded data.
#[derive(Clone, Copy)]
struct Run<'a> {
    text: &'a [u8],
    start: usize,
    end: usize,
}

/// Decoded runs of base64 and hexadecimal digits in the window `from..to`.
pub(super) fn layers(text: &[u8], marks: &Marks, from: usize, to: usize, budget: &mut Budget) -> Vec<Layer> {
    let mut layers = Vec::new();
    let mut at = from.saturating_sub(BEFORE);
    while let Some(run) = next_run(text, marks, at, to) {
        layers.extend(run.decoded(from, to, budget));
        at = run.end + 1;
    }
    layers
}

/// The next run that begins from `at` on and before `to`.
fn next_run<'a>(text: &'a [u8], marks: &Marks, mut at: usize, to: usize) -> Option<Run<'a>> {
    loop {
        at = marks.packed(at).filter(|at| *at < to)?;
        let reach = text.get(at..at + SHORTEST)?;
        match reach.iter().rposition(|byte| !BASE_64.contains(*byte)) {
            Some(gap) => at += gap + 1,
            None => return Some(Run { text, start: at, end: run_end(text, at) }),
        }
    }
}

/// Where a run ends, over the line breaks of wrapped base64.
fn run_end(text: &[u8], start: usize) -> usize {
    let first = run_length(text, start);
    let mut end = start + first;
    if first < SHORTEST_LINE || !first.is_multiple_of(4) {
        return end;
    }
    loop {
        let next = match text.get(end..) {
            Some([b'\r', b'\n', ..]) => end + 2,
            Some([b'\n', ..]) => end + 1,
            _ => return end,
        };
        match run_length(text, next) {
            line if line == first => end = next + line,
            line @ 1.. if line < first => return next + line,
            _ => return end,
        }
    }
}

fn run_length(text: &[u8], start: usize) -> usize {
    let rest = text.get(start..).unwrap_or_default();
    rest.iter().take_while(|byte| BASE_64.contains(**byte)).count()
}

impl Run<'_> {
    fn decoded(&self, from: usize, to: usize, budget: &mut Budget) -> Option<Layer> {
        if self.looks_packed() {
            return if (from..to).contains(&self.start) { self.unpacked(budget) } else { None };
        }
        let end = self.end.min(to + BEHIND);
        let layer = if self.looks_hexadecimal() {
            self.hexadecimal(end, budget)
        } else {
            let phase = (0..4).find(|phase| self.looks_encoded(*phase))?;
            self.base_64(self.start + phase, end, budget).map(narrowed)
        }?;
        is_text(&layer.text).then(|| layer.whole())
    }

    fn at(&self, offset: usize) -> u8 {
        self.text.get(self.start + offset).copied().unwrap_or(0)
    }

    /// Whether every second digit is one that text has.
    fn looks_hexadecimal(&self) -> bool {
        let digits = self.text.get(self.start..self.end).unwrap_or_default();
        let head = (0..SHORTEST).step_by(2).all(|offset| OPENS_HEX.contains(self.at(offset)));
        head && digits.len().is_multiple_of(2) && digits.iter().all(u8::is_ascii_hexdigit)
    }

    /// Whether groups of four letters from `phase` on begin as text does, in UTF-8 or in UTF-16.
    fn looks_encoded(&self, phase: usize) -> bool {
        let opens = |group: usize| OPENS_TEXT.contains(self.at(phase + 4 * group));
        let wide = |group: usize| self.at(phase + 4 * group) == b'A';
        let groups = if phase == 0 { 4 } else { 3 };
        (0..groups).all(opens) || (phase == 0 && opens(0) && wide(1) && opens(2) && wide(3))
    }

    /// Whether it begins as gzip or zlib data does.
    fn looks_packed(&self) -> bool {
        let head = self.text.get(self.start..self.end).unwrap_or_default();
        head.starts_with(b"H4sI")
            || matches!(head, [b'e', b'J' | b'N', b'w'..=b'z' | b'o' | b'p' | b'r' | b'q', ..])
    }

    fn base_64(&self, start: usize, end: usize, budget: &mut Budget) -> Option<Layer> {
        let encoded = self.text.get(start..end)?;
        if !budget.take(encoded.len() / 4 * 3 + 3) {
            return None;
        }
        let mut layer = Layer::with_capacity(encoded.len() / 4 * 3 + 3);
        let (mut bits, mut count, mut before) = (0_u32, 0, start);
        for (letter, at) in encoded.iter().zip(start..) {
            let Some(value) = base_64_value(*letter) else { continue };
            bits = bits << 6 | u32::from(value);
            count += 6;
            if count >= 8 {
                count -= 8;
                let [.., byte] = (bits >> count).to_be_bytes();
                layer.push(byte, before, at + 1);
            }
            before = at;
        }
        Some(layer)
    }

    fn hexadecimal(&self, end: usize, budget: &mut Budget) -> Option<Layer> {
        let encoded = self.text.get(self.start..end)?;
        if !budget.take(encoded.len() / 2) {
            return None;
        }
        let mut layer = Layer::with_capacity(encoded.len() / 2);
        for (pair, at) in encoded.chunks_exact(2).zip((self.start..).step_by(2)) {
            let digits = std::str::from_utf8(pair).ok()?;
            layer.push(u8::from_str_radix(digits, 16).ok()?, at, at + 2);
        }
        Some(layer)
    }

    /// Unpacks what it holds; every byte of that was read from the whole run.
    fn unpacked(&self, budget: &mut Budget) -> Option<Layer> {
        let packed = self.base_64(self.start, self.end, budget)?.text;
        let most = MOST_UNPACKED.min(budget.0);
        let mut text = Vec::new();
        // What unpacks before an error counts: the run may be cut off.
        let _ = match packed.first()? {
            0x1F => MultiGzDecoder::new(&*packed).take(most as u64).read_to_end(&mut text),
            _ => ZlibDecoder::new(&*packed).take(most as u64).read_to_end(&mut text),
        };
        if !budget.take(text.len()) || !is_text(&text) {
            return None;
        }
        let mut layer = Layer::with_capacity(text.len());
        text.into_iter().for_each(|byte| layer.push(byte, self.start, self.end));
        Some(layer.whole())
    }
}

fn base_64_value(letter: u8) -> Option<u8> {
    match letter {
        b'A'..=b'Z' => Some(letter - b'A'),
        b'a'..=b'z' => Some(letter - b'a' + 26),
        b'0'..=b'9' => Some(letter - b'0' + 52),
        b'+' | b'-' => Some(62),
        b'/' | b'_' => Some(63),
        _ => None,
    }
}

/// Text in UTF-16 without its zeros; other text as it is.
fn narrowed(layer: Layer) -> Layer {
    let wide = |pair: &[u8]| pair.last() == Some(&0) && pair.first() != Some(&0);
    if layer.text.len() < 8 || !layer.text.chunks_exact(2).take(8).all(wide) {
        return layer;
    }
    let mut narrow = Layer::with_capacity(layer.text.len() / 2);
    for (byte, at) in layer.text.iter().zip(0..).filter(|(byte, _)| **byte != 0) {
        if let Some((start, end)) = layer.origin(at, at + 1) {
            narrow.push(*byte, start, end);
        }
    }
    narrow
}

/// Whether nearly all of it could be text.
fn is_text(decoded: &[u8]) -> bool {
    let is_odd = |byte: &&u8| matches!(byte, 0..=8 | 14..=31 | 0x7F | 0xC0 | 0xC1 | 0xF5..);
    let odd = decoded.iter().filter(is_odd).count();
    let others = decoded.iter().filter(|byte| **byte >= 0x80).count();
    let readable =
        others * 8 < decoded.len() || std::str::from_utf8(decoded.get(..64).unwrap_or(decoded)).is_ok();
    decoded.len() >= SHORTEST / 2 && odd * TEXT <= decoded.len() && readable
}
