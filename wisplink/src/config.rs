//! What an operator may set: one struct a topic, read once at the start.
//!
//! Defaults give way to a file, the file to the environment, the environment to flags. A key that
//! is not known is an error, wherever it stands: a misspelt limit must not be a limit missed.

mod address;
mod secret;
mod database;
mod nats;
mod http;
mod graphql;
mod auth;
mod ingest;
mod history;
mod health;
mod telemetry;
mod log;

use std::path::{Path, PathBuf};

use figment::Figment;
use figment::providers::{Env, Format as _, Serialized, Toml};
use serde::{Deserialize, Serialize};

pub use address::Address;
pub use auth::AuthConfig;
pub use database::DatabaseConfig;
pub use graphql::GraphqlConfig;
pub use health::HealthConfig;
pub use history::HistoryConfig;
pub use http::HttpConfig;
pub use ingest::{IngestConfig, StreamsConfig};
pub use log::{LogConfig, LogFormat};
pub use nats::NatsConfig;
pub use secret::Secret;
pub use telemetry::TelemetryConfig;

/// The file that is read when no other is named, if it is there.
pub const FILE: &str = "wisplink.toml";

/// Everything that may be set.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// PostgreSQL.
    pub database: DatabaseConfig,
    /// NATS.
    pub nats: NatsConfig,
    /// The streams' names.
    pub streams: StreamsConfig,
    /// The API's side of HTTP.
    pub http: HttpConfig,
    /// Documents.
    pub graphql: GraphqlConfig,
    /// Tokens.
    pub auth: AuthConfig,
    /// The worker.
    pub ingest: IngestConfig,
    /// How long history is kept.
    pub history: HistoryConfig,
    /// Health and metrics.
    pub health: HealthConfig,
    /// Traces.
    pub telemetry: TelemetryConfig,
    /// Logs.
    pub log: LogConfig,
}

/// Why there is no valid configuration.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A file was named and is not there.
    #[error("there is no configuration file {0}")]
    NoFile(PathBuf),
    /// A key or value is wrong; the text says which, and where it stands.
    #[error("the configuration is not valid: {0}")]
    Invalid(Box<figment::Error>),
    /// An address is none.
    #[error("{key} is no address: write it like {example}")]
    Address {
        /// The key.
        key: &'static str,
        /// How it should look.
        example: &'static str,
    },
    /// A number is outside of its bounds.
    #[error("{key} must be between {lowest} and {highest}")]
    Bounds {
        /// The key.
        key: &'static str,
        /// The smallest that will do.
        lowest: u64,
        /// The largest.
        highest: u64,
    },
    /// One of two settings that belong together is missing.
    #[error("{0} and {1} belong together: set both, or neither")]
    Together(&'static str, &'static str),
    /// Nothing to check tokens with.
    #[error(
        "nothing to check tokens with: set auth.hs256_secret_file (or WISPLINK_AUTH__HS256_SECRET) \
         to at least {} random bytes, for example from `openssl rand -hex 32`, or auth.jwks_url to \
         the address of your identity provider's keys",
        auth::SECRET_BYTES
    )]
    NoSecret,
    /// A secret that can be guessed.
    #[error("the secret for tokens has {0} bytes; {least} are needed", least = auth::SECRET_BYTES)]
    ShortSecret(usize),
    /// Two places for the published keys.
    #[error("set auth.jwks_file or auth.jwks_url, not both")]
    JwksTwice,
    /// Keys that somebody on the way could replace.
    #[error("auth.jwks_url must be an https:// address; http:// will do to this machine only")]
    JwksUrl,
    /// The published keys cannot be read.
    #[error("reading the keys for tokens from {path}")]
    JwksFile {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// An origin that is none.
    #[error("http.allowed_origins: {0:?} is no origin; write it like https://noc.example")]
    Origin(String),
    /// Only trusted documents, and none is trusted.
    #[error(
        "graphql.only_trusted needs graphql.documents, the file with the trusted documents: there \
         is no console in this program whose documents could be meant"
    )]
    NothingTrusted,
    /// The trusted documents cannot be read.
    #[error("reading the trusted documents from {path}")]
    Documents {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: std::io::Error,
    },
    /// A secret's file cannot be read, or holds something else.
    #[error("reading the secret in {path}: see that it is there and that this user may read it")]
    SecretFile {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}

impl Config {
    /// Reads it from `file` (or [`FILE`], if that is there), the environment, and `flags`: pairs of
    /// a key like `http.listen` and its value.
    pub fn load(file: Option<&Path>, flags: &[(&str, String)]) -> Result<Self, ConfigError> {
        let config = Self::read(file, flags)?;
        config.check()?;
        Ok(config)
    }

    /// The same, but opens none of the files that are named, and says nothing of bounds.
    pub fn read(file: Option<&Path>, flags: &[(&str, String)]) -> Result<Self, ConfigError> {
        if let Some(file) = file.filter(|file| !file.is_file()) {
            return Err(ConfigError::NoFile(file.to_owned()));
        }
        let mut figment = Figment::from(Serialized::defaults(Self::default()))
            .merge(Toml::file(file.unwrap_or(Path::new(FILE))))
            .merge(plain("DATABASE_URL", "database.url"))
            .merge(plain("NATS_URL", "nats.url"))
            .merge(
                Env::prefixed("WISPLINK_")
                    .filter(|key| is_ours(key.as_str()))
                    .split("__"),
            );
        for (key, value) in flags {
            figment = figment.merge(Serialized::default(key, value));
        }
        figment
            .extract()
            .map_err(|error| ConfigError::Invalid(Box::new(error)))
    }

    /// As a file would say it, without secrets.
    pub fn redacted(&self) -> Result<String, toml::ser::Error> {
        toml::to_string_pretty(self)
    }

    fn check(&self) -> Result<(), ConfigError> {
        self.database.check()?;
        self.nats.check()?;
        self.http.check()?;
        self.auth.check()?;
        self.streams.check()?;
        self.ingest.check()?;
        self.telemetry.check()?;
        self.history.check()
    }
}

/// A variable with a name of its own, as other programs know it, too.
fn plain(variable: &'static str, key: &'static str) -> Env {
    Env::raw()
        .only(&[variable])
        .map(move |_| key.into())
        .split(".")
}

/// The variable that names the file is no setting, nor is what tests say to each other.
fn is_ours(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    key != "config" && !key.starts_with("test_")
}

/// `value`, if it lies within the bounds.
fn bounded(key: &'static str, value: u64, lowest: u64, highest: u64) -> Result<(), ConfigError> {
    if (lowest..=highest).contains(&value) {
        return Ok(());
    }
    Err(ConfigError::Bounds {
        key,
        lowest,
        highest,
    })
}

#[cfg(test)]
mod tests;
