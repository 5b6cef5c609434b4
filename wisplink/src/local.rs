//! Servers of one's own: a PostgreSQL and a nats-server that live in a directory, on free ports of
//! 127.0.0.1, and end with the program that started them. For `demo` and for tests.

use std::io;
use std::path::{Path, PathBuf};

mod programs;
mod user;
mod child;
mod orphan;
mod postgres;
mod nats;

pub use nats::PrivateNats;
pub use postgres::{Durability, PrivatePostgres};
pub use programs::{NatsProgram, PostgresPrograms, ProgramError};

/// Why a private server did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The server is not installed, or too old.
    #[error(transparent)]
    Program(#[from] ProgramError),
    /// A file or process of the server could not be handled.
    #[error("{doing} {path}: see that it exists and that this user may write there")]
    Io {
        /// What was tried.
        doing: &'static str,
        /// With which file or program.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// Another program's servers live in the directory.
    #[error("{dir} is used by a running wisplink: stop that one, or choose another directory")]
    InUse {
        /// The directory.
        dir: PathBuf,
    },
    /// Something stands where the data should go.
    #[error("{path} belongs to another user: remove it, or choose another data directory")]
    Foreign {
        /// What stands there.
        path: PathBuf,
    },
    /// There is no user PostgreSQL could run as.
    #[error(
        "PostgreSQL refuses to run as root, and there is no user `postgres` or `nobody`: \
         create one, or run wisplink as an ordinary user"
    )]
    NoUser,
    /// The server ended instead of starting.
    #[error("{program} ended while starting; see {log}, which ends with:\n{tail}")]
    Ended {
        /// Which server.
        program: &'static str,
        /// Its log.
        log: PathBuf,
        /// The log's last lines.
        tail: String,
    },
    /// The server runs, but does not answer.
    #[error("{program} did not answer in {seconds} s; see {log}, which ends with:\n{tail}")]
    Silent {
        /// Which server.
        program: &'static str,
        /// How long it was waited for.
        seconds: u64,
        /// Its log.
        log: PathBuf,
        /// The log's last lines.
        tail: String,
    },
}

impl StartError {
    /// For `map_err`: what was done to which path.
    fn io(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io {
            doing,
            path,
            source,
        }
    }

    /// Somebody took the port between its choice and its use.
    fn is_port_clash(&self) -> bool {
        matches!(self, Self::Ended { tail, .. }
            if tail.to_lowercase().contains("address already in use"))
    }
}
