use argon2::{
    Algorithm, Argon2, Params, PasswordHasher, Version,
    password_hash::{Error, SaltString},
};
use model::PersonKind;
use serde::Deserialize;

use super::{DataError, sensors::address};

/// Someone who works at the organisation.
#[derive(Clone, Debug)]
pub struct Member {
    /// Id in the directory, as in `grace.adeyemi`.
    pub id: String,
    /// Name.
    pub name: String,
    /// E-mail address, below `example`.
    pub email: String,
    /// Department.
    pub department: Department,
    /// Relation to the organisation.
    pub kind: PersonKind,
    /// Groups.
    pub groups: Vec<String>,
    /// Password at the proxy: made up, and no secret.
    pub password: String,
    training: Training,
}

/// A department's name.
pub type Department = String;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Training {
    /// The basic module, valid.
    #[default]
    Basic,
    /// The basic and the clinical module, valid.
    Clinical,
    /// The basic module, lapsed; attestation too.
    Lapsed,
    /// Nothing, never attested.
    None,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPeople {
    department: Vec<RawDepartment>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawDepartment {
    name: String,
    groups: Vec<String>,
    people: Vec<RawPerson>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPerson {
    name: String,
    #[serde(default)]
    kind: PersonKind,
    #[serde(default)]
    groups: Vec<String>,
    #[serde(default)]
    training: Training,
}

pub(super) fn load() -> Result<Vec<Member>, DataError> {
    let raw: RawPeople = super::parse("people.toml", include_str!("../../data/people.toml"))?;
    let members = raw.department.into_iter().flat_map(|department| {
        let RawDepartment { name, groups, people } = department;
        people.into_iter().map(move |person| member(person, &name, &groups))
    });
    Ok(members.collect())
}

fn member(raw: RawPerson, department: &str, groups: &[String]) -> Member {
    let id = raw.name.to_lowercase().replace(' ', ".");
    Member {
        email: format!("{id}@brightwater.example"),
        password: format!("sandbox-{id}"),
        id,
        name: raw.name,
        department: department.to_owned(),
        kind: raw.kind,
        groups: groups.iter().cloned().chain(raw.groups).collect(),
        training: raw.training,
    }
}

pub(super) fn csv(members: &[Member]) -> Result<String, DataError> {
    let mut text = String::from(
        "id,name,email,kind,department,groups,addresses,password_hash,training,attested_until\n",
    );
    for (place, member) in members.iter().enumerate() {
        let hash = hash(&member.password, &member.id).map_err(DataError::Hash)?;
        let (training, attested) = member.training.as_fields();
        let fields = [
            &member.id,
            &member.name,
            &member.email,
            member.kind.as_str(),
            &member.department,
            &member.groups.join(";"),
            &address(place),
            &format!("\"{hash}\""), // holds commas
            training,
            attested,
        ];
        text.push_str(&fields.join(","));
        text.push('\n');
    }
    Ok(text)
}

impl Training {
    const fn as_fields(self) -> (&'static str, &'static str) {
        match self {
            Self::Basic => ("ai-basics=2035-12-31", "2035-12-31"),
            Self::Clinical => ("ai-basics=2035-12-31;phi-handling=2035-12-31", "2035-12-31"),
            Self::Lapsed => ("ai-basics=2025-06-30", "2025-06-30"),
            Self::None => ("", ""),
        }
    }
}

/// Argon2id with the least parameters: forty hashes must not slow the start, and the passwords are no secrets.
fn hash(password: &str, id: &str) -> Result<String, Error> {
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(64, 1, 1, None)?);
    let salt = SaltString::encode_b64(&salt(id))?;
    argon2.hash_password(password.as_bytes(), &salt).map(|hash| hash.to_string())
}

/// The id's bytes, folded into sixteen.
fn salt(id: &str) -> [u8; 16] {
    let mut salt = [0u8; 16];
    let places = id.bytes().zip((0..16).cycle());
    for (byte, at) in places {
        if let Some(place) = salt.get_mut::<usize>(at) {
            *place = place.wrapping_mul(31).wrapping_add(byte);
        }
    }
    salt
}
