use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use crate::{
    look::{Comment, Look},
    token,
};

/// Classes that are not source code, and how much more they count than their projects say.
const DATA: [(&str, f32); 9] = [
    ("chatter", 3.0),
    ("config", 1.5),
    ("csv", 1.5),
    ("json", 1.5),
    ("log", 1.5),
    ("po", 1.5),
    ("prose", 4.0),
    ("xml", 1.5),
    ("yaml", 1.5),
];
/// Projects that have samples of every language: kept for judging.
const COLLECTIONS: [&str; 2] = ["crate-bat", "bin-ruby-rouge"];
/// Classes learnt as one.
const MERGED: [(&str, &str); 1] = [("less", "scss")];
/// Files of a class that are learnt from, and bytes of one.
const MOST_FILES: usize = 700;
const MOST_BYTES: usize = 6000;
const KEPT: usize = 30_000;
const HEAD: usize = 300;

pub(crate) struct Corpus {
    pub(crate) classes: Vec<String>,
    pub(crate) files: Vec<File>,
}

pub(crate) struct File {
    pub(crate) class: u32,
    pub(crate) held_out: bool,
    is_data: bool,
    project: u32,
    weight: f32,
    pub(crate) name: String,
    text: Vec<u8>,
    seed: u64,
}

/// Features of a piece of a file.
pub(crate) struct Sample {
    pub(crate) class: u32,
    pub(crate) project: u32,
    pub(crate) weight: f32,
    pub(crate) features: Vec<u32>,
}

impl Corpus {
    pub(crate) fn read(folder: &Path) -> Self {
        let mut found: BTreeMap<String, Vec<(String, String, Vec<u8>)>> = BTreeMap::new();
        for class in names(folder) {
            let merged = MERGED
                .iter()
                .find(|(from, _)| *from == class)
                .map_or(class.clone(), |(_, to)| (*to).to_owned());
            let files = found.entry(merged).or_default();
            for project in names(&folder.join(&class)) {
                let folder = folder.join(&class).join(&project);
                files.extend(names(&folder).into_iter().filter_map(|name| {
                    let text = fs::read(folder.join(&name)).ok()?;
                    Some((project.clone(), name, text))
                }));
            }
        }
        let classes: Vec<String> = found.keys().cloned().collect();
        let mut all = Vec::new();
        for (class, (name, files)) in found.into_iter().enumerate() {
            let files = files.into_iter().map(|(project, file, text)| (project, file, shown(&name, text)));
            let mut files: Vec<_> = files.filter(|(_, _, text)| name != "prose" || reads(text)).collect();
            let every = files.len().div_ceil(MOST_FILES).max(1);
            files.retain(|(project, file, _)| {
                every == 1 || hash(format!("{project}{file}").as_bytes()).is_multiple_of(every as u64)
            });
            let mut sizes: BTreeMap<String, usize> = BTreeMap::new();
            files.iter().for_each(|(project, _, _)| *sizes.entry(project.clone()).or_default() += 1);
            let projects = sizes.len();
            let roots: f32 = sizes.values().map(|size| (*size as f32).sqrt()).sum();
            for (index, (project, file, text)) in files.into_iter().enumerate() {
                let seed = hash(format!("{name}{index}").as_bytes());
                // A quarter of the projects is kept for judging, with all their files; of few projects a quarter of the files.
                let chosen = if projects < 4 { seed } else { hash(project.as_bytes()) };
                let collection = COLLECTIONS.contains(&project.as_str());
                let held_out = (collection || chosen.is_multiple_of(4)) && !file.contains("written-");
                // Of a project the root of its files counts, of a class the root of its projects.
                let share = 1.0 / (sizes[&project] as f32).sqrt() / roots;
                let more = DATA.iter().find(|(class, _)| *class == name).map_or(1.0, |(_, more)| *more);
                let weight = share * (projects.clamp(4, 60) as f32).sqrt() * 60.0 * more;
                let path = format!("{project}/{file}");
                let project = if projects < 3 { seed } else { hash(project.as_bytes()) } as u32;
                all.push(File {
                    class: class as u32,
                    held_out,
                    is_data: DATA.iter().any(|(class, _)| *class == name),
                    project,
                    weight: weight.min(3.0 * more),
                    name: path,
                    text,
                    seed,
                });
            }
        }
        Self { classes, files: all }
    }
}

impl File {
    /// The whole file and its head, some passages, and a passage on one line.
    pub(crate) fn samples(&self) -> Vec<Sample> {
        let lines: Vec<&[u8]> = self.text.split(|byte| *byte == b'\n').collect();
        let mut samples = vec![self.whole(), self.body()];
        samples.push(Sample { weight: self.weight * 1.5, ..self.head() });
        for (turn, length) in [(1_u64, 2_usize), (2, 4), (3, 8), (4, 20), (5, 3), (6, 6), (7, 1)] {
            let first = (self.seed.rotate_left(turn as u32 * 7) % lines.len() as u64) as usize;
            let passage = &lines[first..(first + length).min(lines.len())];
            let least = if self.is_data { 1 } else { 2 };
            if passage.iter().filter(|line| !line.trim_ascii().is_empty()).count() < least {
                continue;
            }
            let joined = passage.join(if matches!(turn, 5 | 6) { &b" "[..] } else { &b"\n"[..] });
            samples.push(Sample { weight: self.weight * 0.5, ..self.sample(&joined) });
        }
        samples
    }

    pub(crate) fn text(&self) -> &[u8] {
        &self.text
    }

    pub(crate) fn whole(&self) -> Sample {
        self.sample(&self.text[..self.text.len().min(MOST_BYTES)])
    }

    pub(crate) fn head(&self) -> Sample {
        self.sample(&self.text[..self.text.len().min(HEAD)])
    }

    /// The first bytes from the first line that is no comment on.
    pub(crate) fn body(&self) -> Sample {
        let mut at = 0;
        for line in self.text.split_inclusive(|byte| *byte == b'\n') {
            if matches!(Look::at(line), Look::Sparse | Look::Dense) {
                break;
            }
            at += line.len();
        }
        self.sample(&self.text[at..self.text.len().min(at + HEAD)])
    }

    /// Single lines, of class 1 if they are code and 0 if not.
    pub(crate) fn lines(&self, classes: &[String]) -> Vec<Sample> {
        let name = classes[self.class as usize].as_str();
        let is_code = !self.is_data;
        let lines: Vec<&[u8]> = self.text.split(|byte| *byte == b'\n').collect();
        // What was written for the purpose is dense: each line of it is seen.
        let dense = name == "prose" || self.name.starts_with("written-");
        let wanted = if dense { 60 } else { 14 };
        let mut taken = Vec::new();
        for turn in 0..wanted * 3 {
            let index = (self.seed.wrapping_mul(turn * 2 + 1).rotate_left(11) % lines.len() as u64) as usize;
            let line = &lines[index][..lines[index].len().min(160)];
            let look = Look::at(line);
            let useful = match look {
                Look::Blank | Look::Member => false,
                Look::Sparse | Look::Dense => true,
                Look::Plain | Look::Comment => !is_code,
            };
            if useful {
                let weight = if is_code || name == "prose" { 1.0 } else { 0.5 };
                taken.push(Sample {
                    class: u32::from(is_code),
                    weight: weight * self.weight,
                    ..self.line(line)
                });
            }
            if taken.len() as u64 >= wanted {
                break;
            }
        }
        taken
    }

    /// What the reader sees of a passage: nothing of plain lines, how comments open, all of other lines.
    fn sample(&self, text: &[u8]) -> Sample {
        let (mut seen, mut comments, mut comment) = (BTreeSet::new(), 0, Comment::default());
        for line in text.split(|byte| *byte == b'\n').map(|line| &line[..line.len().min(1000)]) {
            let shown = match comment.look(line) {
                Look::Blank | Look::Plain => continue,
                Look::Comment | Look::Member if comments >= token::COMMENTS => continue,
                Look::Comment | Look::Member => {
                    comments += 1;
                    token::COMMENT
                }
                Look::Sparse | Look::Dense => usize::MAX,
            };
            add(line, shown, &mut seen);
        }
        self.with(seen)
    }

    fn line(&self, line: &[u8]) -> Sample {
        let mut seen = BTreeSet::new();
        add(line, usize::MAX, &mut seen);
        self.with(seen)
    }

    fn with(&self, seen: BTreeSet<u32>) -> Sample {
        let features = seen.into_iter().collect();
        Sample { class: self.class, project: self.project, weight: self.weight, features }
    }
}

fn add(line: &[u8], shown: usize, seen: &mut BTreeSet<u32>) {
    let mut index = 0;
    token::tokens(line, |token| {
        index += 1;
        seen.extend(token.features.into_iter().filter(|feature| *feature != 0 && index <= shown));
    });
}

/// What of a file is learnt from.
fn shown(class: &str, mut text: Vec<u8>) -> Vec<u8> {
    if class == "prose" {
        text = prose_of(&text);
    }
    text.truncate(KEPT);
    text
}

/// Prose without the code that is shown in it: fenced or indented blocks, doctests.
fn prose_of(text: &[u8]) -> Vec<u8> {
    let mut fenced = false;
    let mut kept: Vec<&[u8]> = Vec::new();
    for line in text.split(|byte| *byte == b'\n') {
        let bare = line.trim_ascii_start();
        if bare.starts_with(b"```") || bare.starts_with(b"~~~") {
            fenced = !fenced;
        } else if !fenced
            && !line.starts_with(b"    ")
            && !line.starts_with(b"\t")
            && !bare.starts_with(b">>>")
            && !bare.starts_with(b"$ ")
            && !bare.starts_with(b"<")
        {
            kept.push(line);
        }
    }
    kept.join(&b'\n')
}

/// Whether a text is mostly words.
fn reads(text: &[u8]) -> bool {
    let words = text
        .iter()
        .filter(|byte| byte.is_ascii_alphabetic() || **byte >= 0x80 || b" .,'".contains(byte))
        .count();
    words * 100 > text.len() * 85
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> =
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.retain(|name| !name.starts_with('.'));
    names.sort();
    names
}

/// A number that looks random and is always the same for the same bytes.
fn hash(bytes: &[u8]) -> u64 {
    let mixed = bytes.iter().fold(0xCBF2_9CE4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01B3)
    });
    let mixed = (mixed ^ mixed >> 32).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    mixed ^ mixed >> 29
}
