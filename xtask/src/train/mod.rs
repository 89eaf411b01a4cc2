//! Trains the linear classifiers of `detect`: `cargo xtask train NAME`.
//!
//! What they learn from is in `detect/training/NAME.toml`: templates and slots from which texts are made up, and held-out
//! texts written by hand on which they are judged. Always makes the same weights from the same files.

mod corpus; // templates and slots -> texts
mod regression; // multinomial logistic regression

use std::{fs, path::PathBuf};

use anyhow::{Context as _, Result};
use detect::classify::Model;

use self::{corpus::Corpus, regression::Regression};

/// Trains one classifier, tells how it does on its held-out texts, and writes its weights.
pub(crate) fn run(name: &str, background: &[PathBuf]) -> Result<()> {
    let folder = super::root().join("detect");
    let file = folder.join("training").join(format!("{name}.toml"));
    let source = fs::read_to_string(&file).with_context(|| format!("cannot read `{}`", file.display()))?;
    let corpus = Corpus::read(&source).with_context(|| format!("cannot read `{}`", file.display()))?;
    let samples = corpus.samples(background)?;
    println!("{} texts of {} classes", samples.len(), corpus.classes().len());
    let weights = Regression::train(&samples, corpus.classes().len(), corpus.bits()).written();
    let path = folder.join("weights").join(format!("{name}.bin"));
    fs::write(&path, &weights).with_context(|| format!("cannot write `{}`", path.display()))?;
    judge(&corpus, &Model::read(&weights).context("the weights cannot be read back")?);
    println!("{}: {} bytes", path.display(), weights.len());
    Ok(())
}

fn judge(corpus: &Corpus, model: &Model) {
    let held_out: Vec<_> = corpus.held_out().collect();
    let mut right = 0;
    for (class, text) in &held_out {
        let scores = model.score(&[text.as_bytes()]);
        let (told, share) = scores.best();
        right += usize::from(told == *class);
        if told != *class {
            let name = |class: usize| corpus.classes().get(class).map_or("?", String::as_str);
            println!("{} ({:.2}) as {} ({share:.2}): {text}", name(*class), scores.of(*class), name(told));
        }
    }
    println!("held out: {right} of {} right", held_out.len());
}
