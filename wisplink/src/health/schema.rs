//! Whether the database's schema is the one this program was built for.

use std::fmt;
use std::time::Duration;

use entity::database::Database;
use sqlx::Row as _;
use sqlx::postgres::PgArguments;
use tokio_util::sync::CancellationToken;

/// The database's schema, compared with what this program knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Schema {
    /// The same.
    Current,
    /// Changes are missing.
    Behind(Vec<String>),
    /// There are changes this program does not know: a newer one migrated. That must work, or
    /// replicas could not be replaced one by one.
    Ahead,
}

const APPLIED: &str = "SELECT version FROM seaql_migrations";
/// How long to wait before asking again, at first and at most.
const BACK_OFF: (Duration, Duration) = (Duration::from_millis(250), Duration::from_secs(5));

impl Schema {
    /// Looks at the database.
    pub async fn look(database: &Database) -> Result<Self, sqlx::Error> {
        let applied = match applied(database).await {
            Err(sqlx::Error::PoolTimedOut) => {
                database.reach().await?;
                return Err(sqlx::Error::PoolTimedOut);
            }
            Ok(applied) => applied,
            Err(error) if is_empty_database(&error) => Vec::new(),
            Err(error) => return Err(error),
        };
        Ok(Self::compare(&migration::known(), &applied))
    }

    /// Whether the program can work with it.
    pub const fn is_usable(&self) -> bool {
        matches!(self, Self::Current | Self::Ahead)
    }

    fn compare(known: &[String], applied: &[String]) -> Self {
        let missing: Vec<_> = known
            .iter()
            .filter(|change| !applied.contains(change))
            .cloned()
            .collect();
        if !missing.is_empty() {
            Self::Behind(missing)
        } else if applied.len() > known.len() {
            Self::Ahead
        } else {
            Self::Current
        }
    }
}

impl fmt::Display for Schema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Current => f.write_str("ok"),
            Self::Ahead => f.write_str("ok; the schema is newer than this program"),
            Self::Behind(missing) => {
                write!(
                    f,
                    "the schema lacks {} changes: run `wisplink migrate`",
                    missing.len()
                )
            }
        }
    }
}

/// Waits until the schema can be used, and says in the log what is in the way. False: `shutdown`.
pub async fn wait_until_usable(
    database: &Database,
    address: &str,
    shutdown: &CancellationToken,
) -> bool {
    let mut pause = BACK_OFF.0;
    loop {
        match Schema::look(database).await {
            Ok(schema) if schema.is_usable() => {
                tracing::info!(address, %schema, "the database is there");
                return true;
            }
            Ok(schema) => tracing::warn!(address, "{schema}; trying again"),
            Err(error) => {
                tracing::warn!(address, %error, "the database is not reachable; see that it runs and that database.url (DATABASE_URL) is right; trying again");
            }
        }
        tokio::select! {
            () = shutdown.cancelled() => return false,
            () = tokio::time::sleep(pause) => {}
        }
        pause = (pause * 2).min(BACK_OFF.1);
    }
}

async fn applied(database: &Database) -> Result<Vec<String>, sqlx::Error> {
    let tx = database.system().await?;
    let rows = tx.rows(APPLIED, PgArguments::default()).await?;
    rows.iter().map(|row| row.try_get(0)).collect()
}

/// No such table (42P01), or no such role (22023, from `SET ROLE`): nothing was ever migrated.
fn is_empty_database(error: &sqlx::Error) -> bool {
    matches!(error, sqlx::Error::Database(error)
        if error.code().is_some_and(|code| code == "42P01" || code == "22023"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_counts_more_than_what_is_new() {
        let names = |names: &[&str]| names.iter().map(ToString::to_string).collect::<Vec<_>>();
        let known = names(&["a", "b"]);
        for (applied, schema) in [
            (names(&["a", "b"]), Schema::Current),
            (names(&["a", "b", "c"]), Schema::Ahead),
            (names(&["a", "c", "d"]), Schema::Behind(names(&["b"]))),
            (names(&[]), Schema::Behind(known.clone())),
        ] {
            assert_eq!(Schema::compare(&known, &applied), schema);
        }
    }
}
