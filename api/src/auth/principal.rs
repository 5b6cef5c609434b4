//! Who asks, proven.

use chrono::{DateTime, Utc};
use entity::ids::TenantId;
use entity::scope::TenantScope;

use crate::auth::jwt::Claims;
use crate::auth::role::Role;
use crate::auth::standing::{Standing, Withdrawal};
use crate::error::ApiError;

/// An authenticated caller. Made from verified claims only.
#[derive(Clone, Debug)]
pub struct Principal {
    subject: String,
    role: Role,
    scope: Option<TenantScope>,
    valid_until: Option<DateTime<Utc>>,
    standing: Standing,
}

impl Principal {
    /// The caller of verified `claims`. Only the platform role may name a tenant to act in; for
    /// everybody else the token says it.
    pub fn from_claims(claims: Claims, acts_in: Option<TenantId>) -> Result<Self, ApiError> {
        let tenant = match (claims.role, claims.tenant_id, acts_in) {
            (Role::Platform, own, named) => named.or(own),
            (_, Some(own), None) => Some(own),
            (_, Some(_), Some(_)) => {
                return Err(ApiError::forbidden(
                    "X-Tenant-Id is for the platform role; your token names your tenant",
                ));
            }
            (_, None, _) => {
                return Err(ApiError::unauthenticated(
                    "the token names no tenant; it needs the claim `tenant_id`",
                ));
            }
        };
        let valid_until = DateTime::from_timestamp(claims.exp, 0)
            .ok_or_else(|| ApiError::unauthenticated("the token's `exp` is no time"))?;
        #[expect(
            clippy::disallowed_methods,
            reason = "the tenant stands in a verified token"
        )]
        let scope = tenant.map(TenantScope::assume);
        Ok(Self {
            subject: claims.sub,
            role: claims.role,
            scope,
            valid_until: Some(valid_until),
            standing: Standing::of_token(),
        })
    }

    /// The caller's name in the token.
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// What the caller is.
    pub const fn role(&self) -> Role {
        self.role
    }

    /// Until when the caller may be believed, unless it is [withdrawn](Self::withdrawn) before. None:
    /// no end is set.
    pub const fn valid_until(&self) -> Option<DateTime<Utc>> {
        self.valid_until
    }

    /// Waits until the caller is believed no more, before its time; for a token, for ever. What is
    /// done in the caller's name for long must end then.
    pub async fn withdrawn(&self) -> Withdrawal {
        self.standing.withdrawn().await
    }

    /// The tenant the caller acts in.
    pub fn scope(&self) -> Result<TenantScope, ApiError> {
        self.scope.ok_or_else(|| {
            ApiError::bad_input("no tenant chosen: name it with the header X-Tenant-Id")
        })
    }
}
