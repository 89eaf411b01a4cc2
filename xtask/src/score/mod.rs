//! How right the detectors are: `cargo xtask score`.
//!
//! Reads labelled texts that others made and that stay outside this repository, and compares what is found with what is
//! there. A corpus that is not in the folder is left out.

mod bars; // what we want to reach, and what peers reach
mod case; // labelled texts as the corpora write them
mod checksums; // bare numbers, valid or not
mod credentials; // secrets in code
mod entities; // names in running text
mod figures; // precision, recall, shares, rates
mod folder; // files to look through
mod labels; // their labels and ours
mod languages; // source code, file by file
mod phones; // numbers of every region
mod quiet; // text in which there is nothing to find
mod recognisers; // the tests of a peer, all types on
mod report; // tables for people
mod sheet; // what one corpus showed
mod spans; // which findings are which spans
mod synthetic; // sentences with labelled spans

use std::path::PathBuf;

use anyhow::{Result, ensure};
use clap::Args;
use detect::Detectors;

use self::{case::Half, labels::Labels, sheet::Sheet};

/// What to score.
#[derive(Args)]
pub(crate) struct Options {
    /// Folder with the corpora.
    #[arg(long, default_value = "../shared/data/fetched")]
    folder: PathBuf,
    /// Only this corpus; can be given again.
    #[arg(long)]
    corpus: Vec<String>,
    /// List what goes wrong with this label, or with `all`; can be given again.
    #[arg(long)]
    show: Vec<String>,
    /// Only one half of the texts, by a hash of the text: tune on one, judge by the other.
    #[arg(long)]
    half: Option<Half>,
    /// Folders with code, instead of what a Debian machine with Rust, Python and Node has.
    #[arg(long)]
    code: Vec<PathBuf>,
    /// Folders with prose, instead of a Debian machine's documentation.
    #[arg(long)]
    prose: Vec<PathBuf>,
    /// Write `docs/accuracy.md` with what was scored.
    #[arg(long)]
    write: bool,
}

/// What every corpus needs.
struct Bench {
    options: Options,
    detectors: Detectors,
    labels: Labels,
}

impl Bench {
    /// The file of a corpus with one JSON object a line.
    fn labelled(&self, corpus: &str) -> PathBuf {
        self.options.folder.join("detect").join(format!("{corpus}.dev.jsonl"))
    }
}

/// A corpus and the way it is scored.
struct Corpus {
    name: &'static str,
    score: fn(&Bench, &'static str) -> Result<Sheet>,
}

const CORPORA: &[Corpus] = &[
    Corpus { name: "presidio_research_synth_v2", score: synthetic::score },
    Corpus { name: "presidio_recognizer_tests", score: recognisers::score },
    Corpus { name: "phone_examples", score: phones::score },
    Corpus { name: "stdnum_checksum_vectors", score: checksums::score },
    Corpus { name: "presidio_checksum_vectors", score: checksums::score },
    Corpus { name: "gitleaks_rule_vectors", score: credentials::vectors },
    Corpus { name: "noseyparker_rule_examples", score: credentials::vectors },
    Corpus { name: "detect_secrets_tests", score: credentials::vectors },
    Corpus { name: "creddata_snippets", score: credentials::lines },
    Corpus { name: "gum_train", score: entities::score },
    Corpus { name: "uner_dev", score: entities::score },
    Corpus { name: "wnut_train", score: entities::score },
    Corpus { name: "prose", score: quiet::score_prose },
    Corpus { name: "code", score: quiet::score_code },
    Corpus { name: "languages", score: languages::score },
];

/// Scores the corpora asked for and prints the tables.
pub(crate) fn run(options: Options) -> Result<()> {
    let known: Vec<&str> = CORPORA.iter().map(|corpus| corpus.name).collect();
    ensure!(
        options.corpus.iter().all(|name| known.contains(&name.as_str())),
        "no such corpus; there are {}",
        known.join(", ")
    );
    let bench = Bench { options, detectors: Detectors::builtin()?, labels: Labels::read()? };
    let asked = |corpus: &&Corpus| {
        bench.options.corpus.is_empty() || bench.options.corpus.iter().any(|name| name == corpus.name)
    };
    let mut sheets = Vec::new();
    for corpus in CORPORA.iter().filter(asked) {
        let sheet = (corpus.score)(&bench, corpus.name)?;
        report::print(&sheet, &bench.options.show);
        sheets.push(sheet);
    }
    if bench.options.write { report::write(&sheets) } else { Ok(()) }
}
