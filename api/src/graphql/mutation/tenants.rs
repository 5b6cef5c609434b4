//! `createTenant`.

use async_graphql::{Context, InputObject, Object};

use crate::command::create_tenant::create_tenant;
use crate::error::ApiError;
use crate::graphql::context::ContextExt;
use crate::graphql::types::tenant::Tenant;
use crate::permit::proof::PlatformPermit;

/// Changing tenants.
#[derive(Default)]
pub struct TenantsMutation;

/// A new tenant.
#[derive(InputObject)]
pub struct CreateTenantInput {
    /// The name, unique, 1 to 200 characters.
    name: String,
}

#[Object]
impl TenantsMutation {
    /// Creates a tenant. For the platform role.
    async fn create_tenant(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The new tenant.")] input: CreateTenantInput,
    ) -> Result<Tenant, ApiError> {
        let request = ctx.request();
        let permit = PlatformPermit::ask(request.principal())?;
        let row = create_tenant(&permit, &request.databases().platform, input.name).await?;
        Ok(Tenant::new(row))
    }
}
