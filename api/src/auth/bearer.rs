//! From an `Authorization` value to a principal.

use entity::ids::TenantId;

use crate::auth::jwt::{TokenError, Verifier};
use crate::auth::principal::Principal;
use crate::error::ApiError;
use crate::settings::Auth;

/// Says who asks.
pub struct Authenticator {
    verifier: Verifier,
}

impl Authenticator {
    /// Lets in whom `auth` says.
    pub fn new(auth: &Auth) -> Self {
        Self {
            verifier: Verifier::new(auth),
        }
    }

    /// Who `authorization` speaks for: `Bearer <token>`. A platform caller names the tenant it acts
    /// in with `acts_in`, the value of the header `X-Tenant-Id`.
    #[expect(clippy::unused_async, reason = "API keys are looked up")]
    pub async fn authenticate(
        &self,
        authorization: Option<&str>,
        acts_in: Option<&str>,
    ) -> Result<Principal, ApiError> {
        let authorization = authorization.ok_or_else(|| {
            ApiError::unauthenticated("no token: send the header `Authorization: Bearer <token>`")
        })?;
        let token = bearer(authorization).ok_or_else(|| {
            ApiError::unauthenticated("the Authorization header is not `Bearer <token>`")
        })?;
        let acts_in = acts_in.map(tenant_header).transpose();
        let claims = self.verifier.verify(token).map_err(|error| {
            if let TokenError::Invalid(inner) = &error {
                tracing::debug!(error = %inner, "a token was refused");
            }
            ApiError::unauthenticated(error.to_string())
        })?;
        Principal::from_claims(claims, acts_in?)
    }
}

fn bearer(authorization: &str) -> Option<&str> {
    let (scheme, token) = authorization.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn tenant_header(text: &str) -> Result<TenantId, ApiError> {
    text.parse()
        .map_err(|_| ApiError::bad_input(format!("X-Tenant-Id: {text:?} is no tenant id")))
}
