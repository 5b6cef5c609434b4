//! The proof of whose rows are meant.

use crate::ids::TenantId;

/// The caller acts for this tenant.
///
/// Made only where a tenant is proven: from an authenticated principal, or from a message that
/// came in on the trusted side. Everything that touches rows asks for one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TenantScope {
    tenant: TenantId,
}

impl TenantScope {
    /// Takes the caller's word for the tenant. On clippy's list of forbidden calls: each place
    /// that may use it says why with `#[expect]`, so that all of them can be found.
    pub const fn assume(tenant: TenantId) -> Self {
        Self { tenant }
    }

    /// The tenant.
    pub const fn tenant(self) -> TenantId {
        self.tenant
    }
}
