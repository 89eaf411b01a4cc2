use std::{
    fs::File,
    io::{self, Read, Write},
    path::Path,
};

use super::{filter::Filter, record::Record};

/// What a segment begins with.
const MAGIC: &[u8; 8] = b"BYLSEG01";
/// Magic, number of records, words of the filter.
const HEADER: usize = 24;
/// Records between two that are in memory.
const BLOCK: usize = 128;

/// Sorted records in a file: magic, counts, filter, the first hash of every block, records.
///
/// Read at places, not mapped: mapping needs unsafe code and dies with the process when the file is cut short.
pub(super) struct Segment {
    file: File,
    filter: Filter,
    /// First hash of every block.
    heads: Vec<u64>,
    count: usize,
    /// Where records begin.
    offset: u64,
}

impl Segment {
    /// Writes sorted records to a new file.
    pub(super) fn write(path: &Path, records: &[Record]) -> io::Result<()> {
        let mut filter = Filter::new(records.len());
        records.iter().for_each(|record| filter.insert(record.quick));
        // A file of that number that is there already was left behind by a process that died before naming it.
        let mut out = io::BufWriter::new(File::create(path)?);
        out.write_all(MAGIC)?;
        out.write_all(&(records.len() as u64).to_le_bytes())?;
        out.write_all(&(filter.words().len() as u64).to_le_bytes())?;
        let heads = records.iter().step_by(BLOCK).map(|record| record.hash);
        for word in filter.words().iter().copied().chain(heads) {
            out.write_all(&word.to_le_bytes())?;
        }
        let mut bytes = Vec::with_capacity(Record::SIZE);
        for record in records {
            bytes.clear();
            record.write(&mut bytes);
            out.write_all(&bytes)?;
        }
        out.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()
    }

    /// Opens a segment; a file of another length than it tells is damaged.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let mut file = File::open(path)?;
        let length = file.metadata()?.len();
        let mut header = [0; HEADER];
        file.read_exact(&mut header)?;
        let damaged = || io::Error::from(io::ErrorKind::InvalidData);
        let (magic, counts) = header.split_first_chunk::<8>().ok_or_else(damaged)?;
        let (count, words) = counts.split_first_chunk::<8>().ok_or_else(damaged)?;
        let count = usize::try_from(u64::from_le_bytes(*count)).map_err(|_| damaged())?;
        let words = words.first_chunk().map_or(0, |words| u64::from_le_bytes(*words));
        let words = usize::try_from(words).map_err(|_| damaged())?;
        let resident = words
            .checked_add(count.div_ceil(BLOCK))
            .and_then(|words| words.checked_mul(8))
            .ok_or_else(damaged)?;
        let offset = (HEADER as u64).saturating_add(resident as u64);
        let expected =
            (count as u64).checked_mul(Record::SIZE as u64).and_then(|size| size.checked_add(offset));
        if magic != MAGIC || expected != Some(length) {
            return Err(damaged());
        }
        let mut bytes = vec![0; resident];
        file.read_exact(&mut bytes)?;
        let mut values: Vec<u64> =
            bytes.as_chunks().0.iter().map(|chunk| u64::from_le_bytes(*chunk)).collect();
        let heads = values.split_off(words);
        let filter = Filter::from_words(values).ok_or_else(damaged)?;
        Ok(Self { file, filter, heads, count, offset })
    }

    pub(super) fn may_hold(&self, quick: u64) -> bool {
        self.filter.may_hold(quick)
    }

    /// Bytes in memory.
    pub(super) fn resident(&self) -> usize {
        (self.filter.words().len() + self.heads.len()) * 8
    }

    /// Gives the records of a hash to `visit`, in order, until it has had enough.
    pub(super) fn find(&self, hash: u64, mut visit: impl FnMut(Record) -> Next) -> io::Result<()> {
        // The last block that begins before the hash may hold the first record of it.
        let first = self.heads.partition_point(|head| *head < hash).saturating_sub(1);
        for block in first..self.heads.len() {
            for record in self.block(block)?.iter().filter(|record| record.hash >= hash) {
                if record.hash > hash || matches!(visit(*record), Next::Enough) {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// Whether a record of that hash comes from that row; found by halving, however many rows share the hash.
    pub(super) fn holds_row(&self, hash: u64, owner: u32, row: u32) -> io::Result<Option<u16>> {
        let wanted = (hash, owner, row);
        let (mut low, mut high) = (0, self.count);
        while low < high {
            let middle = low + (high - low) / 2;
            match self.records(middle, 1)?.first() {
                Some(record) if (record.hash, record.owner, record.row) < wanted => low = middle + 1,
                Some(_) => high = middle,
                None => return Ok(None),
            }
        }
        let found = self.records(low, 1)?.first().copied();
        Ok(found
            .filter(|record| (record.hash, record.owner, record.row) == wanted)
            .map(|record| record.column))
    }

    /// All records, for merging.
    pub(super) fn all(&self) -> io::Result<Vec<Record>> {
        self.records(0, self.count)
    }

    fn block(&self, block: usize) -> io::Result<Vec<Record>> {
        self.records(block * BLOCK, BLOCK)
    }

    fn records(&self, from: usize, most: usize) -> io::Result<Vec<Record>> {
        let count = most.min(self.count.saturating_sub(from));
        let mut bytes = vec![0; count * Record::SIZE];
        read_at(&self.file, &mut bytes, self.offset + (from * Record::SIZE) as u64)?;
        Ok(bytes.chunks_exact(Record::SIZE).filter_map(Record::read).collect())
    }
}

/// Whether a search goes on.
pub(super) enum Next {
    More,
    Enough,
}

#[cfg(unix)]
fn read_at(file: &File, into: &mut [u8], offset: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, into, offset)
}

#[cfg(windows)]
fn read_at(file: &File, mut into: &mut [u8], mut offset: u64) -> io::Result<()> {
    while !into.is_empty() {
        let read = std::os::windows::fs::FileExt::seek_read(file, into, offset)?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        into = into.split_at_mut(read).1;
        offset += read as u64;
    }
    Ok(())
}
