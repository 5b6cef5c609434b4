//! `[nats]`: NATS.

use serde::{Deserialize, Serialize};

use super::{Address, ConfigError};

/// Where NATS is.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct NatsConfig {
    /// The address, or several with commas in between; `NATS_URL` sets it, too.
    pub url: Address,
    /// `JetStream` domain, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub domain: Option<String>,
}

impl Default for NatsConfig {
    fn default() -> Self {
        Self {
            url: "nats://127.0.0.1:4222".into(),
            domain: None,
        }
    }
}

impl NatsConfig {
    /// The servers.
    pub fn servers(&self) -> Result<Vec<async_nats::ServerAddr>, ConfigError> {
        let servers = self.url.as_str().split(',').map(|url| url.trim().parse());
        servers
            .collect::<Result<_, _>>()
            .map_err(|_| ConfigError::Address {
                key: "nats.url",
                example: "nats://host:4222",
            })
    }

    pub(super) fn check(&self) -> Result<(), ConfigError> {
        self.servers().map(drop)
    }
}
