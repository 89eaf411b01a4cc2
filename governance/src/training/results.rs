//! What a learning system reports of its learners, as a table.
//!
//! SCORM 1.2 has a word for how a lesson ended (`cmi.core.lesson_status`, ADL "SCORM Run-Time Environment" 1.2, section 3.4.2) and no
//! form in which results leave a learning system. Every system writes them as a table of text, and names its columns as it likes.

use csv::ReaderBuilder;
use model::Timestamp;

/// Most lines of a report.
const LINES: usize = 50_000;
const LEARNER: &[&str] =
    &["email", "e-mail", "email address", "mail", "username", "user", "learner", "student id", "learner id"];
const STATUS: &[&str] =
    &["status", "lesson status", "completion status", "cmi.core.lesson status", "result", "outcome"];
const AT: &[&str] =
    &["completed", "completed at", "completed on", "completion date", "date completed", "date", "timestamp"];

/// How somebody's lesson ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LearningResult {
    /// The line of the report, counted from 1.
    pub line: u64,
    /// The learner's e-mail address or account, in lower case.
    pub learner: String,
    /// How it ended.
    pub ended: Ended,
    /// When; only what was not passed may have no time.
    pub at: Option<Timestamp>,
}

/// How a lesson ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// `passed` or `completed`.
    Passed,
    /// `failed`, `incomplete`, `browsed` or `not attempted`.
    NotPassed,
}

/// A report that was not taken; nothing of it was.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadResultsError {
    /// No heading says who, how or when.
    #[error("the first line has no column for the {what}; call it one of: {}", names.join(", "))]
    Column {
        /// What is missing.
        what: &'static str,
        /// What it may be called.
        names: &'static [&'static str],
    },
    /// A line is no line of a table.
    #[error("line {line}: {reason}")]
    Line {
        /// Which, counted from 1.
        line: u64,
        /// Why.
        reason: String,
    },
    /// There are too many.
    #[error("the report has more than {LINES} lines; send it in parts")]
    TooLong,
}

/// Reads a report: a line of headings, then a line for each learner, with commas, semicolons or tabs between columns.
pub fn read_results(text: &str) -> Result<Vec<LearningResult>, ReadResultsError> {
    let text = text.trim_start_matches('\u{feff}');
    let headings = text.lines().next().unwrap_or_default();
    let often = |mark: u8| headings.bytes().filter(|byte| *byte == mark).count();
    let mark = [b',', b';', b'\t'].into_iter().max_by_key(|mark| often(*mark)).unwrap_or(b',');
    let mut reader = ReaderBuilder::new().delimiter(mark).from_reader(text.as_bytes());
    let headings = reader.headers().map_err(unreadable)?.iter().map(plain).collect::<Vec<_>>();
    let place = |what, names: &'static [&'static str]| {
        let found = names.iter().find_map(|name| headings.iter().position(|heading| heading == name));
        found.ok_or(ReadResultsError::Column { what, names })
    };
    let (learner, status, at) = (place("learner", LEARNER)?, place("status", STATUS)?, place("time", AT)?);
    let mut results = Vec::new();
    for record in reader.records() {
        let record = record.map_err(unreadable)?;
        let line = record.position().map_or(0, csv::Position::line);
        let cell = |place: usize| record.get(place).map_or("", str::trim);
        let result = result(line, cell(learner), cell(status), cell(at));
        results.push(result.map_err(|reason| ReadResultsError::Line { line, reason })?);
        if results.len() > LINES {
            return Err(ReadResultsError::TooLong);
        }
    }
    Ok(results)
}

/// A heading as it is compared: `Lesson_Status ` is `lesson status`.
fn plain(heading: &str) -> String {
    heading.trim().to_lowercase().replace('_', " ")
}

fn result(line: u64, learner: &str, status: &str, at: &str) -> Result<LearningResult, String> {
    if learner.is_empty() {
        return Err("the learner is empty".to_owned());
    }
    let ended = match plain(status).as_str() {
        "passed" | "completed" | "pass" | "complete" => Ended::Passed,
        "failed" | "fail" | "incomplete" | "browsed" | "not attempted" | "in progress" | "not started"
        | "" => Ended::NotPassed,
        _ => {
            return Err(
                "the status is none of passed, completed, failed, incomplete, browsed, not attempted"
                    .to_owned(),
            );
        }
    };
    // Many systems write a blank where RFC 3339 has a `T`, and leave the zone out; it is then taken to be UTC.
    let time = at.replacen(' ', "T", 1);
    let read =
        [at.to_owned(), time.clone(), format!("{time}Z")].into_iter().find_map(|text| text.parse().ok());
    if ended == Ended::Passed && read.is_none() {
        return Err("the time is no date as 2026-11-23 and no time as 2026-11-23T10:00:00Z".to_owned());
    }
    Ok(LearningResult { line, learner: learner.to_lowercase(), ended, at: read })
}

fn unreadable(error: csv::Error) -> ReadResultsError {
    let line = error.position().map_or(1, csv::Position::line);
    let reason = match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            format!("it has {len} columns, the first line has {expected_len}")
        }
        _ => "it is no line of a table".to_owned(),
    };
    ReadResultsError::Line { line, reason }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each result as `line learner passed|not time`.
    fn check(text: &str, expected: &[&str]) {
        let told = read_results(text).unwrap_or_else(|error| panic!("{text:?}: {error}"));
        let told: Vec<_> = told
            .iter()
            .map(|one| {
                let at = one.at.map_or_else(|| "-".to_owned(), |at| at.to_string());
                let ended = if one.ended == Ended::Passed { "passed" } else { "not" };
                format!("{} {} {ended} {at}", one.line, one.learner)
            })
            .collect();
        assert_eq!(told, expected, "{text:?}");
    }

    #[test]
    fn systems_name_columns_as_they_like() {
        let day = "2026-11-20T00:00:00.000Z";
        for text in [
            "Name,Email address,Status,Completion date\nAnna,Anna@example.com,Passed,2026-11-20\n",
            "\u{feff}learner_id;lesson_status;completed_at\nanna@example.com;completed;2026-11-20 00:00:00\r\n",
            "Date\tResult\tUser\n2026-11-20T00:00:00Z\tpassed\tanna@example.com\n",
        ] {
            check(text, &[&format!("2 anna@example.com passed {day}")]);
        }
        check(
            "email,status,date\n\"a@b\",incomplete,\nb@b,Not Attempted,soon\n",
            &["2 a@b not -", "3 b@b not -"],
        );
    }

    #[test]
    fn a_report_is_refused_whole_with_its_place() {
        for (text, expected) in [
            ("", "no column for the learner"),
            ("email,date\na,2026-01-01\n", "no column for the status"),
            ("email,status\na,passed\n", "no column for the time"),
            ("email,status,date\na@b,passed,2026-01-01\nb@b,won,2026-01-01\n", "line 3: the status is none"),
            ("email,status,date\na@b,passed,20.11.2026\n", "line 2: the time is no date"),
            ("email,status,date\n,passed,2026-01-01\n", "line 2: the learner is empty"),
            ("email,status,date\na@b,passed\n", "line 2: it has 2 columns, the first line has 3"),
        ] {
            let error = read_results(text).expect_err(text).to_string();
            assert!(error.contains(expected), "{text:?}: {error}");
        }
    }
}
