/// Decoded text, and where each byte of it was read.
#[derive(Debug)]
pub(super) struct Layer {
    pub(super) text: Vec<u8>,
    /// First and one past the last byte read for each byte of `text`.
    origins: Vec<(u32, u32)>,
    /// Where in `text` anything new can be found.
    pub(super) from: usize,
    pub(super) to: usize,
}

impl Layer {
    /// An empty layer with room for `bytes`.
    pub(super) fn with_capacity(bytes: usize) -> Self {
        Self { text: Vec::with_capacity(bytes), origins: Vec::with_capacity(bytes), from: 0, to: 0 }
    }

    /// Adds a byte that was read from `start..end`.
    pub(super) fn push(&mut self, byte: u8, start: usize, end: usize) {
        self.text.push(byte);
        self.origins.push((place(start), place(end)));
    }

    /// Everything in it is new.
    pub(super) fn whole(mut self) -> Self {
        (self.from, self.to) = (0, self.text.len());
        self
    }

    /// The bytes that were read for `start..end`.
    pub(super) fn origin(&self, start: usize, end: usize) -> Option<(usize, usize)> {
        let first = self.origins.get(start)?.0;
        let last = self.origins.get(end.checked_sub(1)?)?.1;
        Some((usize::try_from(first).ok()?, usize::try_from(last).ok()?))
    }

    /// This layer, which was read from the text of `outer`, told in what `outer` was read from.
    pub(super) fn within(mut self, outer: &Self) -> Self {
        for origin in &mut self.origins {
            let through = |at: u32| usize::try_from(at).unwrap_or(usize::MAX);
            if let Some((start, end)) = outer.origin(through(origin.0), through(origin.1)) {
                *origin = (place(start), place(end));
            }
        }
        self
    }
}

/// Windows are far shorter than 4 GiB.
fn place(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
