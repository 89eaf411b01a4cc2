use std::{
    collections::BTreeSet,
    fs, io,
    path::{Path, PathBuf},
};

use model::Label;

use super::{
    lengths::Lengths,
    lock::Lock,
    manifest::{Entry, Manifest, Registered},
    normal::{normal, normalise},
    record::{PASSAGE, Record},
    salt::Salt,
    segment::Segment,
    snapshot::Snapshot,
    table::Table,
    winnow::Winnow,
};

/// More segments than this are merged into one.
const MOST_SEGMENTS: usize = 8;
/// Cells longer than this, in letters and digits, are not kept: they are texts.
pub(super) const LONGEST_CELL: usize = 64;
/// Shorter cells are not kept.
const SHORTEST_CELL: usize = 2;

/// A folder of registered tables and documents: adding, removing, merging.
///
/// Every change is on disk when its call returns, and seen by snapshots taken after it. Any number of processes may read
/// and change a registry: a change waits until that of another has ended, and builds on it.
pub struct Registry {
    folder: PathBuf,
    manifest: Manifest,
    salt: Salt,
}

/// Why registering failed.
#[derive(Debug, thiserror::Error)]
pub enum RegisterError {
    /// The folder or a file in it.
    #[error("cannot use registry `{}`", path.display())]
    Io {
        /// The folder.
        path: PathBuf,
        /// Why.
        #[source]
        cause: io::Error,
    },
    /// The registry was made with another secret.
    #[error("registry `{}` was made with another secret", path.display())]
    Secret {
        /// The folder.
        path: PathBuf,
    },
    /// The table cannot be read as CSV.
    #[error("table `{id}` is not a readable CSV file")]
    Csv {
        /// The table.
        id: String,
        /// Why.
        #[source]
        cause: csv::Error,
    },
    /// A column that was asked for is not in the table.
    #[error("table `{id}` has no column `{column}`")]
    NoColumn {
        /// The table.
        id: String,
        /// The column.
        column: String,
    },
    /// Nothing that could be recognised.
    #[error("`{id}` holds nothing that could be recognised")]
    Empty {
        /// The table or document.
        id: String,
    },
    /// There is no such entry.
    #[error("nothing is registered as `{id}`")]
    Unknown {
        /// What was asked for.
        id: String,
    },
}

impl Registry {
    /// Makes a registry in a new or empty folder.
    ///
    /// With a `secret` that is kept elsewhere, who steals the folder cannot try out values.
    pub fn create(folder: &Path, secret: Option<&[u8]>) -> Result<Self, RegisterError> {
        let failed = |cause| RegisterError::Io { path: folder.to_owned(), cause };
        fs::create_dir_all(folder).map_err(failed)?;
        let _held = Lock::take(folder).map_err(failed)?;
        if Manifest::read(folder).is_ok() {
            return Err(failed(io::ErrorKind::AlreadyExists.into()));
        }
        let random: [u8; 32] = rand::random();
        let salt = Salt::new(&random, secret);
        let hex = random.iter().map(|byte| format!("{byte:02x}")).collect();
        let manifest = Manifest {
            version: 1,
            salt: hex,
            proof: salt.cell(b""),
            next: 1,
            entries: Vec::new(),
            segments: Vec::new(),
        };
        manifest.write(folder).map_err(failed)?;
        Ok(Self { folder: folder.to_owned(), manifest, salt })
    }

    /// Opens a registry.
    pub fn open(folder: &Path, secret: Option<&[u8]>) -> Result<Self, RegisterError> {
        let failed = |cause| RegisterError::Io { path: folder.to_owned(), cause };
        let manifest = Manifest::read(folder).map_err(failed)?;
        let digits =
            manifest.salt.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).unwrap_or_default());
        let random: Result<Vec<u8>, _> = digits.map(|pair| u8::from_str_radix(pair, 16)).collect();
        let random = random.map_err(|cause| failed(io::Error::new(io::ErrorKind::InvalidData, cause)))?;
        if manifest.version != 1 {
            return Err(failed(io::ErrorKind::Unsupported.into()));
        }
        let salt = Salt::new(&random, secret);
        if salt.cell(b"") != manifest.proof {
            return Err(RegisterError::Secret { path: folder.to_owned() });
        }
        Ok(Self { folder: folder.to_owned(), manifest, salt })
    }

    /// Opens a registry, or makes one where there is none; whoever comes first makes it.
    pub fn open_or_create(folder: &Path, secret: Option<&[u8]>) -> Result<Self, RegisterError> {
        match Self::create(folder, secret) {
            Err(RegisterError::Io { cause, .. }) if cause.kind() == io::ErrorKind::AlreadyExists => {
                Self::open(folder, secret)
            }
            made => made,
        }
    }

    /// What is registered, in the order it was.
    pub fn entries(&self) -> &[Entry] {
        &self.manifest.entries
    }

    /// Registers a table in CSV (RFC 4180; the separator is told from the header: comma, semicolon or tab), in place of
    /// what was registered under that id.
    pub fn add_table(&mut self, id: &str, table: &Table, source: &[u8]) -> Result<(), RegisterError> {
        let _held = self.hold()?;
        let number = self.manifest.number();
        let Cells { records, rows, lengths } = cells(id, number, table, source, &self.salt)?;
        if records.is_empty() {
            return Err(RegisterError::Empty { id: id.to_owned() });
        }
        let registered = Registered::Table { table: table.clone(), rows };
        self.add(vec![Entry { id: id.to_owned(), number, lengths, registered }], records)
    }

    /// Registers the text of a document, in place of what was registered under that id.
    pub fn add_document(&mut self, id: &str, label: &Label, text: &str) -> Result<(), RegisterError> {
        let skipped = self.add_documents(label, [(id.to_owned(), text)])?;
        skipped.into_iter().next().map_or(Ok(()), |id| Err(RegisterError::Empty { id }))
    }

    /// Registers many documents at once, by id and text, each in place of what was registered under its id.
    ///
    /// Gives the ids of those that are too short to be recognised; they are not registered.
    pub fn add_documents<T: AsRef<str>>(
        &mut self,
        label: &Label,
        documents: impl IntoIterator<Item = (String, T)>,
    ) -> Result<Vec<String>, RegisterError> {
        let _held = self.hold()?;
        let (mut entries, mut records, mut skipped) = (Vec::new(), Vec::new(), Vec::new());
        for (id, text) in documents {
            let number = self.manifest.number();
            let own = passages(number, text.as_ref(), &self.salt);
            if own.is_empty() {
                skipped.push(id);
                continue;
            }
            let fingerprints = u32::try_from(own.len()).unwrap_or(u32::MAX);
            let registered = Registered::Document { label: label.clone(), fingerprints };
            entries.push(Entry { id, number, lengths: Lengths::NONE, registered });
            records.extend(own);
        }
        self.add(entries, records)?;
        Ok(skipped)
    }

    /// Forgets a table or document.
    pub fn remove(&mut self, id: &str) -> Result<(), RegisterError> {
        let _held = self.hold()?;
        if !self.manifest.entries.iter().any(|entry| entry.id == id) {
            return Err(RegisterError::Unknown { id: id.to_owned() });
        }
        self.manifest.entries.retain(|entry| entry.id != id);
        // Hashes of what is forgotten do not stay behind.
        self.join()
    }

    /// Joins all segments into one, without the records of what was removed.
    pub fn merge(&mut self) -> Result<(), RegisterError> {
        let _held = self.hold()?;
        self.join()
    }

    /// Waits for changes of others, and sees what they have made.
    fn hold(&mut self) -> Result<Lock, RegisterError> {
        let held = Lock::take(&self.folder).map_err(|cause| self.failed(cause))?;
        self.manifest = Manifest::read(&self.folder).map_err(|cause| self.failed(cause))?;
        Ok(held)
    }

    fn join(&mut self) -> Result<(), RegisterError> {
        let owners: BTreeSet<u32> = self.manifest.entries.iter().map(|entry| entry.number).collect();
        let old = std::mem::take(&mut self.manifest.segments);
        let mut records = Vec::new();
        for number in &old {
            let segment = Segment::open(&self.path(*number)).map_err(|cause| self.failed(cause))?;
            let all = segment.all().map_err(|cause| self.failed(cause))?;
            records.extend(all.into_iter().filter(|record| owners.contains(&record.owner)));
        }
        self.write(records)?;
        for number in old {
            // Readers that have it open keep it; a file left behind is only space.
            let _ = fs::remove_file(self.path(number));
        }
        Ok(())
    }

    /// What is registered now, for scanning.
    pub fn snapshot(&self) -> Result<Snapshot, RegisterError> {
        let open = |number: &u32| Segment::open(&self.path(*number)).map_err(|cause| self.failed(cause));
        let segments = self.manifest.segments.iter().map(open).collect::<Result<_, _>>()?;
        Ok(Snapshot::new(self.salt.clone(), segments, &self.manifest.entries))
    }

    fn add(&mut self, new: Vec<Entry>, records: Vec<Record>) -> Result<(), RegisterError> {
        let ids: BTreeSet<String> = new.iter().map(|entry| entry.id.clone()).collect();
        let before = self.manifest.entries.len();
        self.manifest.entries.retain(|other| !ids.contains(&other.id));
        let replaced = self.manifest.entries.len() < before;
        self.manifest.entries.extend(new);
        self.write(records)?;
        if replaced || self.manifest.segments.len() > MOST_SEGMENTS { self.join() } else { Ok(()) }
    }

    /// Writes records as a new segment, then the manifest that names it.
    fn write(&mut self, mut records: Vec<Record>) -> Result<(), RegisterError> {
        if !records.is_empty() {
            records.sort_unstable();
            records.dedup();
            let number = self.manifest.number();
            Segment::write(&self.path(number), &records).map_err(|cause| self.failed(cause))?;
            self.manifest.segments.push(number);
        }
        self.manifest.write(&self.folder).map_err(|cause| self.failed(cause))
    }

    fn path(&self, segment: u32) -> PathBuf {
        self.folder.join(format!("{segment:08}.seg"))
    }

    fn failed(&self, cause: io::Error) -> RegisterError {
        RegisterError::Io { path: self.folder.clone(), cause }
    }
}

/// What is kept of the cells of a table.
struct Cells {
    records: Vec<Record>,
    rows: u32,
    lengths: Lengths,
}

/// Records of the cells of a table.
fn cells(id: &str, owner: u32, table: &Table, source: &[u8], salt: &Salt) -> Result<Cells, RegisterError> {
    let failed = |cause| RegisterError::Csv { id: id.to_owned(), cause };
    let source = source.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(source);
    let mut reader =
        csv::ReaderBuilder::new().delimiter(separator(source)).flexible(true).from_reader(source);
    let headers = reader.byte_headers().map_err(failed)?.clone();
    let mut places = Vec::new();
    for (column, wanted) in (0_u16..).zip(&table.columns) {
        let same = |header: &[u8]| normal(&String::from_utf8_lossy(header)) == normal(&wanted.name);
        let place = headers.iter().position(same);
        let missing = || RegisterError::NoColumn { id: id.to_owned(), column: wanted.name.clone() };
        places.push((column, place.ok_or_else(missing)?));
    }
    for name in table.rules.iter().flatten() {
        if !table.columns.iter().any(|column| column.name == *name) {
            return Err(RegisterError::NoColumn { id: id.to_owned(), column: name.clone() });
        }
    }
    let (mut records, mut lengths) = (Vec::new(), Lengths::NONE);
    let (mut row, mut line) = (0, csv::ByteRecord::new());
    while reader.read_byte_record(&mut line).map_err(failed)? {
        for (column, place) in &places {
            let value = normal(&String::from_utf8_lossy(line.get(*place).unwrap_or_default()));
            if (SHORTEST_CELL..=LONGEST_CELL).contains(&value.len()) {
                lengths.add(value.len());
                records.push(Record {
                    hash: salt.cell(&value),
                    owner,
                    row,
                    column: *column,
                    quick: salt.quick(&value),
                });
            }
        }
        row += 1;
    }
    Ok(Cells { records, rows: row, lengths })
}

/// The character that stands most often in the header, of those that separate cells.
fn separator(source: &[u8]) -> u8 {
    let header = source.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let count = |separator: &u8| header.iter().filter(|byte| *byte == separator).count();
    [b',', b';', b'\t'].into_iter().max_by_key(count).unwrap_or(b',')
}

/// Records of a document's different fingerprints.
fn passages(owner: u32, text: &str, salt: &Salt) -> Vec<Record> {
    let (mut winnow, mut hashes) = (Winnow::default(), BTreeSet::new());
    for (place, character) in text.char_indices() {
        normalise(character, |byte| {
            hashes.extend(winnow.push(byte, place, salt).map(|found| found.hash));
        });
    }
    hashes.extend(winnow.finish().map(|found| found.hash));
    hashes.into_iter().map(|hash| Record { hash, owner, row: 0, column: PASSAGE, quick: hash }).collect()
}
