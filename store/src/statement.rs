use sea_orm::{FromQueryResult, Statement, Value};

use crate::{QueryError, Store, error::Doing};

impl Store {
    /// Rows of a statement whose parameters are written `$1`, which both databases read.
    pub(crate) async fn select<R: FromQueryResult + Send + Sync>(
        &self,
        sql: &str,
        values: Vec<impl Into<Value>>,
        doing: &'static str,
    ) -> Result<Vec<R>, QueryError> {
        let values = values.into_iter().map(Into::into);
        let statement = Statement::from_sql_and_values(self.read().get_database_backend(), sql, values);
        R::find_by_statement(statement).all(self.read()).await.doing(doing)
    }
}
