/// What a change to stored state changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// What was asked for.
    Done,
    /// Nothing, as there was nothing to change.
    Absent,
}

impl Effect {
    pub(crate) fn of(rows: u64) -> Self {
        if rows > 0 { Self::Done } else { Self::Absent }
    }
}
