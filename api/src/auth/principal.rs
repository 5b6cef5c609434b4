//! Who asks, proven.

use chrono::{DateTime, Utc};
use entity::ids::TenantId;
use entity::scope::TenantScope;

use crate::auth::jwt::Claims;
use crate::auth::role::Role;
use crate::error::ApiError;

/// An authenticated caller. Made from verified claims only.
#[derive(Clone, Debug)]
pub struct Principal {
    subject: String,
    role: Role,
    scope: Option<TenantScope>,
    expires_at: DateTime<Utc>,
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
        let expires_at = DateTime::from_timestamp(claims.exp, 0)
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
            expires_at,
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

    /// Until when the caller may be believed.
    pub const fn expires_at(&self) -> DateTime<Utc> {
        self.expires_at
    }

    /// The tenant the caller acts in.
    pub fn scope(&self) -> Result<TenantScope, ApiError> {
        self.scope.ok_or_else(|| {
            ApiError::bad_input("no tenant chosen: name it with the header X-Tenant-Id")
        })
    }
}
