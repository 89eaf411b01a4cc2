//! `bylaw observe`: which AI tools a capture or a log shows in use.

mod picture; // what was seen, summed up
mod row; // one flow or log line
mod source; // files, standard input; captures, logs; plain, compressed

use std::{
    io::{self, BufWriter, IsTerminal, Write},
    path::PathBuf,
    process::ExitCode,
};

use anyhow::{Context, Result};
use catalog::Catalog;
use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};
use sensor::{Observation, log};

use crate::runtime::Parts;

use picture::Picture;
use row::Row;

/// Say which AI tools a packet capture or a log shows in use; no server is needed.
///
/// Takes pcap and pcapng captures, and logs of Zeek, Suricata, Squid, DNS servers, firewalls, proxies and clouds; plain,
/// gzip or zstd. `-` reads standard input, as in `tcpdump -w - | bylaw observe -`. Of several logs those of DNS are read first and those
/// of flows last, so that the ones name the others.
#[derive(Args)]
pub(crate) struct Observe {
    /// Captures and logs; `-` for standard input.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// What to write.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// The logs' format, if it is not to be recognised.
    #[arg(long, value_parser = log_format)]
    log_format: Option<log::Format>,
    /// The `logformat` of Squid, as it stands in squid.conf, if its logs have one of their own.
    #[arg(long)]
    squid_format: Option<String>,
    /// The offset from UTC of logs that write local time without saying so, as `+01:00`.
    #[arg(long, value_parser = utc_offset, default_value = "+00:00", allow_hyphen_values = true)]
    utc_offset: i32,
    /// Configuration whose catalogue adds tools of your own.
    #[arg(long)]
    config: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Tools in use, hosts that look like tools, and how much could be seen.
    Text,
    /// One JSON object for each flow or log line.
    Jsonl,
}

fn log_format(name: &str) -> Result<log::Format, String> {
    log::Format::named(name).ok_or_else(|| {
        let names: Vec<&str> = log::Format::ALL.iter().map(|format| format.as_str()).collect();
        format!("expected one of {}", names.join(", "))
    })
}

fn utc_offset(text: &str) -> Result<i32, String> {
    crate::config::utc_offset(text).ok_or_else(|| "expected hours and minutes, as in `+01:00`".to_owned())
}

impl Observe {
    pub(crate) fn run(self) -> Result<ExitCode> {
        let catalog = Parts::of(self.config.as_deref())?.catalog;
        let progress = progress(source::size(&self.files));
        let mut seen = match self.format {
            Format::Text => Seen::Picture(Box::default()),
            Format::Jsonl => Seen::Rows(BufWriter::new(io::stdout().lock()), None),
        };
        let mut unread = source::Unread::default();
        let squid = self.squid_format.as_deref().map(str::parse).transpose()?;
        let mut files = source::Files::new(self.log_format, squid, self.utc_offset);
        for file in &source::in_order(self.files, self.log_format) {
            let mut each = |observation: Observation| seen.take(&catalog, observation);
            match files.read(file, &progress, &mut each) {
                Ok(more) => unread.add(more),
                Err(error) => unread.failed(format!("{error:#}")),
            }
        }
        progress.finish_and_clear();
        seen.end(&catalog)?;
        unread.tell(&mut io::stderr().lock())?;
        Ok(if unread.is_failed() { ExitCode::from(2) } else { ExitCode::SUCCESS })
    }
}

/// What becomes of observations.
enum Seen {
    Picture(Box<Picture>),
    /// And why writing failed, if it did: no more is written then.
    Rows(BufWriter<io::StdoutLock<'static>>, Option<io::Error>),
}

impl Seen {
    fn take(&mut self, catalog: &Catalog, observation: Observation) {
        match self {
            Self::Picture(picture) => picture.add(catalog, &observation),
            Self::Rows(out, error @ None) => *error = write_row(out, &Row::of(catalog, &observation)).err(),
            Self::Rows(_, Some(_)) => {}
        }
    }

    fn end(self, catalog: &Catalog) -> Result<()> {
        match self {
            Self::Picture(picture) => picture.print(catalog, &mut io::stdout().lock())?,
            Self::Rows(_, Some(error)) => return Err(error).context("cannot write to standard output"),
            Self::Rows(mut out, None) => out.flush().context("cannot write to standard output")?,
        }
        Ok(())
    }
}

fn write_row(out: &mut impl Write, row: &Row<'_>) -> io::Result<()> {
    serde_json::to_writer(&mut *out, row)?;
    out.write_all(b"\n")
}

/// A bar on a terminal, nothing elsewhere.
fn progress(bytes: u64) -> ProgressBar {
    let bar = if io::stderr().is_terminal() { ProgressBar::new(bytes) } else { ProgressBar::hidden() };
    let template = "{bar:40} {bytes}/{total_bytes}, {elapsed} of about {duration}";
    ProgressStyle::with_template(template).into_iter().for_each(|style| bar.set_style(style));
    bar
}
