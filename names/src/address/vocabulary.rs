use std::sync::LazyLock;

use crate::word::{Word, hash_of};

/// Words behind a street's name that hardly mean anything else.
const STREET_ENDS: &str = "street road rd avenue ave av boulevard blvd lane ln terrace crescent cres highway hwy freeway \
    parkway pkwy turnpike esplanade alley causeway strasse straße str gasse weg platz allee ufer ring damm chaussee laan straat \
    gracht plein kade dreef gatan gata vägen torget gate veien vei vej gade allé stræde katu tie kuja polku utca út útja tér \
    krt körút sor iela gatvė cad caddesi sok sokak sokağı bulvarı mnt tänav u";
/// Words behind a street's name that may mean much else.
const STREET_MAYBE: &str = "st dr drive way place pl court ct close square sq park row walk grove gardens hill green mews quay \
    wharf plaza circle cir trail trl path loop rise view ridge heights mall bypass isle estates villas";
/// Words before a street's name.
const STREET_STARTS: &str = "rue avenue av boulevard bd chemin impasse allée quai place route cours via viale corso piazza largo \
    vicolo strada calle avenida avda paseo plaza carrer camino carretera rua travessa praça rodovia ul ulica al aleja aleje pl os \
    ulitsa ulice nám náměstí námestie jalan jl jln gang gg str strada bulevardul calea aleea intrarea οδός λεωφόρος улица ул am an \
    zur zum";
const UNITS: &str = "apt apartment suite ste unit flat floor fl room rm bldg building door lok app apto appt étage piso escalera \
    stiege top box no nr block blok hse lot wing level";
/// Units that hardly stand anywhere else.
const HOMES: &str = "apt apartment suite ste flat apto appt";
const BOXES: &str = "box postfach postbus apartado casilla bp boks boîte postboks pobox pmb";
const BEFORE_BOX: &str = "p o po post office psc unit cmr apo gpo";
/// Post offices of the US forces, and what their addresses begin with (USPS Publication 28, section 225).
const MILITARY: &str = "apo fpo dpo";
const MILITARY_REGIONS: &str = "aa ae ap";
const MILITARY_STARTS: &str = "uss usns uscgc usnv psc cmr unit";
const NUMBERING: &str = "no nr n num č čp numéro número";
/// Endings of compound names of streets, as in `Hauptstraße`.
const ENDINGS: [&str; 23] = [
    "straße",
    "strasse",
    "gasse",
    "straat",
    "gracht",
    "gatan",
    "gata",
    "vägen",
    "vegur",
    "braut",
    "stræti",
    "veien",
    "vej",
    "gade",
    "katu",
    "kuja",
    "utca",
    "allee",
    "laan",
    "plein",
    "kade",
    "platz",
    "promenade",
];

/// Hashes of words, sorted.
pub(super) struct WordSet(Vec<u32>);

impl WordSet {
    fn of(words: &str) -> Self {
        let mut hashes: Vec<u32> = words.split_whitespace().map(hash_of).collect();
        hashes.sort_unstable();
        Self(hashes)
    }

    pub(super) fn holds(&self, word: &Word) -> bool {
        self.0.binary_search(&word.lower).is_ok()
    }
}

/// Sets of words as bits by hash: a word that is in none of them has its bit set once in fifteen times.
pub(super) struct Sieve([u64; SIEVE / 64]);

/// Bits of a sieve, some fifteen times the words in it.
const SIEVE: usize = 4096;

impl Sieve {
    fn of(sets: &[&WordSet]) -> Self {
        let mut bits = [0; SIEVE / 64];
        for hash in sets.iter().flat_map(|set| &set.0) {
            let (place, bit) = Self::place(*hash);
            bits.get_mut(place).into_iter().for_each(|bits| *bits |= bit);
        }
        Self(bits)
    }

    pub(super) fn may_hold(&self, word: &Word) -> bool {
        let (place, bit) = Self::place(word.lower);
        self.0.get(place).is_some_and(|bits| bits & bit != 0)
    }

    fn place(hash: u32) -> (usize, u64) {
        let bit = hash as usize % SIEVE;
        (bit / 64, 1 << (bit % 64))
    }
}

/// Words that addresses are made of.
pub(super) struct Vocabulary {
    pub(super) ends: WordSet,
    pub(super) maybe: WordSet,
    pub(super) starts: WordSet,
    pub(super) units: WordSet,
    pub(super) homes: WordSet,
    pub(super) boxes: WordSet,
    pub(super) before_box: WordSet,
    pub(super) numbering: WordSet,
    pub(super) military: WordSet,
    pub(super) military_regions: WordSet,
    pub(super) military_starts: WordSet,
    /// Of all words that make a seed.
    pub(super) seeds: Sieve,
}

pub(super) static VOCABULARY: LazyLock<Vocabulary> = LazyLock::new(|| {
    let [ends, maybe, starts] = [STREET_ENDS, STREET_MAYBE, STREET_STARTS].map(WordSet::of);
    let [homes, boxes, military] = [HOMES, BOXES, MILITARY].map(WordSet::of);
    Vocabulary {
        seeds: Sieve::of(&[&ends, &maybe, &starts, &homes, &boxes, &military]),
        ends,
        maybe,
        starts,
        units: WordSet::of(UNITS),
        homes,
        boxes,
        before_box: WordSet::of(BEFORE_BOX),
        numbering: WordSet::of(NUMBERING),
        military,
        military_regions: WordSet::of(MILITARY_REGIONS),
        military_starts: WordSet::of(MILITARY_STARTS),
    }
});

/// What the endings end with, by their last two bytes.
static LAST_TWO: LazyLock<[bool; 1 << 10]> = LazyLock::new(|| {
    let mut all = [false; 1 << 10];
    for two in ENDINGS.iter().filter_map(|ending| ending.as_bytes().last_chunk()) {
        all.get_mut(folded(*two)).into_iter().for_each(|known| *known = true);
    }
    all
});

fn folded([first, second]: [u8; 2]) -> usize {
    usize::from(first & 0x1F) | usize::from(second & 0x1F) << 5
}

/// Whether a word is a compound name of a street, as `Hauptstraße`.
pub(super) fn is_compound(spelling: &[u8]) -> bool {
    let known = spelling.last_chunk().and_then(|two| LAST_TWO.get(folded(*two)));
    let ends =
        |ending: &&'static str| spelling.len() > ending.len() + 2 && spelling.ends_with(ending.as_bytes());
    known == Some(&true) && ENDINGS.iter().any(ends)
}
