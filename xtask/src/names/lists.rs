use std::{collections::BTreeMap, fs, path::Path};

use anyhow::{Context, Result};
use names::{Known, Lexicon};

/// Names that so many locales share, and all of the United States' first thousand, count as frequent.
const SHARED: usize = 3;
/// Towns with more people than this are cities.
const CITY: u32 = 300_000;
/// Words that many organisations bear in their names.
const ORGANISATION_WORDS: &str = include_str!("../../../names/training/organisation_words.txt");

/// Names, places and words, as `names/training/lists.py` writes them.
pub(crate) struct Lists {
    /// Given names by locale.
    pub(crate) given: BTreeMap<String, Vec<String>>,
    pub(crate) surname: BTreeMap<String, Vec<String>>,
    pub(crate) street: Vec<String>,
    pub(crate) company: Vec<String>,
    pub(crate) job: Vec<String>,
    /// Towns, and how many live there.
    pub(crate) city: Vec<(String, u32)>,
    pub(crate) region: Vec<String>,
    pub(crate) word: Vec<String>,
}

impl Lists {
    pub(crate) fn read(folder: &Path) -> Result<Self> {
        let rows = |name: &str| -> Result<Vec<Vec<String>>> {
            let path = folder.join(format!("{name}.tsv"));
            let text =
                fs::read_to_string(&path).with_context(|| format!("cannot read `{}`", path.display()))?;
            Ok(text.lines().map(|line| line.split('\t').map(str::to_owned).collect()).collect())
        };
        let column = |name: &str, column: usize| -> Result<Vec<String>> {
            Ok(rows(name)?.into_iter().filter_map(|row| row.into_iter().nth(column)).collect())
        };
        let by_locale = |name: &str| -> Result<BTreeMap<String, Vec<String>>> {
            let mut locales = BTreeMap::<String, Vec<String>>::new();
            for row in rows(name)? {
                if let [locale, name] = row.as_slice() {
                    locales.entry(locale.clone()).or_default().push(name.clone());
                }
            }
            Ok(locales)
        };
        let city = rows("city")?.into_iter().filter_map(|row| match row.as_slice() {
            [_, name, people] => Some((name.clone(), people.parse().ok()?)),
            _ => None,
        });
        Ok(Self {
            given: by_locale("given")?,
            surname: by_locale("surname")?,
            street: column("street", 1)?,
            company: column("company", 1)?,
            job: column("job", 1)?,
            city: city.collect(),
            region: column("region", 0)?,
            word: column("word", 0)?,
        })
    }

    /// What the tagger is told of words.
    pub(crate) fn lexicon(&self) -> Lexicon {
        let mut known = BTreeMap::<String, u8>::new();
        let mut add = |text: &str, kind: Known| {
            // Words of a name apart, and pairs of words as such.
            let words: Vec<&str> = text.split([' ', '-']).filter(|word| word.chars().count() > 1).collect();
            match words.as_slice() {
                [] => {}
                [word] => *known.entry(word.to_lowercase()).or_default() |= kind.0,
                [first, second, ..] => {
                    *known.entry(format!("{first} {second}").to_lowercase()).or_default() |= kind.0
                }
            }
        };
        for (lists, kind) in [(&self.given, Known::GIVEN), (&self.surname, Known::SURNAME)] {
            for name in lists.values().flatten() {
                name.split([' ', '-']).for_each(|part| add(part, kind));
            }
            frequent(lists).into_iter().for_each(|name| add(name, Known(kind.0 | Known::FREQUENT.0)));
        }
        for (name, people) in &self.city {
            add(name, if *people > CITY { Known(Known::TOWN.0 | Known::CITY.0) } else { Known::TOWN });
        }
        self.region.iter().for_each(|name| add(name, Known::REGION));
        self.word.iter().for_each(|word| add(word, Known::WORD));
        ORGANISATION_WORDS.split_whitespace().for_each(|word| add(word, Known::ORGANISATION));
        Lexicon::new(known.iter().map(|(text, known)| (text.as_str(), Known(*known))))
    }
}

fn frequent(lists: &BTreeMap<String, Vec<String>>) -> Vec<&str> {
    let mut locales = BTreeMap::<&str, usize>::new();
    for (locale, names) in lists {
        // The English lists repeat one another.
        if locale == "en_US" || !locale.starts_with("en") {
            names.iter().for_each(|name| *locales.entry(name).or_default() += 1);
        }
    }
    locales.into_iter().filter(|(_, count)| *count >= SHARED).map(|(name, _)| name).collect()
}
