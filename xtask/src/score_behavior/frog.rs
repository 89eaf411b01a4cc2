//! A patient adversary: a person who raises what they do by some per cent each day, up to 20 times.

use std::{
    collections::BTreeMap,
    fmt::Write,
    io::{BufReader, Cursor},
};

use anyhow::{Result, ensure};
use behavior::{Deviation, Settings};
use clap::ValueEnum;

use super::{
    key::{DAY, LEARNING_DAYS},
    run::Run,
    sheet::median,
};

/// What is raised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Raise {
    /// Bytes of every exchange.
    Bytes,
    /// The number of exchanges.
    Exchanges,
    /// Bytes of exchanges with sensitive content.
    Exposure,
    /// Bytes of exchanges with personal accounts.
    Personal,
}

/// How many times the baseline is reached at most.
const MOST: f64 = 20.0;
/// By how many times it must have been raised.
const BOUND: f64 = 5.0;

/// A line of the table, cut where it is changed.
struct Line<'a> {
    second: i64,
    person: &'a str,
    fields: Vec<&'a str>,
}

impl<'a> Line<'a> {
    fn of(text: &'a str) -> Option<Self> {
        let fields: Vec<&str> = text.split(',').collect();
        Some(Self { second: fields.first()?.parse().ok()?, person: fields.get(1)?, fields })
    }

    fn field(&self, at: usize) -> &str {
        self.fields.get(at).copied().unwrap_or_default()
    }

    fn with(&self, second: i64, bytes: f64) -> String {
        let rest = self.fields.get(4..).unwrap_or_default().join(",");
        format!("{second},{},{},{bytes:.0},{rest}", self.person, self.field(2))
    }
}

impl Raise {
    fn concerns(self, line: &Line<'_>) -> bool {
        match self {
            Self::Bytes | Self::Exchanges => true,
            Self::Exposure => !matches!(line.field(7), "general" | "writing" | ""),
            Self::Personal => line.field(9) == "personal",
        }
    }
}

/// One who raises.
struct Frog {
    /// First second.
    from: i64,
    rate: f64,
    owed: f64,
}

impl Frog {
    fn multiple(&self, second: i64) -> f64 {
        let days = (second - self.from).max(0) / DAY;
        (1.0 + self.rate).powi(i32::try_from(days).unwrap_or(i32::MAX)).min(MOST)
    }
}

/// Lets people of each run raise what they do, and tells how far each had come when they were first alerted.
pub(super) fn raise(runs: &[Run], what: Raise, rate: f64, people: usize, show: bool) -> Result<String> {
    let mut reached: Vec<f64> = Vec::new();
    let (mut missed, mut before, mut short) = (0, 0, 0);
    let mut details = String::new();
    for run in runs {
        let mut text = String::new();
        std::io::Read::read_to_string(&mut run.open("events.csv")?, &mut text)?;
        let last = text.lines().last().and_then(Line::of).map_or(0, |line| line.second);
        let mut frogs = chosen(&text, what, rate, people, last);
        ensure!(!frogs.is_empty(), "nobody in `{}` does enough to raise it", run.name());
        let raised = run.replay_events(
            BufReader::new(Cursor::new(changed(&text, what, &mut frogs))),
            Settings::default(),
        )?;
        for (person, frog) in &frogs {
            let alert = |from| first(&raised, person, from);
            let honest = alert(LEARNING_DAYS * DAY).is_some_and(|second| second < frog.from);
            before += usize::from(honest);
            let multiple = alert(frog.from).map(|second| frog.multiple(second));
            let _ = writeln!(details, "  {} {person} {multiple:?}", run.name());
            match multiple {
                Some(multiple) => reached.push(multiple),
                None if frog.multiple(last) < BOUND => short += 1,
                None => missed += 1,
            }
        }
    }
    let in_time = reached.iter().filter(|multiple| **multiple < BOUND).count();
    let judged = reached.len() + missed;
    let middle = median(&reached).unwrap_or(f64::NAN);
    let share = 100.0 * in_time as f64 / judged.max(1) as f64;
    let mut told = format!(
        "| {what:?} | {:.0} % a day | {in_time} of {judged} below 5 times ({share:.0} %) | median {middle:.1} times | never {missed}, run too short {short}, raised before {before} |",
        rate * 100.0,
    );
    if show {
        told.insert_str(0, &details);
    }
    Ok(told)
}

fn first(raised: &[Deviation], person: &str, from: i64) -> Option<i64> {
    let of = raised.iter().filter(|deviation| deviation.people.iter().any(|one| one.as_str() == person));
    of.map(|deviation| deviation.at.as_millis() / 1000).find(|second| *second >= from)
}

/// People who do it on most working days, with different first days.
fn chosen(text: &str, what: Raise, rate: f64, people: usize, last: i64) -> BTreeMap<String, Frog> {
    let mut days: BTreeMap<&str, (i64, u32, u32)> = BTreeMap::new();
    for line in text.lines().filter_map(Line::of).filter(|line| what.concerns(line)) {
        let (day, active, exchanges) = days.entry(line.person).or_insert((-1, 0, 0));
        *exchanges += 1;
        if *day != line.second / DAY {
            (*day, *active) = (line.second / DAY, *active + 1);
        }
    }
    let most = (last / DAY + 1) as u32;
    let often = days.iter().filter(|(_, (_, active, exchanges))| {
        *active * 5 > most * 2 && *active * 7 < most * 6 && *exchanges > 3 * active
    });
    let mut names: Vec<&str> = often.map(|(person, _)| *person).collect();
    // In an order that has nothing to do with what they do.
    names.sort_by_key(|name| {
        let mixed = name
            .bytes()
            .fold(rate.to_bits(), |sum, byte| (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
        mixed.rotate_left(29).wrapping_mul(0x9e37_79b9_7f4a_7c15)
    });
    let days_needed = (MOST.ln() / (1.0 + rate).ln()).ceil() as i64;
    let begin = LEARNING_DAYS + 8;
    let room = (last / DAY - begin - days_needed).max(1);
    let frog = |(number, name): (usize, &&str)| {
        let from = (begin + number as i64 * 9 % room) * DAY;
        ((*name).to_owned(), Frog { from, rate, owed: 0.0 })
    };
    names.iter().take(people).enumerate().map(frog).collect()
}

fn changed(text: &str, what: Raise, frogs: &mut BTreeMap<String, Frog>) -> Vec<u8> {
    let mut lines: Vec<(i64, String)> = Vec::new();
    let mut header = "";
    let mut more = Vec::new();
    for text in text.lines() {
        let Some(line) = Line::of(text) else {
            header = text;
            continue;
        };
        let frog = frogs.get_mut(line.person).filter(|frog| line.second >= frog.from && what.concerns(&line));
        let Some(frog) = frog else {
            lines.push((line.second, text.to_owned()));
            continue;
        };
        let multiple = frog.multiple(line.second);
        let bytes: f64 = line.field(3).parse().unwrap_or_default();
        if what == Raise::Exchanges {
            frog.owed += multiple - 1.0;
            while frog.owed >= 1.0 {
                frog.owed -= 1.0;
                let second = line.second + 7 + (more.len() as i64 * 37) % 2400;
                more.push((second, line.with(second, bytes)));
            }
            lines.push((line.second, text.to_owned()));
        } else {
            lines.push((line.second, line.with(line.second, bytes * multiple)));
        }
    }
    lines.extend(more);
    lines.sort_by_key(|(second, _)| *second);
    let mut table = format!("{header}\n").into_bytes();
    lines.iter().for_each(|(_, line)| table.extend(line.bytes().chain([b'\n'])));
    table
}
