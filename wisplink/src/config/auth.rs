//! `[auth]`: whose tokens are accepted.

use std::path::{Path, PathBuf};
use std::time::Duration;

use api::auth::jwks::key_set::KeySet;
use api::settings::{Auth, JwksSettings, JwksSource};
use reqwest::Url;
use serde::{Deserialize, Serialize};

use super::{Address, ConfigError, Secret, bounded};

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
    /// A file with the published keys (JWKS) that RS256, ES256 and EdDSA tokens are signed with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jwks_file: Option<PathBuf>,
    /// The address of those keys, instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jwks_url: Option<Address>,
    /// Seconds after which they are read again.
    pub jwks_refresh_s: u64,
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
            jwks_file: None,
            jwks_url: None,
            jwks_refresh_s: 300,
            issuer: "wisplink".to_owned(),
            audience: "wisplink".to_owned(),
        }
    }
}

impl AuthConfig {
    /// What the API needs; reads the files.
    pub fn settings(&self) -> Result<Auth, ConfigError> {
        let (secret, jwks) = (self.secret()?, self.jwks()?);
        if secret.is_none() && jwks.is_none() {
            return Err(ConfigError::NoSecret);
        }
        Ok(Auth {
            hs256_secret: secret,
            jwks,
            issuer: self.issuer.clone(),
            audience: self.audience.clone(),
        })
    }

    /// Whether tokens can be made here, with the secret of HS256.
    pub const fn has_secret(&self) -> bool {
        self.hs256_secret.is_some() || self.hs256_secret_file.is_some()
    }

    pub(super) fn check(&self) -> Result<(), ConfigError> {
        bounded("auth.jwks_refresh_s", self.jwks_refresh_s, 10, 86_400)
    }

    fn secret(&self) -> Result<Option<Vec<u8>>, ConfigError> {
        let secret = match (&self.hs256_secret, &self.hs256_secret_file) {
            (Some(secret), _) => secret.clone(),
            (None, Some(path)) => Secret::read(path)?,
            (None, None) => return Ok(None),
        };
        let secret = secret.reveal().trim();
        if secret.len() < SECRET_BYTES {
            return Err(ConfigError::ShortSecret(secret.len()));
        }
        Ok(Some(secret.as_bytes().to_vec()))
    }

    fn jwks(&self) -> Result<Option<JwksSettings>, ConfigError> {
        let source = match (&self.jwks_file, &self.jwks_url) {
            (Some(_), Some(_)) => return Err(ConfigError::JwksTwice),
            (Some(path), None) => {
                check_keys(path)?;
                JwksSource::File(path.clone())
            }
            (None, Some(url)) if is_safe(url.as_str()) => JwksSource::Url(url.as_str().to_owned()),
            (None, Some(_)) => return Err(ConfigError::JwksUrl),
            (None, None) => return Ok(None),
        };
        Ok(Some(JwksSettings {
            source,
            refresh: Duration::from_secs(self.jwks_refresh_s),
        }))
    }
}

/// A server may be away when the program starts; a file must be right.
fn check_keys(path: &Path) -> Result<(), ConfigError> {
    let failed = |source| ConfigError::JwksFile {
        path: path.to_owned(),
        source,
    };
    let text = std::fs::read(path).map_err(|error| failed(error.into()))?;
    KeySet::parse(&text).map_err(|error| failed(error.into()))?;
    Ok(())
}

/// Whether nobody on the way can put keys of his own in the place of those at `url`.
fn is_safe(url: &str) -> bool {
    let Ok(url) = Url::parse(url) else {
        return false;
    };
    let here = ["localhost", "127.0.0.1", "[::1]"];
    match (url.scheme(), url.host_str()) {
        ("https", Some(_)) => true,
        ("http", Some(host)) => here.contains(&host),
        _ => false,
    }
}
