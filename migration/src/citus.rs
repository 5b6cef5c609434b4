//! Spreading the tables over a Citus cluster, by tenant.
//!
//! Tried on no Citus: a test holds the catalogue to what Citus documents, and this list to the
//! catalogue.
//!
//! # Invariants
//! - All of a tenant's rows lie on one node: every table is spread by its tenant, beside `sites`.
//! - Running it again does what is left to do.

use sea_orm_migration::sea_orm::sqlx::postgres::PgConnection;
use sea_orm_migration::sea_orm::sqlx::{self, AssertSqlSafe, ConnectOptions as _, Connection as _};

use crate::MigrateError;

/// The table of which every node has all rows: names are unique among all tenants.
pub const REFERENCE: &str = "tenants";
/// The tables that are spread by `tenant_id`; a table comes behind those its keys refer to.
pub const DISTRIBUTED: [&str; 12] = [
    "sites",
    "devices",
    "device_interfaces",
    "wireless_links",
    "tenant_feeds",
    "link_events",
    "ap_polls",
    "poll_history",
    "signal_hourly",
    "unknown_clients",
    "link_policies",
    "api_keys",
];

/// Why the tables were not spread.
#[derive(Debug, thiserror::Error)]
pub enum CitusError {
    /// No connection, or a statement failed.
    #[error("spreading the tables over Citus")]
    Database(#[from] sqlx::Error),
    /// An ordinary PostgreSQL.
    #[error(
        "the extension citus is not there: this is an ordinary PostgreSQL, or CREATE EXTENSION \
         citus was not run in this database before its schema was made"
    )]
    NoCitus,
    /// The schema is old.
    #[error(transparent)]
    Migrate(#[from] MigrateError),
}

const HAS_CITUS: &str = "SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'citus')";
const IS_DISTRIBUTED: &str =
    "SELECT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = $1::regclass)";

/// Spreads what is not spread yet, and returns the names of the tables. To be run after the changes
/// of the schema, by its owner.
pub async fn distribute(url: &str) -> Result<Vec<&'static str>, CitusError> {
    let options: sqlx::postgres::PgConnectOptions = url.parse()?;
    let mut session = options.connect().await?;
    let has_citus: bool = sqlx::query_scalar(HAS_CITUS)
        .fetch_one(&mut session)
        .await?;
    if !has_citus {
        return Err(CitusError::NoCitus);
    }
    carry_settings(&mut session).await?;
    let mut spread = Vec::new();
    for table in std::iter::once(REFERENCE).chain(DISTRIBUTED) {
        let done: bool = sqlx::query_scalar(IS_DISTRIBUTED)
            .bind(table)
            .fetch_one(&mut session)
            .await?;
        if !done {
            sqlx::query(AssertSqlSafe(statement(table)))
                .execute(&mut session)
                .await?;
            spread.push(table);
        }
    }
    session.close().await?;
    Ok(spread)
}

/// `SET LOCAL app.current_tenant` must reach the nodes, or row-level security there knows no tenant.
async fn carry_settings(session: &mut PgConnection) -> Result<(), sqlx::Error> {
    let database: String = sqlx::query_scalar("SELECT quote_ident(current_database())")
        .fetch_one(&mut *session)
        .await?;
    let set = format!("ALTER DATABASE {database} SET citus.propagate_set_commands = 'local'");
    sqlx::query(AssertSqlSafe(set)).execute(session).await?;
    Ok(())
}

fn statement(table: &str) -> String {
    match table {
        REFERENCE => format!("SELECT create_reference_table('{table}')"),
        "sites" => format!("SELECT create_distributed_table('{table}', 'tenant_id')"),
        _ => format!(
            "SELECT create_distributed_table('{table}', 'tenant_id', colocate_with => 'sites')"
        ),
    }
}
