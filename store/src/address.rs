use std::path::{Path, PathBuf};

/// Where the data lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Address {
    /// One file.
    Sqlite(PathBuf),
    /// A server.
    Postgres { url: String, shown: String },
}

impl Address {
    /// Reads `sqlite://path` or `postgres://user:password@host:port/database?options`.
    pub(crate) fn parse(url: &str) -> Option<Self> {
        let (scheme, rest) = url.split_once("://")?;
        match scheme {
            "sqlite" if !rest.is_empty() && !rest.starts_with(':') => Some(Self::Sqlite(PathBuf::from(rest))),
            "postgres" | "postgresql" if !rest.is_empty() => {
                Some(Self::Postgres { url: url.to_owned(), shown: without_password(scheme, rest) })
            }
            _ => None,
        }
    }

    /// For messages: never holds a password.
    pub(crate) fn shown(&self) -> String {
        match self {
            Self::Sqlite(path) => path.display().to_string(),
            Self::Postgres { shown, .. } => shown.clone(),
        }
    }
}

/// The folder of a file, `.` for a bare name.
pub(crate) fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Keeps user, host and database; options go too, as `password` may be one of them.
fn without_password(scheme: &str, rest: &str) -> String {
    let rest = rest.split('?').next().unwrap_or(rest);
    match rest.rsplit_once('@') {
        Some((user, place)) => format!("{scheme}://{}@{place}", user.split(':').next().unwrap_or(user)),
        None => format!("{scheme}://{rest}"),
    }
}

#[cfg(test)]
mod tests {
    use super::Address;

    fn check(url: &str, expected: Option<&str>) {
        assert_eq!(Address::parse(url).map(|address| address.shown()).as_deref(), expected, "{url}");
    }

    #[test]
    fn addresses_are_shown_without_passwords() {
        check("sqlite:///var/lib/bylaw/bylaw.db", Some("/var/lib/bylaw/bylaw.db"));
        check("sqlite://bylaw.db", Some("bylaw.db"));
        check(
            "postgres://bylaw:s3cret@db:5432/bylaw?sslmode=require",
            Some("postgres://bylaw@db:5432/bylaw"),
        );
        check("postgresql://db/bylaw?password=s3cret", Some("postgresql://db/bylaw"));
        check("postgres://a:p@ss@db/bylaw", Some("postgres://a@db/bylaw"));
        check("sqlite://", None);
        check("sqlite://:memory:", None);
        check("mysql://db/bylaw", None);
        check("bylaw.db", None);
    }
}
