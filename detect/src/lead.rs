//! What all matches of a pattern begin with, learnt from the pattern itself.

use regex_syntax::hir::{Class, Hir, HirKind};

use crate::byte_set::ByteSet;

/// With how many bytes of the set every match begins, at least.
pub(crate) fn bytes_of(set: &ByteSet, pattern: &Hir) -> usize {
    Lead::of(set, pattern).bytes
}

/// The beginning of all matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Lead {
    /// Bytes of the set, at least.
    bytes: usize,
    /// Whether there is nothing else in any match, so that what follows counts too.
    whole: bool,
}

impl Lead {
    fn of(set: &ByteSet, pattern: &Hir) -> Self {
        let of = |part: &Hir| Self::of(set, part);
        match pattern.kind() {
            HirKind::Empty | HirKind::Look(_) => Self { bytes: 0, whole: true },
            HirKind::Literal(literal) => {
                let bytes = literal.0.iter().take_while(|byte| set.contains(**byte)).count();
                Self { bytes, whole: bytes == literal.0.len() }
            }
            HirKind::Class(class) => {
                let whole = is_within(class, set);
                Self { bytes: usize::from(whole), whole }
            }
            HirKind::Repetition(repetition) => {
                let part = of(&repetition.sub);
                let least = usize::try_from(repetition.min).unwrap_or(usize::MAX);
                let times = if part.whole { least } else { least.min(1) };
                Self { bytes: part.bytes.saturating_mul(times), whole: part.whole }
            }
            HirKind::Capture(capture) => of(&capture.sub),
            HirKind::Concat(parts) => {
                let mut all = Self { bytes: 0, whole: true };
                for part in parts.iter().map(of) {
                    all = Self { bytes: all.bytes.saturating_add(part.bytes), whole: part.whole };
                    if !all.whole {
                        break;
                    }
                }
                all
            }
            HirKind::Alternation(parts) => {
                let all = parts.iter().map(of);
                let least = |one: Self, other: Self| Self {
                    bytes: one.bytes.min(other.bytes),
                    whole: one.whole && other.whole,
                };
                all.reduce(least).unwrap_or(Self { bytes: 0, whole: false })
            }
        }
    }
}

fn is_within(class: &Class, set: &ByteSet) -> bool {
    match class {
        Class::Bytes(class) => {
            class.ranges().iter().all(|range| (range.start()..=range.end()).all(|byte| set.contains(byte)))
        }
        Class::Unicode(class) => class.ranges().iter().all(|range| {
            range.end().is_ascii()
                && (range.start()..=range.end()).all(|c| u8::try_from(c).is_ok_and(|b| set.contains(b)))
        }),
    }
}

#[cfg(test)]
mod tests {
    use regex_automata::util::syntax;

    use super::bytes_of;
    use crate::{automaton::syntax_config, byte_set::ByteSet};

    #[test]
    fn how_long_every_match_goes_on() {
        let lower = ByteSet::new("a-z_");
        for (pattern, bytes) in [
            ("abc_[a-z]{8}", 12),
            ("abc_[a-z]{8}|abcd", 4),
            ("abc_[a-z0-9]{20}", 4),
            ("(?:ab[0-9]){3}", 2),
            ("x(?:ab)?c", 2),
            ("x(?:-ab)?c", 1),
            (r"\babc[a-z]{20}9", 23),
            ("(?:[a-z]{2}|abc)x", 3),
            ("(?i:ab)", 0),
        ] {
            let parsed = syntax::parse_with(pattern, &syntax_config()).unwrap();
            assert_eq!(bytes_of(&lower, &parsed), bytes, "{pattern}");
        }
    }
}
