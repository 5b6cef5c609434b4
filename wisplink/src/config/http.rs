//! `[http]`: where the API listens, and to whom.

use std::net::{Ipv4Addr, SocketAddr};

use axum::http::Uri;
use serde::{Deserialize, Serialize};

use super::{ConfigError, bounded};

/// The API's side of HTTP.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct HttpConfig {
    /// Address and port.
    pub listen: SocketAddr,
    /// Origins whose pages may send requests and open a WebSocket, besides the API's own: `https://noc.example`.
    pub allowed_origins: Vec<String>,
    /// For so many seconds browsers are told to use TLS only; 0 tells them nothing.
    pub hsts_s: u32,
    /// Whether `GraphiQL` is served at `/graphiql`.
    pub graphiql: bool,
    /// WebSockets and event streams that one tenant may have open at once, on each process.
    pub tenant_connections: usize,
    /// Seconds from when `/readyz` says that the program is about to stop until no more requests
    /// are taken: whoever sends them must have noticed.
    pub leave_s: u64,
    /// Seconds that requests and sockets get to end when the program stops.
    pub drain_s: u64,
}

impl Default for HttpConfig {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)),
            allowed_origins: Vec::new(),
            hsts_s: 0,
            graphiql: true,
            tenant_connections: 10_000,
            leave_s: 5,
            drain_s: 10,
        }
    }
}

impl HttpConfig {
    /// Whether numbers are within bounds, and every origin is one, as a browser writes it.
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        bounded("http.leave_s", self.leave_s, 0, 60)?;
        let is_origin = |text: &&String| {
            let Ok(uri) = text.parse::<Uri>() else {
                return false;
            };
            let parts = (uri.scheme_str(), uri.authority());
            matches!(parts, (Some(scheme), Some(host)) if **text == format!("{scheme}://{host}"))
        };
        match self.allowed_origins.iter().find(|text| !is_origin(text)) {
            Some(text) => Err(ConfigError::Origin(text.clone())),
            None => Ok(()),
        }
    }
}
