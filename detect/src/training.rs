//! What the tools in `examples/` that make weights see of the crate; not for use by programs.

use crate::validate;

/// Parts of names whose values are weighed: the anchors of `secret.password` and `secret.api_key`.
const KEYWORDS: &[&str] = &["pass", "pwd", "secret", "token", "key", "auth", "cred", "private"];

/// An assignment with the signs by which it is judged.
#[derive(Debug)]
pub struct Sample {
    /// First byte of the value and one past its last.
    pub value: (usize, usize),
    /// Names and amounts of its signs.
    pub signs: Vec<(&'static str, f32)>,
}

/// Every assignment in `text` to a name that may be one for credentials, in order, each once.
pub fn samples(text: &[u8]) -> Vec<Sample> {
    let lower = text.to_ascii_lowercase();
    let mut found: Vec<Sample> = Vec::new();
    for keyword in KEYWORDS {
        for at in memchr::memmem::find_iter(&lower, keyword) {
            let Some(assignment) = validate::candidate(text, at, at + keyword.len()) else { continue };
            if !found.iter().any(|known| known.value == assignment.value) {
                let mut signs = Vec::new();
                validate::signs(text, &assignment, |sign, amount| signs.push((sign.name(), amount)));
                found.push(Sample { value: assignment.value, signs });
            }
        }
    }
    found.sort_by_key(|sample| sample.value);
    found
}
