//! `[telemetry]`: where traces go.

use serde::{Deserialize, Serialize};

use super::ConfigError;

/// Where traces go. To nobody, unless an endpoint is set.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct TelemetryConfig {
    /// A collector that takes OTLP over HTTP: `http://127.0.0.1:4318`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub otlp_endpoint: Option<String>,
    /// The part of all traces that begin here and are kept, 0 to 1. Those that a caller or a poller
    /// began are kept when they say so.
    pub sample_ratio: f64,
}

impl Default for TelemetryConfig {
    fn default() -> Self {
        Self {
            otlp_endpoint: None,
            sample_ratio: 0.01,
        }
    }
}

impl TelemetryConfig {
    /// Where traces are posted to.
    pub fn address(&self) -> Option<String> {
        let endpoint = self.otlp_endpoint.as_deref()?.trim_end_matches('/');
        Some(format!("{endpoint}/v1/traces"))
    }

    pub(super) fn check(&self) -> Result<(), ConfigError> {
        if !(0.0..=1.0).contains(&self.sample_ratio) {
            return Err(ConfigError::Bounds {
                key: "telemetry.sample_ratio",
                lowest: 0,
                highest: 1,
            });
        }
        let is_good = |address: &String| {
            let url = url::Url::parse(address).ok();
            url.is_some_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
        };
        match self.address().filter(|address| !is_good(address)) {
            None => Ok(()),
            Some(_) => Err(ConfigError::Address {
                key: "telemetry.otlp_endpoint",
                example: "http://127.0.0.1:4318",
            }),
        }
    }
}
