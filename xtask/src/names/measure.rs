use std::collections::BTreeMap;

use names::{Kind, Name, Tagger};

use super::corpus::{Source, Text};

/// What was found, by source and kind.
#[derive(Default)]
pub(crate) struct Tally {
    counts: BTreeMap<(Source, Kind), Counts>,
}

#[derive(Default)]
struct Counts {
    right: u32,
    wrong: u32,
    missed: u32,
}

impl Tally {
    /// Compares what the tagger finds in a text with its labels; half the union in common is enough.
    pub(crate) fn measure(&mut self, tagger: &Tagger, text: &Text, show: bool) {
        let mut found: Vec<Name> = Vec::new();
        tagger.names(text.text.as_bytes(), 0, text.text.len(), |name| found.push(name));
        for span in &text.spans {
            let right = found.iter().any(|name| agree(name, span));
            let counts = self.counts.entry((text.source, span.2)).or_default();
            *if right { &mut counts.right } else { &mut counts.missed } += 1;
            if show && !right {
                println!("MISSED {:?} {:?} {}", text.source, span.2, around(text, span.0, span.1));
            }
        }
        for name in &found {
            if !text.spans.iter().any(|span| agree(name, span)) {
                self.counts.entry((text.source, name.kind)).or_default().wrong += 1;
                if show {
                    let place = around(text, name.start, name.end);
                    println!("WRONG {:?} {:?} {:.2} {place}", text.source, name.kind, name.confidence);
                }
            }
        }
    }

    pub(crate) fn print(&self) {
        for ((source, kind), Counts { right, wrong, missed }) in &self.counts {
            let (precision, recall) = (ratio(*right, right + wrong), ratio(*right, right + missed));
            let f1 = 2.0 * precision * recall / (precision + recall).max(0.001);
            println!(
                "{source:?} {kind:?}: P {precision:.3} R {recall:.3} F1 {f1:.3} ({right} right, {wrong} wrong, {missed} missed)"
            );
        }
    }
}

fn agree(name: &Name, (start, end, kind): &(usize, usize, Kind)) -> bool {
    let shared = name.end.min(*end).saturating_sub(name.start.max(*start));
    let all = name.end.max(*end) - name.start.min(*start);
    name.kind == *kind && shared * 2 >= all
}

fn around(text: &Text, start: usize, end: usize) -> String {
    let part = |from: usize, to: usize| {
        String::from_utf8_lossy(text.text.as_bytes().get(from..to).unwrap_or_default()).replace('\n', "⏎")
    };
    let last = (end + 40).min(text.text.len());
    format!("{}«{}»{}", part(start.saturating_sub(40), start), part(start, end), part(end, last))
}

fn ratio(part: u32, all: u32) -> f64 {
    f64::from(part) / f64::from(all.max(1))
}
