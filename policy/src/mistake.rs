use std::fmt;

use serde::Serialize;

/// Where something stands in a document: line and column counted from 1, columns in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Place {
    /// Line.
    pub line: u32,
    /// Column.
    pub column: u32,
    /// How many characters it covers, at least 1.
    pub length: u32,
}

impl Place {
    /// A place that covers `text`, which stands on one line.
    pub fn over(line: u32, column: u32, text: &str) -> Self {
        Self { line, column, length: count(text).max(1) }
    }
}

/// The characters of `text`, as columns count them.
pub(crate) fn count(text: &str) -> u32 {
    u32::try_from(text.chars().count()).unwrap_or(u32::MAX)
}

/// Something the author of a document has to correct, with its place and a remedy.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Mistake {
    /// Where it is.
    #[serde(flatten)]
    pub place: Place,
    /// What is wrong, in lower case and without a full stop.
    pub message: String,
    /// What to do about it.
    pub remedy: String,
}

/// How much a [`Notice`] matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// The policy cannot run.
    Mistake,
    /// The policy runs, but someone should look.
    Warning,
}

/// What `lint` says about a place in a policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Notice {
    /// How much it matters.
    pub level: Level,
    /// Where it is, what is wrong and what to do.
    #[serde(flatten)]
    pub mistake: Mistake,
}

/// Every mistake in a document, in document order; never empty.
#[derive(Clone, Debug)]
pub struct Mistakes {
    name: String,
    source: String,
    list: Vec<Mistake>,
}

impl Mistakes {
    /// The mistakes `list` in `source`, a document called `name`.
    pub fn new(name: &str, source: &str, mut list: Vec<Mistake>) -> Self {
        list.sort();
        list.dedup();
        Self { name: name.to_owned(), source: source.to_owned(), list }
    }

    /// Them, in document order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Mistake> {
        self.list.iter()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Always `false`: without mistakes there is a policy instead.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }
}

impl IntoIterator for Mistakes {
    type Item = Mistake;
    type IntoIter = std::vec::IntoIter<Mistake>;

    fn into_iter(self) -> Self::IntoIter {
        self.list.into_iter()
    }
}

impl Serialize for Mistakes {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.list.serialize(serializer)
    }
}

impl std::error::Error for Mistakes {}

impl fmt::Display for Mistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, mistake) in self.list.iter().enumerate() {
            if number > 0 {
                writeln!(f)?;
            }
            write!(
                f,
                "{}",
                Snippet { name: &self.name, source: &self.source, level: Level::Mistake, mistake }
            )?;
        }
        Ok(())
    }
}

/// One notice with the line it speaks of, underlined, for terminals and logs.
pub struct Snippet<'a> {
    /// The document's file name.
    pub name: &'a str,
    /// The document.
    pub source: &'a str,
    /// How much the notice matters.
    pub level: Level,
    /// What is shown.
    pub mistake: &'a Mistake,
}

impl fmt::Display for Snippet<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Mistake { place, message, remedy } = self.mistake;
        let level = match self.level {
            Level::Mistake => "mistake",
            Level::Warning => "warning",
        };
        let number = place.line.to_string();
        let margin = " ".repeat(number.len());
        let line = usize::try_from(place.line).unwrap_or(usize::MAX);
        let text = self.source.lines().nth(line.saturating_sub(1)).unwrap_or_default();
        let underline = underline(text, *place);
        writeln!(f, "{level}: {message}")?;
        writeln!(f, "{margin}--> {}:{}:{}", self.name, place.line, place.column)?;
        writeln!(f, "{margin} |")?;
        writeln!(f, "{number} | {text}")?;
        writeln!(f, "{margin} | {underline}")?;
        writeln!(f, "{margin} = {remedy}")
    }
}

/// Blanks (tabs kept, so that they line up) and then carets below the place.
fn underline(text: &str, place: Place) -> String {
    let before = usize::try_from(place.column.saturating_sub(1)).unwrap_or(0);
    let indent: String = text.chars().take(before).map(|c| if c == '\t' { '\t' } else { ' ' }).collect();
    let room = text.chars().count().saturating_sub(before).max(1);
    let length = usize::try_from(place.length).unwrap_or(1).clamp(1, room);
    indent + &"^".repeat(length)
}

/// Gathers mistakes while a document is read.
#[derive(Default)]
pub struct Log {
    /// Those found so far.
    pub mistakes: Vec<Mistake>,
}

impl Log {
    /// Notes one mistake.
    pub fn add(&mut self, place: Place, message: impl Into<String>, remedy: impl Into<String>) {
        self.mistakes.push(Mistake { place, message: message.into(), remedy: remedy.into() });
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::{Mistake, Mistakes, Place};

    #[test]
    fn a_mistake_shows_its_line() {
        let mistake = Mistake {
            place: Place { line: 2, column: 7, length: 4 },
            message: "unknown label `piii`".into(),
            remedy: "did you mean `pii`?".into(),
        };
        let shown = Mistakes::new("p.md", "```rule\ndata: piii\n```", vec![mistake]).to_string();
        expect![[r#"
            mistake: unknown label `piii`
             --> p.md:2:7
              |
            2 | data: piii
              |       ^^^^
              = did you mean `pii`?
        "#]]
        .assert_eq(&shown);
    }
}
