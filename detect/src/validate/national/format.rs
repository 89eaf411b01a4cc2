use serde::{Deserialize, Deserializer, de::Error as _};

use super::{
    arithmetic::{mapped, part, weighted},
    check_digit,
    compact::Compact,
    date, formats, shape,
};

/// One kind of number.
#[derive(Debug)]
pub(crate) struct Format {
    pub(super) id: &'static str,
    /// What may stand in front and does not count, as the code of a country.
    prefixes: &'static [&'static str],
    /// Separators that do count.
    kept: &'static str,
    /// Shorter numbers stand for this many characters, with zeros in front.
    padded: usize,
    /// Shapes of which it has one; without any, letters and digits only.
    shapes: &'static [&'static str],
    rules: &'static [Rule],
}

/// What must hold of a number beyond its shape.
#[derive(Debug)]
pub(super) enum Rule {
    /// The character behind those weighted is the one that `map` has for their sum; `map` is as long as the modulus.
    Digit { from: usize, weights: &'static [i64], map: &'static str },
    /// The weighted sum of all, its check digit included, leaves this rest.
    Sum { weights: &'static [i64], modulus: i64, rest: i64 },
    /// A check digit of the standards over the characters from one place to another.
    Over(usize, usize, fn(&[u8]) -> bool),
    /// The characters at a place are one of a list, separated by spaces.
    OneOf(usize, &'static str),
    /// Year, month, day of two digits each begin at a place.
    YearFirst(usize),
    /// Day, month, year of two digits each begin at a place.
    DayFirst(usize),
    /// Not one digit over and over.
    Varied,
    /// A judgement of its own.
    Own(fn(&[u8]) -> bool),
}

/// A format with no prefix.
pub(super) const fn format(
    id: &'static str,
    shapes: &'static [&'static str],
    rules: &'static [Rule],
) -> Format {
    Format { id, prefixes: &[], kept: "", padded: 0, shapes, rules }
}

/// The check digit behind `weights.len()` weighted characters.
pub(super) const fn digit(weights: &'static [i64], map: &'static str) -> Rule {
    Rule::Digit { from: 0, weights, map }
}

/// The same, the weighted characters beginning at `from`.
pub(super) const fn digit_from(from: usize, weights: &'static [i64], map: &'static str) -> Rule {
    Rule::Digit { from, weights, map }
}

/// The weighted sum of all is a multiple of the modulus.
pub(super) const fn sum(weights: &'static [i64], modulus: i64) -> Rule {
    Rule::Sum { weights, modulus, rest: 0 }
}

/// The last digit is the Luhn digit.
pub(super) const LUHN: Rule = Rule::Own(check_digit::luhn);

impl Format {
    pub(super) const fn prefixed(mut self, prefixes: &'static [&'static str]) -> Self {
        self.prefixes = prefixes;
        self
    }

    pub(super) const fn keeping(mut self, kept: &'static str) -> Self {
        self.kept = kept;
        self
    }

    pub(super) const fn padded(mut self, length: usize) -> Self {
        self.padded = length;
        self
    }

    /// The format of that name.
    pub(super) fn named(id: &str) -> Option<&'static Self> {
        formats().find(|format| format.id == id)
    }

    /// Whether a text is a number of this format.
    pub(crate) fn accepts(&self, text: &str) -> bool {
        let text = text.trim();
        let bare = self.prefixes.iter().find_map(|prefix| without_prefix(text, prefix)).unwrap_or(text);
        Compact::new(bare, self.kept)
            .is_some_and(|number| !number.is_empty() && self.holds(&number.padded(self.padded)))
    }

    /// Whether a number without separators and prefix is of this format, short ones with zeros in front.
    pub(super) fn holds_padded(&self, number: &[u8]) -> bool {
        std::str::from_utf8(number).is_ok_and(|text| {
            Compact::new(text, self.kept).is_some_and(|number| self.holds(&number.padded(self.padded)))
        })
    }

    /// Whether a number without separators and prefix is of this format.
    pub(super) fn holds(&self, number: &[u8]) -> bool {
        (self.shapes.is_empty() || self.shapes.iter().any(|shape| shape::fits(number, shape)))
            && self.rules.iter().all(|rule| rule.holds(number))
    }
}

fn without_prefix<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let (head, rest) = text.split_at_checked(prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then_some(rest)
}

impl Rule {
    pub(super) fn holds(&self, number: &[u8]) -> bool {
        match self {
            Self::Digit { from, weights, map } => {
                let body = part(number, *from, from + weights.len());
                number.get(from + weights.len()).copied() == mapped(weighted(body, weights), map)
            }
            Self::Sum { weights, modulus, rest } => weighted(number, weights).rem_euclid(*modulus) == *rest,
            Self::Over(from, to, check) => check(part(number, *from, *to)),
            Self::OneOf(at, list) => {
                let rest = number.get(*at..).unwrap_or_default();
                list.split(' ').any(|code| rest.starts_with(code.as_bytes()))
            }
            Self::YearFirst(at) => date::yymmdd(number, *at),
            Self::DayFirst(at) => date::ddmmyy(number, *at),
            Self::Varied => number.iter().any(|byte| Some(byte) != number.first()),
            Self::Own(holds) => holds(number),
        }
    }
}

/// A format as a detector names it: `check = { number = "br.cpf" }`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Named(&'static Format);

impl Named {
    /// Whether what a detector found is of the format.
    pub(crate) fn accepts(self, found: &[u8]) -> bool {
        std::str::from_utf8(found).is_ok_and(|text| self.0.accepts(text))
    }
}

impl PartialEq for Named {
    fn eq(&self, other: &Self) -> bool {
        self.0.id == other.0.id
    }
}

impl Eq for Named {}

impl<'de> Deserialize<'de> for Named {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let id = String::deserialize(deserializer)?;
        Format::named(&id).map(Self).ok_or_else(|| D::Error::custom(format!("unknown number format `{id}`")))
    }
}
