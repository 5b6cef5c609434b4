//! Signed tokens: HS256 with a secret of the operator's, RS256, ES256 and EdDSA with published keys.
//!
//! # Invariants
//! - A key serves one algorithm. A token chooses among keys of its own algorithm, never how a key is
//!   used: a public key is no secret of HS256.
//! - Issuer, audience and expiry must be there and fit; `nbf` must fit when it is there.

use jsonwebtoken::errors::{Error, ErrorKind};
use jsonwebtoken::{Algorithm, DecodingKey, Header, Validation, decode_header};
use serde_json::{Map, Value};

use crate::auth::claims::{BadClaim, read};
use crate::auth::jwks::{Jwks, Missing};
use crate::auth::principal::Credential;
use crate::limits;
use crate::settings::Auth;

/// By how many seconds the clock of whoever made a token may differ from ours.
const SKEW_S: u64 = 5;

/// Why a token is not accepted. The words are for its bearer.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// Longer than any token.
    #[error("the token has {0} bytes, {most} are allowed", most = limits::TOKEN_BYTES)]
    TooLong(usize),
    /// Not a token at all.
    #[error(
        "this is no token: three parts in base64url, the first naming an `alg` of HS256, RS256, \
         ES256 or EdDSA, are expected"
    )]
    Malformed,
    /// Signed in a way that nothing here could check.
    #[error("tokens with the `alg` of this one are not accepted here")]
    Algorithm,
    /// Signed with a key that nobody published.
    #[error("the token is signed with a key (`kid`) that is not known here; get a new one")]
    UnknownKey,
    /// The published keys were never to be had.
    #[error("the keys that tokens are signed with cannot be fetched now; try again")]
    KeysAway,
    /// The signature does not fit.
    #[error("the token's signature is not valid here")]
    Signature,
    /// Its time has passed.
    #[error("the token has expired; get a new one")]
    Expired,
    /// Its time has not come.
    #[error("the token is not valid yet: its `nbf` lies ahead")]
    NotYet,
    /// From somebody else.
    #[error("the token's issuer (`iss`) is not the one that is accepted here")]
    Issuer,
    /// For somebody else.
    #[error("the token is for another audience (`aud`)")]
    Audience,
    /// Something that every token must have.
    #[error("the token lacks the claim `{0}`, or it is not what it should be")]
    Lacks(String),
    /// A claim of ours.
    #[error("{}", .0.0)]
    Claim(BadClaim),
}

/// Checks tokens.
pub(super) struct Verifier {
    secret: Option<DecodingKey>,
    jwks: Option<Jwks>,
    /// What all tokens must fulfil.
    validation: Validation,
}

impl Verifier {
    /// A verifier of tokens as `auth` wants them; `jwks` holds the published keys.
    pub(super) fn new(auth: &Auth, jwks: Option<Jwks>) -> Self {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_issuer(&[&auth.issuer]);
        validation.set_audience(&[&auth.audience]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        validation.validate_nbf = true;
        validation.leeway = SKEW_S;
        let secret = auth.hs256_secret.as_deref();
        Self {
            secret: secret.map(DecodingKey::from_secret),
            jwks,
            validation,
        }
    }

    /// What a token signed in this way must fulfil. Only ever the one algorithm of the key.
    fn pinned(&self, algorithm: Algorithm) -> Validation {
        Validation {
            algorithms: vec![algorithm],
            ..self.validation.clone()
        }
    }

    /// Whom `token` speaks for, if it is to be believed.
    pub(super) async fn verify(&self, token: &str) -> Result<Credential, TokenError> {
        if token.len() > limits::TOKEN_BYTES {
            return Err(TokenError::TooLong(token.len()));
        }
        let header = decode_header(token).map_err(|_| TokenError::Malformed)?;
        let key = self.key(&header).await?;
        let pinned = self.pinned(header.alg);
        let claims = jsonwebtoken::decode::<Map<String, Value>>(token, &key, &pinned)?;
        read(&claims.claims).map_err(TokenError::Claim)
    }

    async fn key(&self, header: &Header) -> Result<DecodingKey, TokenError> {
        match (header.alg, &self.secret, &self.jwks) {
            (Algorithm::HS256, Some(secret), _) => Ok(secret.clone()),
            (Algorithm::RS256 | Algorithm::ES256 | Algorithm::EdDSA, _, Some(jwks)) => jwks
                .key(header.alg, header.kid.as_deref())
                .await
                .map_err(|missing| match missing {
                    Missing::Unknown => TokenError::UnknownKey,
                    Missing::Away => TokenError::KeysAway,
                }),
            _ => Err(TokenError::Algorithm),
        }
    }
}

impl From<Error> for TokenError {
    fn from(error: Error) -> Self {
        match error.into_kind() {
            ErrorKind::ExpiredSignature => Self::Expired,
            ErrorKind::ImmatureSignature => Self::NotYet,
            ErrorKind::InvalidIssuer => Self::Issuer,
            ErrorKind::InvalidAudience => Self::Audience,
            ErrorKind::MissingRequiredClaim(claim) | ErrorKind::InvalidClaimFormat(claim) => {
                Self::Lacks(claim)
            }
            ErrorKind::InvalidAlgorithm => Self::Algorithm,
            ErrorKind::InvalidToken
            | ErrorKind::Base64(_)
            | ErrorKind::Json(_)
            | ErrorKind::Utf8(_) => Self::Malformed,
            _ => Self::Signature,
        }
    }
}
