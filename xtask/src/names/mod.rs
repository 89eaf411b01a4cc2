//! Trains the tagger of crate `names`: reads the corpora, makes up sentences, fits the weights, measures them.

mod corpus; // labelled texts as others publish them
mod fit; // weights from labelled texts
mod invent; // labelled sentences made up from lists
mod lists; // names, places and words
mod measure; // what the tagger finds against what is labelled

use std::{fs, path::PathBuf};

use anyhow::{Context, Result};
use names::Tagger;

use self::{corpus::Text, fit::Fit, invent::Inventor, lists::Lists, measure::Tally};

/// Where the weights are kept.
const WEIGHTS: &str = "names/weights/names.bin";

/// How to train.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Folder with the lists that `names/training/lists.py` writes.
    lists: PathBuf,
    /// Folder with the corpora.
    #[arg(long, default_value = "../shared/data/fetched")]
    corpora: PathBuf,
    /// Passes over the training data.
    #[arg(long, default_value_t = 8)]
    passes: u32,
    /// Sentences to make up.
    #[arg(long, default_value_t = 40_000)]
    sentences: usize,
    /// Judge by cross-validation with so many parts, writing nothing.
    #[arg(long)]
    parts: Option<usize>,
    /// Only so many of the parts.
    #[arg(long)]
    tried: Option<usize>,
    /// Show what is missed and what is found wrongly.
    #[arg(long)]
    show: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let lists = Lists::read(&arguments.lists)?;
    let corpora = corpus::read(&arguments.corpora)?;
    match arguments.parts {
        None => {
            let tagger = train(arguments, &lists, corpora.iter().filter(|text| text.teaches()))?;
            let bytes = tagger.to_bytes();
            let path = crate::root().join(WEIGHTS);
            fs::write(&path, &bytes).with_context(|| format!("cannot write `{}`", path.display()))?;
            println!("{} bytes", bytes.len());
            Ok(())
        }
        Some(parts) => validate(arguments, &lists, &corpora, parts),
    }
}

/// Trains on all parts but one and measures on that one, in turn.
fn validate(arguments: &Arguments, lists: &Lists, corpora: &[Text], parts: usize) -> Result<()> {
    let mut tally = Tally::default();
    for part in 0..arguments.tried.unwrap_or(parts) {
        let held = |text: &&Text| text.document % parts == part;
        let tagger = train(arguments, lists, corpora.iter().filter(|text| text.teaches() && !held(text)))?;
        for text in corpora.iter().filter(held) {
            tally.measure(&tagger, text, arguments.show);
        }
    }
    tally.print();
    Ok(())
}

fn train<'a>(
    arguments: &Arguments,
    lists: &Lists,
    corpora: impl Iterator<Item = &'a Text>,
) -> Result<Tagger> {
    let mut inventor = Inventor::new(lists)?;
    let mut texts: Vec<Text> = inventor.sentences(arguments.sentences);
    for text in corpora {
        texts.extend(inventor.variants(text));
        texts.push(text.clone());
    }
    Ok(Fit::new(lists.lexicon()).run(&texts, arguments.passes))
}
