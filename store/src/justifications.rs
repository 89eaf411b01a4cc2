use model::{ClauseId, ExchangeId, PersonId, Sensitive, Timestamp, ToolId};
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder};

use crate::{QueryError, Store, entity::justification, error::Doing, row::storable, users::is_taken};

/// The reason a person stated for an exchange that was held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Justification {
    /// The exchange.
    pub exchange: ExchangeId,
    /// Who stated it.
    pub person: PersonId,
    /// Which tool it was about.
    pub tool: ToolId,
    /// The clauses that asked for it.
    pub clauses: Vec<ClauseId>,
    /// The person's words.
    pub reason: Sensitive,
    /// When.
    pub at: Timestamp,
    /// Until when a retry passes because of it.
    pub until: Timestamp,
}

/// A justification was not kept.
#[derive(Debug, thiserror::Error)]
pub enum AddJustificationError {
    /// A reason was stated for this exchange before; it stands.
    #[error("a reason was already stated for exchange `{exchange}`; send the request to the tool again")]
    AlreadyStated {
        /// The exchange.
        exchange: ExchangeId,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] QueryError),
}

const ADD: &str = "keep the justification";
const READ: &str = "read the justifications";

impl Store {
    /// Keeps a stated reason; the first for an exchange stands.
    pub async fn add_justification(
        &self,
        justification: &Justification,
    ) -> Result<(), AddJustificationError> {
        let exchange = justification.exchange;
        match justification::Entity::insert(row(justification)).exec_without_returning(self.write()).await {
            Ok(_) => Ok(()),
            Err(error) if is_taken(&error) => Err(AddJustificationError::AlreadyStated { exchange }),
            Err(error) => Err(QueryError::new(ADD, error).into()),
        }
    }

    /// What was stated for an exchange, if anything was.
    pub async fn justification(&self, exchange: ExchangeId) -> Result<Option<Justification>, QueryError> {
        let found = justification::Entity::find_by_id(exchange.0).one(self.read()).await.doing(READ)?;
        Ok(found.map(read))
    }

    /// The justifications that still let retries pass at `now`, the latest first.
    pub async fn open_justifications(&self, now: Timestamp) -> Result<Vec<Justification>, QueryError> {
        let found = justification::Entity::find()
            .filter(justification::Column::Until.gt(now.as_millis()))
            .order_by_desc(justification::Column::At)
            .all(self.read());
        Ok(found.await.doing(READ)?.into_iter().map(read).collect())
    }
}

/// Clause ids hold no spaces.
fn row(justification: &Justification) -> justification::ActiveModel {
    let clauses: Vec<_> = justification.clauses.iter().map(ClauseId::as_str).collect();
    justification::Model {
        exchange_id: justification.exchange.0,
        person: justification.person.as_str().to_owned(),
        tool: justification.tool.as_str().to_owned(),
        clauses: clauses.join(" "),
        reason: storable(justification.reason.reveal()),
        at: justification.at.as_millis(),
        until: justification.until.as_millis(),
    }
    .into_active_model()
}

fn read(row: justification::Model) -> Justification {
    Justification {
        exchange: ExchangeId(row.exchange_id),
        person: PersonId::new(row.person),
        tool: ToolId::new(row.tool),
        clauses: row.clauses.split_whitespace().map(ClauseId::new).collect(),
        reason: Sensitive::new(row.reason),
        at: Timestamp::from_millis(row.at),
        until: Timestamp::from_millis(row.until),
    }
}
