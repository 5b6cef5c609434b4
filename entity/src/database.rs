//! The pool, and how a transaction is opened.
//!
//! # Invariants
//! - One pool has one role. Roles never alternate on a pooled connection: cached plans have leaked
//!   one role's policies to another more than once (CVE-2023-2455, CVE-2024-10976).
//! - The tenant is set inside the transaction that uses it, never on the session.
//! - A transaction opens in one round trip.
//! - None is opened for a tenant before the [walls](crate::walls) between tenants were looked at.

use std::sync::Arc;
use std::time::{Duration, Instant};

use metrics::{Histogram, histogram};
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPool, PgPoolOptions};
use sqlx::{AssertSqlSafe, Connection as _, Error, Postgres, Transaction};
use tokio::sync::OnceCell;

use crate::error::{count, is_cut, is_in_failed_transaction};
use crate::scope::TenantScope;
use crate::to_its_end::ToItsEnd;
use crate::tx::{SystemTx, TenantTx};
use crate::walls::{self, Distrust};

/// The database role a pool acts as. None of them owns a table or can bypass row-level security.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Serves the API: reads everything of one tenant, writes what users may change.
    Api,
    /// Stores what pollers report.
    Ingest,
    /// Reads and creates tenants; sees no tenant's rows.
    Platform,
    /// Looks up API keys by their hash; sees nothing else.
    Auth,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 4] = [Self::Api, Self::Ingest, Self::Platform, Self::Auth];

    /// The role's name in PostgreSQL.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Api => "wisplink_api",
            Self::Ingest => "wisplink_ingest",
            Self::Platform => "wisplink_platform",
            Self::Auth => "wisplink_auth",
        }
    }
}

/// How large a pool is and how long things may take.
#[derive(Clone, Copy, Debug)]
pub struct PoolSettings {
    /// Connections at most.
    pub max_connections: u32,
    /// How long a caller waits for a connection.
    pub acquire_timeout: Duration,
    /// How long one statement may run.
    pub statement_timeout: Duration,
    /// Statements that each connection keeps prepared. 0: none is, as poolers need that hand a
    /// connection on with every transaction and do not know prepared statements.
    pub statement_cache: usize,
}

impl Default for PoolSettings {
    fn default() -> Self {
        Self {
            max_connections: 8,
            acquire_timeout: Duration::from_secs(2),
            statement_timeout: Duration::from_secs(5),
            statement_cache: 512,
        }
    }
}

/// PostgreSQL, as one role.
#[derive(Clone, Debug)]
pub struct Database {
    pool: PgPool,
    role: Role,
    /// Whether statements are prepared once a connection.
    prepares: bool,
    trusted: Arc<OnceCell<()>>,
    begun: Histogram,
}

/// How many connections a pool has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Open and free.
    pub idle: u32,
    /// In use.
    pub used: u32,
    /// At most, open or not.
    pub max: u32,
}

/// What a transaction may do, and what it sees.
#[derive(Clone, Copy)]
enum Access {
    /// One snapshot for all statements; nothing can be written.
    Snapshot,
    /// Each statement sees what was committed before it.
    Write,
}

impl Access {
    const fn begin(self) -> &'static str {
        match self {
            Self::Snapshot => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
            Self::Write => "BEGIN",
        }
    }
}

impl Database {
    /// Prepares a pool for `role`; connections are made when they are needed.
    pub fn new(options: PgConnectOptions, role: Role, settings: PoolSettings) -> Self {
        let options = options
            .statement_cache_capacity(settings.statement_cache)
            .options([
                // A custom plan is made anew for every value of LIMIT $n, 0.3 ms each time.
                ("plan_cache_mode", "force_generic_plan".to_owned()),
                // Each CPE is looked up once; remembering it only costs, and hides that a hash join
                // would find them all at once.
                ("enable_memoize", "off".to_owned()),
                (
                    "statement_timeout",
                    settings.statement_timeout.as_millis().to_string(),
                ),
                ("idle_in_transaction_session_timeout", "30000".to_owned()),
            ]);
        let pool = PgPoolOptions::new()
            .max_connections(settings.max_connections)
            .acquire_timeout(settings.acquire_timeout)
            // A ping before each use would cost every request a round trip.
            .test_before_acquire(false)
            .connect_lazy_with(options);
        Self {
            pool,
            role,
            prepares: settings.statement_cache > 0,
            trusted: Arc::default(),
            // Asked for once: a transaction of one statement takes 0.1 ms.
            begun: histogram!("wisplink_database_begin_duration_seconds", "role" => role.name()),
        }
    }

    /// How many connections there are.
    pub fn usage(&self) -> Usage {
        let idle = u32::try_from(self.pool.num_idle()).unwrap_or(u32::MAX);
        Usage {
            idle,
            used: self.pool.size().saturating_sub(idle),
            max: self.pool.options().get_max_connections(),
        }
    }

    /// The role this pool acts as.
    pub const fn role(&self) -> Role {
        self.role
    }

    /// Looks, unless that was done, whether anything in the database lets this role around the wall
    /// between tenants.
    pub async fn trust(&self) -> Result<(), Distrust> {
        let look = async || {
            let mut tx = self.begin(Access::Snapshot, None).await?;
            walls::look(&mut tx).await
        };
        self.trusted.get_or_try_init(look).await.copied()
    }

    /// Opens a read-only transaction that sees one snapshot of this tenant and nothing else.
    pub async fn read(&self, scope: TenantScope) -> Result<TenantTx, Error> {
        self.trust().await?;
        let tx = self.begin(Access::Snapshot, Some(scope)).await?;
        Ok(TenantTx::new(tx, scope, self.prepares))
    }

    /// Opens a transaction that sees and changes this tenant's rows and nothing else.
    pub async fn write(&self, scope: TenantScope) -> Result<TenantTx, Error> {
        self.trust().await?;
        let tx = self.begin(Access::Write, Some(scope)).await?;
        Ok(TenantTx::new(tx, scope, self.prepares))
    }

    /// Opens a transaction without a tenant. It reaches the few rows that belong to none or that
    /// this role has a policy of its own for; any other statement fails.
    pub async fn system(&self) -> Result<SystemTx, Error> {
        Ok(SystemTx::new(
            self.begin(Access::Write, None).await?,
            self.prepares,
        ))
    }

    /// Opens a connection beside the pool and closes it. The pool itself only says that it waited in
    /// vain; this says why.
    pub async fn reach(&self) -> Result<(), Error> {
        PgConnection::connect_with(&self.pool.connect_options())
            .await?
            .close()
            .await
    }

    /// Waits until the connections in use are returned, then closes them all.
    pub async fn close(&self) {
        self.pool.close().await;
    }

    async fn begin(
        &self,
        access: Access,
        scope: Option<TenantScope>,
    ) -> Result<Transaction<'static, Postgres>, Error> {
        let asked = Instant::now();
        let mut opening = opening(access, self.role, scope);
        // Waiting connections may have been cut, all of them by a restart. Nothing was asked of
        // them yet, so others are tried, the last one a new one. A pooler may take its time to say
        // that it has no server, so no other is tried after that.
        let mut others = self.pool.num_idle();
        let patience = self.pool.options().get_acquire_timeout();
        loop {
            match begin_once(self.pool.clone(), opening.clone()).await {
                Err(error) if others > 0 && is_cut(&error) && asked.elapsed() < patience => {
                    others -= 1;
                }
                // An opening that failed half-way, cancelled for one, left its session within the
                // failed transaction: SQLx rolls back only what it has seen begin. Whichever
                // session comes next is out of it after this, so it is said once.
                Err(error) if is_in_failed_transaction(&error) => {
                    opening.insert_str(0, "ROLLBACK; ");
                }
                begun => {
                    self.begun.record(asked.elapsed());
                    return begun.inspect_err(count);
                }
            }
        }
    }
}

/// SQLx's begin does not survive being cancelled: the connection would go back to the pool inside
/// an open transaction, tenant and all. So it always runs to its end.
async fn begin_once(
    pool: PgPool,
    opening: String,
) -> Result<Transaction<'static, Postgres>, Error> {
    ToItsEnd::new(async move { pool.begin_with(AssertSqlSafe(opening)).await }).await
}

/// The statements that open a transaction, sent as one message.
fn opening(access: Access, role: Role, scope: Option<TenantScope>) -> String {
    let (begin, role) = (access.begin(), role.name());
    match scope {
        Some(scope) => {
            let tenant = scope.tenant();
            format!("{begin}; SET LOCAL ROLE {role}; SELECT app.enter_tenant('{tenant}')")
        }
        None => format!("{begin}; SET LOCAL ROLE {role}"),
    }
}

#[cfg(test)]
#[expect(
    clippy::disallowed_methods,
    reason = "a test of the text, without any rows"
)]
mod tests {
    use super::*;
    use crate::ids::TenantId;

    #[test]
    fn the_opening_is_one_message_with_role_and_tenant() {
        let scope = TenantScope::assume(TenantId(uuid::Uuid::nil()));
        assert_eq!(
            opening(Access::Snapshot, Role::Api, Some(scope)),
            "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL ROLE wisplink_api; \
             SELECT app.enter_tenant('00000000-0000-0000-0000-000000000000')"
        );
    }
}
