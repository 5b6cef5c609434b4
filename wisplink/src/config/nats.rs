//! `[nats]`: NATS.

use std::path::PathBuf;

use async_nats::{ConnectOptions, ServerAddr};
use percent_encoding::percent_decode_str;
use serde::{Deserialize, Serialize};

use super::{Address, ConfigError, Secret};

/// Where NATS is, and who we are there.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct NatsConfig {
    /// The address, or several with commas in between; `NATS_URL` sets it, too. `tls://` refuses to
    /// speak in the clear.
    pub url: Address,
    /// `JetStream` domain, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub domain: Option<String>,
    /// The user, where its password is in a file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// A file with the user's password; white space around it does not count.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password_file: Option<PathBuf>,
    /// A `.creds` file: a user's JWT and the seed of its key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credentials_file: Option<PathBuf>,
    /// What the subjects begin with on which we hear answers, `_INBOX` if not set. A user with a
    /// prefix of its own cannot be overheard by others of the same account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inbox_prefix: Option<String>,
    /// The authorities that may vouch for the server, as PEM. Set, it demands TLS.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ca_file: Option<PathBuf>,
    /// Our certificate, as PEM, where the server asks for one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cert_file: Option<PathBuf>,
    /// That certificate's key, as PEM.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_file: Option<PathBuf>,
}

impl Default for NatsConfig {
    fn default() -> Self {
        Self {
            url: "nats://127.0.0.1:4222".into(),
            domain: None,
            user: None,
            password_file: None,
            credentials_file: None,
            inbox_prefix: None,
            ca_file: None,
            cert_file: None,
            key_file: None,
        }
    }
}

impl NatsConfig {
    /// The servers.
    pub fn servers(&self) -> Result<Vec<ServerAddr>, ConfigError> {
        let servers = self.url.as_str().split(',').map(|url| url.trim().parse());
        servers
            .collect::<Result<_, _>>()
            .map_err(|_| ConfigError::Address {
                key: "nats.url",
                example: "nats://host:4222",
            })
    }

    /// How to connect: who we are, and whom we believe.
    pub fn options(&self) -> Result<ConnectOptions, ConfigError> {
        let mut options = ConnectOptions::new();
        if let (Some(user), Some(file)) = (&self.user, &self.password_file) {
            let password = Secret::read(file)?;
            options = options.user_and_password(user.clone(), password.reveal().to_owned());
        } else if let Some(server) = self.servers()?.first() {
            options = as_addressed(options, server);
        }
        if let Some(file) = &self.credentials_file {
            let invalid = |source| ConfigError::SecretFile {
                path: file.clone(),
                source,
            };
            // The client wants the last line ended, which white space around the secret is not.
            let credentials = format!("{}\n", Secret::read(file)?.reveal());
            options = options.credentials(&credentials).map_err(invalid)?;
        }
        if let Some(prefix) = &self.inbox_prefix {
            options = options.custom_inbox_prefix(prefix);
        }
        if let Some(file) = &self.ca_file {
            options = options
                .add_root_certificates(file.clone())
                .require_tls(true);
        }
        if let (Some(cert), Some(key)) = (&self.cert_file, &self.key_file) {
            options = options.add_client_certificate(cert.clone(), key.clone());
        }
        Ok(options)
    }

    pub(super) fn check(&self) -> Result<(), ConfigError> {
        self.servers()?;
        if self.user.is_some() != self.password_file.is_some() {
            return Err(ConfigError::Together("nats.user", "nats.password_file"));
        }
        if self.cert_file.is_some() != self.key_file.is_some() {
            return Err(ConfigError::Together("nats.cert_file", "nats.key_file"));
        }
        self.options().map(drop)
    }
}

/// With the user and password, or the token, that the address names: the client leaves them there.
fn as_addressed(options: ConnectOptions, server: &ServerAddr) -> ConnectOptions {
    let plain = |text| percent_decode_str(text).decode_utf8_lossy().into_owned();
    match (server.username(), server.password()) {
        (Some(user), Some(password)) => options.user_and_password(plain(user), plain(password)),
        (Some(token), None) => options.token(plain(token)),
        (None, _) => options,
    }
}
