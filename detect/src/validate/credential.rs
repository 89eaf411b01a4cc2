//! Whether a value given to a name for credentials is one: a logistic regression over signs of name, value and line.
//!
//! The weights are data, `training/credential.weights`, made by `examples/train_credentials.rs`; an account of them is in
//! `docs/detectors/credentials.md`.

use std::sync::LazyLock;

use super::{
    Accepted, Found,
    assignment::{Assignment, Operator},
    evidence::signs,
    sign::{SIGNS, Sign},
};

static WEIGHTS: LazyLock<Weights> =
    LazyLock::new(|| Weights::read(include_str!("../../training/credential.weights")));

/// Least probability at which a value counts.
const LEAST: f32 = 0.5;
/// A value of a name for credentials is never reported as surer than a vendor's own format.
const SUREST: f32 = 0.75;
/// Longest value that is weighed; what is longer is a document.
const LONGEST: usize = 400;
/// So many steps up the alphabet, or as digits, make a value no one generated.
const SEQUENCE: usize = 10;

/// A weight for every sign.
struct Weights([f32; SIGNS]);

impl Weights {
    fn read(text: &str) -> Self {
        let mut weights = [0.0; SIGNS];
        for (name, weight) in text.lines().filter_map(|line| line.split_once(' ')) {
            let place = Sign::named(name).and_then(|place| weights.get_mut(place));
            if let (Some(place), Ok(weight)) = (place, weight.trim().parse()) {
                *place = weight;
            }
        }
        Self(weights)
    }

    fn of(&self, sign: Sign) -> f32 {
        self.0.get(sign.index()).copied().unwrap_or(0.0)
    }

    fn probability(&self, text: &[u8], assignment: &Assignment) -> f32 {
        let mut odds = self.of(Sign::Bias);
        signs(text, assignment, |sign, amount| odds += self.of(sign) * amount);
        1.0 / (1.0 + (-odds).exp())
    }
}

/// Weighs the value that is given to the name around the keyword.
pub(super) fn judge(keyword: Found<'_>) -> Option<Accepted> {
    let assignment = candidate(keyword.text, keyword.start, keyword.end)?;
    let (start, end) = assignment.value;
    let probability = WEIGHTS.probability(keyword.text, &assignment);
    (probability >= LEAST).then(|| Found { text: keyword.text, start, end }.accepted(probability.min(SUREST)))
}

/// The assignment to the name around a keyword, if its value can be a credential at all.
pub(crate) fn candidate(text: &[u8], keyword: usize, keyword_end: usize) -> Option<Assignment> {
    let assignment = Assignment::read(text, keyword, keyword_end)?;
    let value = text.get(assignment.value.0..assignment.value.1)?;
    let least = if assignment.quote.is_some() { 3 } else { 4 };
    let fits = (least..=LONGEST).contains(&value.len())
        && value.iter().any(u8::is_ascii_alphanumeric)
        && !is_sequence(value)
        && !is_statement(text, &assignment)
        && !is_expression(text, &assignment, value)
        && memchr::memmem::find(value, b"EXAMPLE").is_none()
        && !(assignment.quote.is_none() && is_number(value));
    fits.then_some(assignment)
}

/// Whether a statement of code assigns an expression: `name = value;` without quotes, and blanks around the sign.
fn is_statement(text: &[u8], assignment: &Assignment) -> bool {
    let at = |place: usize| text.get(place).copied().unwrap_or(b'\n');
    let (name, value) = (assignment.name.1, assignment.value.1);
    let spaced = at(name) == b' ' && assignment.operator == Operator::Assign;
    assignment.quote.is_none() && spaced && at(value) == b';' && at(value + 1).is_ascii_whitespace()
}

/// Whether code computes the value: `name = value` without quotes, with blanks around the sign, and brackets in it.
fn is_expression(text: &[u8], assignment: &Assignment, value: &[u8]) -> bool {
    let between = text.get(assignment.name.1..assignment.value.0).unwrap_or_default();
    assignment.quote.is_none() && between == b" = " && value.iter().any(|byte| b"()[]{}".contains(byte))
}

/// Whether a value is a number in code.
fn is_number(value: &[u8]) -> bool {
    value.len() < 24 && (value.starts_with(b"0x") || value.starts_with(b"0X"))
}

/// Whether a value counts up, as `0123456789` and, in hexadecimal bytes, `00010203` do, or repeats one byte.
fn is_sequence(value: &[u8]) -> bool {
    let mut steps = 0;
    let characters = value.array_windows().any(|[one, two]: &[u8; 2]| {
        steps = if two.wrapping_sub(*one) == 1 { steps + 1 } else { 0 };
        steps >= SEQUENCE
    });
    let byte = |pair: &[u8]| str::from_utf8(pair).ok().and_then(|pair| u8::from_str_radix(pair, 16).ok());
    let mut bytes = value.chunks_exact(2).map(byte);
    let mut last = bytes.next().flatten();
    steps = 0;
    characters
        || bytes.any(|next| {
            let near = last.zip(next).is_some_and(|(last, next)| next.wrapping_sub(last) <= 1);
            steps = if near { steps + 1 } else { 0 };
            last = next;
            steps >= SEQUENCE
        })
}

#[cfg(test)]
mod tests {
    use super::{Found, SIGNS, Sign, judge};

    #[test]
    fn credentials_and_what_only_looks_like_them() {
        for (text, expected) in [
            ("password = \"Zx9!kq2P\"", Some("Zx9!kq2P")),
            ("DB_PASSWORD=s3cr3tT0ken7q", Some("s3cr3tT0ken7q")),
            ("\"password\": \"wexip843\"", Some("wexip843")),
            ("password = \"password\"", None),
            ("password = config.password", None),
            ("\"LABEL_PASSWORD\": \"Show password advice\"", None),
            ("password=$DB_PASS", None),
            ("password: string;", None),
            ("password=<admin_password>", None),
            ("password = \"000102030405060708090a0b0c0d0e0f\"", None),
            ("password = 0x80C40E4D_u32", None),
            ("password = q8ZkT3vL!x;", None),
            ("password=q8ZkT3vL!x;", Some("q8ZkT3vL!x")),
            ("password = q8Z{kT3(vL!x", None),
            ("password=q8Z{kT3(vL!x", Some("q8Z{kT3(vL!x")),
            ("password = \"q8ZkEXAMPLET3vL\"", None),
            ("wrongPassword = \"Zx9!kq2P\"", None),
            ("password.encode(\"utf-8\")", None),
            ("\"Acme::Api::Key\": \"90f2c1e47ab35d86\"", None),
        ] {
            let at = text.to_lowercase().find("password").or(text.find("Key")).unwrap();
            let found = judge(Found { text: text.as_bytes(), start: at, end: at + 3 });
            assert_eq!(found.map(|found| &text[found.start..found.end]), expected, "{text}");
        }
    }

    #[test]
    fn every_sign_has_a_weight() {
        let weights = include_str!("../../training/credential.weights");
        let named: Vec<&str> = weights.lines().filter_map(|line| Some(line.split_once(' ')?.0)).collect();
        assert!(named.iter().all(|name| Sign::named(name).is_some()));
        assert_eq!(named.len(), SIGNS);
    }
}
