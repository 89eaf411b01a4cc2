/// A hash, and where it comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Record {
    /// Keyed hash of a cell or a passage.
    pub(super) hash: u64,
    /// Number of the table or document.
    pub(super) owner: u32,
    /// Row of a table.
    pub(super) row: u32,
    /// Column of a table; [`PASSAGE`] for documents.
    pub(super) column: u16,
    /// What the filter is asked for.
    pub(super) quick: u64,
}

/// Stands for a column in records of documents.
pub(super) const PASSAGE: u16 = u16::MAX;

impl Record {
    /// Bytes of a record in a file.
    pub(super) const SIZE: usize = 26;

    pub(super) fn write(&self, into: &mut Vec<u8>) {
        into.extend(self.hash.to_le_bytes());
        into.extend(self.owner.to_le_bytes());
        into.extend(self.row.to_le_bytes());
        into.extend(self.column.to_le_bytes());
        into.extend(self.quick.to_le_bytes());
    }

    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let (hash, rest) = bytes.split_first_chunk()?;
        let (owner, rest) = rest.split_first_chunk()?;
        let (row, rest) = rest.split_first_chunk()?;
        let (column, rest) = rest.split_first_chunk()?;
        let (quick, _) = rest.split_first_chunk()?;
        Some(Self {
            hash: u64::from_le_bytes(*hash),
            owner: u32::from_le_bytes(*owner),
            row: u32::from_le_bytes(*row),
            column: u16::from_le_bytes(*column),
            quick: u64::from_le_bytes(*quick),
        })
    }
}
