use std::{collections::HashMap, fmt};

use model::Sensitive;

use crate::{
    directory::Directory,
    row::{self, Row},
};

/// The columns of the file. `id` and `name` are required, their order is free.
pub const COLUMNS: [&str; 11] = [
    "id",
    "name",
    "email",
    "kind",
    "department",
    "groups",
    "risk",
    "addresses",
    "password_hash",
    "training",
    "attested_until",
];

/// Something wrong in the directory's file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// Line, counted from 1.
    pub line: u64,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub remedy: String,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}: {}", self.line, self.message, self.remedy)
    }
}

/// Reads the file: a header, then one person a line; lines that begin with `#` are comments.
pub(crate) fn read(text: &str) -> Result<Directory, Vec<Mistake>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader =
        csv::ReaderBuilder::new().comment(Some(b'#')).trim(csv::Trim::All).from_reader(text.as_bytes());
    let mut table = Table::default();
    let columns = match reader.headers() {
        Ok(header) => table.columns(header),
        Err(error) => return Err(vec![unreadable(&error)]),
    };
    for record in reader.records() {
        match record {
            Ok(record) => table.add(&columns, &record),
            Err(error) => table.mistakes.push(unreadable(&error)),
        }
    }
    if table.mistakes.is_empty() { Ok(table.directory) } else { Err(table.mistakes) }
}

#[derive(Default)]
struct Table {
    directory: Directory,
    mistakes: Vec<Mistake>,
    lines: Vec<u64>,
}

impl Table {
    fn columns(&mut self, header: &csv::StringRecord) -> HashMap<String, usize> {
        for name in header {
            if !COLUMNS.contains(&name) {
                let remedy = format!("the columns are {}", COLUMNS.join(", "));
                self.mistake(1, format!("unknown column `{name}`"), remedy);
            }
        }
        for required in ["id", "name"] {
            if !header.iter().any(|name| name == required) {
                self.mistake(1, format!("column `{required}` is missing"), "add it to the first line");
            }
        }
        header.iter().enumerate().map(|(at, name)| (name.to_owned(), at)).collect()
    }

    fn add(&mut self, columns: &HashMap<String, usize>, record: &csv::StringRecord) {
        let line = record.position().map_or(0, csv::Position::line);
        let mut faults = Vec::new();
        let field = |name: &str| columns.get(name).and_then(|at| record.get(*at)).unwrap_or_default();
        let row = row::read(field, &mut faults);
        for (message, remedy) in faults {
            self.mistake(line, message, remedy);
        }
        self.enter(line, row);
    }

    fn enter(&mut self, line: u64, row: Row) {
        let at = self.directory.people.len();
        let id = row.person.id.clone();
        let logins = [Some(id.as_str().to_lowercase()), row.person.email.as_ref().map(|e| e.to_lowercase())];
        for login in logins.into_iter().flatten() {
            match self.directory.by_login.insert(login.clone(), at) {
                Some(other) if other != at => {
                    let message = format!("`{login}` is already in line {}", self.line(other));
                    self.mistake(line, message, "give everyone an id and an e-mail address of their own");
                }
                _ => {}
            }
        }
        for network in row.addresses {
            if let Some(other) = self.directory.networks.insert(network, at) {
                let message = format!("addresses `{network}` are already in line {}", self.line(other));
                self.mistake(line, message, "give a range to one person only");
            }
        }
        if let Some(hash) = row.password_hash {
            self.directory.hashes.insert(at, Sensitive::new(hash));
        }
        self.directory.by_id.insert(id, at);
        self.directory.people.push(row.person);
        self.lines.push(line);
    }

    fn line(&self, at: usize) -> u64 {
        self.lines.get(at).copied().unwrap_or(0)
    }

    fn mistake(&mut self, line: u64, message: impl Into<String>, remedy: impl Into<String>) {
        self.mistakes.push(Mistake { line, message: message.into(), remedy: remedy.into() });
    }
}

fn unreadable(error: &csv::Error) -> Mistake {
    let line = error.position().map_or(1, csv::Position::line);
    let (message, remedy) = match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => (
            format!("{len} fields instead of {expected_len}"),
            "give each line as many fields as the first, in quotes where they hold commas",
        ),
        _ => ("the line cannot be read".to_owned(), "write the file as CSV in UTF-8"),
    };
    Mistake { line, message, remedy: remedy.to_owned() }
}

#[cfg(test)]
mod tests {
    use model::{PersonKind, Risk};

    use crate::Directory;

    const PEOPLE: &str = "\
# our people
id,name,email,kind,department,groups,risk,addresses,password_hash,training,attested_until
anna.kovacs,Anna Kovacs,anna@example.com,contractor,Finance,fin-leads; all ,elevated,10.0.0.7,,ai-basics=2027-03-31;phi=2027-01-01,2027-06-30

ben.osei,\"Osei, Ben\",,,,,,,,,
";

    #[test]
    fn people_come_with_everything_the_file_says() {
        let directory = Directory::from_csv(PEOPLE).unwrap();
        let anna = directory.person("anna.kovacs").unwrap();
        assert_eq!((anna.kind, anna.risk), (PersonKind::Contractor, Risk::Elevated));
        assert_eq!(anna.department.as_deref(), Some("Finance"));
        assert_eq!(anna.groups.iter().collect::<Vec<_>>(), ["all", "fin-leads"]);
        assert_eq!(anna.training["phi"].to_string(), "2027-01-01T00:00:00.000Z");
        assert_eq!(anna.attested_until.unwrap().to_string(), "2027-06-30T00:00:00.000Z");
        let ben = directory.person("ben.osei").unwrap();
        assert_eq!(
            (ben.name.as_str(), ben.kind, ben.email.as_ref()),
            ("Osei, Ben", PersonKind::Employee, None)
        );
        assert_eq!(directory.people().len(), 2);
    }

    #[track_caller]
    fn check_refused(text: &str, expected: &[&str]) {
        let mistakes = Directory::from_csv(text).unwrap_err();
        assert_eq!(mistakes.iter().map(ToString::to_string).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn mistakes_come_all_at_once_with_line_and_remedy() {
        check_refused(
            "id,name,mail,kind,addresses,password_hash,training\n\
             anna,Anna,a,boss,10.0.0.0/8,hunter2,basics\n\
             Anna,,b,,10.0.0.0/8;300.1.1.1,,basics=soon\n\
             too,few\n",
            &[
                "line 1: unknown column `mail`: the columns are id, name, email, kind, department, groups, risk, \
                 addresses, password_hash, training, attested_until",
                "line 2: unknown kind `boss`: use one of employee, contractor, vendor",
                "line 2: training `basics` has no date: write `module=date until which it counts`, as in \
                 `ai-basics=2027-03-31`",
                "line 2: `password_hash` cannot be used: give a PHC string, as in \
                 `$argon2id$v=19$m=19456,t=2,p=1$…$…`",
                "line 3: `Anna` has no name: fill in the column `name`",
                "line 3: `soon` in `training` is not a date: write `2027-03-31` or `2027-03-31T12:00:00Z`",
                "line 3: `300.1.1.1` is not an address or a range: write `10.0.0.7`, `10.0.0.0/24` or `fd00::/8`, \
                 several separated by `;`",
                "line 3: `anna` is already in line 2: give everyone an id and an e-mail address of their own",
                "line 3: addresses `10.0.0.0/8` are already in line 2: give a range to one person only",
                "line 4: 2 fields instead of 7: give each line as many fields as the first, in quotes where they \
                 hold commas",
            ],
        );
        check_refused(
            "who\n",
            &[
                "line 1: unknown column `who`: the columns are id, name, email, kind, department, groups, risk, \
                 addresses, password_hash, training, attested_until",
                "line 1: column `id` is missing: add it to the first line",
                "line 1: column `name` is missing: add it to the first line",
            ],
        );
    }
}
