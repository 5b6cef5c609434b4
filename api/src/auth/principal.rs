//! Who asks, proven.

use chrono::{DateTime, Utc};
use entity::ids::TenantId;
use entity::scope::TenantScope;

use crate::auth::role::Role;
use crate::auth::standing::{Standing, Withdrawal};
use crate::error::ApiError;

/// What a token or an API key says of its bearer, found to be good.
#[derive(Clone, Debug)]
pub(super) struct Credential {
    pub(super) subject: String,
    pub(super) role: Role,
    pub(super) tenant: Option<TenantId>,
    pub(super) valid_until: Option<DateTime<Utc>>,
    pub(super) standing: Standing,
}

/// An authenticated caller. Made from what was proven only.
#[derive(Clone, Debug)]
pub struct Principal {
    subject: String,
    role: Role,
    scope: Option<TenantScope>,
    valid_until: Option<DateTime<Utc>>,
    standing: Standing,
}

impl Principal {
    /// The bearer of `credential`. Only the platform role may name a tenant to act in; for everybody
    /// else the credential says it.
    pub(super) fn new(credential: Credential, acts_in: Option<TenantId>) -> Result<Self, ApiError> {
        let tenant = match (credential.role, credential.tenant, acts_in) {
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
        #[expect(
            clippy::disallowed_methods,
            reason = "the tenant stands in a verified token, or in the row of an API key"
        )]
        let scope = tenant.map(TenantScope::assume);
        Ok(Self {
            subject: credential.subject,
            role: credential.role,
            scope,
            valid_until: credential.valid_until,
            standing: credential.standing,
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

    /// Whether this and `other` are the same caller, of the same rights.
    pub fn is_same_caller(&self, other: &Self) -> bool {
        let of = |caller: &Self| (caller.subject.clone(), caller.role, caller.scope);
        of(self) == of(other)
    }

    /// The tenant the caller acts in.
    pub fn scope(&self) -> Result<TenantScope, ApiError> {
        self.scope.ok_or_else(|| {
            ApiError::bad_input("no tenant chosen: name it with the header X-Tenant-Id")
        })
    }
}
