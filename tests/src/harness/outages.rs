//! A world on servers of its own, each behind a line: everything between and below the program can be
//! made to fail.

use std::time::Duration;

use tempfile::TempDir;
use tokio::time::sleep;
use wisplink::config::NatsConfig;
use wisplink::local::{Durability, PrivatePostgres};

use super::line::{Line, port_of};
use super::world::World;
use super::{TestDatabase, TestNats};

/// The world and what it stands on.
pub struct Outages {
    /// API, worker, two tenants. The program reaches its servers by the lines.
    pub world: World,
    /// The database's server.
    pub postgres: PrivatePostgres,
    /// The line to it.
    pub to_postgres: Line,
    /// The line to NATS.
    pub to_nats: Line,
    _dir: TempDir,
}

impl Outages {
    /// Starts everything.
    pub async fn start() -> Self {
        Box::pin(Self::start_with(TestNats::start().await.unwrap())).await
    }

    /// Starts everything with this NATS.
    pub async fn start_with(nats: TestNats) -> Self {
        let dir = tempfile::Builder::new()
            .prefix("wisplink-outages-")
            .tempdir();
        let dir = dir.unwrap();
        // What is committed must outlive the server.
        let postgres = PrivatePostgres::start(dir.path(), Durability::Durable);
        let postgres = postgres.await.unwrap();
        let database = TestDatabase::create_on(&postgres.url("postgres")).await;
        let database = database.unwrap();
        let to_postgres = Line::to(port_of(&database.url())).await;
        let to_nats = Line::to(port_of(&nats.url())).await;
        let url = to_postgres.instead_of(&database.url());
        let by_line = NatsConfig {
            url: to_nats.instead_of(&nats.url()).into(),
            ..NatsConfig::default()
        };
        let direct = NatsConfig {
            url: nats.url().into(),
            ..NatsConfig::default()
        };
        let logins = [by_line.clone(), by_line, direct.clone(), direct];
        let world = Box::pin(World::start_on((database, url), nats, logins, |_| {})).await;
        Self {
            world,
            postgres,
            to_postgres,
            to_nats,
            _dir: dir,
        }
    }

    /// Ends PostgreSQL at once and starts it again.
    pub async fn crash_postgres(&mut self) {
        self.postgres.crash().await;
        self.postgres.resume().await.unwrap();
    }

    /// Keeps PostgreSQL, and everything it has started, from running for a while.
    pub async fn freeze_postgres(&self, long: Duration) {
        let postgres = self.postgres.pid().unwrap();
        signal_family(postgres, "STOP").await;
        sleep(long).await;
        signal_family(postgres, "CONT").await;
    }

    /// Ends NATS as a crash does, and starts it again.
    pub async fn kill_nats(&mut self) {
        self.world.nats.kill().await;
        self.world.nats.resume().await.unwrap();
    }

    /// Keeps NATS from running for a while.
    pub async fn freeze_nats(&self, long: Duration) {
        self.world.nats.freeze();
        sleep(long).await;
        self.world.nats.thaw();
    }
}

/// Sends a signal to a process and its children.
async fn signal_family(parent: u32, signal: &str) {
    let script =
        "kill -s \"$0\" \"$1\" $(ps -e -o pid= -o ppid= | awk -v p=\"$1\" '$2 == p { print $1 }')";
    let mut kill = tokio::process::Command::new("sh");
    kill.args(["-c", script, signal, &parent.to_string()]);
    // A child may end meanwhile.
    kill.status().await.unwrap();
}
