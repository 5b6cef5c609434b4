//! A JSON Web Key Set (RFC 7517): which of its keys serve us, and for what.

use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey};
use serde::Deserialize;
use serde_json::Value;

/// Bytes of the smallest RSA modulus that is still hard to factor.
const RSA_BYTES: usize = 256;

/// The keys of a set that tokens can be checked with.
pub struct KeySet {
    keys: Vec<PublicKey>,
}

struct PublicKey {
    kid: Option<String>,
    algorithm: Algorithm,
    key: DecodingKey,
}

/// Why a text is no set of keys.
#[derive(Debug, thiserror::Error)]
pub enum KeySetError {
    /// Not of the form.
    #[error("it is no JSON with a list `keys`")]
    Form(#[source] serde_json::Error),
    /// Nothing in it that could check a token.
    #[error(
        "none of its keys can be used: RSA of 2,048 bits or more (RS256), EC P-256 (ES256) and \
         Ed25519 (EdDSA), meant for signatures, can"
    )]
    Empty,
}

#[derive(Deserialize)]
struct RawSet {
    keys: Vec<Value>,
}

impl KeySet {
    /// Reads a set. Keys of other kinds and for other uses are passed over, as the RFC wants it.
    pub fn parse(text: &[u8]) -> Result<Self, KeySetError> {
        let raw: RawSet = serde_json::from_slice(text).map_err(KeySetError::Form)?;
        let keys: Vec<_> = raw.keys.into_iter().filter_map(PublicKey::read).collect();
        if keys.is_empty() {
            return Err(KeySetError::Empty);
        }
        Ok(Self { keys })
    }

    /// How many keys there are.
    pub const fn count(&self) -> usize {
        self.keys.len()
    }

    /// The key named `kid`. A token that names none means the only key of its algorithm.
    pub(super) fn find(&self, algorithm: Algorithm, kid: Option<&str>) -> Option<DecodingKey> {
        let mut fitting = self
            .keys
            .iter()
            .filter(|key| key.algorithm == algorithm)
            .filter(|key| kid.is_none() || key.kid.as_deref() == kid);
        let first = fitting.next()?;
        (kid.is_some() || fitting.next().is_none()).then(|| first.key.clone())
    }
}

impl PublicKey {
    fn read(value: Value) -> Option<Self> {
        let jwk: Jwk = serde_json::from_value(value).ok()?;
        let algorithm = algorithm(&jwk.algorithm)?;
        let fits = jwk
            .common
            .key_algorithm
            .is_none_or(|named| named == KeyAlgorithm::from(algorithm));
        let signs = match &jwk.common.public_key_use {
            None | Some(PublicKeyUse::Signature) => true,
            Some(PublicKeyUse::Encryption | PublicKeyUse::Other(_)) => false,
        };
        let key = DecodingKey::from_jwk(&jwk).ok()?;
        (fits && signs).then_some(Self {
            kid: jwk.common.key_id,
            algorithm,
            key,
        })
    }
}

/// What keys of a type are used for. A secret has no business in a published set.
fn algorithm(parameters: &AlgorithmParameters) -> Option<Algorithm> {
    match parameters {
        AlgorithmParameters::RSA(key) if bytes(&key.n) >= RSA_BYTES => Some(Algorithm::RS256),
        AlgorithmParameters::EllipticCurve(key) if key.curve == EllipticCurve::P256 => {
            Some(Algorithm::ES256)
        }
        AlgorithmParameters::OctetKeyPair(key) if key.curve == EllipticCurve::Ed25519 => {
            Some(Algorithm::EdDSA)
        }
        _ => None,
    }
}

/// How many bytes a number in base64url has.
const fn bytes(text: &str) -> usize {
    text.len() * 3 / 4
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Of RFC 8037, appendix A.
    const X: &str = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";

    fn ed(kid: &str) -> Value {
        json!({ "kty": "OKP", "crv": "Ed25519", "x": X, "kid": kid })
    }

    fn parse(keys: &[Value]) -> Result<KeySet, KeySetError> {
        KeySet::parse(json!({ "keys": keys }).to_string().as_bytes())
    }

    fn with(mut key: Value, name: &str, value: &str) -> Value {
        key[name] = json!(value);
        key
    }

    #[test]
    fn a_key_that_cannot_serve_is_passed_over() {
        for useless in [
            json!({}),
            json!("a"),
            json!({ "kty": "oct", "k": "c2VjcmV0" }),
            json!({ "kty": "RSA", "n": "AQAB", "e": "AQAB" }),
            json!({ "kty": "EC", "crv": "P-384", "x": X, "y": X }),
            with(ed("a"), "use", "enc"),
            with(ed("a"), "alg", "RS256"),
            with(ed("a"), "x", "no base64!"),
        ] {
            assert!(parse(std::slice::from_ref(&useless)).is_err(), "{useless}");
            assert_eq!(parse(&[useless, ed("a")]).unwrap().count(), 1);
        }
        for text in ["", "[]", "{}", r#"{"keys":{}}"#, r#"{"keys":[]}"#] {
            assert!(KeySet::parse(text.as_bytes()).is_err(), "{text}");
        }
    }

    #[test]
    fn a_token_without_kid_means_the_only_key_of_its_algorithm() {
        let (one, two) = (
            parse(&[ed("a")]).unwrap(),
            parse(&[ed("a"), ed("b")]).unwrap(),
        );
        let is_found = |set: &KeySet, kid| set.find(Algorithm::EdDSA, kid).is_some();
        assert!(is_found(&one, None) && is_found(&one, Some("a")));
        assert!(!is_found(&one, Some("b")) && !is_found(&one, Some("")));
        assert!(!is_found(&two, None) && is_found(&two, Some("b")));
        assert!(one.find(Algorithm::RS256, Some("a")).is_none());
    }
}
