//! What the program can be told to do: one command a file.

mod check_config;
mod dead_letters;
mod demo;
mod health;
mod import;
mod ingest;
mod migrate;
mod schema;
mod serve;
mod simulate;
mod streams;
mod token;

use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::process::ExitCode;

use tokio::net::TcpListener;

use crate::cli::{Cli, Command};
use crate::config::{Config, ConfigError};
use crate::connect::ConnectError;
use crate::local::StartError;
use crate::logs::{self, LogError};
use crate::program::{Program, ProgramError};
use crate::simulate::SimulateError;

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// The configuration.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The configuration cannot be printed.
    #[error("printing the configuration")]
    Print(#[from] toml::ser::Error),
    /// The log.
    #[error(transparent)]
    Log(#[from] LogError),
    /// Signals cannot be listened for.
    #[error("listening for signals")]
    Signals(#[source] io::Error),
    /// The port.
    #[error("listening on {address}: see that no other program has that port, or give --listen")]
    Listen {
        /// Where.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// The program.
    #[error(transparent)]
    Program(#[from] ProgramError),
    /// NATS.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// NATS is needed here, and away.
    #[error("NATS at {0} does not answer: see that it runs and that nats.url (NATS_URL) is right")]
    NoNats(String),
    /// The streams.
    #[error(transparent)]
    Streams(#[from] ::ingest::streams::StreamsError),
    /// Dead letters.
    #[error(transparent)]
    Letters(#[from] dead_letters::LetterError),
    /// The schema.
    #[error("the database at {address}")]
    Migrate {
        /// Which.
        address: String,
        /// What went wrong.
        source: migration::MigrateError,
    },
    /// Citus.
    #[error("the database at {address}")]
    Citus {
        /// Which.
        address: String,
        /// What went wrong.
        source: migration::citus::CitusError,
    },
    /// A private server.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The database.
    #[error("asking the database at {address}")]
    Database {
        /// Which.
        address: String,
        /// What it said.
        source: sqlx::Error,
    },
    /// A file.
    #[error("{doing} {path}")]
    File {
        /// What was tried.
        doing: &'static str,
        /// With which.
        path: std::path::PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// No tenant named where one is needed.
    #[error("for which tenant? Give --tenant with its id or name; only --role platform needs none")]
    NoTenant,
    /// No such tenant.
    #[error("there is no tenant named {0:?}; create it with the mutation createTenant")]
    UnknownTenant(String),
    /// Nothing to sign a token with.
    #[error(
        "tokens are made with auth.hs256_secret, or with --key FILE, a private key whose public \
         half is among the published ones"
    )]
    NoSigner,
    /// A file that should hold a key.
    #[error("{0} holds no private key in PEM: RSA, EC P-256 (as PKCS#8) and Ed25519 will do")]
    NotAKey(std::path::PathBuf),
    /// A token could not be made.
    #[error("signing the token")]
    Sign(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Taking over from another system.
    #[error(transparent)]
    Import(#[from] import::ImportError),
    /// HTTP cannot be spoken.
    #[error("preparing a request over HTTP")]
    Http(#[from] reqwest::Error),
    /// The simulated WISP.
    #[error(transparent)]
    Simulate(#[from] SimulateError),
    /// `--fresh` with servers that are not the demo's.
    #[error(
        "--fresh would delete data of servers that are not the demo's: unset DATABASE_URL and NATS_URL, or leave --fresh away"
    )]
    NotOurs,
}

/// Does what the command line says.
pub async fn run(cli: Cli) -> Result<ExitCode, CommandError> {
    let mut flags = Vec::new();
    if let Some(level) = &cli.log {
        flags.push(("log.level", level.clone()));
    }
    if let Command::Serve {
        listen: Some(listen),
        ..
    } = &cli.command
    {
        flags.push(("http.listen", listen.to_string()));
    }
    if let Command::Schema = cli.command {
        return Ok(schema::run());
    }
    // Whoever asks need not be able to read the secrets: systemd gives them to the service alone.
    if let Command::Health(asked) = &cli.command {
        return health::run(&Config::read(cli.config.as_deref(), &flags)?, asked).await;
    }
    let config = Config::load(cli.config.as_deref(), &flags)?;
    if let Command::Demo(demo) = cli.command {
        return demo::run(config, demo, cli.log.is_some()).await;
    }
    let logs = logs::start(&config.log, &config.telemetry)?;
    let done = Box::pin(perform(cli.command, config)).await;
    logs.finish().await;
    done
}

async fn perform(command: Command, config: Config) -> Result<ExitCode, CommandError> {
    match command {
        Command::Serve { ingest, .. } => serve::run(config, ingest).await,
        Command::Ingest => ingest::run(config).await,
        Command::Migrate { check: true, .. } => migrate::check(&config).await,
        Command::Migrate { citus, .. } => migrate::run(&config, citus).await,
        Command::Streams { action } => streams::run(&config, action).await,
        Command::DeadLetters { action } => dead_letters::run(&config, action).await,
        Command::Token(token) => token::run(&config, token).await,
        Command::Simulate(simulate) => simulate::run(&config, simulate).await,
        Command::CheckConfig => check_config::run(&config).await,
        Command::Import { from } => import::run(&config, from).await,
        Command::Demo(_) | Command::Health(_) | Command::Schema => Ok(ExitCode::SUCCESS),
    }
}

/// Prints a line. A reader that went away is no error: `wisplink schema | head` is fine.
fn say(line: &str) {
    let _ = writeln!(io::stdout().lock(), "{line}");
}

/// Listens at `address`.
async fn listen(address: SocketAddr) -> Result<TcpListener, CommandError> {
    let listener = TcpListener::bind(address).await;
    listener.map_err(|source| CommandError::Listen { address, source })
}

/// Does `work`, and tells at `health.listen`, where that is set, how `program` is meanwhile.
async fn told_beside(
    program: &Program,
    work: impl Future<Output = Result<(), ProgramError>>,
) -> Result<(), CommandError> {
    let Some(address) = program.config().health.listen else {
        return Ok(work.await?);
    };
    let listener = listen(address).await?;
    tracing::info!(%address, "telling health and metrics");
    tokio::select! {
        () = program.tell(listener) => Ok(()),
        worked = work => Ok(worked?),
    }
}
