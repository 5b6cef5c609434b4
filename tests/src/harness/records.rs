//! The database as its superuser sees it: every row of every tenant.

use std::collections::HashSet;

use sqlx::postgres::{PgPool, PgPoolOptions};
use sqlx::{AssertSqlSafe, Executor as _, Postgres, Transaction};

use super::TestDatabase;
use super::world::eventually;

/// What is stored.
#[derive(Clone, Debug)]
pub struct Records(PgPool);

impl TestDatabase {
    /// What is stored here.
    pub fn records(&self) -> Records {
        let pool = PgPoolOptions::new().max_connections(2);
        Records(pool.connect_lazy(&self.url()).unwrap())
    }
}

impl Records {
    /// The rows of a query, each as PostgreSQL writes it.
    pub async fn rows(&self, query: &str) -> Vec<String> {
        let query = format!("SELECT found::text FROM ({query}) AS found");
        let rows = sqlx::query_scalar(AssertSqlSafe(query)).fetch_all(&self.0);
        rows.await.unwrap()
    }

    /// The one number a query returns.
    pub async fn number(&self, query: &str) -> i64 {
        let query = format!("SELECT ({query})::bigint");
        let number = sqlx::query_scalar(AssertSqlSafe(query)).fetch_one(&self.0);
        number.await.unwrap()
    }

    /// Runs a statement.
    pub async fn run(&self, statement: &str) {
        let statement = AssertSqlSafe(statement.to_owned());
        self.0.execute(statement).await.unwrap();
    }

    /// Runs a statement in a transaction that stays open.
    pub async fn transaction(&self, statement: &str) -> Transaction<'static, Postgres> {
        let mut transaction = self.0.begin().await.unwrap();
        let statement = AssertSqlSafe(statement.to_owned());
        transaction.execute(statement).await.unwrap();
        transaction
    }

    /// Waits until a condition holds, in SQL.
    pub async fn until(&self, condition: &str) {
        let query = format!("CASE WHEN {condition} THEN 1 ELSE 0 END");
        eventually(condition, async || {
            (self.number(&query).await == 1).then_some(())
        })
        .await;
    }

    /// All rows of `sources`, each a table or a table with a condition, to be compared with what
    /// they are later.
    pub async fn snapshot(&self, sources: &[String]) -> Vec<String> {
        let mut snapshot = Vec::new();
        for source in sources {
            let rows = self.rows(&format!("SELECT * FROM {source}")).await;
            snapshot.extend(rows.into_iter().map(|row| format!("{source}: {row}")));
        }
        snapshot.sort_unstable();
        snapshot
    }
}

/// What is in only one of two snapshots: `-` before, `+` after.
pub fn changes(before: &[String], after: &[String]) -> Vec<String> {
    let (old, new): (HashSet<_>, HashSet<_>) = (before.iter().collect(), after.iter().collect());
    let gone = old.difference(&new).map(|row| format!("- {row}"));
    let come = new.difference(&old).map(|row| format!("+ {row}"));
    gone.chain(come).collect()
}
