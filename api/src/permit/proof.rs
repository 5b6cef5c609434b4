//! The proof that a caller may do something. Functions that need the right ask for it as a value.

use std::marker::PhantomData;

use entity::scope::TenantScope;

use crate::auth::principal::Principal;
use crate::error::ApiError;
use crate::permit::action::Action;

/// The caller may do `A` in this tenant. Made by [`Permit::ask`] only.
pub struct Permit<A> {
    scope: TenantScope,
    action: PhantomData<A>,
}

/// The caller may do `A`, which concerns no single tenant. Made by [`PlatformPermit::ask`] only.
pub struct PlatformPermit<A> {
    action: PhantomData<A>,
}

impl<A: Action> Permit<A> {
    /// Gives the right to do `A`, if the caller's role has it.
    pub fn ask(principal: &Principal) -> Result<Self, ApiError> {
        check::<A>(principal)?;
        Ok(Self {
            scope: principal.scope()?,
            action: PhantomData,
        })
    }

    /// The tenant in which it may be done.
    pub const fn scope(&self) -> TenantScope {
        self.scope
    }
}

impl<A: Action> PlatformPermit<A> {
    /// Gives the right to do `A`, if the caller's role has it.
    pub fn ask(principal: &Principal) -> Result<Self, ApiError> {
        check::<A>(principal)?;
        Ok(Self {
            action: PhantomData,
        })
    }
}

fn check<A: Action>(principal: &Principal) -> Result<(), ApiError> {
    if A::ROLES.contains(&principal.role()) {
        return Ok(());
    }
    let allowed: Vec<&str> = A::ROLES.iter().map(|role| role.as_str()).collect();
    Err(ApiError::forbidden(format!(
        "{} needs the role {}; yours is {}",
        A::NAME,
        allowed.join(" or "),
        principal.role().as_str()
    )))
}
