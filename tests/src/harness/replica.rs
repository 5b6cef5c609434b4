//! A streaming replica of the PostgreSQL that tests share.

use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::path::Path;

use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use tempfile::TempDir;
use tokio::process::Command;
use wisplink::local::{Durability, PostgresPrograms, PrivatePostgres};

use super::TestDatabase;
use super::eventually::eventually;

/// A replica, read from a base backup on.
pub struct TestReplica {
    // Dropped first: the server must not outlive its directory.
    server: PrivatePostgres,
    _dir: TempDir,
}

impl TestReplica {
    /// Makes a base backup and starts on it. All tests' databases are in it.
    pub async fn start(of: &TestDatabase) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let empty = PrivatePostgres::start(dir.path(), Durability::Scratch).await;
        let empty = empty.unwrap();
        let data = empty.data().to_owned();
        empty.stop().await;
        let url = of.url();
        // SQLx adds parameters that are its own.
        let (primary, _) = url.split_once('?').unwrap_or((&url, ""));
        back_up(primary, &data).await;
        let server = PrivatePostgres::start(dir.path(), Durability::Scratch).await;
        Self {
            server: server.unwrap(),
            _dir: dir,
        }
    }

    /// The superuser's address of what is `database` on the primary.
    pub fn url(&self, database: &TestDatabase) -> String {
        self.server.url(database.name())
    }

    /// A superuser's session in what is `database` on the primary.
    pub async fn session(&self, database: &TestDatabase) -> PgConnection {
        PgConnection::connect(&self.url(database)).await.unwrap()
    }

    /// Applies nothing more that comes from the primary.
    pub async fn pause(&self) {
        self.control("SELECT pg_wal_replay_pause()").await;
        let mut session = self.postgres().await;
        eventually("the replica pauses", async || {
            let state = "SELECT pg_get_wal_replay_pause_state()";
            let state: String = sqlx::query_scalar(state)
                .fetch_one(&mut session)
                .await
                .unwrap();
            (state == "paused").then_some(())
        })
        .await;
    }

    /// Goes on applying.
    pub async fn resume(&self) {
        self.control("SELECT pg_wal_replay_resume()").await;
    }

    /// Makes it a primary of its own.
    pub async fn promote(&self) {
        let mut session = self.postgres().await;
        let promoted: bool = sqlx::query_scalar("SELECT pg_promote(true)")
            .fetch_one(&mut session)
            .await
            .unwrap();
        assert!(promoted, "the replica was not promoted in time");
    }

    /// Stops the server.
    pub async fn stop(self) {
        self.server.stop().await;
    }

    async fn control(&self, sql: &str) {
        let mut session = self.postgres().await;
        sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))
            .execute(&mut session)
            .await
            .unwrap();
    }

    async fn postgres(&self) -> PgConnection {
        PgConnection::connect(&self.server.url("postgres"))
            .await
            .unwrap()
    }
}

/// Puts a base backup in the place of what is in `data`, owned by whom that was.
async fn back_up(primary: &str, data: &Path) {
    let owner = std::fs::metadata(data).unwrap();
    std::fs::remove_dir_all(data).unwrap();
    std::fs::create_dir(data).unwrap();
    std::fs::set_permissions(data, std::fs::Permissions::from_mode(0o700)).unwrap();
    chown(data, Some(owner.uid()), Some(owner.gid())).unwrap();
    let programs = PostgresPrograms::find().await.unwrap();
    let initdb = programs.initdb.canonicalize().unwrap();
    let made = Command::new(initdb.with_file_name("pg_basebackup"))
        .args(["--write-recovery-conf", "--checkpoint=fast", "--no-sync"])
        .arg("--dbname")
        .arg(primary)
        .arg("--pgdata")
        .arg(data)
        .current_dir("/")
        .uid(owner.uid())
        .gid(owner.gid())
        .output()
        .await
        .unwrap();
    let why = String::from_utf8_lossy(&made.stderr);
    assert!(made.status.success(), "{why}");
}
