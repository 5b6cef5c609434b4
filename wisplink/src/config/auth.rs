//! `[auth]`: whose tokens are accepted.

use std::path::PathBuf;

use api::settings::Auth;
use serde::{Deserialize, Serialize};

use super::{ConfigError, Secret};

/// As many bytes as the hash of HS256 has.
pub(super) const SECRET_BYTES: usize = 32;

/// How tokens are checked.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct AuthConfig {
    /// The secret HS256 tokens are signed with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hs256_secret: Option<Secret>,
    /// A file with that secret; white space around it does not count.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hs256_secret_file: Option<PathBuf>,
    /// The only `iss` accepted.
    pub issuer: String,
    /// The only `aud` accepted.
    pub audience: String,
}

impl Default for AuthConfig {
    fn default() -> Self {
        Self {
            hs256_secret: None,
            hs256_secret_file: None,
            issuer: "wisplink".to_owned(),
            audience: "wisplink".to_owned(),
        }
    }
}

impl AuthConfig {
    /// What the API needs; reads the secret's file.
    pub fn settings(&self) -> Result<Auth, ConfigError> {
        let secret = match (&self.hs256_secret, &self.hs256_secret_file) {
            (Some(secret), _) => secret.clone(),
            (None, Some(path)) => {
                std::fs::read_to_string(path)
                    .map(Secret::from)
                    .map_err(|source| ConfigError::SecretFile {
                        path: path.clone(),
                        source,
                    })?
            }
            (None, None) => return Err(ConfigError::NoSecret),
        };
        let secret = secret.reveal().trim();
        if secret.len() < SECRET_BYTES {
            return Err(ConfigError::ShortSecret(secret.len()));
        }
        Ok(Auth {
            hs256_secret: secret.as_bytes().to_vec(),
            issuer: self.issuer.clone(),
            audience: self.audience.clone(),
        })
    }
}
