//! Two worker processes, one reading and one standing by, that are killed and started again.

use std::process::Stdio;
use std::time::Duration;

use ingest::crash::POINTS;
use rand::Rng as _;
use rand::seq::IndexedRandom as _;
use rand_chacha::ChaCha8Rng;
use sqlx::{Connection as _, PgConnection};
use tokio::process::{Child, Command};
use tokio::time::timeout;
use wisplink_tests::harness::world::{World, eventually};

/// How long a failpoint may take to be reached before its worker is killed anyway.
const UNREACHED: Duration = Duration::from_secs(6);

/// The processes.
pub(super) struct Workers {
    database: String,
    nats: String,
    random: ChaCha8Rng,
    failpoints: bool,
    processes: [Child; 2],
    ends_itself: [bool; 2],
}

impl Workers {
    pub(super) fn start(world: &World, random: ChaCha8Rng, failpoints: bool) -> Self {
        let (database, nats) = (world.database.url(), world.nats.url());
        let processes = [0, 1].map(|_| worker(&database, &nats, ""));
        Self {
            database,
            nats,
            random,
            failpoints,
            processes,
            ends_itself: [false; 2],
        }
    }

    /// Kills one of them `kills` times, at a random moment or, with failpoints, at a place between
    /// two steps, and starts another in its place.
    pub(super) async fn kill_again_and_again(&mut self, kills: usize, pause: Duration) {
        for _ in 0..kills {
            tokio::time::sleep(pause.mul_f64(self.random.random())).await;
            let victim = self.random.random_range(0..2);
            if self.ends_itself[victim] {
                let _ = timeout(UNREACHED, self.processes[victim].wait()).await;
            }
            let _ = self.processes[victim].kill().await;
            let point = self.point();
            self.ends_itself[victim] = !point.is_empty();
            self.processes[victim] = worker(&self.database, &self.nats, &point);
        }
        // The last two live on.
        for victim in 0..2 {
            let _ = self.processes[victim].kill().await;
            self.processes[victim] = worker(&self.database, &self.nats, "");
        }
    }

    pub(super) async fn stop(mut self) {
        for process in &mut self.processes {
            let _ = process.kill().await;
        }
    }

    /// Where the next worker ends by itself, if anywhere.
    fn point(&mut self) -> String {
        if !self.failpoints || self.random.random() {
            return String::new();
        }
        let point = POINTS.choose(&mut self.random).unwrap();
        let passes = self.random.random_range(0..40);
        format!("{point}={passes}*off->return")
    }
}

/// Waits until everything is read, applied and published, also what comes meanwhile.
pub(crate) async fn drained(world: &World) {
    let mut session = PgConnection::connect(&world.database.url()).await.unwrap();
    let jetstream = async_nats::jetstream::new(world.operator_client().await);
    let is_drained = "SELECT (SELECT next_seq FROM ingest_positions
            WHERE source LIKE 'WIRELESS%') = $1
        AND NOT EXISTS (SELECT FROM tenant_feeds WHERE published_seq < last_seq)";
    eventually("all is drained after the last fault", async || {
        let stream = jetstream.get_stream("WIRELESS_REGISTRATIONS").await.ok()?;
        let next = i64::try_from(stream.cached_info().state.last_sequence + 1).unwrap();
        let query = sqlx::query_scalar::<_, Option<bool>>(is_drained).bind(next);
        let drained = query.fetch_one(&mut session).await.unwrap();
        (drained == Some(true)).then_some(())
    })
    .await;
}

fn worker(database: &str, nats: &str, failpoints: &str) -> Child {
    Command::new(env!("CARGO_BIN_EXE_under-test"))
        .args(["ingest", "--log", "error"])
        .env("DATABASE_URL", database)
        .env("NATS_URL", nats)
        .env("WISPLINK_INGEST__LEASE_S", "3")
        .env("FAILPOINTS", failpoints)
        .env("RUST_BACKTRACE", "0")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap()
}
