use std::collections::BTreeMap;

use governance::audit::Tree;
use model::{ClauseId, Timestamp, ToolId};
use sea_orm::{
    ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait, Func, LikeExpr},
};

use crate::{
    Audited, QueryError, Span, Store,
    audit::{hash_of, with_payloads},
    entity::{audit_entry, audit_hash, record_clause},
    error::Doing,
    row::unsigned,
};

/// Exchanges with one tool of which the same was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InspectionCount {
    /// The tool.
    pub tool: ToolId,
    /// The word for how much was seen, as in `content`.
    pub visibility: String,
    /// The word for why not all was inspected, if it was not.
    pub uninspected: Option<String>,
    /// How many exchanges.
    pub exchanges: u64,
}

/// Which entries of the audit log to list; what is `None` does not restrict.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// What was done: a noun, as in `exception`, or a noun and a verb.
    pub what: Option<String>,
    /// Part of what it was done to.
    pub subject: Option<String>,
    /// Not before.
    pub from: Option<Timestamp>,
    /// Before.
    pub to: Option<Timestamp>,
    /// Entries before this place.
    pub before: Option<u64>,
}

#[derive(FromQueryResult)]
struct InspectionRow {
    tool: String,
    visibility: String,
    uninspected: Option<String>,
    exchanges: i64,
}

const APPLIED: &str = "read when clauses last applied";
const INSPECTED: &str = "count what was inspected";
const LIST: &str = "list the audit log";

impl Store {
    /// When each of these clauses last applied to a record that is kept.
    pub async fn last_applied(
        &self,
        clauses: &[ClauseId],
    ) -> Result<BTreeMap<ClauseId, Timestamp>, QueryError> {
        let mut last = BTreeMap::new();
        for clause in clauses {
            let at: Option<i64> = record_clause::Entity::find()
                .select_only()
                .column(record_clause::Column::At)
                .filter(record_clause::Column::Clause.eq(clause.as_str()))
                .order_by_desc(record_clause::Column::At)
                .into_tuple()
                .one(self.read())
                .await
                .doing(APPLIED)?;
            last.extend(at.map(|at| (clause.clone(), Timestamp::from_millis(at))));
        }
        Ok(last)
    }

    /// Exchanges of a span by tool and by how much of them was seen.
    pub async fn inspection(&self, span: Span) -> Result<Vec<InspectionCount>, QueryError> {
        let sql = "SELECT tool, visibility, uninspected, COUNT(*) AS exchanges FROM records \
                   WHERE at >= $1 AND at < $2 GROUP BY tool, visibility, uninspected ORDER BY tool, visibility";
        let values = vec![span.from.as_millis(), span.to.as_millis()];
        let rows: Vec<InspectionRow> = self.select(sql, values, INSPECTED).await?;
        let count = |row: InspectionRow| InspectionCount {
            tool: ToolId::new(row.tool),
            visibility: row.visibility,
            uninspected: row.uninspected,
            exchanges: unsigned(row.exchanges),
        };
        Ok(rows.into_iter().map(count).collect())
    }

    /// Entries of the audit log that pass `filter`, the latest first.
    pub async fn audit_page(&self, filter: &AuditFilter, limit: u32) -> Result<Vec<Audited>, QueryError> {
        let mut query = audit_entry::Entity::find();
        if let Some(what) = &filter.what {
            let pattern = LikeExpr::new(format!("{}.%", escaped(what))).escape('\\');
            let verb = Expr::col(audit_entry::Column::What).like(pattern);
            query = query.filter(audit_entry::Column::What.eq(what).or(verb));
        }
        if let Some(subject) = &filter.subject {
            let like = format!("%{}%", escaped(&subject.to_lowercase()));
            let lower = Expr::expr(Func::lower(Expr::col(audit_entry::Column::Subject)));
            query = query.filter(lower.like(LikeExpr::new(like).escape('\\')));
        }
        if let Some(from) = filter.from {
            query = query.filter(audit_entry::Column::At.gte(from.as_millis()));
        }
        if let Some(to) = filter.to {
            query = query.filter(audit_entry::Column::At.lt(to.as_millis()));
        }
        if let Some(before) = filter.before {
            query = query.filter(audit_entry::Column::Seq.lt(i64::try_from(before).unwrap_or(i64::MAX)));
        }
        let found = query.order_by_desc(audit_entry::Column::Seq).limit(u64::from(limit)).all(self.read());
        with_payloads(self.read(), found.await.doing(LIST)?).await
    }

    /// The audit log's tree, to prove entries with.
    pub async fn audit_tree(&self) -> Result<Option<Tree>, QueryError> {
        let Some((size, _)) = self.checkpoints().await?.pop_last() else { return Ok(None) };
        let hashes = audit_hash::Entity::find().all(self.read()).await.doing(LIST)?;
        Ok(Tree::resume(size, hashes.into_iter().filter_map(hash_of)).ok())
    }
}

/// Text in which `LIKE` finds only itself.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}
