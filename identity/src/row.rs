use std::collections::{BTreeMap, BTreeSet};

use ipnet::IpNet;
use model::{Person, PersonId, PersonKind, Risk, Timestamp};

use crate::{networks, password};

/// One person as a line of the file says.
pub(crate) struct Row {
    pub(crate) person: Person,
    pub(crate) addresses: Vec<IpNet>,
    pub(crate) password_hash: Option<String>,
}

/// What is wrong in a line, and the remedy.
pub(crate) type Fault = (String, String);

/// Reads the fields of one line, collecting everything that is wrong in `faults`.
pub(crate) fn read<'a>(field: impl Fn(&str) -> &'a str, faults: &mut Vec<Fault>) -> Row {
    let text = |column| Some(field(column).to_owned()).filter(|text| !text.is_empty());
    let id = field("id");
    if !is_id(id) {
        let remedy = "use letters, digits, `.`, `-`, `_`, as in `anna.kovacs`";
        faults.push((format!("`{id}` is not a valid id"), remedy.to_owned()));
    }
    if field("name").is_empty() {
        faults.push((format!("`{id}` has no name"), "fill in the column `name`".to_owned()));
    }
    let person = Person {
        id: PersonId::new(id),
        name: field("name").to_owned(),
        email: email(field("email"), faults),
        kind: kind(field("kind"), faults),
        department: text("department"),
        groups: list(field("groups")).map(str::to_owned).collect::<BTreeSet<_>>(),
        risk: risk(field("risk"), faults),
        training: training(field("training"), faults),
        attested_until: instant("attested_until", field("attested_until"), faults),
    };
    Row {
        person,
        addresses: addresses(field("addresses"), faults),
        password_hash: password_hash(field("password_hash"), faults),
    }
}

/// The parts of a field that holds several, separated by semicolons.
fn list(text: &str) -> impl Iterator<Item = &str> {
    text.split(';').map(str::trim).filter(|part| !part.is_empty())
}

fn is_id(id: &str) -> bool {
    !id.is_empty() && id.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '@'))
}

fn email(text: &str, faults: &mut Vec<Fault>) -> Option<String> {
    if text.is_empty() {
        return None;
    }
    let plausible = text.split_once('@').is_some_and(|(user, host)| !user.is_empty() && !host.is_empty());
    if !plausible || text.contains(char::is_whitespace) {
        faults
            .push((format!("`{text}` is not an e-mail address"), "correct it or leave it empty".to_owned()));
    }
    Some(text.to_owned())
}

fn kind(text: &str, faults: &mut Vec<Fault>) -> PersonKind {
    let kinds = [PersonKind::Employee, PersonKind::Contractor, PersonKind::Vendor];
    choose("kind", text, &kinds, PersonKind::as_str, faults)
}

fn risk(text: &str, faults: &mut Vec<Fault>) -> Risk {
    choose("risk", text, &Risk::ALL, Risk::as_str, faults)
}

/// The value that `text` names; the default where it is empty.
fn choose<T: Copy + Default>(
    column: &str,
    text: &str,
    values: &[T],
    name: impl Fn(T) -> &'static str,
    faults: &mut Vec<Fault>,
) -> T {
    if text.is_empty() {
        return T::default();
    }
    values.iter().copied().find(|value| name(*value) == text).unwrap_or_else(|| {
        let names: Vec<_> = values.iter().map(|value| name(*value)).collect();
        faults.push((format!("unknown {column} `{text}`"), format!("use one of {}", names.join(", "))));
        T::default()
    })
}

fn training(text: &str, faults: &mut Vec<Fault>) -> BTreeMap<String, Timestamp> {
    let mut modules = BTreeMap::new();
    for part in list(text) {
        let Some((module, until)) = part.split_once('=') else {
            let remedy = "write `module=date until which it counts`, as in `ai-basics=2027-03-31`";
            faults.push((format!("training `{part}` has no date"), remedy.to_owned()));
            continue;
        };
        if let Some(until) = instant("training", until.trim(), faults) {
            modules.insert(module.trim().to_owned(), until);
        }
    }
    modules
}

fn instant(column: &str, text: &str, faults: &mut Vec<Fault>) -> Option<Timestamp> {
    if text.is_empty() {
        return None;
    }
    let parsed = text.parse().ok();
    if parsed.is_none() {
        let message = format!("`{text}` in `{column}` is not a date");
        faults.push((message, "write `2027-03-31` or `2027-03-31T12:00:00Z`".to_owned()));
    }
    parsed
}

fn addresses(text: &str, faults: &mut Vec<Fault>) -> Vec<IpNet> {
    let mut networks = Vec::new();
    for part in list(text) {
        match networks::parse(part) {
            Some(network) => networks.push(network),
            None => {
                let remedy = "write `10.0.0.7`, `10.0.0.0/24` or `fd00::/8`, several separated by `;`";
                faults.push((format!("`{part}` is not an address or a range"), remedy.to_owned()));
            }
        }
    }
    networks
}

/// The message does not repeat what was given: people put passwords there.
fn password_hash(text: &str, faults: &mut Vec<Fault>) -> Option<String> {
    if text.is_empty() {
        return None;
    }
    if let Some(remedy) = password::fault(text) {
        faults.push(("`password_hash` cannot be used".to_owned(), remedy.to_owned()));
    }
    Some(text.to_owned())
}
