use std::collections::{BTreeMap, HashSet};

use super::{
    record::PASSAGE,
    snapshot::{Known, KnownKind, Match, Matched, Snapshot},
    winnow::{Fingerprint, GRAM},
};

/// A passage of more documents than this is boilerplate: licences, signatures, templates.
const MOST_OWNERS: usize = 8;
/// Letters and digits without a known fingerprint that end a passage.
const WIDEST_GAP: usize = 400;
/// Fingerprints of a passage, some 150 letters, below which it is chance or a quotation.
const FEWEST: usize = 6;
/// The same for documents that have hardly more.
const FEWEST_OF_SHORT: usize = 2;
const SUREST: f32 = 0.99;

/// Passages of registered documents that are being read.
#[derive(Default)]
pub(super) struct Passages {
    documents: BTreeMap<u32, Progress>,
}

#[derive(Default)]
struct Progress {
    /// Different fingerprints of the document that have appeared.
    seen: HashSet<u64>,
    passage: Option<Passage>,
}

struct Passage {
    start: usize,
    /// Where its last letter begins.
    last: usize,
    /// Number of the last gram.
    gram: usize,
    fingerprints: usize,
}

impl Passages {
    pub(super) fn push(&mut self, found: &Fingerprint, snapshot: &Snapshot, out: &mut Vec<Match>) {
        let mut owners = snapshot.find(found.hash, found.hash, MOST_OWNERS + 1);
        owners.retain(|record| record.column == PASSAGE);
        if owners.len() > MOST_OWNERS {
            return;
        }
        for record in owners {
            let progress = self.documents.entry(record.owner).or_default();
            if progress.passage.as_ref().is_some_and(|passage| passage.gram + WIDEST_GAP < found.gram) {
                progress.close(snapshot.known(record.owner), out);
            }
            progress.seen.insert(found.hash);
            let fresh = Passage { start: found.start, last: found.last, gram: found.gram, fingerprints: 0 };
            let passage = progress.passage.get_or_insert(fresh);
            passage.last = passage.last.max(found.last);
            passage.gram = found.gram + GRAM;
            passage.fingerprints += 1;
        }
    }

    pub(super) fn finish(&mut self, snapshot: &Snapshot, out: &mut Vec<Match>) {
        for (owner, progress) in &mut self.documents {
            progress.close(snapshot.known(*owner), out);
        }
    }

    /// How much of a document has appeared.
    pub(super) fn share(&self, owner: u32, known: &Known) -> f32 {
        self.documents.get(&owner).map_or(0.0, |progress| progress.share(known))
    }
}

impl Progress {
    /// Ends a passage; it counts when there is enough of it.
    fn close(&mut self, known: Option<&Known>, out: &mut Vec<Match>) {
        let (Some(passage), Some(known)) = (self.passage.take(), known) else { return };
        let fewest = FEWEST.min((total(known) / 2).max(FEWEST_OF_SHORT));
        if passage.fingerprints < fewest {
            return;
        }
        let share = self.share(known);
        let sure = 1.0 - 1.0 / (passage.fingerprints as f32 + 1.0);
        out.push(Match {
            id: known.id.clone(),
            label: known.label.clone(),
            start: passage.start,
            end: passage.last + 1,
            confidence: sure.min(SUREST),
            matched: Matched::Passage { share },
        });
    }

    fn share(&self, known: &Known) -> f32 {
        (self.seen.len() as f32 / total(known).max(1) as f32).min(1.0)
    }
}

fn total(known: &Known) -> usize {
    match known.kind {
        KnownKind::Document { fingerprints } => fingerprints as usize,
        KnownKind::Table(_) => 0,
    }
}
