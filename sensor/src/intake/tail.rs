mod open; // a file of the log while it is read

use std::{
    fs::{self, Metadata},
    io,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use serde::{Deserialize, Serialize};
use tokio::{sync::mpsc, task::spawn_blocking, time::sleep};

pub use self::open::digest;
use self::open::{Open, Standing};
use super::Batch;

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
