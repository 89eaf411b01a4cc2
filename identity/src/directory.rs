use std::{collections::HashMap, net::IpAddr};

use model::{Person, PersonId, Sensitive};

use crate::{networks::Networks, password, table::Mistake};

/// The people who may use the gate.
#[derive(Clone, Debug, Default)]
pub struct Directory {
    pub(crate) people: Vec<Person>,
    pub(crate) by_id: HashMap<PersonId, usize>,
    /// Ids and e-mail addresses in lower case: the names to sign in with.
    pub(crate) by_login: HashMap<String, usize>,
    /// Password hashes (PHC strings) by position; not content, but nothing to print either.
    pub(crate) hashes: HashMap<usize, Sensitive>,
    pub(crate) networks: Networks<usize>,
}

/// What a connection tells of who is behind it.
#[derive(Clone, Copy, Debug)]
pub struct Evidence<'a> {
    /// Address the client connects from.
    pub address: IpAddr,
    /// User name and password of HTTP Basic authentication (RFC 7617), if given.
    pub basic: Option<(&'a str, &'a Sensitive)>,
}

/// Who is behind some evidence.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Identified<'a> {
    /// This person.
    Person(&'a Person, By),
    /// Nothing was claimed, and the address is nobody's.
    Unknown,
    /// A name was claimed that does not exist, or its password is wrong.
    WrongPassword,
}

/// What a person was identified by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// Name and password.
    Password,
    /// The address they connect from.
    Address,
}

impl Directory {
    /// Reads the directory's CSV file. Every mistake is reported, with its line.
    pub fn from_csv(people: &str) -> Result<Self, Vec<Mistake>> {
        crate::table::read(people)
    }

    /// Everyone, in the order of the file.
    pub fn people(&self) -> &[Person] {
        &self.people
    }

    /// The person with this id.
    pub fn person(&self, id: &str) -> Option<&Person> {
        self.by_id.get(id).and_then(|at| self.people.get(*at))
    }

    /// The person whom another system's log calls `name`: an id or an e-mail address in any case, also as `DOMAIN\\name`.
    pub fn named(&self, name: &str) -> Option<&Person> {
        let bare = name.rsplit_once('\\').map_or(name, |(_, bare)| bare);
        self.by_login.get(&bare.to_lowercase()).and_then(|at| self.people.get(*at))
    }

    /// Who is behind `evidence`. A claimed name counts before the address: with a wrong password nobody is let in as
    /// whoever sits at that address.
    ///
    /// Checking a password is deliberately slow (tens of milliseconds): callers keep the outcome.
    pub fn identify(&self, evidence: &Evidence<'_>) -> Identified<'_> {
        match evidence.basic {
            Some((login, password)) => self.by_password(login, password),
            None => self.by_address(evidence.address),
        }
    }

    fn by_password(&self, login: &str, password: &Sensitive) -> Identified<'_> {
        let at = self.by_login.get(&login.to_lowercase());
        let hash = at.and_then(|at| self.hashes.get(at));
        // An unknown name costs as much time as a wrong password, so that names cannot be probed.
        let right = password::verify(hash.map_or(password::NOBODY, Sensitive::reveal), password);
        match (right, at.and_then(|at| self.people.get(*at))) {
            (password::Check::Right, Some(person)) => Identified::Person(person, By::Password),
            _ => Identified::WrongPassword,
        }
    }

    /// The person who sits at `address`.
    pub fn at(&self, address: IpAddr) -> Option<&Person> {
        self.networks.find(address).and_then(|at| self.people.get(*at))
    }

    fn by_address(&self, address: IpAddr) -> Identified<'_> {
        self.at(address).map_or(Identified::Unknown, |person| Identified::Person(person, By::Address))
    }
}

#[cfg(test)]
mod tests {
    use model::Sensitive;

    use super::{By, Directory, Evidence, Identified};
    use crate::hash_password;

    fn directory() -> Directory {
        let hash = hash_password(&Sensitive::new("right horse"), &[7; 16]).unwrap();
        Directory::from_csv(&format!(
            "id,name,email,addresses,password_hash\n\
             anna.kovacs,Anna Kovacs,anna@example.com,10.1.0.0/16;fd00::/8,\"{hash}\"\n\
             ben.osei,Ben Osei,,10.1.2.0/24,\n\
             cleo.diaz,Cleo Diaz,,10.1.2.3,\n"
        ))
        .unwrap()
    }

    #[track_caller]
    fn check(address: &str, basic: Option<(&str, &str)>, expected: Option<(&str, By)>) {
        let directory = directory();
        let password = basic.map(|(_, password)| Sensitive::new(password));
        let basic = basic.zip(password.as_ref()).map(|((login, _), password)| (login, password));
        let found = directory.identify(&Evidence { address: address.parse().unwrap(), basic });
        match expected {
            Some((id, by)) => assert_eq!(found, Identified::Person(directory.person(id).unwrap(), by)),
            None => assert!(!matches!(found, Identified::Person(..)), "{found:?}"),
        }
    }

    #[test]
    fn the_longest_prefix_wins() {
        check("10.1.9.9", None, Some(("anna.kovacs", By::Address)));
        check("10.1.2.9", None, Some(("ben.osei", By::Address)));
        check("10.1.2.3", None, Some(("cleo.diaz", By::Address)));
        check("::ffff:10.1.2.3", None, Some(("cleo.diaz", By::Address)));
        check("fd12::1", None, Some(("anna.kovacs", By::Address)));
        check("192.0.2.1", None, None);
    }

    #[test]
    fn names_of_other_systems() {
        let directory = directory();
        let named = |name| directory.named(name).map(|person| person.id.as_str());
        assert_eq!(named("Anna@Example.com"), Some("anna.kovacs"));
        assert_eq!(named(r"CORP\Ben.Osei"), Some("ben.osei"));
        assert_eq!(named("anna"), None);
        assert_eq!(named("-"), None);
    }

    #[test]
    fn names_and_passwords() {
        let anna = Some(("anna.kovacs", By::Password));
        check("192.0.2.1", Some(("anna.kovacs", "right horse")), anna);
        check("192.0.2.1", Some(("Anna@Example.com", "right horse")), anna);
        check("10.1.2.3", Some(("anna.kovacs", "wrong horse")), None);
        check("10.1.2.3", Some(("cleo.diaz", "")), None);
        check("10.1.2.3", Some(("nobody", "right horse")), None);
    }
}
