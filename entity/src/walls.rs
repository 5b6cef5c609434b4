//! Looks for ways around row-level security: what a migration, an operator or another program may
//! have left open.
//!
//! A [`Database`](crate::database::Database) opens no tenant's transaction before this was asked and
//! found nothing.
//!
//! # Invariants
//! - It is asked as the role that works later. The login may be an owner or a superuser: what binds
//!   is the role set in the transaction.
//! - Every finding says what to do about it.
//!
//! Not here: whether the program's own statements name their tenant. That is tested.

mod checks;

use std::fmt;

use sqlx::{AssertSqlSafe, Error, PgConnection, Row as _};

use checks::{ALL, COMMON};

/// A way around the wall between tenants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hole {
    what: String,
    fault: &'static str,
    mend: String,
}

impl fmt::Display for Hole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} {}; mend it with: {}",
            self.what, self.fault, self.mend
        )
    }
}

/// The wall between tenants has holes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Breach(Vec<Hole>);

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("one tenant could reach another's rows in this database, so none is served:")?;
        for hole in &self.0 {
            write!(f, "\n  {hole}")?;
        }
        Ok(())
    }
}

/// Why a database is not trusted with tenants.
#[derive(Debug, thiserror::Error)]
pub enum Distrust {
    /// It was looked at, and will not do.
    #[error(transparent)]
    Breach(#[from] Breach),
    /// It could not be looked at.
    #[error("looking for holes in the wall between tenants")]
    Unknown(#[from] Error),
}

/// For those who open a transaction: they hand on what PostgreSQL says, and this along with it.
impl From<Distrust> for Error {
    fn from(distrust: Distrust) -> Self {
        match distrust {
            Distrust::Breach(breach) => Self::Configuration(breach.into()),
            Distrust::Unknown(error) => error,
        }
    }
}

/// Looks as the role that `connection` has now.
pub async fn look(connection: &mut PgConnection) -> Result<(), Distrust> {
    // Asked once: there is no use in keeping it prepared, and not every pooler could.
    let rows = sqlx::query(AssertSqlSafe(statement()))
        .persistent(false)
        .fetch_all(connection)
        .await?;
    let holes = rows.iter().map(|row| {
        let check: i32 = row.try_get("number")?;
        let check = usize::try_from(check).ok().and_then(|check| ALL.get(check));
        Ok(Hole {
            what: row.try_get("what")?,
            fault: check.map_or("is a hole", |check| check.fault),
            mend: row.try_get("mend")?,
        })
    });
    let holes: Vec<Hole> = holes.collect::<Result<_, Error>>()?;
    if holes.is_empty() {
        return Ok(());
    }
    Err(Breach(holes).into())
}

/// All checks, as one statement: a start waits for one round trip.
fn statement() -> String {
    let checks = ALL.iter().enumerate().map(|(number, check)| {
        let finds = check.finds;
        format!("SELECT {number} AS number, found.* FROM ({finds}) AS found (what, mend)")
    });
    let checks: Vec<_> = checks.collect();
    format!("{COMMON} {} ORDER BY 1, 2, 3", checks.join(" UNION ALL "))
}
