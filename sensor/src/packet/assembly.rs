use std::collections::BTreeMap;

/// Pieces of a stream put in order: what is known from its start on without a gap, and pieces that wait.
///
/// Where pieces overlap, what came first holds. Bounded: pieces beyond the window after what is known are dropped.
#[derive(Debug, Default)]
pub(crate) struct Assembly {
    /// Where `known` begins in the stream.
    start: u64,
    known: Vec<u8>,
    waiting: BTreeMap<u64, Box<[u8]>>,
    waiting_bytes: usize,
}

/// What a piece costs beside its bytes.
const PIECE: usize = 64;

impl Assembly {
    pub(crate) fn starting_at(start: u64) -> Self {
        Self { start, ..Self::default() }
    }

    /// Takes in a piece that stands at `offset`, if there is room within `window` bytes.
    pub(crate) fn push(&mut self, offset: u64, piece: &[u8], window: usize) {
        let end = self.end();
        let piece_end = offset.saturating_add(piece.len() as u64);
        if piece_end <= end || piece.is_empty() {
            return;
        }
        let room = window.saturating_sub(self.held());
        match end.checked_sub(offset) {
            Some(seen) => {
                let fresh = usize::try_from(seen).ok().and_then(|seen| piece.get(seen..)).unwrap_or_default();
                self.known.extend_from_slice(fresh.get(..room).unwrap_or(fresh));
                self.join();
            }
            None if piece.len() + PIECE <= room && offset - end <= window as u64 => self.wait(offset, piece),
            None => {}
        }
    }

    /// Puts a piece before what is known, where the stream's true start was not seen.
    pub(crate) fn push_before(&mut self, offset: u64, piece: &[u8], window: usize) {
        let known = std::mem::take(&mut self.known);
        let start = std::mem::replace(&mut self.start, offset);
        self.push(offset, piece, window);
        self.push(start, &known, window);
    }

    pub(crate) fn start(&self) -> u64 {
        self.start
    }

    /// What is known from the start on.
    pub(crate) fn known(&self) -> &[u8] {
        &self.known
    }

    /// Forgets the first `length` known bytes: they were read.
    pub(crate) fn consume(&mut self, length: usize) {
        let length = length.min(self.known.len());
        self.known.drain(..length);
        self.start += length as u64;
    }

    /// How much memory this takes.
    pub(crate) fn held(&self) -> usize {
        self.known.len() + self.waiting_bytes
    }

    fn end(&self) -> u64 {
        self.start + self.known.len() as u64
    }

    fn wait(&mut self, offset: u64, piece: &[u8]) {
        if self.waiting.get(&offset).is_some_and(|other| other.len() >= piece.len()) {
            return;
        }
        self.waiting_bytes += piece.len() + PIECE;
        if let Some(shorter) = self.waiting.insert(offset, piece.into()) {
            self.waiting_bytes -= shorter.len() + PIECE;
        }
    }

    /// Moves what no longer waits.
    fn join(&mut self) {
        while let Some(first) = self.waiting.first_entry() {
            let Some(seen) = (self.start + self.known.len() as u64).checked_sub(*first.key()) else { return };
            let piece = first.remove();
            self.waiting_bytes -= piece.len() + PIECE;
            let fresh = usize::try_from(seen).ok().and_then(|seen| piece.get(seen..));
            self.known.extend_from_slice(fresh.unwrap_or_default());
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn pieces_come_in_any_order_and_twice() {
        let mut assembly = Assembly::default();
        for (offset, piece) in
            [(4, "efgh"), (0, "ab"), (8, "i"), (1, "bcd"), (0, "XXXX"), (6, "gh"), (9, "j")]
        {
            assembly.push(offset, piece.as_bytes(), 1000);
        }
        assert_eq!(assembly.known(), b"abcdefghij");
        assert_eq!(assembly.held(), 10);
        assembly.consume(3);
        assembly.push(0, b"abcdefghijk", 1000);
        assert_eq!((assembly.start(), assembly.known()), (3, &b"defghijk"[..]));
    }

    #[test]
    fn an_earlier_piece_may_come_to_stand_before() {
        let mut assembly = Assembly::starting_at(100);
        assembly.push(100, b"world", 1000);
        assembly.push_before(90, b"hello", 1000);
        assert_eq!(assembly.known(), b"hello");
        assembly.push(95, b", my ", 1000);
        assert_eq!(assembly.known(), b"hello, my world");
    }

    #[test]
    fn absurd_pieces_are_dropped() {
        let mut assembly = Assembly::default();
        assembly.push(u64::MAX, b"x", 1000);
        assembly.push(5000, b"x", 1000);
        for offset in 0..10_000 {
            assembly.push(offset * 2 + 1, b"x", 1000);
            assert!(assembly.held() <= 1000);
        }
        assembly.push(0, &[1; 5000], 1000);
        assert!(assembly.held() <= 2000, "{}", assembly.held());
    }

    proptest! {
        #[test]
        fn any_cutting_gives_the_same(
            stream in prop::collection::vec(any::<u8>(), 1..300),
            cuts in prop::collection::vec((0_usize..300, 1_usize..80), 0..40),
        ) {
            let mut assembly = Assembly::default();
            let pieces = cuts.into_iter().chain((0..300).step_by(50).map(|at| (at, 50)));
            for (at, length) in pieces {
                let from = at.min(stream.len());
                let to = (at + length).min(stream.len());
                assembly.push(from as u64, &stream[from..to], 1 << 16);
            }
            prop_assert_eq!(assembly.known(), &stream[..]);
            prop_assert_eq!(assembly.held(), stream.len());
        }
    }
}
