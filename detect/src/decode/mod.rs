//! Undoes encodings under which text hides from patterns: other widths, alphabets and digits, invisible characters,
//! escapes of the web, of source code and of e-mail, base64, hexadecimal, and gzip within them.
//!
//! What decodes is scanned by the ordinary rules; spans are told in the bytes that were read. Text without any of this
//! costs one pass over its bytes. At most [`DEPTH`] encodings are undone one within the other, and at most a fixed
//! multiple of the window is decoded.

mod character; // characters that stand for others
mod escape; // percent, entities, backslashes, quoted-printable
mod layer; // decoded text, and where each byte of it was read
mod marks; // where anything encoded may begin
mod packed; // base64, hexadecimal, gzip
mod rewrite; // decoding in place

use self::{layer::Layer, marks::Marks};
use crate::{
    anchors::{Anchors, Bitmaps, Window},
    rule::{Candidate, Rule},
};

/// How many encodings are undone one within the other.
const DEPTH: u8 = 2;
/// Decoded bytes for each byte of the window, and how many more in any case.
const SHARE: usize = 4;
const SPARE: usize = 4096;

/// Finds in a window what is written in code. `text` shows the window `from..to` and what surrounds it.
pub(crate) fn examine(
    anchors: &Anchors,
    rules: &[Rule],
    text: &[u8],
    (from, to): (usize, usize),
    found: &mut Vec<Candidate>,
) {
    let layers = layers(text, from, to);
    let plain = if layers.is_empty() { 0 } else { found.len() };
    for layer in layers {
        let mut inside = Vec::new();
        let window = Window { text: &layer.text, from: layer.from, to: layer.to };
        anchors.examine_all(rules, window, &mut Bitmaps::default(), &mut inside);
        for candidate in inside {
            let Some((start, end)) = layer.origin(candidate.start, candidate.end) else { continue };
            let candidate = Candidate { start, end, ..candidate };
            if (from..to).contains(&start) && !is_known(rules, found, plain, &candidate) {
                found.push(candidate);
            }
        }
    }
}

/// Whether it was found before, or lies in a credential that was found as it stands. What is invisible only when decoded
/// can be seen as it stands.
fn is_known(rules: &[Rule], found: &[Candidate], plain: usize, candidate: &Candidate) -> bool {
    if rules.get(candidate.rule).is_some_and(|rule| rule.about.label.as_str() == "attack.hidden_text") {
        return true;
    }
    let same = |other: &Candidate| {
        other.rule == candidate.rule && (other.start, other.end) == (candidate.start, candidate.end)
    };
    let holds = |other: &Candidate| {
        other.start <= candidate.start
            && candidate.end <= other.end
            && rules.get(other.rule).is_some_and(|rule| rule.about.label.family() == "secret")
    };
    found.iter().any(same) || found.iter().take(plain).any(holds)
}

/// What decodes in and around the window `from..to`.
fn layers(text: &[u8], from: usize, to: usize) -> Vec<Layer> {
    let mut budget = Budget((to - from) * SHARE + SPARE);
    let mut layers = decoded(text, from, to, &mut budget);
    let mut begin = 0;
    for _ in 1..DEPTH {
        let end = layers.len();
        for at in begin..end {
            let Some(outer) = layers.get(at) else { continue };
            let inner = decoded(&outer.text, outer.from, outer.to, &mut budget);
            let inner: Vec<Layer> = inner.into_iter().map(|layer| layer.within(outer)).collect();
            layers.extend(inner);
        }
        begin = end;
    }
    layers
}

/// What decodes in one step.
fn decoded(text: &[u8], from: usize, to: usize, budget: &mut Budget) -> Vec<Layer> {
    let marks = Marks::of(text, from.saturating_sub(rewrite::BEFORE), to + rewrite::BEHIND);
    let mut layers = rewrite::layers(text, &marks, budget);
    layers.extend(packed::layers(text, &marks, from, to, budget));
    layers
}

/// Bytes that may still be decoded.
struct Budget(usize);

impl Budget {
    /// Takes `bytes`, if so many are left.
    fn take(&mut self, bytes: usize) -> bool {
        let left = self.0.checked_sub(bytes);
        self.0 = left.unwrap_or(self.0);
        left.is_some()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{SHARE, SPARE, layers};
    use crate::Detectors;

    fn check(text: &str, label: &str, found: &str) {
        let detectors = Detectors::builtin().unwrap();
        let hits = detectors.scan(text.as_bytes());
        let told: Vec<_> = hits.iter().map(|hit| (hit.label.as_str(), &text[hit.start..hit.end])).collect();
        assert!(told.contains(&(label, found)), "{told:?} in {text}");
        assert_eq!(told.iter().filter(|hit| hit.0 == label).count(), 1, "{told:?} in {text}");
    }

    #[test]
    fn characters_that_stand_for_others() {
        for (text, label, found) in [
            (
                "card ４１１１ １１１１ １１１１ １１１１ please",
                "financial.payment_card",
                "４１１１ １１１１ １１１１ １１１１",
            ),
            ("write to ｊｏ＠ｅｘａｍｐｌｅ．ｃｏｍ now", "pii.email", "ｊｏ＠ｅｘａｍｐｌｅ．ｃｏｍ"),
            ("mail jo@exаmple.com", "pii.email", "jo@exаmple.com"),
            ("mail j\u{200b}o@exa\u{200d}mple.com.", "pii.email", "j\u{200b}o@exa\u{200d}mple.com"),
            (
                "card 4111\u{a0}1111\u{a0}1111\u{a0}1111",
                "financial.payment_card",
                "4111\u{a0}1111\u{a0}1111\u{a0}1111",
            ),
            ("SSN 536‑90‑4399", "pii.us_ssn", "536‑90‑4399"),
            ("card ٤١١١١١١١١١١١١١١١", "financial.payment_card", "٤١١١١١١١١١١١١١١١"),
            ("card 𝟒𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏", "financial.payment_card", "𝟒𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏"),
        ] {
            check(text, label, found);
        }
    }

    #[test]
    fn escapes() {
        for (text, label, found) in [
            ("GET /?q=jo%40example.com&x=1", "pii.email", "jo%40example.com"),
            ("GET /?q=jo%2540example.com", "pii.email", "jo%2540example.com"),
            ("mail jo&#64;example&#x2e;com", "pii.email", "jo&#64;example&#x2e;com"),
            ("mail jo&commat;example.com", "pii.email", "jo&commat;example.com"),
            (r#"{"mail": "jo\u0040example.com"}"#, "pii.email", r"jo\u0040example.com"),
            (r#"s = "\x6a\x6f\x40example.com""#, "pii.email", r"\x6a\x6f\x40example.com"),
            (
                "The quick brown fox jumps over the lazy dog and then he writes to jo.sm=\r\nith@example.com today",
                "pii.email",
                "jo.sm=\r\nith@example.com",
            ),
        ] {
            check(text, label, found);
        }
    }

    #[test]
    fn packed_text() {
        for (text, label, found) in [
            // The customer writes from jo@example.com today
            (
                "see VGhlIGN1c3RvbWVyIHdyaXRlcyBmcm9tIGpvQGV4YW1wbGUuY29tIHRvZGF5",
                "pii.email",
                "GpvQGV4YW1wbGUuY29t",
            ),
            (
                "hex 6d61696c206a6f406578616d706c652e636f6d206e6f77 end",
                "pii.email",
                "6a6f406578616d706c652e636f6d",
            ),
            // base64 of the base64 of `mail jo.smith@example.com`
            (
                "twice YldGcGJDQnFieTV6YldsMGFFQmxlR0Z0Y0d4bExtTnZiUT09 end",
                "pii.email",
                "QnFieTV6YldsMGFFQmxlR0Z0Y0d4bExtTnZiUT",
            ),
        ] {
            check(text, label, found);
        }
    }

    #[test]
    fn gzip_within_base64() {
        use base64::Engine as _;
        use std::io::Write as _;
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        packer.write_all("the customer writes from jo@example.com ".repeat(8).as_bytes()).unwrap();
        let run = base64::engine::general_purpose::STANDARD.encode(packer.finish().unwrap());
        check(&format!("body: {run} end"), "pii.email", run.trim_end_matches('='));
    }

    #[test]
    fn nothing_to_decode() {
        for text in [
            "Ordinary prose, 100% of it; R&D costs \\$5, a = b.",
            "Обычный текст на русском языке, 12 345 рублей.",
            "Τα ελληνικά είναι γλώσσα. Ünïcödé çà et là.",
            "fn get_elements_by_class_name(&self, long_identifier_name: usize) -> usize",
            "commit 4e20f95a76dd52a81bcef9f2ef49d53cefcc397bbb634636",
            "naïve café — “quotes” … 👩‍💻 می‌خواهم",
        ] {
            assert!(layers(text.as_bytes(), 0, text.len()).is_empty(), "{text}");
        }
    }

    #[test]
    fn a_credential_is_not_found_again_inside_itself() {
        let token = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJqb0BleGFtcGxlLmNvbSIsImlhdCI6MTUxNjIzOTAyMn0.\
            SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c";
        let hits = Detectors::builtin().unwrap().scan(token.as_bytes());
        assert_eq!(hits.iter().map(|hit| hit.label.family()).collect::<Vec<_>>(), ["secret"]);
    }

    fn pieces() -> impl Strategy<Value = Vec<u8>> {
        let piece = prop_oneof![
            prop::sample::select(vec![
                "%",
                "%4",
                "%40",
                "%2540",
                "&#",
                "&#x40;",
                "&amp;",
                "&",
                "\\u",
                "\\u00",
                "\\u0040",
                "\\ud83d",
                "\\x4",
                "\\u{40}",
                "=\r\n",
                "=3D",
                "\u{200b}",
                "\u{feff}",
                "а",
                "ａ",
                "＠",
                "٤",
                "𝟒",
                "H4sIAAAA",
                "SGVsbG8gd29ybGQhISEh",
                "6a6f406578616d706c652e636f6d",
                "jo@example.com",
                "\n",
                "JABjAGwAaQBlAG4AdAA",
            ])
            .prop_map(|text| text.as_bytes().to_vec()),
            prop::collection::vec(any::<u8>(), 0..8),
        ];
        prop::collection::vec(piece, 0..200).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn decoding_is_bounded_and_spans_lie_within_the_text(text in pieces(), cuts in (0..100_usize, 0..100_usize)) {
            let at = |share: usize| text.len() * share / 100;
            let (from, to) = (at(cuts.0.min(cuts.1)), at(cuts.0.max(cuts.1)));
            let layers = layers(&text, from, to);
            let decoded: usize = layers.iter().map(|layer| layer.text.len()).sum();
            prop_assert!(decoded <= (to - from) * SHARE + SPARE);
            for layer in &layers {
                prop_assert!(layer.from <= layer.to && layer.to <= layer.text.len());
                for at in 0..layer.text.len() {
                    let (start, end) = layer.origin(at, at + 1).unwrap();
                    prop_assert!(start < end && end <= text.len());
                }
            }
        }
    }
}
