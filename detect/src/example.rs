//! Examples are the tests of detectors. Credentials in them are written as `{{base62*40}}` and made up when read, so
//! that no file of ours looks as if it held one.

use std::iter;

use crate::{
    detector::{Detector, Example, Role},
    detectors::Detectors,
    hit::Hit,
    mistake::Mistake,
    validate::{base_62, crc32},
};

/// Alphabets by their names in examples.
const ALPHABETS: [(&str, &str); 14] = [
    ("digit", "0123456789"),
    ("hex", "0123456789abcdef"),
    ("HEX", "0123456789ABCDEF"),
    ("lower", "abcdefghijklmnopqrstuvwxyz"),
    ("upper", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
    ("letter", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"),
    ("base32", "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"),
    ("base36", "abcdefghijklmnopqrstuvwxyz0123456789"),
    ("BASE36", "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"),
    ("bech32", "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L"),
    ("bech32_lower", "qpzry9x8gf2tvdw0s3jn54khce6mua7l"),
    ("base58", "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"),
    ("base62", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"),
    ("base64", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"),
];

impl Example {
    /// Reads an example as written: `«` and `»` stand around what is found.
    pub(crate) fn read(written: &str) -> Self {
        let text = expand(written);
        let marked = text.split_once('«').and_then(|(before, rest)| Some((before, rest.split_once('»')?)));
        match marked {
            None => Self { text, found: None },
            Some((before, (found, after))) => {
                let span = (before.len(), before.len() + found.len());
                Self { text: format!("{before}{found}{after}"), found: Some(span) }
            }
        }
    }
}

/// Replaces every `{{alphabet*count}}` by random characters, always the same for the same text. `{{base62*30+crc}}` adds
/// their checksum as GitHub does.
pub(crate) fn expand(written: &str) -> String {
    let mut random = Random::seeded(written);
    let mut pieces = written.split("{{");
    let mut text = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        match piece.split_once("}}").and_then(|(what, rest)| Some((random.text(what)?, rest))) {
            Some((made, rest)) => text.extend([&made, rest]),
            None => text.extend(["{{", piece]),
        }
    }
    text
}

/// SplitMix64 (Steele, Lea, Flood 2014): enough to make up examples.
struct Random(u64);

impl Random {
    fn seeded(text: &str) -> Self {
        Self(
            text.bytes()
                .fold(0x9E37_79B9, |seed, byte| (seed ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)),
        )
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn text(&mut self, what: &str) -> Option<String> {
        let (what, checksum) =
            what.split_once('+').map_or((what, None), |(what, checksum)| (what, Some(checksum)));
        let (name, count) = what.split_once('*')?;
        let alphabet = ALPHABETS.iter().find(|(known, _)| *known == name)?.1.as_bytes();
        let count: usize = count.parse().ok()?;
        let pick = |random: u64| {
            alphabet.get((random % alphabet.len() as u64) as usize).map(|byte| char::from(*byte))
        };
        let made: String = iter::repeat_with(|| self.next()).take(count).filter_map(pick).collect();
        let check = checksum.map(|_| base_62(crc32(made.as_bytes())));
        Some(made + &check.map(|digits| String::from_utf8_lossy(&digits).into_owned()).unwrap_or_default())
    }
}

/// What a detector does other than its examples say.
pub(crate) fn failures(detectors: &Detectors, about: &Detector) -> Vec<Mistake> {
    let missed = about.finds.iter().filter_map(|example| missed(detectors, about, example));
    let fired = about
        .ignores
        .iter()
        .filter(|text| !won(detectors, about, text, |hit| hit.detector == about.id).is_empty())
        .map(|text| {
            Mistake::new(
                &about.id,
                format!("it finds something in `{text}`"),
                "narrow it, or correct the `ignores` example",
            )
        });
    missed.chain(fired).collect()
}

fn missed(detectors: &Detectors, about: &Detector, example: &Example) -> Option<Mistake> {
    let own = detectors.candidates(&about.id, example.text.as_bytes());
    // Of two detectors of one label either may win, as long as both see it.
    let equal = |hit: &Hit| hit.label == about.label && own.contains(&(hit.start, hit.end));
    let spans = won(detectors, about, &example.text, |hit| hit.detector == about.id || equal(hit));
    let expected = example.found;
    let holds = expected.map_or(!spans.is_empty(), |span| spans.contains(&span));
    let text = &example.text;
    let found = match (spans.as_slice(), own.as_slice()) {
        ([], []) => "nothing".to_owned(),
        ([], _) => "only what another label takes".to_owned(),
        _ => format!("{spans:?} instead of {expected:?}"),
    };
    let message = format!("in `{text}` it finds {found}");
    (!holds).then(|| Mistake::new(&about.id, message, "widen it, or correct the `finds` example"))
}

/// Spans of findings that are `wanted`, and for a mere cue those that it would find.
fn won(
    detectors: &Detectors,
    about: &Detector,
    text: &str,
    wanted: impl Fn(&Hit) -> bool,
) -> Vec<(usize, usize)> {
    match about.role {
        Role::Finding => {
            let hits = detectors.scan(text.as_bytes()).into_iter().filter(wanted);
            hits.map(|hit| (hit.start, hit.end)).collect()
        }
        Role::Cue | Role::Mention => detectors.candidates(&about.id, text.as_bytes()),
    }
}

#[cfg(test)]
mod tests {
    use super::{Example, expand, failures};
    use crate::Detectors;

    #[test]
    fn every_detector_does_what_its_examples_say() {
        let detectors = Detectors::builtin().unwrap_or_else(|error| panic!("{error}"));
        let failing: Vec<_> = detectors.iter().flat_map(|about| failures(&detectors, about)).collect();
        let told: Vec<String> = failing.iter().map(ToString::to_string).collect();
        assert!(told.is_empty(), "{} examples fail:\n{}", told.len(), told.join("\n"));
    }

    #[test]
    fn credentials_are_made_up() {
        let token = expand("ghp_{{base62*30+crc}}");
        assert_eq!(token.len(), 40);
        assert_eq!(token, expand("ghp_{{base62*30+crc}}"));
        assert_eq!(expand("{{unknown*3}} {{x"), "{{unknown*3}} {{x");
    }

    #[test]
    fn marks_say_what_is_found() {
        assert_eq!(Example::read("a «bc» d"), Example { text: "a bc d".into(), found: Some((2, 4)) });
    }
}
