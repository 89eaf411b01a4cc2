use anyhow::Result;
use detect::Hit;

use super::{
    Bench,
    case::{self, Case},
    figures::{Figure, Tally},
    labels::is_data,
    sheet::{Sheet, brief},
    spans::{part, same},
};

const HOW: &str = "All types on, the winner of a place takes it. Right: the label is equal and intersection over union at least \
    one half. Wrong: any other finding of any type of personal, health, financial data or credentials, in negative cases too. \
    Spans the peer itself is unsure of may be found or not. A negative fires when anything at all is found in it. By type, only \
    findings of the type itself count as wrong.";
const ALL: &str = "all types";

/// Scores the tests of a peer's recognisers with all our types on.
pub(super) fn score(bench: &Bench, corpus: &'static str) -> Result<Sheet> {
    let mut sheet = Sheet::new(corpus, HOW);
    let mut total = Total::default();
    for case in case::read(&bench.labelled(corpus), bench.options.half)? {
        let hits: Vec<Hit> = bench.detectors.scan(case.text.as_bytes()).into_iter().filter(is_data).collect();
        if !case.negative_for.is_empty() {
            total.negative(bench, &case, &hits, &mut sheet);
        } else if let Some(count) = case.count {
            total.counted(bench, &case, &hits, count, &mut sheet);
        } else {
            total.positive(bench, &case, &hits, &mut sheet);
        }
    }
    sheet.row(ALL, Figure::Found(total.tally));
    sheet.row("negatives that fire", Figure::Share { part: total.fired, all: total.negatives });
    sheet.row("unsure spans found", Figure::Share { part: total.weak_found, all: total.weak });
    sheet.row_each();
    Ok(sheet)
}

#[derive(Default)]
struct Total {
    tally: Tally,
    negatives: u32,
    fired: u32,
    weak: u32,
    weak_found: u32,
}

impl Total {
    fn negative(&mut self, bench: &Bench, case: &Case, hits: &[Hit], sheet: &mut Sheet) {
        self.negatives += 1;
        self.fired += u32::from(!hits.is_empty());
        for hit in hits {
            self.tally.count(true, false);
            let own = case.negative_for.iter().find(|label| bench.labels.agree(label, hit));
            let label = own.map_or("other type", String::as_str);
            let told = || {
                format!(
                    "{} in a negative for {}: {}",
                    hit.detector,
                    case.negative_for.join(" "),
                    brief(&case.text)
                )
            };
            sheet.count(label, true, false, told);
        }
    }

    /// Of `count` findings only the label is known.
    fn counted(&mut self, bench: &Bench, case: &Case, hits: &[Hit], count: usize, sheet: &mut Sheet) {
        let found = hits.iter().filter(|hit| bench.labels.agree(&case.label, hit)).count();
        for place in 0..count.max(hits.len()) {
            let (right, there) = (place < found, place < count);
            self.tally.count(place < hits.len() && (right || !there), there);
            sheet.count(&case.label, right, there, || brief(&case.text));
        }
    }

    fn positive(&mut self, bench: &Bench, case: &Case, hits: &[Hit], sheet: &mut Sheet) {
        let spans = case.spans.iter().flatten().filter(|span| bench.labels.has(&span.label));
        let spans: Vec<_> = spans.map(|span| (span, span.bytes(&case.text))).collect();
        let mut taken = vec![false; hits.len()];
        for (span, place) in &spans {
            let is_it = |hit: &Hit| same(hit, *place) && bench.labels.agree(&span.label, hit);
            let winner = hits.iter().position(is_it);
            winner.and_then(|at| taken.get_mut(at)).into_iter().for_each(|taken| *taken = true);
            if span.weak {
                self.weak += 1;
                self.weak_found += u32::from(winner.is_some());
                continue;
            }
            self.tally.count(winner.is_some(), true);
            let told = || format!("`{}` in: {}", part(&case.text, *place), brief(&case.text));
            sheet.count(&span.label, winner.is_some(), true, told);
        }
        for (hit, _) in hits.iter().zip(&taken).filter(|(_, taken)| !**taken) {
            let absent = case.spans.iter().flatten().any(|span| !bench.labels.has(&span.label));
            let unsure = spans.iter().any(|(span, place)| span.weak && same(hit, *place));
            if absent || unsure {
                continue;
            }
            self.tally.count(true, false);
            let told = || format!("{} in: {}", hit.detector, brief(&case.text));
            let own = spans.iter().find(|(span, _)| bench.labels.agree(&span.label, hit));
            sheet.count(own.map_or("other type", |(span, _)| &span.label), true, false, told);
        }
    }
}
