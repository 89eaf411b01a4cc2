use model::{FAMILIES, Label};

use crate::{document::yaml::Scalar, mistake::Log, nearest::nearest, vocabulary::Vocabulary};

/// The findings a rule is about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Data {
    /// The rule does not look at content.
    #[default]
    Unasked,
    /// `none`: nothing may have been found.
    Nothing,
    /// `any`: something was found.
    Anything,
    /// At least one of these.
    Terms(Vec<DataTerm>),
}

/// A label and how often it must have been found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataTerm {
    /// The label; everything below it counts too.
    pub label: Label,
    /// The least number of findings, at least 1.
    pub at_least: u32,
}

impl Data {
    /// The labels whose findings the rule is about.
    pub fn labels(&self) -> Vec<Label> {
        match self {
            Self::Unasked | Self::Nothing => Vec::new(),
            Self::Anything => FAMILIES.iter().filter_map(|(family, _)| family.parse().ok()).collect(),
            Self::Terms(terms) => terms.iter().map(|term| term.label.clone()).collect(),
        }
    }

    /// Reads the values of `data`: `none`, `any`, or labels, each perhaps after `at least N of`.
    pub(crate) fn read(values: &[&Scalar], words: &Vocabulary, log: &mut Log) -> Self {
        if let [only] = values {
            match only.text.trim() {
                "none" => return Self::Nothing,
                "any" => return Self::Anything,
                _ => {}
            }
        }
        Self::Terms(values.iter().filter_map(|value| term(value, words, log)).collect())
    }
}

fn term(value: &Scalar, words: &Vocabulary, log: &mut Log) -> Option<DataTerm> {
    let text = value.text.trim_end();
    if let "none" | "any" = text {
        log.add(
            value.place,
            format!("`{text}` cannot stand beside labels"),
            "let it stand alone, or remove it",
        );
        return None;
    }
    let Some(rest) = text.strip_prefix("at least ") else {
        return label(value, 0, text, words, log).map(|label| DataTerm { label, at_least: 1 });
    };
    let example = "write, for example, `at least 10 of pii`";
    let Some((number, name)) = rest.split_once(" of ") else {
        log.add(value.place, "a minimal count names a number and a label", example);
        return None;
    };
    let at_least = number.trim().parse().ok().filter(|number| *number > 0);
    if at_least.is_none() {
        let place = value.within("at least ".len(), number.len());
        log.add(place, format!("`{number}` is not a count"), example);
    }
    let start = text.len() - name.trim_start().len();
    let label = label(value, start, name.trim(), words, log)?;
    Some(DataTerm { label, at_least: at_least? })
}

fn label(value: &Scalar, start: usize, name: &str, words: &Vocabulary, log: &mut Log) -> Option<Label> {
    let place = value.within(start, name.len());
    if name.contains(' ') && nearest(name.split(' ').next().unwrap_or_default(), ["at"]).is_none() {
        log.add(place, format!("`{name}` is not a label"), "write several labels as a list: `[pii, secret]`");
        return None;
    }
    words.label(name, place, log)
}
