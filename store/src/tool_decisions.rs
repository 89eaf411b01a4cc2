use std::collections::BTreeMap;

use model::{Approval, Timestamp, ToolId};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait, Query},
};

use crate::{QueryError, Store, entity::tool_decision, error::Doing};

/// What the organisation decided about a tool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToolDecision {
    /// The tool.
    pub tool: ToolId,
    /// The decision.
    pub approval: Approval,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub decided_by: String,
    /// Why.
    pub reason: String,
}

const DECIDE: &str = "keep the decision about the tool";
const READ: &str = "read the decisions about tools";

impl Store {
    /// The decision that counts for each tool that has one.
    pub async fn tool_decisions(&self) -> Result<BTreeMap<ToolId, ToolDecision>, QueryError> {
        let newest = Query::select()
            .expr(Expr::col(tool_decision::Column::Seq).max())
            .from(tool_decision::Entity)
            .group_by_col(tool_decision::Column::Tool)
            .take();
        let found = tool_decision::Entity::find()
            .filter(tool_decision::Column::Seq.in_subquery(newest))
            .all(self.read())
            .await
            .doing(READ)?;
        found.into_iter().map(|row| read(row).map(|decision| (decision.tool.clone(), decision))).collect()
    }

    /// Every decision about one tool, the latest first, at most `limit`.
    pub async fn tool_history(&self, tool: &ToolId, limit: u32) -> Result<Vec<ToolDecision>, QueryError> {
        let found = tool_decision::Entity::find()
            .filter(tool_decision::Column::Tool.eq(tool.as_str()))
            .order_by_desc(tool_decision::Column::Seq)
            .limit(u64::from(limit))
            .all(self.read());
        found.await.doing(READ)?.into_iter().map(read).collect()
    }
}

pub(crate) async fn insert(
    transaction: &DatabaseTransaction,
    decision: &ToolDecision,
) -> Result<(), QueryError> {
    let approval = serde_json::to_string(&decision.approval)
        .map_err(|error| QueryError::unreadable(DECIDE, "approval", &decision.tool, error))?;
    let row = tool_decision::ActiveModel {
        seq: NotSet,
        tool: Set(decision.tool.as_str().to_owned()),
        approval: Set(approval),
        at: Set(decision.at.as_millis()),
        decided_by: Set(decision.decided_by.clone()),
        reason: Set(decision.reason.clone()),
    };
    tool_decision::Entity::insert(row).exec_without_returning(transaction).await.map(drop).doing(DECIDE)
}

fn read(row: tool_decision::Model) -> Result<ToolDecision, QueryError> {
    let approval = serde_json::from_str(&row.approval);
    Ok(ToolDecision {
        approval: approval
            .map_err(|error| QueryError::unreadable(READ, "decision about", &row.tool, error))?,
        tool: ToolId::new(row.tool),
        at: Timestamp::from_millis(row.at),
        decided_by: row.decided_by,
        reason: row.reason,
    })
}
