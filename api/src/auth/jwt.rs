//! Signed tokens: HS256 with one secret; algorithm, issuer, audience and expiry are pinned.

use entity::ids::TenantId;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};

use crate::auth::role::Role;
use crate::settings::Auth;

/// What a token says.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Claims {
    /// Who.
    pub sub: String,
    /// Of which tenant. Platform tokens have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant_id: Option<TenantId>,
    /// What they are.
    pub role: Role,
    /// Who made the token.
    pub iss: String,
    /// Whom it is for.
    pub aud: String,
    /// Until when it holds, seconds since 1970.
    pub exp: i64,
    /// When it was made, seconds since 1970.
    pub iat: i64,
}

/// Why a token is not accepted.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// Its time has passed.
    #[error("the token has expired; get a new one")]
    Expired,
    /// Signature, algorithm, issuer or audience do not fit, or it is no token at all.
    #[error("the token is not valid here")]
    Invalid(#[source] jsonwebtoken::errors::Error),
}

/// Checks tokens.
#[derive(Clone)]
pub struct Verifier {
    key: DecodingKey,
    validation: Validation,
}

impl Verifier {
    /// A verifier of tokens as `auth` wants them.
    pub fn new(auth: &Auth) -> Self {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_issuer(&[&auth.issuer]);
        validation.set_audience(&[&auth.audience]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        validation.validate_nbf = true;
        validation.leeway = 5;
        Self {
            key: DecodingKey::from_secret(&auth.hs256_secret),
            validation,
        }
    }

    /// The claims of `token`, if it is to be believed.
    pub fn verify(&self, token: &str) -> Result<Claims, TokenError> {
        use jsonwebtoken::errors::ErrorKind;
        jsonwebtoken::decode::<Claims>(token, &self.key, &self.validation)
            .map(|token| token.claims)
            .map_err(|error| match error.kind() {
                ErrorKind::ExpiredSignature => TokenError::Expired,
                _ => TokenError::Invalid(error),
            })
    }
}

/// Makes a token.
pub fn sign(auth: &Auth, claims: &Claims) -> Result<String, jsonwebtoken::errors::Error> {
    let key = EncodingKey::from_secret(&auth.hs256_secret);
    jsonwebtoken::encode(&Header::new(Algorithm::HS256), claims, &key)
}
