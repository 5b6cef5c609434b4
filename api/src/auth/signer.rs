//! Makes tokens: for the command line, the demo, and tests.

use jsonwebtoken::errors::{Error, ErrorKind};
use jsonwebtoken::{Algorithm, EncodingKey, Header};

use crate::auth::claims::Claims;

/// What tokens are signed with.
pub struct Signer {
    header: Header,
    key: EncodingKey,
}

impl Signer {
    /// Signs with HS256 and `secret`.
    pub fn with_secret(secret: &[u8]) -> Self {
        Self {
            header: Header::new(Algorithm::HS256),
            key: EncodingKey::from_secret(secret),
        }
    }

    /// Signs with a private key in PEM: RS256, ES256 or EdDSA, as the key is. `kid` is its name in
    /// the published set.
    pub fn with_private_key(pem: &[u8], kid: Option<String>) -> Result<Self, Error> {
        let (algorithm, key) = EncodingKey::from_rsa_pem(pem)
            .map(|key| (Algorithm::RS256, key))
            .or_else(|_| EncodingKey::from_ec_pem(pem).map(|key| (Algorithm::ES256, key)))
            .or_else(|_| EncodingKey::from_ed_pem(pem).map(|key| (Algorithm::EdDSA, key)))
            .map_err(|_| Error::from(ErrorKind::InvalidKeyFormat))?;
        let header = Header {
            kid,
            ..Header::new(algorithm)
        };
        Ok(Self { header, key })
    }

    /// A token of `claims`.
    pub fn sign(&self, claims: &Claims) -> Result<String, Error> {
        jsonwebtoken::encode(&self.header, claims, &self.key)
    }
}
