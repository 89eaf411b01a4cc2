use std::{fmt, str::FromStr, sync::Arc};

use serde::{Deserialize, Serialize};

/// The label families: the first segment of every label.
pub const FAMILIES: [(&str, &str); 9] = [
    ("pii", "personal data"),
    ("phi", "health data"),
    ("financial", "financial data"),
    ("source_code", "source code"),
    ("ip", "intellectual property"),
    ("strategy", "strategic business information"),
    ("secret", "credentials and secrets"),
    ("marking", "classification markings"),
    ("attack", "attacks hidden in content"),
];

/// What a finding is: lower-case segments joined by dots, the most general first.
///
/// `pii.us_ssn` is also `pii`; see [`Label::is`].
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = String))]
pub struct Label(Arc<str>);

/// A label outside the hierarchy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{given}` is not a valid label: lower-case words joined by dots, starting with one of {}",
    families()
)]
pub struct InvalidLabel {
    /// What was given.
    pub given: String,
}

impl Label {
    /// The label as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The first segment, for example `pii`.
    pub fn family(&self) -> &str {
        self.0.split('.').next().unwrap_or(&self.0)
    }

    /// Whether this label is `other` or lies below it.
    pub fn is(&self, other: &Self) -> bool {
        self.0.strip_prefix(&*other.0).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    }

    /// This label and everything above it, the most general first.
    pub fn lineage(&self) -> impl Iterator<Item = Self> + '_ {
        let dots = self.0.match_indices('.').map(|(at, _)| at);
        dots.chain([self.0.len()]).filter_map(|end| self.0.get(..end)).map(|text| Self(text.into()))
    }
}

impl FromStr for Label {
    type Err = InvalidLabel;

    fn from_str(given: &str) -> Result<Self, InvalidLabel> {
        let segment = |s: &str| {
            s.starts_with(|c: char| c.is_ascii_lowercase())
                && s.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        };
        let family = given.split('.').next().unwrap_or(given);
        if given.split('.').all(segment) && FAMILIES.iter().any(|(name, _)| *name == family) {
            Ok(Self(given.into()))
        } else {
            Err(InvalidLabel { given: given.to_owned() })
        }
    }
}

impl TryFrom<String> for Label {
    type Error = InvalidLabel;

    fn try_from(text: String) -> Result<Self, InvalidLabel> {
        text.parse()
    }
}

impl From<Label> for String {
    fn from(label: Label) -> Self {
        label.0.as_ref().to_owned()
    }
}

impl fmt::Debug for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn families() -> String {
    FAMILIES.map(|(name, _)| format!("`{name}`")).join(", ")
}

#[cfg(test)]
mod tests {
    use super::Label;

    #[test]
    fn ancestry() {
        let ssn: Label = "pii.us_ssn".parse().unwrap();
        let pii: Label = "pii".parse().unwrap();
        assert!(ssn.is(&pii) && ssn.is(&ssn) && !pii.is(&ssn));
        assert!(!"pii.us".parse::<Label>().unwrap().is(&"pii.u".parse().unwrap()));
        assert_eq!(ssn.lineage().collect::<Vec<_>>(), [pii, ssn.clone()]);
        assert_eq!(ssn.family(), "pii");
    }

    #[test]
    fn malformed_labels_are_refused() {
        for text in ["", "PII", "pii.", ".pii", "pii..x", "colour", "pii us"] {
            assert!(text.parse::<Label>().is_err(), "{text}");
        }
    }
}
