//! `[http]`: where the API listens, and to whom.

use std::net::{Ipv4Addr, SocketAddr};

use serde::{Deserialize, Serialize};

/// The API's side of HTTP.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct HttpConfig {
    /// Address and port.
    pub listen: SocketAddr,
    /// Origins whose pages may open a WebSocket, besides the API's own: `https://noc.example`.
    pub allowed_origins: Vec<String>,
    /// Whether `GraphiQL` is served at `/graphiql`.
    pub graphiql: bool,
    /// Seconds that requests and sockets get to end when the program stops.
    pub drain_s: u64,
}

impl Default for HttpConfig {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)),
            allowed_origins: Vec::new(),
            graphiql: true,
            drain_s: 10,
        }
    }
}
