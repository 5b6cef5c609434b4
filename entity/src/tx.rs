//! The transactions through which rows are reached.
//!
//! [`TenantTx`] offers two ways in. [`rows`](TenantTx::rows) and [`execute`](TenantTx::execute) take
//! our own SQL: the hot paths go through these two functions, so that a driver that pipelines can
//! take SQLx's place behind them. `SeaORM`'s `ConnectionTrait` serves everything else.

use sea_orm::{ConnectionTrait, DbBackend, DbErr, ExecResult, QueryResult, RuntimeErr, Statement};
use sea_query_sqlx::SqlxValues;
use sqlx::postgres::{PgArguments, PgRow};
use sqlx::{AssertSqlSafe, Error, Postgres, Transaction};
use tokio::sync::Mutex;

use crate::error::count;
use crate::ids::TenantId;
use crate::scope::TenantScope;

/// A transaction that sees one tenant's rows and no other's. Dropped without
/// [`commit`](Self::commit) it is rolled back.
pub struct TenantTx {
    scope: TenantScope,
    /// Whether statements are prepared once a connection.
    prepares: bool,
    tx: Mutex<Transaction<'static, Postgres>>,
}

/// A transaction without a tenant, for the rows that belong to none. A statement on a tenant's
/// table fails in it.
pub struct SystemTx {
    prepares: bool,
    tx: Mutex<Transaction<'static, Postgres>>,
}

/// The values of a statement's `$1`, `$2` … in their order, as `Result<PgArguments, sqlx::Error>`.
#[macro_export]
macro_rules! args {
    ($($value:expr),+ $(,)?) => {{
        let mut arguments = ::sqlx::postgres::PgArguments::default();
        let mut add = || -> Result<(), ::sqlx::error::BoxDynError> {
            $( ::sqlx::Arguments::add(&mut arguments, $value)?; )+
            Ok(())
        };
        match add() {
            Ok(()) => Ok(arguments),
            Err(error) => Err(::sqlx::Error::Encode(error)),
        }
    }};
}

macro_rules! own_sql {
    ($name:ident) => {
        impl $name {
            /// Runs a query and returns all its rows.
            pub async fn rows(
                &self,
                sql: &'static str,
                args: PgArguments,
            ) -> Result<Vec<PgRow>, Error> {
                let mut tx = self.tx.lock().await;
                let query = sqlx::query_with(sql, args).persistent(self.prepares);
                let rows = query.fetch_all(&mut **tx).await;
                rows.inspect_err(count)
            }

            /// Runs a query put together at run time. `sql` must hold no text from outside: values
            /// travel in `args`.
            pub async fn built_rows(
                &self,
                sql: String,
                args: PgArguments,
            ) -> Result<Vec<PgRow>, Error> {
                let mut tx = self.tx.lock().await;
                let query = sqlx::query_with(AssertSqlSafe(sql), args);
                let query = query.persistent(self.prepares);
                query.fetch_all(&mut **tx).await.inspect_err(count)
            }

            /// Runs a query that `SeaQuery` put together and returns all its rows.
            pub async fn statement_rows(&self, statement: Statement) -> Result<Vec<PgRow>, Error> {
                let mut tx = self.tx.lock().await;
                let rows = query(statement, self.prepares).fetch_all(&mut **tx).await;
                rows.inspect_err(count)
            }

            /// Runs a statement and returns how many rows it touched.
            pub async fn execute(
                &self,
                sql: &'static str,
                args: PgArguments,
            ) -> Result<u64, Error> {
                let mut tx = self.tx.lock().await;
                let query = sqlx::query_with(sql, args).persistent(self.prepares);
                let result = query.execute(&mut **tx).await;
                Ok(result.inspect_err(count)?.rows_affected())
            }

            /// Makes everything done here permanent.
            pub async fn commit(self) -> Result<(), Error> {
                self.tx.into_inner().commit().await.inspect_err(count)
            }
        }
    };
}

own_sql!(TenantTx);
own_sql!(SystemTx);

impl TenantTx {
    pub(crate) fn new(
        tx: Transaction<'static, Postgres>,
        scope: TenantScope,
        prepares: bool,
    ) -> Self {
        Self {
            scope,
            prepares,
            tx: Mutex::new(tx),
        }
    }

    /// The tenant whose rows these are. Every statement names it, too: two walls, better plans.
    pub const fn tenant(&self) -> TenantId {
        self.scope.tenant()
    }

    /// The proof this transaction was opened with.
    pub const fn scope(&self) -> TenantScope {
        self.scope
    }
}

impl SystemTx {
    pub(crate) fn new(tx: Transaction<'static, Postgres>, prepares: bool) -> Self {
        Self {
            prepares,
            tx: Mutex::new(tx),
        }
    }
}

#[sea_orm::prelude::async_trait::async_trait]
impl ConnectionTrait for TenantTx {
    fn get_database_backend(&self) -> DbBackend {
        DbBackend::Postgres
    }

    async fn execute_raw(&self, stmt: Statement) -> Result<ExecResult, DbErr> {
        let mut tx = self.tx.lock().await;
        let done = query(stmt, self.prepares)
            .execute(&mut **tx)
            .await
            .map_err(exec_err)?;
        Ok(done.into())
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        let mut tx = self.tx.lock().await;
        let done = sqlx::query(AssertSqlSafe(sql.to_owned()))
            .persistent(self.prepares)
            .execute(&mut **tx)
            .await
            .map_err(exec_err)?;
        Ok(done.into())
    }

    async fn query_one_raw(&self, stmt: Statement) -> Result<Option<QueryResult>, DbErr> {
        let mut tx = self.tx.lock().await;
        let row = query(stmt, self.prepares)
            .fetch_optional(&mut **tx)
            .await
            .map_err(query_err)?;
        Ok(row.map(QueryResult::from))
    }

    async fn query_all_raw(&self, stmt: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let mut tx = self.tx.lock().await;
        let rows = query(stmt, self.prepares)
            .fetch_all(&mut **tx)
            .await
            .map_err(query_err)?;
        Ok(rows.into_iter().map(QueryResult::from).collect())
    }
}

fn query(stmt: Statement, prepares: bool) -> sqlx::query::Query<'static, Postgres, SqlxValues> {
    let values = stmt
        .values
        .unwrap_or_else(|| sea_orm::sea_query::Values(Vec::new()));
    sqlx::query_with(AssertSqlSafe(stmt.sql), SqlxValues(values)).persistent(prepares)
}

fn exec_err(error: Error) -> DbErr {
    count(&error);
    DbErr::Exec(RuntimeErr::SqlxError(error.into()))
}

fn query_err(error: Error) -> DbErr {
    count(&error);
    DbErr::Query(RuntimeErr::SqlxError(error.into()))
}
