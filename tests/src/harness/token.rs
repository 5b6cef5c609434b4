//! Tokens for the API under test.

use api::auth::claims::Claims;
use api::auth::role::Role;
use api::auth::signer::Signer;
use chrono::{DateTime, TimeDelta, Utc};
use entity::ids::TenantId;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::Value;

/// What tests sign tokens with.
pub const SECRET: &str = "a secret for tests, and for tests only";

/// A token of `claims`, as the API under test accepts it.
pub fn signed(claims: &Claims) -> String {
    let signer = Signer::with_secret(SECRET.as_bytes());
    signer.sign(claims).unwrap()
}

/// Claims that hold for an hour.
pub fn claims(role: Role, tenant_id: Option<TenantId>) -> Claims {
    claims_until(role, tenant_id, Utc::now() + TimeDelta::hours(1))
}

/// Claims that hold until `end`.
pub fn claims_until(role: Role, tenant_id: Option<TenantId>, end: DateTime<Utc>) -> Claims {
    Claims {
        sub: "test".to_owned(),
        tenant_id,
        role,
        iss: "wisplink".to_owned(),
        aud: "wisplink".to_owned(),
        exp: end.timestamp(),
        iat: Utc::now().timestamp(),
    }
}

/// A platform operator's token.
pub fn platform() -> String {
    signed(&claims(Role::Platform, None))
}

/// A token for one tenant.
pub fn tenant(role: Role, tenant: TenantId) -> String {
    signed(&claims(role, Some(tenant)))
}

/// A token with any claims and any algorithm, signed with `secret`.
pub fn odd(algorithm: Algorithm, claims: &Value, secret: &str) -> String {
    let key = EncodingKey::from_secret(secret.as_bytes());
    jsonwebtoken::encode(&Header::new(algorithm), claims, &key).unwrap()
}
