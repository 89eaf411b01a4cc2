use std::{collections::BTreeMap, fs, path::Path};

use crate::{look::Look, token};

/// Classes that are not source code.
const DATA: [&str; 8] = ["config", "csv", "json", "log", "po", "prose", "xml", "yaml"];
/// Classes learnt as one.
const MERGED: [(&str, &str); 1] = [("less", "scss")];
/// Files of a class that are learnt from, and bytes of one.
const MOST_FILES: usize = 700;
const MOST_BYTES: usize = 6000;
const HEAD: usize = 300;

pub(crate) struct Corpus {
    pub(crate) classes: Vec<String>,
    pub(crate) files: Vec<File>,
}

pub(crate) struct File {
    pub(crate) class: u32,
    pub(crate) held_out: bool,
    project: u32,
    weight: f32,
    pub(crate) name: String,
    text: Vec<u8>,
    seed: u64,
}

/// Features of a piece of a file, with how often each occurs.
pub(crate) struct Sample {
    pub(crate) class: u32,
    pub(crate) project: u32,
    pub(crate) weight: f32,
    pub(crate) features: Vec<(u32, u32)>,
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
            let mut sizes: BTreeMap<&str, usize> = BTreeMap::new();
            files.iter().for_each(|(project, _, _)| *sizes.entry(project).or_default() += 1);
            let mut order: Vec<(usize, String)> =
                sizes.iter().map(|(project, size)| (*size, (*project).to_owned())).collect();
            order.sort_unstable_by(|one, other| other.cmp(one));
            let rank: BTreeMap<String, (usize, usize)> = order
                .into_iter()
                .enumerate()
                .map(|(rank, (size, project))| (project, (rank, size)))
                .collect();
            let (every, all_files) = (files.len().div_ceil(MOST_FILES), files.len());
            for (index, (project, file, text)) in
                files.into_iter().enumerate().filter(|(index, _)| index % every == 0)
            {
                let (rank_of, size) = rank[&project];
                // Every third project is kept for judging, the largest never; of a single project every third file.
                let held_out = if rank.len() == 1 { index % 3 == 0 } else { rank_of % 3 == 1 };
                // Projects count alike rather than files, and small classes a little more.
                let even = all_files as f32 / (rank.len() * size) as f32;
                let data = if DATA.contains(&name.as_str()) { 1.5 } else { 1.0 };
                let weight =
                    data * even.sqrt().clamp(0.3, 3.0) * (200.0 / all_files.clamp(12, 200) as f32).sqrt();
                let text = if name == "prose" { prose_of(&text) } else { text };
                if name == "prose" && !reads(&text) {
                    continue;
                }
                let file = format!("{project}/{file}");
                let project = if rank.len() < 3 {
                    hash(format!("{name} {index}").as_bytes())
                } else {
                    hash(project.as_bytes())
                };
                let seed = hash(format!("{name}{index}").as_bytes());
                all.push(File {
                    class: class as u32,
                    held_out,
                    project: project as u32,
                    weight,
                    name: file,
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
        // Where all files begin with the same licence there is nothing to learn from it.
        samples.push(Sample { weight: self.weight * 0.2, ..self.head() });
        for (turn, length) in [(1_u64, 2_usize), (2, 4), (3, 8), (4, 20), (5, 3), (6, 6)] {
            let first = (self.seed.rotate_left(turn as u32 * 7) % lines.len() as u64) as usize;
            let passage = &lines[first..(first + length).min(lines.len())];
            if passage.iter().filter(|line| !line.trim_ascii().is_empty()).count() < 2 {
                continue;
            }
            let joined = passage.join(if turn > 4 { &b" "[..] } else { &b"\n"[..] });
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
        let is_code = !DATA.contains(&name);
        let lines: Vec<&[u8]> = self.text.split(|byte| *byte == b'\n').collect();
        let wanted = if name == "prose" { 60 } else { 14 };
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
        let (mut counts, mut comments) = (BTreeMap::new(), 0);
        for line in text.split(|byte| *byte == b'\n').map(|line| &line[..line.len().min(1000)]) {
            let shown = match Look::at(line) {
                Look::Blank | Look::Plain | Look::Member => continue,
                Look::Comment if comments >= token::COMMENTS => continue,
                Look::Comment => {
                    comments += 1;
                    token::COMMENT
                }
                Look::Sparse | Look::Dense => usize::MAX,
            };
            count(line, shown, &mut counts);
        }
        // A block of code counts each feature once.
        counts.values_mut().for_each(|count| *count = 1);
        self.counted(counts)
    }

    fn line(&self, line: &[u8]) -> Sample {
        let mut counts = BTreeMap::new();
        count(line, usize::MAX, &mut counts);
        self.counted(counts)
    }

    fn counted(&self, counts: BTreeMap<u32, u32>) -> Sample {
        Sample {
            class: self.class,
            project: self.project,
            weight: self.weight,
            features: counts.into_iter().collect(),
        }
    }
}

fn count(line: &[u8], shown: usize, counts: &mut BTreeMap<u32, u32>) {
    let mut index = 0;
    token::tokens(line, |token| {
        index += 1;
        for feature in token.features.into_iter().filter(|feature| *feature != 0 && index <= shown) {
            *counts.entry(feature).or_insert(0) += 1;
        }
    });
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
