use anyhow::{Context, Result};
use names::Kind;
use serde::Deserialize;

use super::{
    corpus::{Source, Text},
    lists::Lists,
};

const SENTENCES: &str = include_str!("../../../names/training/sentences.txt");
const WORDS: &str = include_str!("../../../names/training/words.toml");

/// Words that sentences are filled with.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    title: Vec<String>,
    month: Vec<String>,
    day: Vec<String>,
    nation: Vec<String>,
    product: Vec<String>,
    syllables: Vec<String>,
    endings: Vec<String>,
    organisation_end: Vec<String>,
    organisation_of_place: Vec<String>,
    organisations: Vec<String>,
    places: Vec<String>,
    heads: Vec<String>,
    streets: Vec<String>,
}

/// Makes up labelled sentences, always the same ones.
pub(crate) struct Inventor<'a> {
    lists: &'a Lists,
    words: Words,
    locales: Vec<&'a String>,
    random: u64,
}

impl<'a> Inventor<'a> {
    pub(crate) fn new(lists: &'a Lists) -> Result<Self> {
        let words = toml::from_str(WORDS).context("words.toml cannot be read")?;
        let locales = lists.given.keys().filter(|locale| lists.surname.contains_key(*locale)).collect();
        Ok(Self { lists, words, locales, random: 7 })
    }

    /// So many sentences, from all templates in turn.
    pub(crate) fn sentences(&mut self, count: usize) -> Vec<Text> {
        let templates: Vec<&str> =
            SENTENCES.lines().filter(|line| !line.is_empty() && !line.starts_with("# ")).collect();
        let mut sentences = Vec::new();
        for (template, document) in templates.iter().cycle().zip(0..).take(count) {
            sentences.push(self.fill(template, document));
        }
        sentences
    }

    /// The same text with other names in it.
    pub(crate) fn variants(&mut self, text: &Text) -> Vec<Text> {
        if text.spans.is_empty() {
            return Vec::new();
        }
        let mut made = Text { text: String::new(), spans: Vec::new(), ..*text };
        let mut at = 0;
        for (start, end, kind) in &text.spans {
            made.text.push_str(text.text.get(at..*start).unwrap_or_default());
            let old = text.text.get(*start..*end).unwrap_or_default();
            let new = if self.chance(70) { self.like(old, *kind) } else { old.to_owned() };
            made.spans.push((made.text.len(), made.text.len() + new.len(), *kind));
            made.text.push_str(&new);
            at = *end;
        }
        made.text.push_str(text.text.get(at..).unwrap_or_default());
        let mut made = vec![made];
        if self.chance(20) && text.text.is_ascii() {
            made.push(Text { text: text.text.to_lowercase(), ..text.clone() });
        }
        made
    }

    /// A name that can stand where the old one does.
    fn like(&mut self, old: &str, kind: Kind) -> String {
        if !old.starts_with(char::is_uppercase) {
            return old.to_owned();
        }
        let new = match kind {
            Kind::Person if old.contains(' ') => self.person(),
            Kind::Person => {
                let locale = self.locale();
                if self.chance(50) { self.given(locale) } else { self.surname(locale) }
            }
            Kind::Place => self.place(),
            Kind::Organisation => self.organisation(),
            Kind::Street | Kind::Address => self.street(),
        };
        let shouted = old.len() > 3 && !old.chars().any(char::is_lowercase);
        if shouted { new.to_uppercase() } else { new }
    }

    fn fill(&mut self, template: &str, document: usize) -> Text {
        let mut text = Text { source: Source::Invented, document, text: String::new(), spans: Vec::new() };
        let template = template.replace("\\n", "\n").replace("\\t", "\t");
        let mut rest = template.as_str();
        while let Some((before, (slot, after))) =
            rest.split_once('{').and_then(|(before, rest)| Some((before, rest.split_once('}')?)))
        {
            text.text.push_str(before);
            rest = after;
            match self.slot(slot) {
                None => text.text.extend(["{", slot, "}"]),
                Some((value, kind)) => {
                    let start = text.text.len();
                    text.text.push_str(&value);
                    text.spans.extend(kind.map(|kind| (start, text.text.len(), kind)));
                }
            }
        }
        text.text.push_str(rest);
        self.disguise(&mut text);
        text
    }

    /// Sometimes all in capitals, or with a quotation mark before each line.
    fn disguise(&mut self, text: &mut Text) {
        if self.chance(4) && text.text.is_ascii() {
            text.text = text.text.to_uppercase();
        }
        if self.chance(8) && text.text.is_ascii() {
            text.text = text.text.to_lowercase();
        }
        if self.chance(5) && !text.text.contains('\n') {
            text.text.insert_str(0, "> ");
            text.spans.iter_mut().for_each(|span| *span = (span.0 + 2, span.1 + 2, span.2));
        }
    }

    fn slot(&mut self, slot: &str) -> Option<(String, Option<Kind>)> {
        let locale = self.locale();
        Some(match slot {
            "person" => (self.person(), Some(Kind::Person)),
            "who" => (self.someone(), Some(Kind::Person)),
            "given" => (self.given(locale), Some(Kind::Person)),
            "surname" => (self.surname(locale), Some(Kind::Person)),
            "org" => (self.organisation(), Some(Kind::Organisation)),
            "place" => (self.place(), Some(Kind::Place)),
            "region" => (self.region(), Some(Kind::Place)),
            "street" => (self.street(), Some(Kind::Street)),
            _ => (self.filler(slot)?, None),
        })
    }

    /// A word that is no name.
    fn filler(&mut self, slot: &str) -> Option<String> {
        let random = self.next();
        let lists = self.lists;
        let of = |list: &[String]| list.get(random % list.len().max(1)).cloned();
        match slot {
            "title" => of(&self.words.title),
            "month" => of(&self.words.month),
            "day" => of(&self.words.day),
            "nation" => of(&self.words.nation),
            "product" => of(&self.words.product),
            "job" => of(&lists.job),
            "thing" => of(&lists.thing),
            "word" => of(&lists.word),
            "Word" => of(&lists.word).map(|word| capital(&word)),
            "heading" => Some(self.heading()),
            "number" => {
                Some([random % 100, random % 10_000, 1900 + random % 130].get(random % 3)?.to_string())
            }
            "acronym" => Some(self.acronym()),
            "zip" => Some(self.postcode()),
            "date" => Some(format!("{:02}/{:02}/{}", 1 + random % 28, 1 + random % 12, 1930 + random % 95)),
            "phone" => {
                Some(format!("+{} {} {:07}", 1 + random % 98, 100 + random % 900, random % 10_000_000))
            }
            "email" => Some(format!("{}@example.com", of(&lists.word)?)),
            _ => None,
        }
    }

    fn heading(&mut self) -> String {
        if self.chance(30) {
            return self.pick(|inventor| &inventor.words.heads);
        }
        let count = 2 + self.next() % 4;
        let links = ["of", "the", "and", "for", "in", "to", "with", "a"];
        let words: Vec<String> = (0..count)
            .map(|at| {
                let word = self.pick(|inventor| &inventor.lists.word);
                match links.get(self.next() % 24) {
                    Some(link) if at > 0 && at + 1 < count => (*link).to_owned(),
                    _ => capital(&word),
                }
            })
            .collect();
        words.join(" ")
    }

    fn postcode(&mut self) -> String {
        let random = self.next();
        match random % 8 {
            0 => format!("{:04}", random % 10_000),
            1 => format!("SW{}A {}AA", 1 + random % 20, random % 10),
            2 => format!("{:04} AB", 1000 + random % 9000),
            3 => format!("{:02}-{:03}", random % 100, random % 1000),
            4 => format!("M{}B {}T{}", random % 10, random % 10, random % 10),
            _ => format!("{:05}", random % 100_000),
        }
    }

    fn locale(&mut self) -> &'a str {
        let at = self.next() % self.locales.len().max(1);
        let chosen = self.locales.get(at).map_or("en_US", |locale| locale.as_str());
        // Most texts are English.
        if self.chance(30) { "en_US" } else { chosen }
    }

    fn given(&mut self, locale: &str) -> String {
        self.pick(|inventor| inventor.lists.given.get(locale).map_or(&[], Vec::as_slice))
    }

    fn surname(&mut self, locale: &str) -> String {
        if self.chance(10) {
            return self.pick(|inventor| &inventor.lists.rare);
        }
        self.pick(|inventor| inventor.lists.surname.get(locale).map_or(&[], Vec::as_slice))
    }

    /// By full name or, as often, by one of them.
    fn someone(&mut self) -> String {
        let locale = self.locale();
        match self.next() % 10 {
            0..3 => self.given(locale),
            3..5 => self.surname(locale),
            _ => self.person(),
        }
    }

    fn person(&mut self) -> String {
        let locale = self.locale();
        let other = if self.chance(15) { self.locale() } else { locale };
        if self.chance(4) {
            return self.pick(|inventor| &inventor.lists.famous);
        }
        let (given, surname) = (self.given(locale), self.surname(other));
        let second = self.given(locale);
        let initial: String = second.chars().take(1).collect();
        match self.next() % 100 {
            0..54 => format!("{given} {surname}"),
            54..61 => format!("{given} {initial}. {surname}"),
            61..68 => format!("{given} {initial} {surname}"),
            68..71 => format!("{initial}. {surname}"),
            71..73 => format!("{initial}.{initial}. {surname}"),
            73..77 => format!("{given} {second} {surname}"),
            77..81 => format!("{given} {surname}-{}", self.surname(other)),
            81..84 => format!("{given} {surname} {}", self.surname(other)),
            84..86 => format!("{given}-{second} {surname}"),
            86..89 => format!("{surname} {given}"),
            89..92 => format!("{given} {surname}").to_uppercase(),
            92..94 => surname,
            94..97 => given,
            97..98 => format!("{given} \"{second}\" {surname}"),
            _ => format!("{given} {surname} {}", if self.chance(50) { "Jr." } else { "III" }),
        }
    }

    fn place(&mut self) -> String {
        let name = match self.next() % 100 {
            0..32 => self.town(),
            32..52 => self.pick(|inventor| &inventor.lists.village),
            52..72 => self.region(),
            72..86 => self.pick(|inventor| &inventor.lists.landmark),
            86..90 => format!("{} County", self.pick(|inventor| &inventor.lists.county)),
            _ => self.pick(|inventor| &inventor.words.places),
        };
        if self.chance(8) { name.to_uppercase() } else { name }
    }

    /// A town, one with many people sooner than one with few.
    fn town(&mut self) -> String {
        let chosen = (0..6).map(|_| self.next() % self.lists.city.len().max(1)).collect::<Vec<_>>();
        let some = if self.chance(50) { 1 } else { 6 };
        let towns = chosen.iter().take(some).filter_map(|at| self.lists.city.get(*at));
        towns.max_by_key(|(_, people)| *people).map(|(name, _)| name.clone()).unwrap_or_default()
    }

    fn region(&mut self) -> String {
        self.pick(|inventor| &inventor.lists.region)
    }

    fn street(&mut self) -> String {
        let number = 1 + self.next() % 400;
        let street = self.pick(|inventor| &inventor.words.streets);
        match self.next() % 10 {
            0 => format!("{number} {street}"),
            1 => format!("{street} {number}"),
            _ => self.pick(|inventor| &inventor.lists.street),
        }
    }

    fn organisation(&mut self) -> String {
        let ending = self.pick(|inventor| &inventor.words.organisation_end);
        match self.next() % 100 {
            0..22 => self.pick(|inventor| &inventor.lists.company),
            22..32 => self.coined(),
            32..44 => format!("{} {ending}", self.coined()),
            44..56 => {
                let place = self.town();
                self.pick(|inventor| &inventor.words.organisation_of_place).replace("{}", &place)
            }
            56..64 => self.acronym(),
            64..76 => {
                let words: Vec<String> = (0..1 + self.next() % 2)
                    .map(|_| capital(&self.pick(|inventor| &inventor.lists.word)))
                    .collect();
                format!("{} {ending}", words.join(" "))
            }
            76..80 => {
                let locale = self.locale();
                format!("{} {ending}", self.surname(locale))
            }
            80..86 => self.pick(|inventor| &inventor.lists.body),
            _ => self.pick(|inventor| &inventor.words.organisations),
        }
    }

    fn acronym(&mut self) -> String {
        let letters = 2 + self.next() % 3;
        (0..letters).map(|_| char::from(b'A' + (self.next() % 26) as u8)).collect()
    }

    fn coined(&mut self) -> String {
        let count = 1 + self.next() % 2;
        let start: String = (0..count).map(|_| self.pick(|inventor| &inventor.words.syllables)).collect();
        capital(&(start + &self.pick(|inventor| &inventor.words.endings)))
    }

    fn pick(&mut self, list: impl Fn(&Self) -> &[String]) -> String {
        let random = self.next();
        let list = list(self);
        list.get(random % list.len().max(1)).cloned().unwrap_or_default()
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.next() % 100 < percent
    }

    /// SplitMix64 (Steele, Lea, Flood 2014).
    fn next(&mut self) -> usize {
        self.random = self.random.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.random ^ (self.random >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ (mixed >> 31)) >> 16) as usize
    }
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
