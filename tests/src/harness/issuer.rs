//! An identity provider: keys that tokens are signed with, and a server that publishes them.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use api::auth::claims::Claims;
use api::auth::signer::Signer;
use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair};
use axum::Router;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::routing::get;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio_util::task::AbortOnDropHandle;

/// A key of the provider's.
pub struct IssuerKey {
    kid: String,
    pem: String,
    jwk: Value,
}

impl IssuerKey {
    /// A new key for `algorithm`, named `kid`.
    pub fn new(algorithm: Algorithm, kid: &str) -> Self {
        let der = match algorithm {
            Algorithm::RS256 => {
                let pair = KeyPair::generate(KeySize::Rsa2048).unwrap();
                let der: Pkcs8V1Der<'_> = pair.as_der().unwrap();
                der.as_ref().to_vec()
            }
            Algorithm::ES256 => {
                let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
                pair.to_pkcs8v1().unwrap().as_ref().to_vec()
            }
            Algorithm::EdDSA => {
                let pair = Ed25519KeyPair::generate().unwrap();
                pair.to_pkcs8v1().unwrap().as_ref().to_vec()
            }
            other => panic!("no keys for {other:?}"),
        };
        let pem = format!(
            "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
            STANDARD.encode(der)
        );
        let key = match algorithm {
            Algorithm::RS256 => EncodingKey::from_rsa_pem(pem.as_bytes()),
            Algorithm::ES256 => EncodingKey::from_ec_pem(pem.as_bytes()),
            _ => EncodingKey::from_ed_pem(pem.as_bytes()),
        };
        let jwk = Jwk::from_encoding_key(&key.unwrap(), algorithm).unwrap();
        let mut jwk = serde_json::to_value(jwk).unwrap();
        jwk["kid"] = json!(kid);
        Self {
            kid: kid.to_owned(),
            pem,
            jwk,
        }
    }

    /// A token of `claims`, signed with this key.
    pub fn sign(&self, claims: &Claims) -> String {
        self.sign_as(claims, Some(&self.kid))
    }

    /// As [`sign`](Self::sign), with another name for the key, or without any.
    pub fn sign_as(&self, claims: &Claims, kid: Option<&str>) -> String {
        let kid = kid.map(str::to_owned);
        let signer = Signer::with_private_key(self.pem.as_bytes(), kid).unwrap();
        signer.sign(claims).unwrap()
    }

    /// The private half, in PEM.
    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// The public half, as it is published.
    pub const fn jwk(&self) -> &Value {
        &self.jwk
    }
}

/// Publishes keys, or something else.
pub struct Issuer {
    url: String,
    says: Says,
    asked: Arc<AtomicUsize>,
    _server: AbortOnDropHandle<()>,
}

/// What the provider answers. None: nothing at all, however long one waits.
type Says = Arc<Mutex<Option<(StatusCode, String)>>>;

impl Issuer {
    /// A provider that publishes `keys`.
    pub async fn start(keys: &[&IssuerKey]) -> Self {
        let says = Says::default();
        let asked = Arc::new(AtomicUsize::new(0));
        let (answer, count) = (Arc::clone(&says), Arc::clone(&asked));
        let elsewhere = get(async || (StatusCode::FOUND, [(LOCATION, "/keys")]));
        let app = Router::new().route("/moved", elsewhere).route(
            "/keys",
            get(async move || {
                count.fetch_add(1, Ordering::Relaxed);
                let said = answer.lock().unwrap().clone();
                match said {
                    Some(answer) => answer,
                    None => std::future::pending().await,
                }
            }),
        );
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let url = format!("http://{}/keys", listener.local_addr().unwrap());
        let server = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        let issuer = Self {
            url,
            says,
            asked,
            _server: AbortOnDropHandle::new(server),
        };
        issuer.publish(keys);
        issuer
    }

    /// Where the keys are.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Where one is sent on to the keys.
    pub fn moved_url(&self) -> String {
        self.url.replace("/keys", "/moved")
    }

    /// How often it was asked for the keys.
    pub fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }

    /// Publishes `keys` and no other from now on.
    pub fn publish(&self, keys: &[&IssuerKey]) {
        let keys: Vec<_> = keys.iter().map(|key| key.jwk()).collect();
        self.say(StatusCode::OK, &json!({ "keys": keys }).to_string());
    }

    /// Answers anything from now on.
    pub fn say(&self, status: StatusCode, text: &str) {
        *self.says.lock().unwrap() = Some((status, text.to_owned()));
    }

    /// Answers nothing from now on; who asks waits.
    pub fn fall_silent(&self) {
        *self.says.lock().unwrap() = None;
    }
}
