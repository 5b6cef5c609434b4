//! What an operator may set of the API.

use std::collections::HashMap;
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
    /// Which documents are taken.
    pub documents: Documents,
    /// For so many seconds browsers are to use TLS only; 0 says nothing to them.
    pub hsts_s: u32,
    /// Origins whose pages may send requests and open a WebSocket, besides the API's own: `https://noc.example`.
    pub allowed_origins: Vec<String>,
    /// Whether GraphiQL is served at `/graphiql`.
    pub graphiql: bool,
    /// Sockets and event streams of one tenant, at most.
    pub tenant_connections: usize,
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

/// Which documents are taken.
#[derive(Clone, Debug)]
pub struct Documents {
    /// The text of each trusted one, by its hash.
    pub trusted: HashMap<String, String>,
    /// Whether nothing else is taken.
    pub only_trusted: bool,
    /// Whether clients may ask what the schema is.
    pub introspection: bool,
    /// Whether a misspelt field's error says which fields look like it.
    pub suggestions: bool,
}

impl Default for Documents {
    fn default() -> Self {
        Self {
            trusted: HashMap::new(),
            only_trusted: false,
            introspection: true,
            suggestions: true,
        }
    }
}

impl Settings {
    /// The defaults, for tokens checked by `auth`.
    pub fn new(auth: Auth) -> Self {
        Self {
            auth,
            events_stream: subject::EVENTS_STREAM.to_owned(),
            documents: Documents::default(),
            hsts_s: 0,
            allowed_origins: Vec::new(),
            graphiql: true,
            tenant_connections: 10_000,
            drain: Duration::from_secs(10),
        }
    }
}
