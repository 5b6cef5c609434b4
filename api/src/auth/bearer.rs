//! From an `Authorization` value to a principal.

use entity::ids::TenantId;

use crate::auth::api_key::desk::Desk;
use crate::auth::api_key::notes::Notes;
use crate::auth::api_key::{ApiKeys, text};
use crate::auth::jwks::keeper::Keeper;
use crate::auth::jwt::{TokenError, Verifier};
use crate::auth::principal::Principal;
use crate::error::ApiError;
use crate::graphql::context::Databases;
use crate::settings::Auth;

/// Says who asks.
pub struct Authenticator {
    verifier: Verifier,
    api_keys: ApiKeys,
}

/// What must run beside, for an [`Authenticator`] to know what it needs to.
pub(crate) struct Beside {
    /// Keeps the published keys, where there are any.
    pub(crate) jwks: Option<Keeper>,
    /// Looks API keys up.
    pub(crate) desk: Desk,
    /// Writes down when they were used.
    pub(crate) notes: Notes,
}

impl Authenticator {
    /// Lets in whom `auth` says, and whoever has an API key.
    pub(crate) fn new(
        auth: &Auth,
        databases: &Databases,
    ) -> Result<(Self, Beside), reqwest::Error> {
        let kept = auth.jwks.clone().map(Keeper::new).transpose()?;
        let (keeper, jwks) = kept.unzip();
        let (desk, api_keys) = Desk::new(databases.auth.clone());
        let authenticator = Self {
            verifier: Verifier::new(auth, jwks),
            api_keys,
        };
        let beside = Beside {
            jwks: keeper,
            notes: Notes::new(desk.book(), databases.api.clone()),
            desk,
        };
        Ok((authenticator, beside))
    }

    /// Who `authorization` speaks for: `Bearer <token or API key>`. A platform caller names the tenant it acts
    /// in with `acts_in`, the value of the header `X-Tenant-Id`.
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
        let credential = if token.starts_with(text::PREFIX) {
            self.api_keys.verify(token).await?
        } else {
            let verified = self.verifier.verify(token).await;
            verified.map_err(|error| refusal(&error))?
        };
        let acts_in = acts_in.map(tenant_header).transpose()?;
        Principal::new(credential, acts_in)
    }
}

fn refusal(error: &TokenError) -> ApiError {
    let words = error.to_string();
    match error {
        TokenError::KeysAway => ApiError::unavailable(words),
        _ => ApiError::unauthenticated(words),
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
