use std::{
    fs,
    io::{Cursor, Read},
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, Result, anyhow, bail, ensure};
use clap::Args;
use governance::{
    PackReport,
    audit::{Files, PublicKey, Report, read_export, verify},
    verify_pack,
};
use serde_json::json;
use store::WholeReport;
use zip::ZipArchive;

use super::{Installation, store};
use crate::command::{read_text, serve::block_on};

/// Most bytes that a pack may grow to.
const LARGEST: u64 = 1 << 30;

/// Verify without asking the server. Ends with 0 if all is as it was written, with 1 if something is not.
#[derive(Args)]
pub(crate) struct Verify {
    #[command(flatten)]
    installation: Installation,
    /// An evidence pack (a zip, or a folder that one was unpacked to) or an export of the log, instead.
    #[arg(long, conflicts_with = "config")]
    pack: Option<PathBuf>,
    /// A checkpoint that was kept elsewhere: history before it must be the same.
    #[arg(long)]
    checkpoint: Option<PathBuf>,
    /// The log's public key, as `bylaw audit key` prints it, or a file that holds it.
    #[arg(long)]
    key: Option<String>,
    /// Print JSON for programs.
    #[arg(long)]
    json: bool,
}

impl Verify {
    pub(super) fn run(self) -> Result<ExitCode> {
        let witness = self.checkpoint.as_deref().map(read_text).transpose()?;
        let given = self.key.as_deref().map(key).transpose()?;
        let Some(path) = &self.pack else {
            return self.installation(given, witness.as_deref());
        };
        let files = files(path)?;
        if files.contains_key(governance::MANIFEST) {
            ensure!(witness.is_none(), "a pack holds its own checkpoint; `--checkpoint` is for the log");
            return self.pack(&files, given.as_ref());
        }
        let own = || {
            let text =
                files.get("key").ok_or_else(|| anyhow!("there is no `key` in it; give one with `--key`"))?;
            key(&String::from_utf8_lossy(text))
        };
        let told = given.is_some();
        let report = verify(&read_export(&files)?, &given.map_or_else(own, Ok)?, witness.as_deref());
        if !told {
            eprintln!(
                "the key was taken from the export itself: compare it with the one that you were given"
            );
        }
        self.say(&WholeReport { log: report, ..WholeReport::default() })
    }

    fn installation(&self, given: Option<PublicKey>, witness: Option<&str>) -> Result<ExitCode> {
        let config = self.installation.config()?;
        let own = || Ok::<_, anyhow::Error>(super::key(&config)?.public().clone());
        let key = given.map_or_else(own, Ok)?;
        let report = block_on(async {
            let store = store(&config).await?;
            let report = store.verify(&key, witness).await?;
            store.close().await;
            Ok(report)
        })?;
        self.say(&report)
    }

    fn pack(&self, files: &Files, key: Option<&PublicKey>) -> Result<ExitCode> {
        match verify_pack(files, key) {
            Ok(report) => {
                self.say_pack(&report);
                if key.is_none() {
                    eprintln!(
                        "the key was taken from the pack itself: compare it with the one that you were given"
                    );
                }
                Ok(ExitCode::SUCCESS)
            }
            Err(fault) => {
                match self.json {
                    true => println!("{}", json!({ "verified": false, "fault": fault.to_string() })),
                    false => println!("{fault}"),
                }
                Ok(ExitCode::FAILURE)
            }
        }
    }

    fn say_pack(&self, report: &PackReport) {
        if self.json {
            let said = json!({
                "verified": true, "framework": report.framework, "files": report.files, "entries": report.entries,
                "erased": report.erased, "made_at": report.made.at, "size": report.size,
            });
            return println!("{said}");
        }
        println!(
            "evidence for {}, made {}: {} files as they were made, {} entries of the audit log proved, {} of their \
             payloads erased, checkpoint over {} entries",
            report.framework, report.made.at, report.files, report.entries, report.erased, report.size
        );
    }

    fn say(&self, report: &WholeReport) -> Result<ExitCode> {
        let log = &report.log;
        let (bad, verdict) = (log.faults.len(), if log.faults.is_empty() { 0 } else { 1 });
        if self.json {
            let faults: Vec<_> = log
                .faults
                .iter()
                .map(|fault| json!({ "sequence": fault.sequence(), "says": fault.to_string() }))
                .collect();
            let said = json!({
                "verified": bad == 0, "entries": log.entries, "payloads": log.payloads, "erased": log.erased,
                "checkpoints": log.checkpoints, "records": report.records,
                "records_removed": report.records_removed, "records_waiting": report.records_waiting,
                "records_before": report.records_before, "faults": faults,
            });
            println!("{said}");
            return Ok(ExitCode::from(verdict));
        }
        for fault in log.faults.iter().take(20) {
            println!("{fault}");
        }
        println!("{}", counts(log));
        if report.records + report.records_removed + report.records_waiting + report.records_before > 0 {
            println!(
                "{} records as they were written, {} no longer kept, {} not yet committed to, {} from before the log",
                report.records, report.records_removed, report.records_waiting, report.records_before
            );
        }
        match bad {
            0 => println!("nothing is wrong"),
            1 => println!("1 thing is wrong"),
            bad => println!("{bad} things are wrong"),
        }
        Ok(ExitCode::from(verdict))
    }
}

fn counts(log: &Report) -> String {
    format!(
        "{} entries, {} payloads, {} payloads erased, {} checkpoints",
        log.entries, log.payloads, log.erased, log.checkpoints
    )
}

/// A public key, or the one in the file of that name.
fn key(given: &str) -> Result<PublicKey> {
    if let Ok(key) = given.parse() {
        return Ok(key);
    }
    Ok(read_text(Path::new(given.trim()))?.parse()?)
}

/// The files of a zip or of a folder, by their path in it.
fn files(path: &Path) -> Result<Files> {
    let mut files = Files::new();
    if path.is_dir() {
        for entry in walkdir::WalkDir::new(path) {
            let entry = entry?;
            if entry.file_type().is_file() {
                let name = entry.path().strip_prefix(path)?.to_string_lossy().into_owned();
                files.insert(name, fs::read(entry.path())?);
            }
        }
        return Ok(files);
    }
    let bytes = fs::read(path).with_context(|| format!("cannot read `{}`", path.display()))?;
    let zip = || format!("`{}` is neither a folder nor a zip", path.display());
    let mut archive = ZipArchive::new(Cursor::new(bytes)).with_context(zip)?;
    let mut left = LARGEST;
    for number in 0..archive.len() {
        let file = archive.by_index(number).with_context(zip)?;
        let (name, mut bytes) = (file.name().with_context(zip)?.into_owned(), Vec::new());
        file.take(left + 1).read_to_end(&mut bytes).with_context(zip)?;
        left = match left.checked_sub(bytes.len() as u64) {
            Some(left) => left,
            None => bail!("`{}` grows beyond {LARGEST} bytes; that is no evidence pack", path.display()),
        };
        files.insert(name, bytes);
    }
    Ok(files)
}
