use std::time::{Duration, Instant};

/// What reading one file may cost, files inside it included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Bytes held in memory at once, the text included, beyond three times the file's size.
    pub memory: usize,
    /// Bytes that may be unpacked, beyond `ratio` times the file's size.
    pub unpacked: usize,
    /// How many times its size a file may unpack to.
    pub ratio: usize,
    /// Files inside the file.
    pub entries: usize,
    /// Files inside files inside …
    pub depth: usize,
    /// Time, looked at between the pieces of a file.
    pub time: Duration,
    /// Time for recognising the text of one image; zero leaves images alone.
    pub image_time: Duration,
}

impl Default for Budget {
    fn default() -> Self {
        Self {
            memory: 24 << 20,
            unpacked: 32 << 20,
            ratio: 64,
            entries: 10_000,
            depth: 6,
            time: Duration::from_secs(20),
            image_time: Duration::from_secs(10),
        }
    }
}

/// A limit of the budget that was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// [`Budget::memory`].
    Memory,
    /// [`Budget::unpacked`] and [`Budget::ratio`].
    Unpacked,
    /// [`Budget::entries`].
    Entries,
    /// [`Budget::depth`].
    Depth,
    /// [`Budget::time`].
    Time,
}

/// What is left of a budget.
pub(super) struct Meter {
    memory: usize,
    unpacked: usize,
    entries: usize,
    depth: usize,
    deadline: Option<Instant>,
}

impl Meter {
    pub(super) fn new(budget: &Budget, size: usize) -> Self {
        Self {
            memory: budget.memory.saturating_add(size.saturating_mul(3)),
            unpacked: budget.unpacked.saturating_add(size.saturating_mul(budget.ratio)),
            entries: budget.entries,
            depth: budget.depth,
            deadline: Instant::now().checked_add(budget.time),
        }
    }

    /// Bytes that may still be held.
    pub(super) fn room(&self) -> usize {
        self.memory
    }

    pub(super) fn hold(&mut self, bytes: usize) {
        self.memory = self.memory.saturating_sub(bytes);
    }

    pub(super) fn release(&mut self, bytes: usize) {
        self.memory = self.memory.saturating_add(bytes);
    }

    /// Counts bytes that came out of a compressed stream.
    pub(super) fn unpack(&mut self, bytes: usize) -> Result<(), Limit> {
        self.unpacked = self.unpacked.checked_sub(bytes).ok_or(Limit::Unpacked)?;
        self.in_time()
    }

    /// Bytes that may still be unpacked and held.
    pub(super) fn unpackable(&self) -> usize {
        self.unpacked.min(self.memory)
    }

    /// Counts a file inside the file.
    pub(super) fn enter(&mut self) -> Result<(), Limit> {
        self.entries = self.entries.checked_sub(1).ok_or(Limit::Entries)?;
        self.in_time()
    }

    /// Goes one file deeper; every success is answered by [`Meter::ascend`].
    pub(super) fn descend(&mut self) -> Result<(), Limit> {
        self.depth = self.depth.checked_sub(1).ok_or(Limit::Depth)?;
        Ok(())
    }

    pub(super) fn ascend(&mut self) {
        self.depth += 1;
    }

    pub(super) fn in_time(&self) -> Result<(), Limit> {
        if self.deadline.is_some_and(|deadline| Instant::now() > deadline) {
            Err(Limit::Time)
        } else {
            Ok(())
        }
    }
}

/// A text that grows up to the room there is.
pub(super) struct Text {
    text: String,
    room: usize,
    cut: bool,
}

impl Text {
    pub(super) fn new(meter: &Meter) -> Self {
        Self { text: String::new(), room: meter.room() / 2, cut: false }
    }

    pub(super) fn push(&mut self, piece: &str) {
        match self.room.checked_sub(piece.len()) {
            Some(room) if !self.cut => {
                self.room = room;
                self.text.push_str(piece);
            }
            _ => self.cut = true,
        }
    }

    /// Ends a line, unless it has just been ended.
    pub(super) fn end_line(&mut self) {
        while self.text.ends_with([' ', '\t']) {
            self.text.pop();
        }
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.push("\n");
        }
    }

    /// Ends a cell of a row.
    pub(super) fn end_cell(&mut self) {
        while self.text.ends_with(' ') {
            self.text.pop();
        }
        self.push("\t");
    }

    pub(super) fn ends_with(&self, end: char) -> bool {
        self.text.ends_with(end)
    }

    pub(super) fn len(&self) -> usize {
        self.text.len()
    }

    /// What was put in from there on.
    pub(super) fn from(&self, start: usize) -> &str {
        self.text.get(start..).unwrap_or_default()
    }

    /// Whether something did not fit.
    pub(super) fn is_cut(&self) -> bool {
        self.cut
    }

    pub(super) fn into_string(self) -> String {
        self.text
    }
}
