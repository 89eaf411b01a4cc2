use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, Result, bail, ensure};
use clap::{Args, Subcommand};
use detect::{
    file::{self, Budget},
    registered::{Column, ColumnKind, Registered, Table},
};
use model::Label;
use walkdir::WalkDir;

use crate::{config::Config, registered::Place};

/// What can be registered, and forgotten.
#[derive(Subcommand)]
pub(crate) enum RegisterCommand {
    /// Register a CSV file, such as a list of customers.
    Table(AddTable),
    /// Register documents of any format, or folders of them.
    Document(AddDocuments),
    /// List what is registered.
    List(List),
    /// Forget what is registered under an id.
    Forget(Forget),
}

impl RegisterCommand {
    pub(crate) fn run(self) -> Result<ExitCode> {
        match self {
            Self::Table(table) => table.run()?,
            Self::Document(documents) => documents.run()?,
            Self::List(list) => list.run()?,
            Self::Forget(forget) => forget.run()?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

#[derive(Args)]
struct Where {
    /// The configuration, whose data folder holds the registry. A running Bylaw sees a change within seconds.
    #[arg(long, default_value = "bylaw.toml")]
    config: PathBuf,
}

#[derive(Args)]
pub(crate) struct AddTable {
    /// A CSV file whose first line names the columns.
    file: PathBuf,
    /// What findings call it; the file's name without its ending if not given.
    #[arg(long)]
    id: Option<String>,
    /// What findings are.
    #[arg(long, default_value = "strategy.customer_database", value_parser = label)]
    label: Label,
    /// Columns of which each value names one row, such as account numbers: a finding alone.
    #[arg(long, value_delimiter = ',')]
    unique: Vec<String>,
    /// Columns whose values are shared by many, such as names: findings only together with others of their row.
    #[arg(long, value_delimiter = ',')]
    columns: Vec<String>,
    /// Columns of which all must stand together, as in `name,account`; may be given again. Any two if not given.
    #[arg(long = "together", value_name = "COLUMN,COLUMN")]
    rules: Vec<String>,
    /// How many bytes apart values of a row may stand.
    #[arg(long, default_value_t = 300)]
    within: usize,
    #[command(flatten)]
    place: Where,
}

impl AddTable {
    fn run(self) -> Result<()> {
        let source =
            fs::read(&self.file).with_context(|| format!("cannot read `{}`", self.file.display()))?;
        let kinds = [(&self.unique, ColumnKind::Unique), (&self.columns, ColumnKind::Supporting)];
        let columns: Vec<Column> = kinds
            .into_iter()
            .flat_map(|(names, kind)| names.iter().map(move |name| Column { name: name.clone(), kind }))
            .collect();
        ensure!(!columns.is_empty(), "name the columns that count with --unique and --columns");
        let rules =
            self.rules.iter().map(|rule| rule.split(',').map(|name| name.trim().to_owned()).collect());
        let table = Table { rules: rules.collect(), within: self.within, ..Table::new(self.label, columns) };
        let id = match self.id {
            Some(id) => id,
            None => stem(&self.file)?,
        };
        let config = Config::read(&self.place.config)?;
        Place::of(&config).open_or_create()?.add_table(&id, &table, &source)?;
        println!("registered table {id}");
        Ok(())
    }
}

#[derive(Args)]
pub(crate) struct AddDocuments {
    /// Files, and folders whose files are registered one by one.
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    /// What findings call it, for a single file; paths if not given.
    #[arg(long)]
    id: Option<String>,
    /// What findings are.
    #[arg(long, default_value = "ip.registered_document", value_parser = label)]
    label: Label,
    #[command(flatten)]
    place: Where,
}

impl AddDocuments {
    fn run(self) -> Result<()> {
        let config = Config::read(&self.place.config)?;
        let mut documents = Vec::new();
        for path in &self.paths {
            for file in WalkDir::new(path).sort_by_file_name() {
                let file = file?;
                if file.file_type().is_file() {
                    documents.push((file.path().display().to_string(), text(file.path())?));
                }
            }
        }
        match (self.id, documents.as_mut_slice()) {
            (Some(id), [(only, _)]) => *only = id,
            (Some(_), _) => bail!("--id is for a single file; several are called by their paths"),
            (None, _) => {}
        }
        let count = documents.len();
        let skipped = Place::of(&config).open_or_create()?.add_documents(&self.label, documents)?;
        println!("registered {} documents", count - skipped.len());
        skipped.iter().for_each(|id| eprintln!("bylaw: `{id}` is too short to be recognised"));
        ensure!(skipped.len() < count, "nothing was registered");
        Ok(())
    }
}

#[derive(Args)]
pub(crate) struct List {
    #[command(flatten)]
    place: Where,
}

impl List {
    fn run(self) -> Result<()> {
        let config = Config::read(&self.place.config)?;
        let registry = Place::of(&config).open()?;
        for entry in registry.iter().flat_map(|registry| registry.entries()) {
            match &entry.registered {
                Registered::Table { table, rows } => {
                    println!("{}  {}  table of {rows} rows", entry.id, table.label)
                }
                Registered::Document { label, fingerprints } => {
                    println!("{}  {label}  document of {fingerprints} fingerprints", entry.id);
                }
            }
        }
        Ok(())
    }
}

#[derive(Args)]
pub(crate) struct Forget {
    /// The id, as `bylaw register list` prints it.
    id: String,
    #[command(flatten)]
    place: Where,
}

impl Forget {
    fn run(self) -> Result<()> {
        let config = Config::read(&self.place.config)?;
        let registry = Place::of(&config).open()?;
        registry.with_context(|| format!("nothing is registered as `{}`", self.id))?.remove(&self.id)?;
        println!("forgot {}", self.id);
        Ok(())
    }
}

fn label(text: &str) -> Result<Label, String> {
    text.parse().map_err(|error: model::InvalidLabel| error.to_string())
}

fn stem(path: &Path) -> Result<String> {
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
    stem.with_context(|| format!("`{}` has no name; give one with --id", path.display()))
}

/// The whole text of a file, its parts one after another.
fn text(path: &Path) -> Result<String> {
    let bytes = fs::read(path).with_context(|| format!("cannot read `{}`", path.display()))?;
    let document = file::read(&bytes, path.file_name().and_then(|name| name.to_str()), Budget::default());
    for problem in &document.problems {
        eprintln!("bylaw: `{}` is not registered as a whole: {}", path.display(), problem.trouble);
    }
    let parts: Vec<String> = document.parts.into_iter().map(|part| part.text).collect();
    Ok(parts.join("\n"))
}
