use serde::Deserialize;

use crate::byte_set::ByteSet;

static OPENS_TOKEN: ByteSet = ByteSet::new("A-Za-z0-9_-");
static ENDS_TOKEN: ByteSet = ByteSet::new("A-Za-z0-9_+/=-");
static BETWEEN_DIGITS: ByteSet = ByteSet::new("./,-");

/// What may not touch a finding, so that no part of something longer is reported.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Edges {
    /// Letters, digits and underscores.
    #[default]
    Word,
    /// Those, and a separator with a further digit behind it, as in the `.5` after `1.2.3.4`.
    Number,
    /// What identifiers are made of before it, and what base64 is made of too behind it.
    Token,
    /// Anything may touch.
    Open,
}

impl Edges {
    /// Whether a finding may begin at `start`.
    pub(crate) fn open_before(self, text: &[u8], start: usize) -> bool {
        let mut before = text.get(..start).unwrap_or_default().iter().rev();
        self.allow(before.next(), before.next(), &OPENS_TOKEN)
    }

    /// Whether a finding may end at `end`.
    pub(crate) fn open_after(self, text: &[u8], end: usize) -> bool {
        let mut after = text.get(end..).unwrap_or_default().iter();
        self.allow(after.next(), after.next(), &ENDS_TOKEN)
    }

    #[inline]
    fn allow(self, next: Option<&u8>, beyond: Option<&u8>, token: &ByteSet) -> bool {
        let Some(&next) = next else { return true };
        match self {
            Self::Word => !is_word(next),
            Self::Number => {
                let joined = BETWEEN_DIGITS.contains(next) && beyond.is_some_and(u8::is_ascii_digit);
                !is_word(next) && !joined
            }
            Self::Token => !token.contains(next),
            Self::Open => true,
        }
    }
}

/// Kinds of edges.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct EdgeSet(u8);

impl EdgeSet {
    pub(crate) const ALL: Self = Self(0b1111);

    pub(crate) const fn of(edges: Edges) -> Self {
        Self(1 << edges as u8)
    }

    /// Every set there is, each at its place.
    pub(crate) fn every() -> impl Iterator<Item = Self> {
        (0..=Self::ALL.0).map(Self)
    }

    pub(crate) fn place(self) -> usize {
        self.0.into()
    }

    /// Those that allow a finding to begin at `start`.
    pub(crate) fn before(text: &[u8], start: usize) -> Self {
        let mut before = text.get(..start).unwrap_or_default().iter().rev();
        Self::beside(before.next(), before.next(), &OPENS_TOKEN)
    }

    /// Those that allow a finding to end at `end`.
    pub(crate) fn behind(text: &[u8], end: usize) -> Self {
        let mut after = text.get(end..).unwrap_or_default().iter();
        Self::beside(after.next(), after.next(), &ENDS_TOKEN)
    }

    /// Those that allow these bytes beside a finding.
    fn beside(next: Option<&u8>, beyond: Option<&u8>, token: &ByteSet) -> Self {
        let all = [Edges::Word, Edges::Number, Edges::Token, Edges::Open];
        let allowed = |edges: &Edges| edges.allow(next, beyond, token);
        all.iter().fold(Self::default(), |set, edges| Self(set.0 | u8::from(allowed(edges)) << *edges as u8))
    }

    pub(crate) const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub(crate) const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// Letters, digits and underscores of ASCII.
pub(crate) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

#[cfg(test)]
mod tests {
    use super::Edges;

    #[test]
    fn a_finding_is_never_part_of_something_longer() {
        for (edges, text, end, open) in [
            (Edges::Word, "12 34", 2, true),
            (Edges::Word, "12a", 2, false),
            (Edges::Number, "12.", 2, true),
            (Edges::Number, "12.3", 2, false),
            (Edges::Token, "12-", 2, false),
            (Edges::Open, "12a", 2, true),
            (Edges::Word, "12", 2, true),
        ] {
            assert_eq!(edges.open_after(text.as_bytes(), end), open, "{edges:?} {text}");
        }
        assert!(!Edges::Number.open_before(b"3.12", 2));
        assert!(Edges::Number.open_before(b"No.12", 3));
    }
}
