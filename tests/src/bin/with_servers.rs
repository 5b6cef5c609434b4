//! Runs a command with a PostgreSQL for the tests, and ends it afterwards:
//! `with-servers cargo nextest run`.

use std::error::Error;
use std::io;
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{ExitCode, ExitStatus};
use std::time::Duration;

use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};
use tokio::process::{Child, Command};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::timeout;
use wisplink::local::{Durability, PrivatePostgres, StartError};
use wisplink_tests::harness::{POSTGRES_URL, TEMPLATE};

/// How long the command may take to end after a signal.
const GRACE: Duration = Duration::from_secs(10);

#[derive(Debug, thiserror::Error)]
enum RunError {
    #[error("give the command to run, as in: with-servers cargo test --workspace")]
    NoCommand,
    #[error("making a temporary directory: see that TMPDIR may be written and is not full")]
    Directory(#[source] io::Error),
    #[error("listening for signals")]
    Signals(#[source] io::Error),
    #[error(transparent)]
    Start(#[from] StartError),
    #[error("making the template database {TEMPLATE}")]
    Template(#[from] sqlx::Error),
    #[error("the template database {TEMPLATE}: a migration is wrong")]
    Migrate(#[from] migration::MigrateError),
    #[error("running {0}: see that it is installed")]
    Command(String, #[source] io::Error),
}

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(code) => code,
        Err(error) => {
            report(&error);
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<ExitCode, RunError> {
    let mut arguments = std::env::args_os().skip(1);
    let program = arguments.next().ok_or(RunError::NoCommand)?;
    let mut signals = Signals::new().map_err(RunError::Signals)?;
    let dir = tempfile::Builder::new().prefix("wisplink-tests-").tempdir();
    let dir = dir.map_err(RunError::Directory)?;

    // Dropping what is half started ends it.
    let postgres = tokio::select! {
        started = start(dir.path()) => started?,
        number = signals.next() => return Ok(by_signal(number)),
    };
    let mut command = Command::new(&program);
    command
        .args(arguments)
        .env(POSTGRES_URL, postgres.url("postgres"))
        .kill_on_drop(true);
    forget_cargo(&mut command);
    let mut command = command
        .spawn()
        .map_err(|error| RunError::Command(program.to_string_lossy().into_owned(), error))?;
    let code = watch(&mut command, &mut signals).await;
    postgres.stop().await;
    Ok(code)
}

/// `cargo run` says about us what build scripts read too: passed on, it would have the command build
/// half of the tree anew.
fn forget_cargo(command: &mut Command) {
    const ABOUT_US: [&str; 4] = [
        "CARGO_PKG_",
        "CARGO_MANIFEST_",
        "CARGO_BIN_NAME",
        "CARGO_CRATE_NAME",
    ];

    for (name, _) in std::env::vars_os() {
        if ABOUT_US
            .iter()
            .any(|start| name.to_string_lossy().starts_with(start))
        {
            command.env_remove(name);
        }
    }
}

/// A server with the template in it.
async fn start(dir: &Path) -> Result<PrivatePostgres, RunError> {
    let postgres = PrivatePostgres::start(dir, Durability::Scratch).await?;
    let mut session = PgConnection::connect(&postgres.url("postgres")).await?;
    session
        .execute(AssertSqlSafe(format!("CREATE DATABASE {TEMPLATE}")))
        .await?;
    migration::apply(&postgres.url(TEMPLATE)).await?;
    // A session on it would keep tests from being cloned.
    let closed = format!("ALTER DATABASE {TEMPLATE} WITH IS_TEMPLATE true ALLOW_CONNECTIONS false");
    session.execute(AssertSqlSafe(closed)).await?;
    session.close().await?;
    Ok(postgres)
}

/// Waits for the command. It gets a Ctrl-C from the terminal itself; a TERM only we got.
async fn watch(command: &mut Child, signals: &mut Signals) -> ExitCode {
    let number = tokio::select! {
        status = command.wait() => return status.map_or(ExitCode::FAILURE, passed_on),
        number = signals.next() => number,
    };
    if number != SignalKind::interrupt().as_raw_value()
        && let Some(pid) = command.id()
    {
        let _ = Command::new("kill").arg(pid.to_string()).status().await;
    }
    if timeout(GRACE, command.wait()).await.is_err() {
        let _ = command.kill().await;
    }
    by_signal(number)
}

struct Signals {
    interrupt: Signal,
    terminate: Signal,
    hangup: Signal,
}

impl Signals {
    fn new() -> io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hangup: signal(SignalKind::hangup())?,
        })
    }

    /// The number of the next one.
    async fn next(&mut self) -> i32 {
        let kind = tokio::select! {
            _ = self.interrupt.recv() => SignalKind::interrupt(),
            _ = self.terminate.recv() => SignalKind::terminate(),
            _ = self.hangup.recv() => SignalKind::hangup(),
        };
        kind.as_raw_value()
    }
}

fn passed_on(status: ExitStatus) -> ExitCode {
    match (status.code(), status.signal()) {
        (Some(code), _) => u8::try_from(code).map_or(ExitCode::FAILURE, ExitCode::from),
        (None, Some(number)) => by_signal(number),
        (None, None) => ExitCode::FAILURE,
    }
}

/// As a shell says it.
fn by_signal(number: i32) -> ExitCode {
    u8::try_from(128 + number).map_or(ExitCode::FAILURE, ExitCode::from)
}

fn report(error: &RunError) {
    eprintln!("with-servers: {error}");
    let mut cause = error.source();
    while let Some(error) = cause {
        eprintln!("  because: {error}");
        cause = error.source();
    }
}
