//! What a token says.

use chrono::DateTime;
use entity::ids::TenantId;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::auth::principal::Credential;
use crate::auth::role::Role;
use crate::auth::standing::Standing;

/// The claims of a token that wisplink makes.
#[derive(Clone, Debug, Serialize)]
pub struct Claims {
    /// Who.
    pub sub: String,
    /// Of which tenant. Platform tokens have none.
    #[serde(skip_serializing_if = "Option::is_none")]
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

/// A claim that is missing, or is not what it should be; told in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadClaim(pub &'static str);

/// Reads the claims of a token whose signature, issuer, audience and times were found good.
pub(super) fn read(claims: &Map<String, Value>) -> Result<Credential, BadClaim> {
    let text = |claim: &str| claims.get(claim).and_then(Value::as_str);
    let subject = text("sub").filter(|subject| !subject.is_empty());
    let subject = subject.ok_or(BadClaim("the token's claim `sub` must name somebody"))?;
    let role = text("role").and_then(Role::from_text).ok_or(BadClaim(
        "the token's claim `role` must be viewer, operator, admin or platform",
    ))?;
    let tenant = match claims.get("tenant_id") {
        None | Some(Value::Null) => None,
        Some(id) => Some(tenant(id).ok_or(BadClaim("the token's claim `tenant_id` is no UUID"))?),
    };
    #[expect(
        clippy::cast_possible_truncation,
        reason = "seconds beyond what fits are no time, as those at the bound are not"
    )]
    let expiry = claims
        .get("exp")
        .and_then(Value::as_f64)
        .map(|at| at as i64);
    let valid_until = expiry
        .and_then(|at| DateTime::from_timestamp(at, 0))
        .ok_or(BadClaim("the token's claim `exp` is no time"))?;
    Ok(Credential {
        subject: subject.to_owned(),
        role,
        tenant,
        valid_until: Some(valid_until),
        standing: Standing::of_token(),
    })
}

fn tenant(id: &Value) -> Option<TenantId> {
    id.as_str()?.parse().ok()
}
