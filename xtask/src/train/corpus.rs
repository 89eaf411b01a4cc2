use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, ensure};
use rand::{
    Rng as _, SeedableRng as _,
    rngs::StdRng,
    seq::{IndexedRandom as _, SliceRandom as _},
};
use serde::Deserialize;

/// How deep slots may stand within slots.
const DEPTH: u8 = 6;
/// Share of texts that lose words.
const THINNED: f64 = 0.85;
/// Background texts are cut into pieces of so many bytes.
const PIECE: usize = 900;
/// Most pieces of one background file, and of all.
const OF_A_FILE: usize = 12;
const BACKGROUND: usize = 16_000;

/// Texts of known classes.
pub(super) struct Corpus(Written);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    /// The classes, in the order of the weights; background texts belong to the last.
    classes: Vec<String>,
    /// Weights are kept for 2^bits hashed features.
    bits: u8,
    /// Texts made up for each class.
    each: usize,
    /// Share of words that texts lose: what is learned must not hang on one of them.
    lost: f64,
    /// Least and most templates in one text.
    #[serde(default = "one")]
    joined: (usize, usize),
    #[serde(default)]
    slots: BTreeMap<String, Vec<String>>,
    templates: BTreeMap<String, Vec<String>>,
    held_out: BTreeMap<String, Vec<String>>,
}

fn one() -> (usize, usize) {
    (1, 1)
}

impl Corpus {
    pub(super) fn read(source: &str) -> Result<Self> {
        let written: Written = toml::from_str(source)?;
        for name in written.templates.keys().chain(written.held_out.keys()) {
            ensure!(written.classes.contains(name), "`{name}` is no class");
        }
        Ok(Self(written))
    }

    pub(super) fn classes(&self) -> &[String] {
        &self.0.classes
    }

    pub(super) fn bits(&self) -> u8 {
        self.0.bits
    }

    /// Texts written by hand, with their classes.
    pub(super) fn held_out(&self) -> impl Iterator<Item = (usize, &str)> {
        let texts = self.0.held_out.iter();
        texts.flat_map(|(name, texts)| {
            texts.iter().filter_map(|text| Some((self.class(name)?, text.as_str())))
        })
    }

    /// Texts to learn from, with their classes.
    pub(super) fn samples(&self, background: &[PathBuf]) -> Result<Vec<(usize, String)>> {
        let mut random = StdRng::seed_from_u64(7);
        let mut samples = Vec::new();
        for (name, templates) in &self.0.templates {
            let class = self.class(name).context("a class without a place")?;
            for _ in 0..self.0.each {
                let text = self.text(templates, &mut random)?;
                samples.push((class, thinned(&text, self.0.lost, &mut random)));
            }
        }
        let mut files = Vec::new();
        for folder in background {
            collect(folder, &mut files)?;
        }
        let last = self.0.classes.len() - 1;
        files.shuffle(&mut random);
        let pieces = files.iter().flat_map(|file| pieces(file)).take(BACKGROUND);
        samples.extend(pieces.map(|piece| (last, piece)));
        Ok(samples)
    }

    fn class(&self, name: &str) -> Option<usize> {
        self.0.classes.iter().position(|class| class == name)
    }

    fn text(&self, templates: &[String], random: &mut StdRng) -> Result<String> {
        let (least, most) = self.0.joined;
        let count = random.random_range(least..=most);
        let mut text = String::new();
        for _ in 0..count {
            let template = templates.choose(random).context("a class has no templates")?;
            if !text.is_empty() {
                text.push(if random.random_bool(0.3) { '\n' } else { ' ' });
            }
            self.fill(template, DEPTH, random, &mut text)?;
        }
        Ok(text)
    }

    /// Replaces each `{slot}` by one of its texts; braces around anything else stay.
    fn fill(&self, template: &str, depth: u8, random: &mut StdRng, into: &mut String) -> Result<()> {
        ensure!(depth > 0, "slots stand within each other without end: {template}");
        let mut pieces = template.split('{');
        into.push_str(pieces.next().unwrap_or_default());
        for piece in pieces {
            let slot = piece.split_once('}').and_then(|(name, after)| Some((self.0.slots.get(name)?, after)));
            let Some((texts, after)) = slot else {
                into.extend(["{", piece]);
                continue;
            };
            let text = texts.choose(random).context("a slot is empty")?;
            self.fill(text, depth - 1, random, into)?;
            into.push_str(after);
        }
        Ok(())
    }
}

fn thinned(text: &str, lost: f64, random: &mut StdRng) -> String {
    if !random.random_bool(THINNED) {
        return text.to_owned();
    }
    let words = text.split(' ').filter(|_| !random.random_bool(lost));
    words.collect::<Vec<_>>().join(" ")
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    let entries = fs::read_dir(folder).with_context(|| format!("cannot read `{}`", folder.display()))?;
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    for path in paths {
        let is_text = path.extension().and_then(|end| end.to_str()).is_none_or(|end| {
            matches!(end, "md" | "txt" | "rst" | "html" | "rs" | "py" | "js" | "prose" | "h" | "c" | "go")
        });
        match path.is_symlink() {
            true => {}
            false if path.is_dir() => collect(&path, files)?,
            false if is_text => files.push(path),
            false => {}
        }
    }
    Ok(())
}

/// A few pieces from all over a file.
fn pieces(file: &Path) -> Vec<String> {
    let Ok(text) = fs::read_to_string(file) else { return Vec::new() };
    let bytes = text.as_bytes();
    let count = (bytes.len() / PIECE).clamp(1, OF_A_FILE);
    let starts = (0..count).map(|index| bytes.len() / count * index);
    starts
        .filter_map(|start| bytes.get(start..(start + PIECE).min(bytes.len())))
        .map(|piece| String::from_utf8_lossy(piece).into_owned())
        .collect()
}
