//! A `PgBouncer` between a world and its database.

use std::os::unix::fs::MetadataExt as _;
use std::process::Stdio;

use sqlx::postgres::{PgConnectOptions, PgSslMode};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, PgConnection};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::process::{Child, Command};
use wisplink::config::DatabaseConfig;

use super::TestDatabase;
use super::eventually::eventually;

/// Names how every world's database is reached: `session` or `transaction`; directly when not set.
pub const PGBOUNCER: &str = "WISPLINK_TEST_PGBOUNCER";

/// More than a world opens, so that nothing waits.
const CONNECTIONS: u32 = 60;
/// Since this version (major and minor number) prepared statements work in transaction mode.
const PREPARES_SINCE: (u32, u32) = (1, 21);

/// For how long a client keeps a connection to the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pooling {
    /// As long as it is connected.
    Session,
    /// As long as its transaction lasts.
    Transaction,
}

/// A running `PgBouncer`.
pub struct TestPooler {
    // Dropped first, which ends it.
    _child: Child,
    _dir: TempDir,
    port: u16,
}

impl Pooling {
    /// What [`PGBOUNCER`] asks for.
    #[expect(
        clippy::disallowed_methods,
        reason = "whoever runs the tests chooses how they reach the database"
    )]
    pub fn asked() -> Option<(Self, u32)> {
        match std::env::var(PGBOUNCER).ok()?.as_str() {
            "session" => Some((Self::Session, CONNECTIONS)),
            "transaction" => Some((Self::Transaction, CONNECTIONS)),
            other => panic!("{PGBOUNCER} is session or transaction, not {other:?}"),
        }
    }
}

impl TestPooler {
    /// Whether there is a `PgBouncer` on this machine.
    pub async fn is_installed() -> bool {
        version().await.is_some()
    }

    /// Whether prepared statements can be used through the one on this machine.
    pub async fn prepares(pooling: Pooling) -> bool {
        let since = |version| version >= PREPARES_SINCE;
        pooling == Pooling::Session || version().await.is_some_and(since)
    }

    /// Starts what is asked for.
    pub async fn asked(
        database: &TestDatabase,
        pooling: Option<(Pooling, u32)>,
        config: &mut DatabaseConfig,
    ) -> Option<Self> {
        let (pooling, size) = pooling?;
        Some(Self::before(database, pooling, size, config).await)
    }

    /// Starts one before `database`, with `size` connections to it for each user, and tells `config`.
    pub async fn before(
        database: &TestDatabase,
        pooling: Pooling,
        size: u32,
        config: &mut DatabaseConfig,
    ) -> Self {
        keep_settings(&mut database.session().await, database.name(), config).await;
        let server: PgConnectOptions = database.url().parse().unwrap();
        let dir = tempfile::tempdir().unwrap();
        let free = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        let file = dir.path().join("pgbouncer.ini");
        if !Self::prepares(pooling).await {
            config.statement_cache = 0;
        }
        let prepared = config.statement_cache;
        std::fs::write(&file, ini(&server, (pooling, size), port, prepared)).unwrap();
        let child = Command::new("pgbouncer")
            .arg("-q")
            .arg(&file)
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let address = server.port(port).ssl_mode(PgSslMode::Disable);
        eventually("PgBouncer lets somebody in", async || {
            let session = address.connect().await.ok()?;
            session.close().await.ok()
        })
        .await;
        config.url = address.to_url_lossy().as_str().into();
        Self {
            _child: child,
            _dir: dir,
            port,
        }
    }

    /// Where it listens.
    pub const fn port(&self) -> u16 {
        self.port
    }
}

/// Major and minor number of the `PgBouncer` on this machine.
async fn version() -> Option<(u32, u32)> {
    let told = Command::new("pgbouncer").arg("--version").output().await;
    let told = String::from_utf8(told.ok()?.stdout).ok()?;
    let mut numbers = told.strip_prefix("PgBouncer ")?.split('.');
    let mut number = || numbers.next()?.trim().parse().ok();
    Some((number()?, number()?))
}

/// What wisplink asks of each of its sessions, `PgBouncer` does not hand on: the database has it.
async fn keep_settings(session: &mut PgConnection, name: &str, config: &DatabaseConfig) {
    let timeout = config.statement_timeout_ms;
    for setting in [
        "plan_cache_mode = force_generic_plan".to_owned(),
        format!("statement_timeout = {timeout}"),
        "idle_in_transaction_session_timeout = 30000".to_owned(),
    ] {
        let alter = format!("ALTER DATABASE {name} SET {setting}");
        sqlx::raw_sql(AssertSqlSafe(alter))
            .execute(&mut *session)
            .await
            .unwrap();
    }
}

fn ini(
    server: &PgConnectOptions,
    (pooling, size): (Pooling, u32),
    port: u16,
    prepared: u16,
) -> String {
    let (host, at, user) = (server.get_host(), server.get_port(), server.get_username());
    let mode = match pooling {
        Pooling::Session => "session",
        Pooling::Transaction => "transaction",
    };
    // It refuses to run as root, and becomes whom it is told.
    let root = std::fs::metadata("/proc/self").is_ok_and(|me| me.uid() == 0);
    let become_nobody = if root { "user = nobody" } else { "" };
    // Below 1.21 the setting is not known, and in sessions it is not needed.
    let prepared = if pooling == Pooling::Transaction && prepared > 0 {
        format!("max_prepared_statements = {prepared}")
    } else {
        String::new()
    };
    format!(
        "[databases]
* = host={host} port={at} user={user}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = {mode}
default_pool_size = {size}
max_client_conn = 1000
ignore_startup_parameters = extra_float_digits,options
query_wait_timeout = 30
server_login_retry = 1
{prepared}
{become_nobody}
"
    )
}
