use model::{PolicyVersion, Timestamp};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, FromQueryResult, IntoActiveModel,
    QueryFilter, QueryOrder, QuerySelect,
};

use crate::{QueryError, Store, entity::policy_version, error::Doing, row::unsigned};

/// A policy to be put in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyDraft {
    /// Its version, which follows from its source.
    pub version: PolicyVersion,
    /// Its name, as in its front matter.
    pub name: String,
    /// The document.
    pub source: String,
}

/// That a policy was put in force; its document is read apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Publication {
    /// Counts publications from 1.
    pub sequence: u64,
    /// The policy's version; an earlier one may come back.
    pub version: PolicyVersion,
    /// The policy's name.
    pub name: String,
    /// When.
    pub published_at: Timestamp,
    /// By whom.
    pub published_by: String,
}

/// The policy in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishedPolicy {
    /// When and by whom it was put in force.
    pub publication: Publication,
    /// The document.
    pub source: String,
}

const READ: &str = "read the policy";

impl Store {
    /// The policy in force, if one was ever published.
    pub async fn policy(&self) -> Result<Option<PublishedPolicy>, QueryError> {
        Ok(latest(self.read()).await.doing(READ)?.map(read))
    }

    /// The document of a version, if it was ever published.
    pub async fn policy_source(&self, version: &PolicyVersion) -> Result<Option<String>, QueryError> {
        let found = policy_version::Entity::find()
            .filter(policy_version::Column::Version.eq(version.as_str()))
            .order_by_desc(policy_version::Column::Seq)
            .one(self.read());
        Ok(found.await.doing(READ)?.map(|row| row.source))
    }

    /// Every publication, the latest first.
    pub async fn publications(&self) -> Result<Vec<Publication>, QueryError> {
        let found = policy_version::Entity::find()
            .select_only()
            .columns([
                policy_version::Column::Seq,
                policy_version::Column::Version,
                policy_version::Column::Name,
                policy_version::Column::PublishedAt,
                policy_version::Column::PublishedBy,
            ])
            .order_by_desc(policy_version::Column::Seq)
            .into_model::<PublicationRow>()
            .all(self.read());
        Ok(found.await.doing(READ)?.into_iter().map(PublicationRow::read).collect())
    }
}

/// What came of a publication.
pub(crate) enum Placed {
    /// The draft is in force.
    InForce,
    /// Nothing changed, as another version than the author's is in force.
    Superseded(Option<PolicyVersion>),
}

pub(crate) async fn insert(
    transaction: &DatabaseTransaction,
    draft: &PolicyDraft,
    expected: Option<&PolicyVersion>,
    by: &str,
    now: Timestamp,
) -> Result<Placed, DbErr> {
    let latest = latest(transaction).await?;
    let current = latest.as_ref().map(|row| PolicyVersion::new(row.version.as_str()));
    if current.as_ref() != expected {
        return Ok(Placed::Superseded(current));
    }
    let row = policy_version::Model {
        seq: latest.map_or(1, |row| row.seq + 1),
        version: draft.version.as_str().to_owned(),
        name: draft.name.clone(),
        source: draft.source.clone(),
        published_at: now.as_millis(),
        published_by: by.to_owned(),
    };
    let insert = policy_version::Entity::insert(row.into_active_model());
    insert.exec_without_returning(transaction).await?;
    Ok(Placed::InForce)
}

#[derive(FromQueryResult)]
struct PublicationRow {
    seq: i64,
    version: String,
    name: String,
    published_at: i64,
    published_by: String,
}

impl PublicationRow {
    fn read(self) -> Publication {
        Publication {
            sequence: unsigned(self.seq),
            version: PolicyVersion::new(self.version),
            name: self.name,
            published_at: Timestamp::from_millis(self.published_at),
            published_by: self.published_by,
        }
    }
}

async fn latest(connection: &impl ConnectionTrait) -> Result<Option<policy_version::Model>, DbErr> {
    policy_version::Entity::find().order_by_desc(policy_version::Column::Seq).one(connection).await
}

fn read(row: policy_version::Model) -> PublishedPolicy {
    let policy_version::Model { seq, version, name, source, published_at, published_by } = row;
    let publication = PublicationRow { seq, version, name, published_at, published_by }.read();
    PublishedPolicy { publication, source }
}
