use std::sync::Arc;

use detect::{Detectors, Hit};
use quick_cache::{Weighter, sync::Cache};
use uuid::Uuid;

/// Shorter texts are scanned about as soon as they are looked up.
const SHORTEST: usize = 256;
/// Bytes that what is remembered may take, and how many texts are expected in them.
const MOST: u64 = 8 << 20;
const EXPECTED: usize = 8 << 10;
/// Bytes of an entry without hits.
const ENTRY: u64 = 128;

/// Detectors, and what the texts contain that they have scanned: a chat comes with all its earlier messages each time.
///
/// Remembers places and labels by a keyed hash of the text, never content; of what is used least, it forgets most. Other
/// detectors begin anew.
pub(crate) struct Scanned {
    detectors: Arc<Detectors>,
    /// Lives and dies with this process.
    key: [u8; 32],
    known: Cache<[u8; 32], Arc<[Hit]>, Weight>,
}

#[derive(Clone)]
struct Weight;

impl Weighter<[u8; 32], Arc<[Hit]>> for Weight {
    fn weight(&self, _: &[u8; 32], hits: &Arc<[Hit]>) -> u64 {
        ENTRY + size_of_val::<[Hit]>(hits) as u64
    }
}

impl Scanned {
    pub(crate) fn new(detectors: Arc<Detectors>) -> Self {
        let mut key = [0; 32];
        let (first, second) = key.split_at_mut(16);
        first.copy_from_slice(Uuid::new_v4().as_bytes());
        second.copy_from_slice(Uuid::new_v4().as_bytes());
        Self { detectors, key, known: Cache::with_weighter(EXPECTED, MOST, Weight) }
    }

    /// Whether these are the detectors that scan.
    pub(crate) fn is_by(&self, detectors: &Arc<Detectors>) -> bool {
        Arc::ptr_eq(&self.detectors, detectors)
    }

    /// What is found in `text`, now or when it was scanned before.
    pub(crate) fn scan(&self, text: &str) -> Arc<[Hit]> {
        let scan = || Arc::from(self.detectors.scan(text.as_bytes()));
        if text.len() < SHORTEST {
            return scan();
        }
        let name = *blake3::keyed_hash(&self.key, text.as_bytes()).as_bytes();
        if let Some(hits) = self.known.get(&name) {
            return hits;
        }
        let hits: Arc<[Hit]> = scan();
        self.known.insert(name, Arc::clone(&hits));
        hits
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use detect::Detectors;

    use super::{MOST, SHORTEST, Scanned};

    fn scanned() -> Scanned {
        Scanned::new(Arc::new(Detectors::builtin().unwrap()))
    }

    #[test]
    fn what_was_scanned_is_remembered_as_it_was_found() {
        let scanned = scanned();
        let long = format!("write to jo@example.com {}", "and so on ".repeat(SHORTEST / 10));
        for (text, kept) in [("write to jo@example.com", 0), (&*long, 1), (&*long, 1), (&long[1..], 2)] {
            let hits = scanned.scan(text);
            assert_eq!(*hits, scanned.detectors.scan(text.as_bytes()), "{text}");
            assert_eq!(scanned.known.len(), kept, "{text}");
        }
        assert!(!scanned.is_by(&Arc::new(Detectors::builtin().unwrap())));
    }

    #[test]
    fn memory_is_bounded() {
        let scanned = scanned();
        let line = "jo@example.com and ann@example.com, ".repeat(40);
        for number in 0..4_000 {
            scanned.scan(&format!("{number} {line}"));
        }
        assert!(scanned.known.weight() <= MOST);
        assert!(scanned.known.len() < 4_000, "{} texts", scanned.known.len());
    }
}
