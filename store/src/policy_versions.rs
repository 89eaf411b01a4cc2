use model::{PolicyVersion, Timestamp};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, IntoActiveModel, QueryFilter,
    QueryOrder, QuerySelect,
};

use crate::{QueryError, Store, entity::policy_version, error::Doing, row::unsigned, users::is_taken};

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

/// A policy was not put in force.
#[derive(Debug, thiserror::Error)]
pub enum PublishPolicyError {
    /// Another policy came into force since the author began.
    #[error(
        "the policy in force is now {}, not {}; look at what changed, then publish again",
        shown(current.as_ref()),
        shown(expected.as_ref())
    )]
    Superseded {
        /// The version that the author started from.
        expected: Option<PolicyVersion>,
        /// The version in force.
        current: Option<PolicyVersion>,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] QueryError),
}

const PUBLISH: &str = "publish the policy";
const READ: &str = "read the policy";

impl Store {
    /// Puts `draft` in force in place of `expected` (`None`: as the first), or nothing if another is in force.
    pub async fn publish_policy(
        &self,
        draft: &PolicyDraft,
        expected: Option<&PolicyVersion>,
        by: &str,
        now: Timestamp,
    ) -> Result<Publication, PublishPolicyError> {
        let transaction = self.begin().await.doing(PUBLISH)?;
        let latest = latest(&transaction).await.doing(PUBLISH)?;
        let current = latest.as_ref().map(|row| PolicyVersion::new(row.version.as_str()));
        if current.as_ref() != expected {
            return Err(PublishPolicyError::Superseded { expected: expected.cloned(), current });
        }
        let row = policy_version::Model {
            seq: latest.map_or(1, |row| row.seq + 1),
            version: draft.version.as_str().to_owned(),
            name: draft.name.clone(),
            source: draft.source.clone(),
            published_at: now.as_millis(),
            published_by: by.to_owned(),
        };
        let inserted = policy_version::Entity::insert(row.clone().into_active_model())
            .exec_without_returning(&transaction);
        match inserted.await {
            Ok(_) => transaction.commit().await.doing(PUBLISH)?,
            Err(error) if is_taken(&error) => {
                drop(transaction);
                let current = self.policy().await?.map(|policy| policy.publication.version);
                return Err(PublishPolicyError::Superseded { expected: expected.cloned(), current });
            }
            Err(error) => return Err(QueryError::new(PUBLISH, error).into()),
        }
        Ok(read(row).publication)
    }

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

fn shown(version: Option<&PolicyVersion>) -> String {
    version.map_or_else(|| "none".to_owned(), |version| format!("`{version}`"))
}
