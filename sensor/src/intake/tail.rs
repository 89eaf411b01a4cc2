use std::{
    fs::{self, File, Metadata},
    io::{self, Cursor, Read, Seek, SeekFrom},
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use serde::{Deserialize, Serialize};
use tokio::{sync::mpsc, task::spawn_blocking, time::sleep};

use super::{Batch, Origin, decompressed, lines::Splitter};

/// How much of a file's beginning tells it from others.
const HEAD: usize = 1_024;
/// How much of a file's beginning may be header.
const PREAMBLE: usize = 16 << 10;
/// Bytes read at a time.
const CHUNK: usize = 64 << 10;
/// Bytes of lines in a batch, about.
const BATCH: usize = 1 << 20;

/// A place in a file, to go on from after a restart.
///
/// The file is known again by its beginning, and by its inode while it has none, wherever rotation has put it and also when it was
/// compressed since. Offsets are of unpacked bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// The file's inode.
    pub inode: u64,
    /// How many bytes of its beginning were hashed.
    pub head: u64,
    /// BLAKE3 of them, in hexadecimal digits.
    pub digest: String,
    /// Where the first line begins that was not given out.
    pub offset: u64,
}

/// Why a file could not be followed.
#[derive(Debug, thiserror::Error)]
pub enum TailError {
    /// It is there and cannot be read.
    #[error("cannot read log `{path}`; check that the service's account may read it and its folder")]
    Read {
        /// The log.
        path: String,
        /// What the system said.
        #[source]
        cause: io::Error,
    },
}

/// A log that grows, is rotated (renamed, copied and truncated, compressed), or is not there yet.
pub struct Tail {
    path: PathBuf,
    place: Option<Position>,
    open: Option<Open>,
    /// The file of `place` was read to its end, and there was no other yet.
    done: bool,
    lost: u64,
}

impl Tail {
    /// Follows `path` from where `place` says, or from its beginning.
    pub fn resume(path: impl Into<PathBuf>, place: Option<Position>) -> Self {
        Self { path: path.into(), place, open: None, done: false, lost: 0 }
    }

    /// How often a file was gone before all of it was read.
    pub fn lost(&self) -> u64 {
        self.lost
    }

    /// Gives the lines that were added, and the place after them; `None` where there are none for now. A line without its end is
    /// left until it has one, or its file was rotated.
    ///
    /// # Errors
    /// [`TailError`] where a file is there and cannot be read.
    pub fn poll(&mut self) -> Result<Option<Batch>, TailError> {
        self.step().map_err(|cause| TailError::Read { path: self.path.display().to_string(), cause })
    }

    fn step(&mut self) -> io::Result<Option<Batch>> {
        if self.open.is_none() {
            self.open = self.begin()?;
        }
        let Some(open) = &mut self.open else { return Ok(None) };
        let mut lines = Vec::new();
        if open.standing(&self.path)? == Standing::Emptied {
            self.place = Some(open.position());
            self.open = match self.copied()? {
                Some(copy) => Some(copy),
                None => Open::first(&self.path)?,
            };
            return Ok(None);
        }
        let ended = match open.read(&mut lines) {
            Ok(ended) => ended,
            // A file that is being compressed at this moment: read it again later.
            Err(error) if open.packed && error.kind() == io::ErrorKind::UnexpectedEof => true,
            Err(error) => return Err(error),
        };
        if ended && lines.is_empty() && open.standing(&self.path)? == Standing::Moved {
            // Whoever wrote it may have it open a little longer.
            open.idle += 1;
            if open.idle > 1 || open.packed {
                open.finish(&mut lines);
                self.place = Some(open.position());
                let batch = open.batch(&self.path, lines);
                self.open = self.next()?;
                return Ok(batch);
            }
        }
        let batch = open.batch(&self.path, lines);
        self.place = Some(open.position());
        Ok(batch)
    }

    /// Opens the file in which to go on.
    fn begin(&mut self) -> io::Result<Option<Open>> {
        let Some(place) = &self.place else { return Open::first(&self.path) };
        let mut candidates = siblings(&self.path)?;
        candidates.sort_by_key(|file| (file.inode != place.inode, file.path != self.path));
        for file in candidates {
            if let Some(open) = Open::at(&file.path, place)? {
                return Ok(Some(open));
            }
        }
        if !self.done {
            self.lost += 1;
        }
        self.place = None;
        self.done = false;
        Open::first(&self.path)
    }

    /// Opens the copy of a file that was then emptied, if that is what happened: it may hold lines not yet read.
    fn copied(&self) -> io::Result<Option<Open>> {
        let Some(place) = &self.place else { return Ok(None) };
        let files = siblings(&self.path)?;
        for file in files.iter().filter(|file| file.path != self.path) {
            if let Some(copy) = Open::at(&file.path, place)? {
                return Ok(Some(copy));
            }
        }
        Ok(None)
    }

    /// Opens the file that came after the one that was read to its end.
    fn next(&mut self) -> io::Result<Option<Open>> {
        let Some(before) = self.open.take() else { return Ok(None) };
        self.done = true;
        let mut later = siblings(&self.path)?;
        let changed = before.changed();
        later.retain(|file| {
            let other = file.inode != before.inode && changed.is_none_or(|changed| file.changed > changed);
            other || file.path == self.path
        });
        later.sort_by_key(|file| (file.path == self.path, file.changed));
        let Some(file) = later.first() else { return Ok(None) };
        let open = Open::first(&file.path)?;
        self.done = open.is_none();
        if let Some(open) = &open {
            self.place = Some(open.position());
        }
        Ok(open)
    }
}

/// A file beside others of one log.
struct Sibling {
    path: PathBuf,
    inode: u64,
    changed: SystemTime,
}

/// The log and what rotation made of its earlier files: `log`, `log.1`, `log-20261118.gz`, …
fn siblings(path: &Path) -> io::Result<Vec<Sibling>> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let name = path.file_name().unwrap_or_default().as_encoded_bytes();
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut files = Vec::new();
    for entry in entries.flatten() {
        let file = entry.file_name();
        let rest = file.as_encoded_bytes().strip_prefix(name);
        let ours =
            rest.is_some_and(|rest| rest.is_empty() || matches!(rest.first(), Some(b'.' | b'-' | b'_')));
        if let (true, Ok(told)) = (ours, fs::metadata(entry.path()))
            && told.is_file()
        {
            files.push(Sibling { path: entry.path(), inode: inode(&told), changed: told.modified()? });
        }
    }
    Ok(files)
}

#[cfg(unix)]
fn inode(told: &Metadata) -> u64 {
    use std::os::unix::fs::MetadataExt;
    told.ino()
}

/// Systems without inodes know a file by its beginning only.
#[cfg(not(unix))]
fn inode(_: &Metadata) -> u64 {
    0
}

/// What became of a file since it was opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    /// It is the log still.
    Growing,
    /// It was renamed or removed.
    Moved,
    /// It is the log still, but was begun anew.
    Emptied,
}

/// A file that is being read.
struct Open {
    /// The file itself, for its length and the time of its last change.
    file: File,
    input: Box<dyn Read + Send>,
    packed: bool,
    inode: u64,
    head: Vec<u8>,
    preamble: Vec<Vec<u8>>,
    /// Bytes read, also of a line that has not ended.
    read: u64,
    splitter: Splitter,
    /// How often it was at its end after it was rotated.
    idle: u32,
}

impl Open {
    /// Opens a file at its beginning; `None` where it is not there.
    fn first(path: &Path) -> io::Result<Option<Self>> {
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
    fn at(path: &Path, place: &Position) -> io::Result<Option<Self>> {
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
    fn read(&mut self, lines: &mut Vec<Vec<u8>>) -> io::Result<bool> {
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
    fn finish(&mut self, lines: &mut Vec<Vec<u8>>) {
        self.splitter.end(&mut |line| lines.push(line.to_vec()));
    }

    /// Whether the log's name still leads to this file, and it has only grown.
    fn standing(&self, path: &Path) -> io::Result<Standing> {
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

    fn changed(&self) -> Option<SystemTime> {
        self.file.metadata().and_then(|told| told.modified()).ok()
    }

    fn position(&self) -> Position {
        let offset = self.read - self.splitter.unfinished();
        let (inode, head) = (self.inode, self.head.len() as u64);
        Position { inode, head, digest: digest(&self.head), offset }
    }

    fn batch(&mut self, path: &Path, lines: Vec<Vec<u8>>) -> Option<Batch> {
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

fn digest(head: &[u8]) -> String {
    blake3::hash(head).to_hex().to_string()
}

/// Lines at the beginning of a file that say how to read the others: comments, and names of fields.
fn preamble(start: &[u8]) -> Vec<Vec<u8>> {
    let header = |line: &&[u8]| line.starts_with(b"#") || line.starts_with(b"version ");
    let lines = start.split(|byte| *byte == b'\n');
    lines.take_while(header).take(64).map(<[u8]>::to_vec).collect()
}

/// Follows a log until nobody takes its batches any more; looks for new lines `every` so often.
///
/// # Errors
/// [`TailError`] where the log is there and cannot be read.
pub async fn follow(mut tail: Tail, every: Duration, sink: mpsc::Sender<Batch>) -> Result<(), TailError> {
    loop {
        let polled = spawn_blocking(move || {
            let batch = tail.poll();
            (tail, batch)
        });
        // A poll neither panics nor is cancelled; were it, there would be no tail to go on with.
        let Ok((same, batch)) = polled.await else { return Ok(()) };
        tail = same;
        let Some(batch) = batch? else {
            tokio::select! {
                () = sleep(every) => continue,
                () = sink.closed() => return Ok(()),
            }
        };
        if sink.send(batch).await.is_err() {
            return Ok(());
        }
    }
}
