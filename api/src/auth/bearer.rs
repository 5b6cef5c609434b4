//! From an `Authorization` value to a principal.

use entity::ids::TenantId;

use crate::auth::jwt::{TokenError, Verifier};
use crate::auth::principal::Principal;
use crate::error::ApiError;

/// Who `authorization` speaks for: `Bearer <token>`. A platform caller names the tenant it acts in
/// with `acts_in`, the value of the header `X-Tenant-Id`.
pub fn authenticate(
    verifier: &Verifier,
    authorization: Option<&str>,
    acts_in: Option<&str>,
) -> Result<Principal, ApiError> {
    let authorization = authorization.ok_or_else(|| {
        ApiError::unauthenticated("no token: send the header `Authorization: Bearer <token>`")
    })?;
    let token = bearer(authorization).ok_or_else(|| {
        ApiError::unauthenticated("the Authorization header is not `Bearer <token>`")
    })?;
    let claims = verifier.verify(token).map_err(|error| {
        if let TokenError::Invalid(inner) = &error {
            tracing::debug!(error = %inner, "a token was refused");
        }
        ApiError::unauthenticated(error.to_string())
    })?;
    let acts_in = acts_in.map(tenant_header).transpose()?;
    Principal::from_claims(claims, acts_in)
}

fn bearer(authorization: &str) -> Option<&str> {
    let (scheme, token) = authorization.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn tenant_header(text: &str) -> Result<TenantId, ApiError> {
    text.parse()
        .map_err(|_| ApiError::bad_input(format!("X-Tenant-Id: {text:?} is no tenant id")))
}
