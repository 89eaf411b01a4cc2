use std::{
    io::{BufRead, Write},
    process::ExitCode,
};

use anyhow::{Context, Result};
use detect::{Detectors, Hit};
use model::Label;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{in_order, write_line};

/// Bytes of input read before they are scanned together.
const BATCH: usize = 4 << 20;

/// A line of the input; other members are ignored.
#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    id: Value,
    text: String,
    /// Of the file the text is from, or only its ending: a value without quotes is surer in settings than in code.
    #[serde(default)]
    path: Option<String>,
}

/// A line of the output.
#[derive(Serialize)]
struct Told<'a> {
    id: &'a Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a str>,
    findings: Vec<Found>,
}

#[derive(Serialize)]
struct Found {
    label: Label,
    /// Code points, the end exclusive.
    start: usize,
    end: usize,
    confidence: f32,
    /// How much of a registered document has appeared in the text, 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    share: Option<f32>,
}

/// Answers every line in order. A line that cannot be read is answered with an `error`; the exit code is then 2.
pub(super) fn run(
    detectors: &Detectors,
    mut input: impl BufRead,
    output: &mut impl Write,
) -> Result<ExitCode> {
    let (mut number, mut bad) = (0, 0);
    loop {
        let batch = read_batch(&mut input)?;
        if batch.is_empty() {
            break;
        }
        in_order(
            &batch,
            |line| answer(detectors, line),
            |_, (told, error)| {
                number += 1;
                if let Some(error) = error {
                    bad += 1;
                    eprintln!("bylaw: line {number}: {error}");
                }
                write_line(output, &told)
            },
        )?;
    }
    output.flush().context("cannot write to standard output")?;
    Ok(if bad == 0 { ExitCode::SUCCESS } else { ExitCode::from(2) })
}

fn read_batch(input: &mut impl BufRead) -> Result<Vec<Vec<u8>>> {
    let (mut batch, mut size) = (Vec::new(), 0);
    while size < BATCH {
        let mut line = Vec::new();
        if input.read_until(b'\n', &mut line).context("cannot read standard input")? == 0 {
            break;
        }
        size += line.len();
        if !line.trim_ascii().is_empty() {
            batch.push(line);
        }
    }
    Ok(batch)
}

/// The answer to a line, and what was wrong with it.
fn answer(detectors: &Detectors, line: &[u8]) -> (String, Option<String>) {
    let (id, error, findings) = match serde_json::from_slice::<Asked>(line) {
        Ok(asked) => {
            let hits = detectors.scan_all_named(asked.text.as_bytes(), asked.path.as_deref());
            (asked.id, None, in_code_points(&asked.text, &hits))
        }
        // What is wrong is said by place and kind; the line itself may hold anything.
        Err(error) => {
            let id = serde_json::from_slice::<Value>(line).ok().and_then(|value| value.get("id").cloned());
            let place = format!("column {}", error.column());
            let error =
                format!("expected an object with `id` and `text`, at {place}: {:?} error", error.classify());
            (id.unwrap_or_default(), Some(error), Vec::new())
        }
    };
    let told = Told { id: &id, error: error.as_deref(), findings };
    (serde_json::to_string(&told).unwrap_or_default(), error)
}

/// The hits with their bytes counted as code points, in one walk over the text.
fn in_code_points(text: &str, hits: &[Hit]) -> Vec<Found> {
    let mut ends: Vec<usize> = hits.iter().flat_map(|hit| [hit.start, hit.end]).collect();
    ends.sort_unstable();
    ends.dedup();
    let mut counted = Vec::with_capacity(ends.len());
    let (mut at, mut points) = (0, 0);
    for end in ends {
        let between = text.as_bytes().get(at..end).unwrap_or_default();
        // Every byte but those that continue a character begins one.
        points += between.iter().filter(|byte| **byte & 0xC0 != 0x80).count();
        at = end;
        counted.push((end, points));
    }
    let place = |byte: usize| {
        let found = counted.binary_search_by_key(&byte, |(end, _)| *end).ok();
        found.and_then(|index| counted.get(index)).map_or(0, |(_, points)| *points)
    };
    let found = |hit: &Hit| Found {
        label: hit.label.clone(),
        start: place(hit.start),
        end: place(hit.end),
        confidence: hit.confidence,
        share: hit.share,
    };
    hits.iter().map(found).collect()
}

#[cfg(test)]
mod tests {
    use detect::Detectors;
    use expect_test::{Expect, expect};

    use super::run;

    fn check(input: &str, expected: Expect) {
        let mut output = Vec::new();
        run(&Detectors::builtin().unwrap(), input.as_bytes(), &mut output).unwrap();
        let told = String::from_utf8(output).unwrap();
        let places: Vec<String> = told
            .lines()
            .map(|line| {
                let told: serde_json::Value = serde_json::from_str(line).unwrap();
                let found = told["findings"].as_array().unwrap().iter();
                let found = found.map(|one| {
                    format!(" {} {}..{}", one["label"].as_str().unwrap(), one["start"], one["end"])
                });
                let error = told["error"].as_str().map_or("", |_| " error");
                format!("{}{error}{}", told["id"], found.collect::<String>())
            })
            .collect();
        expected.assert_eq(&places.join("\n"));
    }

    #[test]
    fn lines_are_answered_in_order_with_offsets_in_code_points() {
        check(
            "{\"id\":1,\"text\":\"nichts dabei\"}\n{\"id\":\"zwei\",\"text\":\"Grüße 😀 an jo@example.com\",\"path\":\"a.eml\"}\n\n{\"text\":\"x\"}\n",
            expect![[r#"
                1
                "zwei" pii.email 11..25
                null"#]],
        );
    }

    #[test]
    fn a_bad_line_is_answered_and_the_next_ones_go_on() {
        check(
            "{\"id\":7}\nnonsense\n{\"id\":3,\"text\":\"jo@example.com\"}\n",
            expect![[r#"
                7 error
                null error
                3 pii.email 0..14"#]],
        );
    }
}
