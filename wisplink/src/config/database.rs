//! `[database]`: PostgreSQL.

use std::path::PathBuf;
use std::time::Duration;

use api::replica::Replica;
use entity::database::{Database, PoolSettings, Role};
use serde::{Deserialize, Serialize};
use sqlx::postgres::{PgConnectOptions, PgSslMode};

use super::{Address, ConfigError, Secret, bounded};

/// Where PostgreSQL is, and how it is used.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct DatabaseConfig {
    /// The address; `DATABASE_URL` sets it, too. Whoever logs in must be a member of the roles
    /// `wisplink_api`, `wisplink_ingest`, `wisplink_platform` and `wisplink_auth`; to migrate, an owner.
    pub url: Address,
    /// A file with the password; white space around it does not count.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password_file: Option<PathBuf>,
    /// The authorities that may vouch for the server, as PEM. Set, it demands TLS and the right
    /// name. Without it the address's `sslmode` counts, and that believes any server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ca_file: Option<PathBuf>,
    /// Our certificate, as PEM, where the server asks for one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cert_file: Option<PathBuf>,
    /// That certificate's key, as PEM.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_file: Option<PathBuf>,
    /// Connections for requests, at most.
    pub api_connections: u32,
    /// Connections for the worker, at most.
    pub ingest_connections: u32,
    /// Milliseconds to wait for a free connection.
    pub acquire_timeout_ms: u64,
    /// Milliseconds a request's statement may take.
    pub statement_timeout_ms: u64,
    /// Statements that each connection keeps prepared; 0 behind a pooler that knows none.
    pub statement_cache: u16,
    /// A streaming replica of that database, from which history is read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub history_url: Option<Address>,
    /// Milliseconds the replica may be behind; when it is more, the primary is asked.
    pub history_max_lag_ms: u64,
}

impl Default for DatabaseConfig {
    fn default() -> Self {
        Self {
            url: "postgres://127.0.0.1:5432/wisplink".into(),
            password_file: None,
            ca_file: None,
            cert_file: None,
            key_file: None,
            api_connections: 16,
            ingest_connections: 8,
            acquire_timeout_ms: 2_000,
            statement_timeout_ms: 5_000,
            statement_cache: 512,
            history_url: None,
            history_max_lag_ms: 10_000,
        }
    }
}

/// The worker's statements carry whole batches.
const INGEST_STATEMENT: Duration = Duration::from_secs(15);
/// The list of tenants is small, and few ask for it; one statement at a time looks API keys up.
const PLATFORM_CONNECTIONS: u32 = 2;

impl DatabaseConfig {
    /// A pool that acts as `role`. Nothing is connected yet.
    pub fn pool(&self, role: Role) -> Result<Database, ConfigError> {
        let options = self.options(&self.url, "database.url")?;
        Ok(Database::new(options, role, self.settings(role)))
    }

    fn settings(&self, role: Role) -> PoolSettings {
        let statement_timeout = match role {
            Role::Ingest => INGEST_STATEMENT,
            Role::Api | Role::Platform | Role::Auth => {
                Duration::from_millis(self.statement_timeout_ms)
            }
        };
        let max_connections = match role {
            Role::Ingest => self.ingest_connections,
            Role::Api => self.api_connections,
            Role::Platform | Role::Auth => PLATFORM_CONNECTIONS,
        };
        PoolSettings {
            max_connections,
            acquire_timeout: Duration::from_millis(self.acquire_timeout_ms),
            statement_timeout,
            statement_cache: self.statement_cache.into(),
        }
    }

    /// The replica for history, if there is one. The same user, password and certificates will do
    /// there.
    pub fn history(&self) -> Result<Option<Replica>, ConfigError> {
        let Some(url) = &self.history_url else {
            return Ok(None);
        };
        let options = self.options(url, "database.history_url")?;
        let database = Database::new(options, Role::Api, self.settings(Role::Api));
        let max_lag = Duration::from_millis(self.history_max_lag_ms);
        let schema = migration::known().pop().unwrap_or_default();
        Ok(Some(Replica::new(database, max_lag, &schema)))
    }

    /// The address with everything it takes to connect, as parameters: for what knows addresses
    /// only.
    pub fn full_address(&self) -> Result<Address, ConfigError> {
        let mut extras = url::form_urlencoded::Serializer::new(String::new());
        if let Some(file) = &self.password_file {
            extras.append_pair("password", Secret::read(file)?.reveal());
        }
        if self.ca_file.is_some() {
            extras.append_pair("sslmode", "verify-full");
        }
        for (key, file) in [
            ("sslrootcert", &self.ca_file),
            ("sslcert", &self.cert_file),
            ("sslkey", &self.key_file),
        ] {
            if let Some(file) = file {
                extras.append_pair(key, &file.to_string_lossy());
            }
        }
        let (url, extras) = (self.url.as_str(), extras.finish());
        Ok(match (extras.is_empty(), url.contains('?')) {
            (true, _) => self.url.clone(),
            (false, true) => format!("{url}&{extras}").into(),
            (false, false) => format!("{url}?{extras}").into(),
        })
    }

    pub(super) fn check(&self) -> Result<(), ConfigError> {
        if self.cert_file.is_some() != self.key_file.is_some() {
            return Err(ConfigError::Together(
                "database.cert_file",
                "database.key_file",
            ));
        }
        bounded(
            "database.api_connections",
            self.api_connections.into(),
            1,
            1_000,
        )?;
        // Three leases, three lanes and the publisher's notes must not wait for each other.
        bounded(
            "database.ingest_connections",
            self.ingest_connections.into(),
            2,
            1_000,
        )?;
        bounded(
            "database.acquire_timeout_ms",
            self.acquire_timeout_ms,
            100,
            60_000,
        )?;
        bounded(
            "database.statement_timeout_ms",
            self.statement_timeout_ms,
            100,
            600_000,
        )?;
        bounded(
            "database.history_max_lag_ms",
            self.history_max_lag_ms,
            100,
            3_600_000,
        )?;
        self.history()?;
        self.options(&self.url, "database.url").map(drop)
    }

    fn options(&self, url: &Address, key: &'static str) -> Result<PgConnectOptions, ConfigError> {
        let bad = || ConfigError::Address {
            key,
            example: "postgres://user:password@host:5432/wisplink",
        };
        let url = url.as_str();
        // SQLx reads any scheme as PostgreSQL's.
        if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
            return Err(bad());
        }
        let mut options: PgConnectOptions = url.parse().map_err(|_| bad())?;
        if let Some(file) = &self.password_file {
            options = options.password(Secret::read(file)?.reveal());
        }
        if let Some(file) = &self.ca_file {
            options = options.ssl_mode(PgSslMode::VerifyFull).ssl_root_cert(file);
        }
        if let (Some(cert), Some(key)) = (&self.cert_file, &self.key_file) {
            options = options.ssl_client_cert(cert).ssl_client_key(key);
        }
        Ok(options.application_name("wisplink"))
    }
}
