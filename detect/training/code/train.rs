//! Trains the weights of the reader of source code on what `collect.py` collected, and judges them.
//!
//! `cargo run --release -p detect --example train_code -- FOLDER WEIGHTS` learns from all files and writes the file of
//! weights; with `… FOLDER WEIGHTS APART` from two thirds of the projects: it tells how the languages of the rest are
//! told, and copies that rest to the folder APART.
#![expect(
    clippy::indexing_slicing,
    clippy::expect_used,
    reason = "a tool run by hand; all indices come from tables it made"
)]

#[path = "../../src/code/look.rs"]
mod look;
#[path = "../../src/code/token.rs"]
mod token;

mod corpus; // files, samples of them, and what of them to learn
mod learn; // logistic regression on sparse features

use std::{collections::HashMap, env, fs, path::Path};

use corpus::{Corpus, File, Sample};
use learn::{Learner, Sparse};

/// Features kept in the end, and considered at first.
const KEPT: usize = 6000;
const CONSIDERED: usize = 60_000;
/// Features hidden each time a sample is learnt from, in percent.
const HIDDEN: u64 = 50;
/// Projects, or files of the few, in which a feature must occur.
const LEAST_PROJECTS: usize = 3;

fn main() {
    let mut arguments = env::args().skip(1);
    let mut next = |what: &str| arguments.next().expect(what);
    let folder = next("the folder that collect.py filled");
    let target = next("the file of weights to write");
    let apart = arguments.next();
    let corpus = Corpus::read(Path::new(&folder));
    let (kept_apart, files): (Vec<&File>, Vec<&File>) =
        corpus.files.iter().partition(|file| apart.is_some() && file.held_out);
    println!("{} classes, {} files to learn from", corpus.classes.len(), files.len());
    let samples: Vec<Sample> = files.iter().flat_map(|file| file.samples()).collect();
    let lines: Vec<Sample> = files.iter().flat_map(|file| file.lines(&corpus.classes)).collect();
    println!("{} samples, {} lines", samples.len(), lines.len());

    let first = considered(&samples, &lines);
    let classes = train_classes(&samples, &first, corpus.classes.len(), 3);
    let code = train_code(&lines, &first, 3);
    let kept = best(&first, &classes, &code, &samples);
    let classes = train_classes(&samples, &kept, corpus.classes.len(), 10);
    let code = train_code(&lines, &kept, 6);
    fs::write(&target, written(&corpus.classes, &kept, &classes, &code)).expect("the weights can be written");
    if let Some(apart) = apart {
        judge(&corpus, &kept_apart, &kept, &classes, &code);
        set_apart(Path::new(&apart), &corpus, &kept_apart);
    }
}

/// Copies the files that were not learnt from, for `cargo xtask score code`.
fn set_apart(folder: &Path, corpus: &Corpus, files: &[&File]) {
    for file in files {
        let target = folder.join(&corpus.classes[file.class as usize]);
        fs::create_dir_all(&target).expect("a folder of the files kept apart");
        fs::write(target.join(file.name.replace('/', "-")), file.text()).expect("a file kept apart");
    }
}

/// Features that occur in enough projects, by how many.
fn considered(samples: &[Sample], lines: &[Sample]) -> HashMap<u32, usize> {
    let mut projects: HashMap<u32, Vec<u32>> = HashMap::new();
    for sample in samples.iter().chain(lines) {
        for (feature, _) in &sample.features {
            let known = projects.entry(*feature).or_default();
            if known.len() < 400 && !known.contains(&sample.project) {
                known.push(sample.project);
            }
        }
    }
    let mut often: Vec<(usize, u32)> = projects
        .into_iter()
        .map(|(feature, known)| (known.len(), feature))
        .filter(|(count, _)| *count >= LEAST_PROJECTS)
        .collect();
    often.sort_unstable_by(|one, other| other.cmp(one));
    println!("{} features occur often enough", often.len());
    often.truncate(CONSIDERED);
    often.into_iter().enumerate().map(|(index, (_, feature))| (feature, index)).collect()
}

fn sparse(sample: &Sample, known: &HashMap<u32, usize>, normalised: bool) -> Vec<(u32, f32)> {
    let seen: Vec<(u32, f32)> = sample
        .features
        .iter()
        .filter_map(|(feature, count)| Some((*known.get(feature)? as u32, *count as f32)))
        .collect();
    let total: f32 = if normalised {
        seen.iter().map(|(_, count)| count * count).sum::<f32>().sqrt().max(1.0) / 4.0
    } else {
        1.0
    };
    seen.into_iter().map(|(index, count)| (index, count / total)).collect()
}

fn train_classes(samples: &[Sample], known: &HashMap<u32, usize>, classes: usize, rounds: usize) -> Learner {
    let all: Vec<Sparse> = samples
        .iter()
        .map(|sample| Sparse {
            class: sample.class,
            weight: sample.weight,
            values: sparse(sample, known, true),
        })
        .collect();
    let mut learner = Learner::new(known.len(), classes);
    learner.train(&all, rounds, HIDDEN);
    learner
}

fn train_code(lines: &[Sample], known: &HashMap<u32, usize>, rounds: usize) -> Learner {
    let all: Vec<Sparse> = lines
        .iter()
        .map(|line| Sparse { class: line.class, weight: line.weight, values: sparse(line, known, false) })
        .collect();
    let mut learner = Learner::new(known.len(), 2);
    learner.train(&all, rounds, HIDDEN / 2);
    learner
}

/// The features whose weights tell most, over what they occur in.
fn best(
    known: &HashMap<u32, usize>,
    classes: &Learner,
    code: &Learner,
    samples: &[Sample],
) -> HashMap<u32, usize> {
    // The share of the samples of each class in which a feature occurs, added up: small classes keep their cues.
    let mut sizes = vec![0_f32; classes.row(0).len()];
    samples.iter().for_each(|sample| sizes[sample.class as usize] += 1.0);
    let mut occurs = vec![0_f32; known.len()];
    for sample in samples {
        for index in sample.features.iter().filter_map(|(feature, _)| known.get(feature)) {
            occurs[*index] += 1.0 / sizes[sample.class as usize].max(40.0);
        }
    }
    let mut ranked: Vec<(f32, u32)> = known
        .iter()
        .map(|(feature, index)| {
            let row = classes.row(*index);
            let mean = row.iter().sum::<f32>() / row.len() as f32;
            let spread = row.iter().map(|weight| (weight - mean).powi(2)).sum::<f32>().sqrt();
            let pair = code.row(*index);
            ((spread + (pair[1] - pair[0]).abs()) * occurs[*index].sqrt(), *feature)
        })
        .collect();
    ranked.sort_unstable_by(|one, other| other.0.total_cmp(&one.0));
    ranked.truncate(KEPT);
    ranked.into_iter().enumerate().map(|(index, (_, feature))| (feature, index)).collect()
}

/// Tells how many files of each class are told right: whole, and by their first 300 bytes.
fn judge(corpus: &Corpus, files: &[&File], known: &HashMap<u32, usize>, classes: &Learner, code: &Learner) {
    let mut right: HashMap<u32, [usize; 4]> = HashMap::new();
    let mut wrong: HashMap<(u32, u32), usize> = HashMap::new();
    for file in files {
        let counts = right.entry(file.class).or_default();
        counts[0] += 1;
        for (index, sample) in [file.whole(), file.head(), file.body()].iter().enumerate() {
            let told = classes.told(&sparse(sample, known, true)) as u32;
            counts[index + 1] += usize::from(told == file.class);
            if told != file.class && index == 0 {
                *wrong.entry((file.class, told)).or_default() += 1;
                println!(
                    "mistaken: {} is {} for {}",
                    file.name, corpus.classes[told as usize], corpus.classes[file.class as usize]
                );
            }
        }
    }
    let name = |class: u32| corpus.classes[class as usize].as_str();
    let mut rows: Vec<_> = right.into_iter().collect();
    rows.sort_by_key(|(class, _)| name(*class));
    for (class, [all, whole, head, body]) in rows {
        let share = |count: usize| count as f32 / all as f32;
        let mut mistaken: Vec<_> = wrong
            .iter()
            .filter(|((of, _), _)| *of == class)
            .map(|((_, told), count)| (*count, name(*told)))
            .collect();
        mistaken.sort_unstable_by(|one, other| other.cmp(one));
        mistaken.truncate(4);
        println!(
            "{:14} {all:5} whole {:.3} head {:.3} body {:.3} {mistaken:?}",
            name(class),
            share(whole),
            share(head),
            share(body)
        );
    }
    for (class, name) in corpus.classes.iter().enumerate() {
        let own = files.iter().filter(|file| file.class as usize == class);
        let lines: Vec<Sample> = own.flat_map(|file| file.lines(&corpus.classes)).collect();
        let code = lines.iter().filter(|line| code.told(&sparse(line, known, false)) == 1).count();
        print!("{name} {:.2}, ", code as f32 / lines.len() as f32);
    }
    println!("are the shares of lines taken for code");
}

/// The file of weights, as `src/code/model.rs` reads it.
fn written(names: &[String], known: &HashMap<u32, usize>, classes: &Learner, code: &Learner) -> Vec<u8> {
    let mut features: Vec<(u32, usize)> = known.iter().map(|(feature, index)| (*feature, *index)).collect();
    features.sort_unstable();
    let code_weight = |index: usize| code.row(index)[1] - code.row(index)[0];
    let class_row = |index: usize| {
        let row = classes.row(index);
        let mean = row.iter().sum::<f32>() / row.len() as f32;
        row.iter().map(|weight| weight - mean).collect::<Vec<f32>>()
    };
    let unit = |mut sizes: Vec<f32>| {
        sizes.sort_unstable_by(f32::total_cmp);
        sizes[sizes.len() * 9995 / 10_000] / 127.0
    };
    let code_unit = unit(features.iter().map(|(_, index)| code_weight(*index).abs()).collect());
    let class_unit = unit(features.iter().flat_map(|(_, index)| class_row(*index)).map(f32::abs).collect());
    let cell = |weight: f32, unit: f32| ((weight / unit).round().clamp(-127.0, 127.0) as i8).to_le_bytes()[0];
    let mut out = b"bylaw code 1\n".to_vec();
    out.extend((names.len() as u32).to_le_bytes());
    for name in names {
        out.extend((name.len() as u32).to_le_bytes());
        out.extend(name.as_bytes());
    }
    out.extend(code_unit.to_le_bytes());
    out.extend(class_unit.to_le_bytes());
    out.extend((features.len() as u32).to_le_bytes());
    features.iter().for_each(|(feature, _)| out.extend(feature.to_le_bytes()));
    features.iter().for_each(|(_, index)| out.push(cell(code_weight(*index), code_unit)));
    for (_, index) in &features {
        out.extend(class_row(*index).into_iter().map(|weight| cell(weight, class_unit)));
    }
    out
}
