//! `[health]`: where the program tells how it is.

use std::net::SocketAddr;

use serde::{Deserialize, Serialize};

/// Where the program tells how it is.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct HealthConfig {
    /// An address for `/healthz`, `/readyz` and `/metrics` alone. The worker listens nowhere else,
    /// and the API keeps its `/metrics` there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub listen: Option<SocketAddr>,
}
