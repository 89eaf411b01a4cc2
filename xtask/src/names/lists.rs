use std::{collections::BTreeMap, fs, path::Path};

use anyhow::{Context, Result};
use names::{Known, Lexicon};

/// Names that so many locales share, and all of the United States' first thousand, count as frequent.
const SHARED: usize = 3;
/// Towns with more people than this are cities.
const CITY: u32 = 300_000;
/// One name in so many words makes a group one of names, whose other words are kept too.
const NAMES_IN_GROUP: usize = 7;
/// Words that many organisations bear in their names.
const ORGANISATION_WORDS: &str = include_str!("../../../names/training/organisation_words.txt");

/// Other names of countries and regions.
const REGIONS: &str = include_str!("../../../names/training/regions.txt");
/// Things that are no names of anyone.
const THINGS: &str = include_str!("../../../names/training/things.txt");

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
    /// Villages, and family names, that the tagger is not told of: it learns from them to do without.
    pub(crate) village: Vec<String>,
    pub(crate) rare: Vec<String>,
    pub(crate) county: Vec<String>,
    pub(crate) region: Vec<String>,
    /// People, places and organisations of general knowledge, and things whose names look like theirs.
    pub(crate) famous: Vec<String>,
    pub(crate) landmark: Vec<String>,
    pub(crate) body: Vec<String>,
    pub(crate) thing: Vec<String>,
    pub(crate) word: Vec<String>,
    /// Words, and groups of those that are used alike.
    pub(crate) group: BTreeMap<String, u8>,
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
        let group = rows("group")?.into_iter().filter_map(|row| match row.as_slice() {
            [word, group] => Some((word.clone(), group.parse().ok()?)),
            _ => None,
        });
        Ok(Self {
            given: by_locale("given")?,
            surname: by_locale("surname")?,
            street: column("street", 1)?,
            company: column("company", 1)?,
            job: column("job", 1)?,
            city: city.collect(),
            village: column("village", 0)?,
            rare: column("rare", 1)?,
            county: column("county", 0)?,
            region: column("region", 0)?.into_iter().chain(lines(REGIONS)).collect(),
            famous: column("famous", 0)?,
            landmark: column("landmark", 0)?,
            body: column("body", 0)?,
            thing: column("thing", 0)?.into_iter().chain(lines(THINGS)).collect(),
            word: column("word", 0)?,
            group: group.collect(),
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
        self.county.iter().chain(&self.landmark).for_each(|name| add(name, Known::TOWN));
        self.region.iter().for_each(|name| add(name, Known::REGION));
        for name in &self.famous {
            let words: Vec<&str> = name.split(' ').filter(|word| word.chars().count() > 2).collect();
            words.last().into_iter().for_each(|name| add(name, Known::SURNAME));
        }
        self.body.iter().filter(|name| name.contains(' ')).for_each(|name| add(name, Known::ORGANISATION));
        self.thing.iter().filter(|name| name.contains(' ')).for_each(|name| add(name, Known::WORD));
        self.word.iter().for_each(|word| add(word, Known::WORD));
        ORGANISATION_WORDS.split_whitespace().for_each(|word| add(word, Known::ORGANISATION));
        for word in self.like_names(&known) {
            known.entry(word.to_owned()).or_default();
        }
        let group = |text: &str| self.group.get(text).copied().unwrap_or(0);
        Lexicon::new(known.iter().map(|(text, known)| (text.as_str(), Known(*known), group(text))))
    }
}

impl Lists {
    /// Words of the groups in which many are known as names.
    fn like_names(&self, known: &BTreeMap<String, u8>) -> Vec<&str> {
        let names = Known::GIVEN.0 | Known::SURNAME.0 | Known::TOWN.0 | Known::REGION.0;
        let mut counts = BTreeMap::<u8, (usize, usize)>::new();
        for (word, group) in &self.group {
            let count = counts.entry(*group).or_default();
            count.0 += usize::from(known.get(word).is_some_and(|known| known & names != 0));
            count.1 += 1;
        }
        let many = |group: &u8| counts.get(group).is_some_and(|(names, all)| names * NAMES_IN_GROUP >= *all);
        self.group.iter().filter(|(_, group)| many(group)).map(|(word, _)| word.as_str()).collect()
    }
}

fn lines(text: &str) -> impl Iterator<Item = String> {
    text.lines().filter(|line| !line.starts_with('#')).flat_map(|line| line.split(", ")).map(str::to_owned)
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
