use model::{PersonId, Timestamp};
use sea_orm::{
    ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    sea_query::{Expr, OnConflict},
};

use crate::{
    Concealed, QueryError, Store, concealments,
    entity::{concealment, host_sighting, intake_position},
    error::Doing,
    open::begin,
    row::{signed, storable, unsigned},
};

const KEEP: &str = "keep what was seen on the network";
const READ: &str = "read what was seen of unknown hosts";
const FORGET: &str = "forget what was seen on the network";
const POSITION: &str = "read how far a source was read";
/// Rows of one statement.
const ROWS: usize = 500;

/// That somebody used a host which no tool of the catalogue has, but which looks like one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostSighting {
    /// The host's name, lower case.
    pub host: String,
    /// Who used it.
    pub person: PersonId,
    /// The person's department, if it is known.
    pub department: Option<String>,
    /// First use that was seen.
    pub first: Timestamp,
    /// Latest use that was seen.
    pub last: Timestamp,
    /// How often.
    pub times: u64,
    /// Bytes from the person to the host, as far as they were seen.
    pub bytes_up: u64,
    /// Bytes from the host to the person, as far as they were seen.
    pub bytes_down: u64,
    /// What speaks for a tool, a bit for each kind of sign; the meaning is the caller's.
    pub signs: u32,
}

/// How far a source of evidence was read, in words of whoever reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IntakePosition {
    /// The source.
    pub source: String,
    /// The position.
    pub position: String,
}

/// What evidence tells beside the use of tools, and how far it was read.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sightings<'a> {
    /// Hosts that look like tools.
    pub hosts: &'a [HostSighting],
    /// Where names were kept from being seen.
    pub concealed: &'a [Concealed],
    /// How far the evidence was read.
    pub positions: &'a [IntakePosition],
}

/// What was forgotten of the network.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Forgotten {
    /// Pairs of a person and a host that looks like a tool.
    pub hosts: u64,
    /// Ways, hosts and people of names that were kept from being seen.
    pub concealed: u64,
}

impl Store {
    /// Adds what was seen to what is known of the same hosts and people, and moves positions on: all or nothing, so
    /// that evidence that is read again after a crash counts once.
    pub async fn keep_sightings(&self, seen: Sightings<'_>, now: Timestamp) -> Result<(), QueryError> {
        let transaction = begin(self.write()).await.doing(KEEP)?;
        for rows in seen.hosts.chunks(ROWS) {
            add(&transaction, rows).await.doing(KEEP)?;
        }
        for rows in seen.concealed.chunks(ROWS) {
            concealments::add(&transaction, rows).await.doing(KEEP)?;
        }
        for position in seen.positions {
            move_on(&transaction, position, now).await.doing(KEEP)?;
        }
        transaction.commit().await.doing(KEEP)
    }

    /// All that was seen of unknown hosts, by host and person.
    pub async fn sightings(&self) -> Result<Vec<HostSighting>, QueryError> {
        let rows = host_sighting::Entity::find()
            .order_by_asc(host_sighting::Column::Host)
            .order_by_asc(host_sighting::Column::Person)
            .all(self.read());
        Ok(rows.await.doing(READ)?.into_iter().map(read).collect())
    }

    /// What was seen of unknown hosts that `person` used.
    pub(crate) async fn sightings_of(&self, person: &PersonId) -> Result<Vec<HostSighting>, QueryError> {
        let rows = host_sighting::Entity::find()
            .filter(host_sighting::Column::Person.eq(person.as_str()))
            .order_by_asc(host_sighting::Column::Host)
            .all(self.read());
        Ok(rows.await.doing(READ)?.into_iter().map(read).collect())
    }

    /// Forgets what was seen of hosts, and of names kept from being seen, before `before`: of people of whom it was not
    /// seen since.
    pub async fn forget_sightings(&self, before: Timestamp) -> Result<Forgotten, QueryError> {
        let hosts = host_sighting::Entity::delete_many()
            .filter(host_sighting::Column::LastAt.lt(before.as_millis()))
            .exec(self.write())
            .await
            .doing(FORGET)?;
        let concealed = concealment::Entity::delete_many()
            .filter(concealment::Column::LastAt.lt(before.as_millis()))
            .exec(self.write())
            .await
            .doing(FORGET)?;
        Ok(Forgotten { hosts: hosts.rows_affected, concealed: concealed.rows_affected })
    }

    /// Forgets how far sources were read whose names begin with `prefix` and that were last read before `before`.
    pub async fn forget_intake(&self, prefix: &str, before: Timestamp) -> Result<u64, QueryError> {
        let gone = intake_position::Entity::delete_many()
            .filter(intake_position::Column::Source.starts_with(prefix))
            .filter(intake_position::Column::At.lt(before.as_millis()))
            .exec(self.write());
        gone.await.doing(FORGET).map(|done| done.rows_affected)
    }

    /// How far `source` was read.
    pub async fn intake_position(&self, source: &str) -> Result<Option<String>, QueryError> {
        let found = intake_position::Entity::find_by_id(source).one(self.read()).await.doing(POSITION)?;
        Ok(found.map(|row| row.position))
    }
}

async fn add(transaction: &DatabaseTransaction, sightings: &[HostSighting]) -> Result<(), DbErr> {
    let rows = sightings.iter().map(|sighting| row(sighting).into_active_model());
    let mut grow = OnConflict::columns([host_sighting::Column::Host, host_sighting::Column::Person]);
    for (column, sum) in [
        (host_sighting::Column::Times, "host_sightings.times + excluded.times"),
        (host_sighting::Column::BytesUp, "host_sightings.bytes_up + excluded.bytes_up"),
        (host_sighting::Column::BytesDown, "host_sightings.bytes_down + excluded.bytes_down"),
        (host_sighting::Column::Signs, "host_sightings.signs | excluded.signs"),
        (host_sighting::Column::Department, "COALESCE(excluded.department, host_sightings.department)"),
        (
            host_sighting::Column::FirstAt,
            "CASE WHEN excluded.first_at < host_sightings.first_at THEN excluded.first_at \
             ELSE host_sightings.first_at END",
        ),
        (
            host_sighting::Column::LastAt,
            "CASE WHEN excluded.last_at > host_sightings.last_at THEN excluded.last_at \
             ELSE host_sightings.last_at END",
        ),
    ] {
        grow.value(column, Expr::cust(sum));
    }
    host_sighting::Entity::insert_many(rows)
        .on_conflict(grow)
        .exec_without_returning(transaction)
        .await
        .map(drop)
}

async fn move_on(
    transaction: &DatabaseTransaction,
    position: &IntakePosition,
    now: Timestamp,
) -> Result<(), DbErr> {
    let row = intake_position::Model {
        source: position.source.clone(),
        position: position.position.clone(),
        at: now.as_millis(),
    };
    let replace = OnConflict::column(intake_position::Column::Source)
        .update_columns([intake_position::Column::Position, intake_position::Column::At])
        .to_owned();
    intake_position::Entity::insert(row.into_active_model())
        .on_conflict(replace)
        .exec_without_returning(transaction)
        .await
        .map(drop)
}

fn row(sighting: &HostSighting) -> host_sighting::Model {
    host_sighting::Model {
        host: storable(&sighting.host),
        person: storable(sighting.person.as_str()),
        department: sighting.department.as_deref().map(storable),
        first_at: sighting.first.as_millis(),
        last_at: sighting.last.as_millis(),
        times: signed(sighting.times),
        bytes_up: signed(sighting.bytes_up),
        bytes_down: signed(sighting.bytes_down),
        signs: i64::from(sighting.signs),
    }
}

fn read(row: host_sighting::Model) -> HostSighting {
    HostSighting {
        host: row.host,
        person: PersonId::new(row.person),
        department: row.department,
        first: Timestamp::from_millis(row.first_at),
        last: Timestamp::from_millis(row.last_at),
        times: unsigned(row.times),
        bytes_up: unsigned(row.bytes_up),
        bytes_down: unsigned(row.bytes_down),
        signs: u32::try_from(row.signs).unwrap_or_default(),
    }
}
