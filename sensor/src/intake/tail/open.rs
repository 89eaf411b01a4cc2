use std::{
    fs::File,
    io::{self, Cursor, Read, Seek, SeekFrom},
    path::Path,
    time::SystemTime,
};

use super::{Position, inode};
use crate::intake::{Batch, Origin, decompressed, lines::Splitter};

/// How much of a file's beginning tells it from others.
const HEAD: usize = 1_024;
/// How much of a file's beginning may be header.
const PREAMBLE: usize = 16 << 10;
/// Bytes read at a time.
const CHUNK: usize = 64 << 10;
/// Bytes of lines in a batch, about.
const BATCH: usize = 1 << 20;

/// What became of a file since it was opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// It is the log still.
    Growing,
    /// It was renamed or removed.
    Moved,
    /// It is the log still, but was begun anew.
    Emptied,
}

/// A file that is being read.
pub(super) struct Open {
    /// The file itself, for its length and the time of its last change.
    file: File,
    input: Box<dyn Read + Send>,
    pub(super) packed: bool,
    pub(super) inode: u64,
    head: Vec<u8>,
    preamble: Vec<Vec<u8>>,
    /// Bytes read, also of a line that has not ended.
    read: u64,
    splitter: Splitter,
    /// How often it was at its end after it was rotated.
    pub(super) idle: u32,
}

impl Open {
    /// Opens a file at its beginning; `None` where it is not there.
    pub(super) fn first(path: &Path) -> io::Result<Option<Self>> {
        let file = match File::open(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            file => file?,
        };
        let inode = inode(&file.metadata()?);
        let (input, packed) = unpacked(&file)?;
        let (head, preamble) = (Vec::new(), Vec::new());
        Ok(Some(Self {
            file,
            input,
            packed,
            inode,
            head,
            preamble,
            read: 0,
            splitter: Splitter::default(),
            idle: 0,
        }))
    }

    /// Opens a file at a place in it; `None` where it is not that file.
    pub(super) fn at(path: &Path, place: &Position) -> io::Result<Option<Self>> {
        let Some(mut open) = Self::first(path)? else { return Ok(None) };
        let mut start = Vec::new();
        match open.input.by_ref().take(PREAMBLE as u64).read_to_end(&mut start) {
            Ok(_) => (),
            Err(_) if open.packed => return Ok(None),
            Err(error) => return Err(error),
        }
        let hashed = usize::try_from(place.head).ok().and_then(|length| start.get(..length));
        let same = hashed.is_some_and(|head| digest(head) == place.digest);
        if !same || (place.head == 0 && open.inode != place.inode) {
            return Ok(None);
        }
        open.head = start.get(..HEAD.min(start.len())).unwrap_or_default().to_vec();
        if place.offset > 0 {
            open.preamble = preamble(&start);
        }
        open.read = place.offset;
        if !open.packed {
            if open.file.metadata()?.len() < place.offset {
                return Ok(None);
            }
            let mut file = open.file.try_clone()?;
            file.seek(SeekFrom::Start(place.offset))?;
            open.input = Box::new(file);
            return Ok(Some(open));
        }
        let known = start.len() as u64;
        if place.offset > known {
            let skipped = io::copy(&mut open.input.by_ref().take(place.offset - known), &mut io::sink());
            return Ok(skipped.is_ok_and(|skipped| skipped == place.offset - known).then_some(open));
        }
        let rest =
            usize::try_from(place.offset).ok().and_then(|offset| start.get(offset..)).unwrap_or_default();
        open.input = Box::new(Cursor::new(rest.to_vec()).chain(open.input));
        Ok(Some(open))
    }

    /// Reads lines, about as many as go into a batch; says whether the end was reached.
    pub(super) fn read(&mut self, lines: &mut Vec<Vec<u8>>) -> io::Result<bool> {
        let mut buffer = vec![0; CHUNK];
        let mut taken = 0;
        while taken < BATCH {
            let length = self.input.read(&mut buffer)?;
            if length == 0 {
                return Ok(true);
            }
            let bytes = buffer.get(..length).unwrap_or_default();
            let room = HEAD.saturating_sub(self.head.len());
            // What is known of the head is known from the file's first byte on.
            if self.read == self.head.len() as u64 {
                self.head.extend_from_slice(bytes.get(..room.min(length)).unwrap_or_default());
            }
            self.read += length as u64;
            self.splitter.push(bytes, &mut |line| lines.push(line.to_vec()));
            taken += length;
        }
        Ok(false)
    }

    /// Takes a last line that has no end.
    pub(super) fn finish(&mut self, lines: &mut Vec<Vec<u8>>) {
        self.splitter.end(&mut |line| lines.push(line.to_vec()));
    }

    /// Whether the log's name still leads to this file, and it has only grown.
    pub(super) fn standing(&self, path: &Path) -> io::Result<Standing> {
        let mut file = match File::open(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Standing::Moved),
            file => file?,
        };
        let told = file.metadata()?;
        if inode(&told) != self.inode || self.packed {
            return Ok(Standing::Moved);
        }
        let mut head = vec![0; self.head.len()];
        let grown = told.len() >= self.read && file.read_exact(&mut head).is_ok() && head == self.head;
        Ok(if grown { Standing::Growing } else { Standing::Emptied })
    }

    pub(super) fn changed(&self) -> Option<SystemTime> {
        self.file.metadata().and_then(|told| told.modified()).ok()
    }

    pub(super) fn position(&self) -> Position {
        let offset = self.read - self.splitter.unfinished();
        let (inode, head) = (self.inode, self.head.len() as u64);
        Position { inode, head, digest: digest(&self.head), offset }
    }

    pub(super) fn batch(&mut self, path: &Path, lines: Vec<Vec<u8>>) -> Option<Batch> {
        (!lines.is_empty()).then(|| Batch {
            origin: Origin::File(path.to_owned()),
            preamble: std::mem::take(&mut self.preamble),
            lines,
            position: Some(self.position()),
        })
    }
}

fn unpacked(file: &File) -> io::Result<(Box<dyn Read + Send>, bool)> {
    let mut first = [0; 4];
    let mut look = file.try_clone()?;
    let length = look.read(&mut first)?;
    look.seek(SeekFrom::Start(0))?;
    let packed = first.starts_with(&[0x1f, 0x8b]) || first == [0x28, 0xb5, 0x2f, 0xfd];
    Ok(if packed && length > 1 { (Box::new(decompressed(look)?), true) } else { (Box::new(look), false) })
}

/// BLAKE3 of bytes, in hexadecimal digits.
pub fn digest(head: &[u8]) -> String {
    blake3::hash(head).to_hex().to_string()
}

/// Lines at the beginning of a file that say how to read the others: comments, and names of fields.
fn preamble(start: &[u8]) -> Vec<Vec<u8>> {
    let header = |line: &&[u8]| line.starts_with(b"#") || line.starts_with(b"version ");
    let lines = start.split(|byte| *byte == b'\n');
    lines.take_while(header).take(64).map(<[u8]>::to_vec).collect()
}
