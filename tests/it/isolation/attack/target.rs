//! What there is to aim at, as the catalogue tells it.

use serde_json::Value;
use sqlx::{AssertSqlSafe, PgConnection, Row as _};
use wisplink_tests::harness::tenant::Tenant;

use crate::isolation::filled::{owner, tables};

/// A table, and a row in it that is another tenant's.
pub(super) struct Target {
    pub(super) name: String,
    /// The column that says whose a row is.
    pub(super) owner: &'static str,
    pub(super) columns: Vec<String>,
    /// The primary key's columns, with commas.
    pub(super) key: String,
    /// The other's row, as JSON.
    pub(super) row: Value,
    /// Conditions that this row meets, one a column.
    pub(super) cells: Vec<String>,
    /// Those of them that no other tenant's row can meet: ids are random.
    pub(super) ids: Vec<String>,
}

/// Every table that has a row of `other`.
pub(super) async fn targets(db: &mut PgConnection, other: &Tenant) -> Vec<Target> {
    let mut targets = Vec::new();
    for name in tables(db).await {
        targets.push(target(db, name, other).await);
    }
    targets
}

async fn target(db: &mut PgConnection, name: String, other: &Tenant) -> Target {
    let owner = owner(&name);
    let columns = "SELECT a.attname::text, format_type(a.atttypid, a.atttypmod) FROM pg_attribute a
        WHERE a.attrelid = $1::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum";
    let columns = sqlx::query(columns).bind(&name).fetch_all(&mut *db);
    let columns: Vec<(String, String)> = columns
        .await
        .unwrap()
        .iter()
        .map(|row| (row.get(0), row.get(1)))
        .collect();
    let from = format!("FROM {name} AS t WHERE {owner} = '{}' LIMIT 1", other.id);
    let row: Value = one(db, &format!("SELECT to_jsonb(t) {from}")).await;
    let (mut cells, mut ids) = (Vec::new(), Vec::new());
    for (column, kind) in &columns {
        let text: Option<String> = one(db, &format!("SELECT {column}::text {from}")).await;
        let Some(text) = text else { continue };
        let text = text.replace('\'', "''");
        let cell = format!("t.{column} = '{text}'::{kind}");
        if kind == "uuid" {
            ids.push(cell.clone());
        }
        cells.push(cell);
    }
    let key = "SELECT string_agg(a.attname, ', ') FROM pg_index i JOIN pg_attribute a
        ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
        WHERE i.indisprimary AND i.indrelid = '{name}'::regclass";
    let key = one(db, &key.replace("{name}", &name)).await;
    let columns = columns.into_iter().map(|(column, _)| column).collect();
    Target {
        name,
        owner,
        columns,
        key,
        row,
        cells,
        ids,
    }
}

async fn one<T>(db: &mut PgConnection, sql: &str) -> T
where
    T: for<'r> sqlx::Decode<'r, sqlx::Postgres> + sqlx::Type<sqlx::Postgres>,
{
    let row = sqlx::query(AssertSqlSafe(sql.to_owned()))
        .fetch_one(db)
        .await;
    row.unwrap_or_else(|error| panic!("{sql}: {error}")).get(0)
}
