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
#[expect(dead_code, reason = "some of it is for the reader")]
mod look;
#[path = "../../src/code/token.rs"]
#[expect(dead_code, reason = "where tokens stand is for the reader")]
mod token;

mod corpus; // files, samples of them, and what of them to learn
mod learn; // what learns from features

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    env, fs,
    path::Path,
};

use corpus::{Corpus, File, Sample};
use learn::{Network, Question, Sparse};

/// Features kept, and those of them that tell code from text.
const KEPT: usize = 12_000;
const KEPT_FOR_CODE: usize = 2_500;
/// Most features left out each time a sample is learnt from, in percent.
const LEFT_OUT: u64 = 80;
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

    let common = common(samples.iter().chain(&lines));
    let kept = best(&common, &samples, corpus.classes.len(), &lines);
    println!("{} features, {} of them kept", common.len(), kept.len());
    drop(common);
    let mut code = Question::new(kept.len());
    code.train(&known(&lines, &kept), 6, 25);
    let mut network = Network::new(kept.len(), corpus.classes.len());
    network.train(&known(&samples, &kept), 8, LEFT_OUT);
    fs::write(&target, written(&corpus.classes, &kept, &network, &code)).expect("the weights can be written");
    if let Some(apart) = apart {
        judge(&corpus, &kept_apart, &kept, &network, &code);
        set_apart(Path::new(&apart), &corpus, &kept_apart);
    }
}

/// Copies the files that were not learnt from, for `cargo xtask score --corpus languages --code`.
fn set_apart(folder: &Path, corpus: &Corpus, files: &[&File]) {
    for file in files {
        let target = folder.join(&corpus.classes[file.class as usize]).join(&file.name);
        fs::create_dir_all(target.parent().unwrap_or(folder)).expect("a folder of the files kept apart");
        fs::write(target, file.text()).expect("a file kept apart");
    }
}

/// Features that occur in enough projects, each with a place.
fn common<'a>(samples: impl Iterator<Item = &'a Sample>) -> HashMap<u32, usize> {
    let mut projects: HashMap<u32, Vec<u32>> = HashMap::new();
    for sample in samples {
        for feature in &sample.features {
            let known = projects.entry(*feature).or_default();
            if known.len() < LEAST_PROJECTS && !known.contains(&sample.project) {
                known.push(sample.project);
            }
        }
    }
    let mut common: Vec<u32> = projects
        .into_iter()
        .filter(|(_, known)| known.len() >= LEAST_PROJECTS)
        .map(|(feature, _)| feature)
        .collect();
    common.sort_unstable();
    common.into_iter().enumerate().map(|(index, feature)| (feature, index)).collect()
}

/// The features of samples that are known.
fn known(samples: &[Sample], kept: &HashMap<u32, usize>) -> Vec<Sparse> {
    let place = |feature: &u32| kept.get(feature).map(|index| *index as u32);
    samples
        .iter()
        .map(|sample| Sparse {
            class: sample.class,
            weight: sample.weight,
            features: sample.features.iter().filter_map(place).collect(),
        })
        .collect()
}

/// How much each feature tells of the class: what knowing it takes from the surprise, all classes being equally likely.
fn told(common: &HashMap<u32, usize>, samples: &[Sample], classes: usize) -> Vec<f32> {
    let (mut with, mut all) = (vec![0_f32; common.len() * classes], vec![1e-3_f32; classes]);
    for sample in samples {
        all[sample.class as usize] += sample.weight;
        for index in sample.features.iter().filter_map(|feature| common.get(feature)) {
            with[index * classes + sample.class as usize] += sample.weight;
        }
    }
    with.chunks(classes)
        .map(|row| {
            let shares: Vec<f32> =
                row.iter().zip(&all).map(|(with, all)| (with + 0.05) / (all + 20.0)).collect();
            let mean = shares.iter().sum::<f32>() / classes as f32;
            shares.iter().map(|share| share * (share / mean).ln()).sum()
        })
        .collect()
}

/// The features that tell most.
fn best(
    common: &HashMap<u32, usize>,
    samples: &[Sample],
    classes: usize,
    lines: &[Sample],
) -> HashMap<u32, usize> {
    let ranked = |told: Vec<f32>| {
        let mut ranked: Vec<(f32, u32)> =
            common.iter().map(|(feature, index)| (told[*index], *feature)).collect();
        ranked.sort_unstable_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
        ranked.into_iter().map(|(_, feature)| feature)
    };
    let of_code = ranked(told(common, lines, 2)).take(KEPT_FOR_CODE);
    let of_class = ranked(told(common, samples, classes));
    let mut kept: Vec<u32> = Vec::new();
    let mut known = HashSet::new();
    kept.extend(of_code.chain(of_class).filter(|feature| known.insert(*feature)).take(KEPT));
    kept.sort_unstable();
    kept.into_iter().enumerate().map(|(index, feature)| (feature, index)).collect()
}

/// Tells how many files of each class are told right: whole, by their first 300 bytes, and by 300 bytes of code.
fn judge(corpus: &Corpus, files: &[&File], kept: &HashMap<u32, usize>, network: &Network, code: &Question) {
    let mut right: BTreeMap<&str, [usize; 4]> = BTreeMap::new();
    let mut wrong: BTreeMap<(&str, usize, &str), usize> = BTreeMap::new();
    let name = |class: u32| corpus.classes[class as usize].as_str();
    for file in files {
        let counts = right.entry(name(file.class)).or_default();
        counts[0] += 1;
        for (index, sample) in known(&[file.whole(), file.head(), file.body()], kept).iter().enumerate() {
            let logits = network.told(&sample.features);
            let highest = (0..logits.len()).max_by(|one, other| logits[*one].total_cmp(&logits[*other]));
            let told = highest.unwrap_or_default() as u32;
            counts[index + 1] += usize::from(told == file.class);
            if told != file.class {
                *wrong.entry((name(file.class), index, name(told))).or_default() += 1;
                if index == 0 {
                    println!("mistaken: {} is {} for {}", file.name, name(told), name(file.class));
                }
            }
        }
    }
    let mut sums = [0.0_f32; 4];
    for (class, [all, whole, head, body]) in &right {
        let share = |count: &usize| *count as f32 / *all as f32;
        sums.iter_mut()
            .zip([1.0, share(whole), share(head), share(body)])
            .for_each(|(sum, share)| *sum += share);
        let mistaken = |setting: usize| {
            let mut counts: Vec<(usize, &str)> = wrong
                .iter()
                .filter(|((of, index, _), _)| of == class && *index == setting)
                .map(|((_, _, told), count)| (*count, *told))
                .collect();
            counts.sort_unstable_by(|one, other| other.cmp(one));
            counts.truncate(4);
            counts.into_iter().map(|(count, told)| format!("{told} {count}")).collect::<Vec<_>>().join(", ")
        };
        println!(
            "{class:14} {all:5} whole {:.3} head {:.3} body {:.3} ({}) ({})",
            share(whole),
            share(head),
            share(body),
            mistaken(0),
            mistaken(1)
        );
    }
    println!("mean of classes: {:.4} {:.4} {:.4}", sums[1] / sums[0], sums[2] / sums[0], sums[3] / sums[0]);
    for (class, name) in corpus.classes.iter().enumerate() {
        let own = files.iter().filter(|file| file.class as usize == class);
        let lines: Vec<Sample> = own.flat_map(|file| file.lines(&corpus.classes)).collect();
        let taken = known(&lines, kept).iter().filter(|line| code.told(&line.features) > 0.0).count();
        print!("{name} {:.2}, ", taken as f32 / lines.len() as f32);
    }
    println!("are the shares of lines taken for code");
}

/// The file of weights, as `src/code/model.rs` reads it.
fn written(names: &[String], kept: &HashMap<u32, usize>, network: &Network, code: &Question) -> Vec<u8> {
    let mut features: Vec<(u32, usize)> = kept.iter().map(|(feature, index)| (*feature, *index)).collect();
    features.sort_unstable();
    let unit = |mut sizes: Vec<f32>| {
        sizes.sort_unstable_by(f32::total_cmp);
        sizes[sizes.len() * 9995 / 10_000] / 127.0
    };
    let code_unit = unit(code.weights.iter().map(|weight| weight.abs()).collect());
    let class_unit = unit(network.features.iter().flatten().map(|weight| weight.abs()).collect());
    let cell = |weight: f32, unit: f32| ((weight / unit).round().clamp(-127.0, 127.0) as i8).to_le_bytes()[0];
    let mut out = b"bylaw code 2\n".to_vec();
    out.extend((names.len() as u32).to_le_bytes());
    for name in names {
        out.extend((name.len() as u32).to_le_bytes());
        out.extend(name.as_bytes());
    }
    let mut floats = |values: &[f32]| values.iter().for_each(|value| out.extend(value.to_le_bytes()));
    floats(&[code_unit, class_unit]);
    floats(&network.start);
    for (row, prior) in network.classes.iter().zip(&network.priors) {
        floats(row);
        floats(&[*prior]);
    }
    out.extend((features.len() as u32).to_le_bytes());
    features.iter().for_each(|(feature, _)| out.extend(feature.to_le_bytes()));
    features.iter().for_each(|(_, index)| out.push(cell(code.weights[*index], code_unit)));
    for (_, index) in &features {
        out.extend(network.features[*index].map(|weight| cell(weight, class_unit)));
    }
    out
}
