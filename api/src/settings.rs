//! What an operator may set of the API.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use entity::wire::subject;

/// Who may come in, and how the API behaves.
#[derive(Clone, Debug)]
pub struct Settings {
    /// How tokens are checked.
    pub auth: Auth,
    /// The stream link events come from.
    pub events_stream: String,
    /// Origins whose pages may open a WebSocket, besides the API's own: `https://noc.example`.
    pub allowed_origins: Vec<String>,
    /// Whether GraphiQL is served at `/graphiql`.
    pub graphiql: bool,
    /// How long open sockets and requests get to end when the program stops.
    pub drain: Duration,
}

/// How tokens are checked.
#[derive(Clone)]
pub struct Auth {
    /// The secret HS256 tokens are signed with; 32 bytes at least. Without it none are accepted.
    pub hs256_secret: Option<Vec<u8>>,
    /// The published keys RS256, ES256 and EdDSA tokens are signed with. Without them none are
    /// accepted.
    pub jwks: Option<JwksSettings>,
    /// The only `iss` accepted.
    pub issuer: String,
    /// The only `aud` accepted.
    pub audience: String,
}

/// Published keys (a JSON Web Key Set).
#[derive(Clone)]
pub struct JwksSettings {
    /// Where they are.
    pub source: JwksSource,
    /// How often they are read again.
    pub refresh: Duration,
}

/// Where published keys are.
#[derive(Clone)]
pub enum JwksSource {
    /// In a file.
    File(PathBuf),
    /// At an address, which may hold a password.
    Url(String),
}

/// Shows everything but secrets.
impl fmt::Debug for Auth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Auth")
            .field("issuer", &self.issuer)
            .field("audience", &self.audience)
            .finish_non_exhaustive()
    }
}

impl Settings {
    /// The defaults, for tokens checked by `auth`.
    pub fn new(auth: Auth) -> Self {
        Self {
            auth,
            events_stream: subject::EVENTS_STREAM.to_owned(),
            allowed_origins: Vec::new(),
            graphiql: true,
            drain: Duration::from_secs(10),
        }
    }
}
