//! History that was kept long enough is dropped, a partition at a time.
//!
//! # Invariants
//! - A partition of polls goes after its hours were rolled up for every tenant, and in the order of
//!   time: polls begin where the first partition begins, and before that there are the hours.

use chrono::{DateTime, Utc};
use entity::args;
use entity::database::Database;
use entity::scope::TenantScope;
use sqlx::Row as _;
use sqlx::postgres::PgArguments;

use super::rollup::{Window, roll_up};
use super::turn::Turn;

/// A partitioned history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum History {
    /// `poll_history`.
    Polls,
    /// `signal_hourly`.
    Hours,
}

impl History {
    const fn table(self) -> &'static str {
        match self {
            Self::Polls => "poll_history",
            Self::Hours => "signal_hourly",
        }
    }
}

/// A partition whose time is over.
struct Due {
    name: String,
    lower: DateTime<Utc>,
    upper: DateTime<Utc>,
}

const DUE: &str = "SELECT name, lower, upper FROM app.due_partitions($1, $2)";
const DROP: &str = "SELECT app.drop_partition($1, $2, $3)";
const FORGET: &str = "SELECT app.forget_strays($1, $2)";
const RAW_FROM: &str = "SELECT app.raw_history_from()";
const MISSING: &str = "
    SELECT name FROM (
        SELECT 'poll_history_' || to_char(day, 'YYYYMMDD') AS name
        FROM generate_series(current_date - 1, current_date + 3, interval '1 day') AS day
        UNION
        SELECT 'signal_hourly_' || to_char(day, 'YYYYMM')
        FROM generate_series(current_date - 1, current_date + 3, interval '1 day') AS day) AS wanted
    WHERE to_regclass('public.' || name) IS NULL ORDER BY name";

/// Drops the partitions of polls older than `days`, each as soon as it is rolled up.
pub(super) async fn drop_polls(
    turn: &Turn,
    database: &Database,
    tenants: &[TenantScope],
    days: u16,
) -> Result<(), sqlx::Error> {
    for due in due(database, History::Polls, days).await? {
        for scope in tenants {
            turn.keep().await?;
            for window in Window::all(due.lower, due.upper) {
                roll_up(turn, database, *scope, window).await?;
            }
        }
        drop_partition(database, History::Polls, &due.name, days).await?;
    }
    Ok(())
}

/// Drops the partitions of hours older than `days`.
pub(super) async fn drop_hours(database: &Database, days: u16) -> Result<(), sqlx::Error> {
    for due in due(database, History::Hours, days).await? {
        drop_partition(database, History::Hours, &due.name, days).await?;
    }
    Ok(())
}

/// Forgets a tenant's rows older than `days` that stand in no partition of their own.
pub(super) async fn forget_strays(
    database: &Database,
    scope: TenantScope,
    history: History,
    days: u16,
) -> Result<(), sqlx::Error> {
    let tx = database.write(scope).await?;
    let arguments = args![history.table(), i32::from(days)]?;
    let rows = tx.rows(FORGET, arguments).await?;
    tx.commit().await?;
    let forgotten: i64 = rows.first().map_or(Ok(0), |row| row.try_get(0))?;
    if forgotten > 0 {
        let (tenant, table) = (scope.tenant(), history.table());
        tracing::info!(%tenant, table, rows = forgotten, "old rows outside of any partition are gone");
    }
    Ok(())
}

/// Where the partitions of polls begin. None: there are none.
pub(super) async fn polls_begin(database: &Database) -> Result<Option<DateTime<Utc>>, sqlx::Error> {
    let tx = database.system().await?;
    let rows = tx.rows(RAW_FROM, PgArguments::default()).await?;
    rows.first().map_or(Ok(None), |row| row.try_get(0))
}

/// Says which partitions should be there by now and are not. Their rows are kept and found all the
/// same, in the default partition; while they are there, the right one cannot be made.
pub(super) async fn notice_missing(database: &Database) -> Result<(), sqlx::Error> {
    let tx = database.system().await?;
    for row in tx.rows(MISSING, PgArguments::default()).await? {
        let partition: String = row.try_get(0)?;
        metrics::counter!("wisplink_history_partitions_missing_total").increment(1);
        tracing::warn!(
            partition,
            "a partition is missing; its rows go to the default partition, and leave it when their time is over"
        );
    }
    Ok(())
}

async fn due(database: &Database, history: History, days: u16) -> Result<Vec<Due>, sqlx::Error> {
    let tx = database.system().await?;
    let rows = tx
        .rows(DUE, args![history.table(), i32::from(days)]?)
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Due {
                name: row.try_get(0)?,
                lower: row.try_get(1)?,
                upper: row.try_get(2)?,
            })
        })
        .collect()
}

async fn drop_partition(
    database: &Database,
    history: History,
    name: &str,
    days: u16,
) -> Result<(), sqlx::Error> {
    let tx = database.system().await?;
    let arguments = args![history.table(), name, i32::from(days)]?;
    let rows = tx.rows(DROP, arguments).await?;
    tx.commit().await?;
    if rows.first().map_or(Ok(false), |row| row.try_get(0))? {
        metrics::counter!("wisplink_history_partitions_dropped_total").increment(1);
        tracing::info!(
            partition = name,
            "history that was kept long enough is dropped"
        );
    }
    Ok(())
}
