//! The servers everything is measured on: a PostgreSQL and a nats-server of our own, with schema,
//! streams and the usual fleet; and the program itself, as it is released.

use std::path::{Path, PathBuf};
use std::time::Duration;

use async_nats::jetstream;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};
use tokio::process::Command;
use wisplink::local::{Durability, PostgresPrograms, PrivateNats, PrivatePostgres};

use crate::failure::{Doing as _, Failure};
use crate::fleet::Fleet;
use crate::meter::Meter;
use crate::options::Options;
use crate::process::Process;
use crate::seed::seed;

const DATABASE: &str = "wisplink";
/// What tokens are signed with here.
pub(crate) const SECRET: &str = "a secret for benchmarks, and for benchmarks only";
/// How long a command like `migrate` may take.
const COMMAND: Duration = Duration::from_mins(1);

/// What an operator of such a machine sets; commits stay durable. Checkpoints are left to happen
/// between the runs rather than in some of them.
const SETTINGS: [(&str, &str); 6] = [
    ("shared_buffers", "1GB"),
    ("max_wal_size", "8GB"),
    ("checkpoint_timeout", "30min"),
    ("max_connections", "120"),
    ("random_page_cost", "1.1"),
    ("wal_compression", "lz4"),
];

/// Milliseconds in all, calls, rows, milliseconds a call, and the statement.
const COSTLIEST: &str = "
    SELECT format('%s ms, %s calls, %s rows, %s ms each: %s', round(total_exec_time), calls, rows,
        round(mean_exec_time::numeric, 3), left(regexp_replace(query, '\\s+', ' ', 'g'), 160))
    FROM pg_stat_statements ORDER BY total_exec_time DESC LIMIT 16";

/// The running servers.
pub(crate) struct Stage {
    /// Where logs and data are.
    pub(crate) dir: PathBuf,
    /// Where peers are that were fetched; they stay from run to run.
    pub(crate) peers: PathBuf,
    /// The networks in the database.
    pub(crate) fleet: Fleet,
    postgres: PrivatePostgres,
    nats: PrivateNats,
    program: PathBuf,
}

impl Stage {
    /// Starts everything anew, with the usual fleet in the database.
    pub(crate) async fn set(options: &Options) -> Result<Self, Failure> {
        let dir = &options.dir;
        if dir.exists() {
            std::fs::remove_dir_all(dir).doing(format_args!("emptying {}", dir.display()))?;
        }
        std::fs::create_dir_all(dir).doing(format_args!("making {}", dir.display()))?;
        let dir = dir.canonicalize().doing("resolving the directory")?;
        let stage = Self {
            peers: dir.with_file_name("bench-peers"),
            postgres: postgres(&dir, options).await?,
            nats: PrivateNats::start(&dir).await.doing("starting NATS")?,
            program: program(options)?,
            fleet: options.fleet(),
            dir,
        };
        stage.run("migrate", &["migrate"]).await?;
        stage.run("streams", &["streams", "apply"]).await?;
        seed(&mut stage.session().await?, stage.fleet).await?;
        Ok(stage)
    }

    /// Stops the servers.
    pub(crate) async fn clear(self) {
        self.nats.stop().await;
        self.postgres.stop().await;
    }

    /// The database, as the owner.
    pub(crate) fn database_url(&self) -> String {
        self.postgres.url(DATABASE)
    }

    /// The nats-server's address.
    pub(crate) fn nats_url(&self) -> String {
        self.nats.url()
    }

    /// A session as the owner, who sees every tenant.
    pub(crate) async fn session(&self) -> Result<PgConnection, Failure> {
        let session = PgConnection::connect(&self.database_url()).await;
        session.doing("connecting to PostgreSQL")
    }

    /// Prints which statements cost PostgreSQL most since this was last asked.
    pub(crate) async fn tell_statements(&self) -> Result<(), Failure> {
        let asking = "asking which statements cost most";
        let mut session = self.session().await?;
        let make = "CREATE EXTENSION IF NOT EXISTS pg_stat_statements";
        session.execute(make).await.doing(asking)?;
        let lines: Vec<String> = sqlx::query_scalar(COSTLIEST)
            .fetch_all(&mut session)
            .await
            .doing(asking)?;
        crate::scenario::say(lines.join("\n"));
        let forget = "SELECT pg_stat_statements_reset()";
        session.execute(forget).await.doing(asking)?;
        Ok(())
    }

    /// A connection to `JetStream`.
    pub(crate) async fn jetstream(&self) -> Result<jetstream::Context, Failure> {
        let client = async_nats::connect(self.nats_url()).await;
        let mut jetstream = jetstream::new(client.doing("connecting to NATS")?);
        jetstream.set_timeout(Duration::from_secs(30));
        Ok(jetstream)
    }

    /// Starts the program with `arguments`.
    pub(crate) fn start(&self, name: &str, arguments: &[&str]) -> Result<Process, Failure> {
        self.start_with(name, arguments, &[])
    }

    /// The same with some settings of its own.
    pub(crate) fn start_with(
        &self,
        name: &str,
        arguments: &[&str],
        settings: &[(&str, &str)],
    ) -> Result<Process, Failure> {
        let mut command = Command::new(&self.program);
        command
            .args(arguments)
            .current_dir(&self.dir)
            .env("DATABASE_URL", self.database_url())
            .env("NATS_URL", self.nats_url())
            .env("WISPLINK_AUTH__HS256_SECRET", SECRET)
            .env("WISPLINK_LOG__LEVEL", "warn")
            .envs(settings.iter().copied());
        Process::start(name, command, &self.dir)
    }

    /// Runs one of the program's commands to its end.
    pub(crate) async fn run(&self, name: &str, arguments: &[&str]) -> Result<(), Failure> {
        self.start(name, arguments)?.finish(COMMAND).await
    }

    /// The pgbench that belongs to the running PostgreSQL, or else the one on the path.
    pub(crate) async fn pgbench() -> Result<PathBuf, Failure> {
        let programs = PostgresPrograms::find().await;
        let programs = programs.doing("looking for PostgreSQL's programs")?;
        let server = programs.postgres.canonicalize();
        let beside = server
            .doing("looking for pgbench")?
            .with_file_name("pgbench");
        Ok(if beside.is_file() {
            beside
        } else {
            "pgbench".into()
        })
    }

    /// Counts what PostgreSQL costs.
    pub(crate) fn postgres_meter(&self) -> Result<Meter, Failure> {
        meter(&self.postgres.data().join("postmaster.pid"))
    }

    /// Counts what NATS costs.
    pub(crate) fn nats_meter(&self) -> Result<Meter, Failure> {
        meter(&self.dir.join("nats.pid"))
    }
}

async fn postgres(dir: &Path, options: &Options) -> Result<PrivatePostgres, Failure> {
    let starting = "starting PostgreSQL";
    let postgres = PrivatePostgres::start(dir, Durability::Durable).await;
    let postgres = postgres.doing(starting)?;
    let mut session = PgConnection::connect(&postgres.url("postgres")).await;
    let session = session.as_mut().map_err(|error| error.to_string());
    let session = session.doing("connecting to PostgreSQL")?;
    let statistics = [("shared_preload_libraries", "pg_stat_statements")];
    let statistics = statistics.iter().filter(|_| options.statements);
    for (name, value) in SETTINGS.iter().chain(statistics) {
        let set = format!("ALTER SYSTEM SET {name} = '{value}'");
        session.execute(AssertSqlSafe(set)).await.doing(starting)?;
    }
    let create = format!("CREATE DATABASE {DATABASE}");
    session
        .execute(AssertSqlSafe(create))
        .await
        .doing(starting)?;
    // Some settings want a new start.
    postgres.stop().await;
    let postgres = PrivatePostgres::start(dir, Durability::Durable).await;
    postgres.doing(starting)
}

/// The wisplink that is measured.
fn program(options: &Options) -> Result<PathBuf, Failure> {
    let us = std::env::current_exe().doing("finding this program")?;
    let program = options.program.clone();
    let program = program.unwrap_or_else(|| us.with_file_name("wisplink"));
    program.canonicalize().doing(format_args!(
        "looking for {}; `make bench` builds it",
        program.display()
    ))
}

fn meter(pid_file: &Path) -> Result<Meter, Failure> {
    let text = std::fs::read_to_string(pid_file);
    let text = text.doing(format_args!("reading {}", pid_file.display()))?;
    let id = text
        .lines()
        .next()
        .and_then(|line| line.trim().parse().ok());
    let id = id.ok_or_else(|| Failure::new("a server does not say its process id"))?;
    Ok(Meter::of(id))
}
