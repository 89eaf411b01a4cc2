//! Throws mutated inputs at everything of `detect`, of the sensor and of discovery that reads what strangers send.
//!
//! Runs on the stable compiler, without instrumentation: what an input showed (kinds, problems, labels) decides whether it
//! is mutated further. `fuzz/` has the same for cargo-fuzz, which sees branches but needs a nightly compiler.

mod limits; // time and memory an input may take
mod mutate; // from one input to the next
mod network; // packets, certificates and logs
mod registered; // tables and texts, files of a registry
mod seeds; // what it begins with
mod target; // what is fuzzed

use std::{
    collections::HashSet,
    fs,
    panic::{self, AssertUnwindSafe},
    path::PathBuf,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use rand::{Rng, SeedableRng, rngs::StdRng};

use self::{limits::Limits, mutate::mutate, target::Target};

/// Inputs kept for further mutation.
const MOST_KEPT: usize = 3000;
const LONGEST: usize = 1 << 20;

/// What to fuzz, and for how long.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// The target, or `all`.
    target: String,
    /// For how long each target is run.
    #[arg(long, default_value_t = 10.0)]
    minutes: f64,
    /// Same seed, same inputs.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Run this input once instead, for example one that was kept as a failure.
    #[arg(long)]
    input: Option<PathBuf>,
}

pub(crate) fn run(options: &Options) -> Result<()> {
    let targets: Vec<Target> = match options.target.as_str() {
        "all" => Target::ALL.to_vec(),
        name => {
            vec![Target::named(name).with_context(|| format!("no target `{name}`: {}", Target::names()))?]
        }
    };
    let mut failures = 0;
    for target in targets {
        failures += match &options.input {
            Some(path) => once(target, &fs::read(path)?),
            None => campaign(target, options)?,
        };
    }
    ensure!(failures == 0, "{failures} failing inputs, kept in fuzz/artifacts");
    Ok(())
}

fn once(target: Target, input: &[u8]) -> usize {
    let limits = Limits::begin();
    target.run(input);
    let failure = limits.failure(input.len());
    println!("{}: {}", target.name(), failure.as_deref().unwrap_or("within limits"));
    usize::from(failure.is_some())
}

/// Runs a target for a while; gives the number of failing inputs.
fn campaign(target: Target, options: &Options) -> Result<usize> {
    let folder = crate::root().join("fuzz/artifacts").join(target.name());
    fs::create_dir_all(&folder)?;
    let running = folder.join("running");
    let mut random = StdRng::seed_from_u64(options.seed);
    let mut kept = seeds::of(target);
    let (mut shown, mut failures, mut inputs) = (HashSet::new(), 0_usize, 0_u64);
    let begun = Instant::now();
    let (mut slowest, mut largest) = (0.0_f64, 0_usize);
    while begun.elapsed() < Duration::from_secs_f64(options.minutes * 60.0) && failures < 20 {
        let number = usize::try_from(inputs).unwrap_or(usize::MAX);
        let input = match kept.get(number) {
            // Seeds first, as they are.
            Some(seed) if shown.len() < kept.len() && number < MOST_KEPT => seed.clone(),
            _ => mutate(&kept, LONGEST, &mut random),
        };
        inputs += 1;
        // An overflow of the stack ends this process; its input is there then.
        fs::write(&running, &input)?;
        let limits = Limits::begin();
        let outcome = panic::catch_unwind(AssertUnwindSafe(|| target.run(&input)));
        (slowest, largest) = (slowest.max(limits.seconds()), largest.max(limits.memory()));
        let failure = match &outcome {
            Ok(_) => limits.failure(input.len()),
            Err(_) => Some("panic".to_owned()),
        };
        if let Some(failure) = failure {
            failures += 1;
            let path = folder.join(format!("{}-{failures}", options.seed));
            fs::write(&path, &input)?;
            println!("{}: {failure}: {}", target.name(), path.display());
        } else if let Ok(showed) = outcome
            && shown.insert(showed)
            && number >= kept.len()
        {
            match kept.len() {
                0..MOST_KEPT => kept.push(input),
                full => {
                    if let Some(place) = kept.get_mut(random.random_range(0..full)) {
                        *place = input;
                    }
                }
            }
        }
    }
    fs::remove_file(running)?;
    println!(
        "{:14} {inputs:>9} inputs, {:>5} kinds of outcome, slowest {slowest:.2} s, most memory {} MB, {failures} failures",
        target.name(),
        shown.len(),
        largest >> 20
    );
    Ok(failures)
}
