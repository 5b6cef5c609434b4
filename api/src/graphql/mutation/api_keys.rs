//! `createApiKey`, `revokeApiKey`.

use async_graphql::{Context, ID, InputObject, Object};
use chrono::{DateTime, Utc};

use crate::command::create_api_key::{NewApiKey, create_api_key};
use crate::command::revoke_api_key::revoke_api_key;
use crate::error::ApiError;
use crate::graphql::context::ContextExt;
use crate::graphql::scalar::parse_id;
use crate::graphql::types::api_key::{ApiKey, CreatedApiKey};
use crate::graphql::types::enums::ApiKeyRole;
use crate::permit::proof::Permit;

/// Changing API keys.
#[derive(Default)]
pub struct ApiKeysMutation;

/// A new API key.
#[derive(InputObject)]
pub struct CreateApiKeyInput {
    /// What the key is for, 1 to 200 characters.
    name: String,
    /// What the key permits.
    role: ApiKeyRole,
    /// When it expires. Without it the key works until it is revoked.
    expires_at: Option<DateTime<Utc>>,
}

#[Object]
impl ApiKeysMutation {
    /// Creates an API key for a program and shows its secret, this once. For admins and above.
    async fn create_api_key(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The new key.")] input: CreateApiKeyInput,
    ) -> Result<CreatedApiKey, ApiError> {
        let request = ctx.request();
        let permit = Permit::ask(request.principal())?;
        let new = NewApiKey {
            name: input.name,
            role: input.role.into(),
            expires_at: input.expires_at,
        };
        let (row, secret) = create_api_key(&permit, &request.databases().api, new).await?;
        request.renew();
        Ok(CreatedApiKey::new(ApiKey::new(row), secret))
    }

    /// Revokes an API key permanently. Within two seconds it is refused everywhere, and WebSockets
    /// opened with it are closed with code 4403. For admins and above.
    async fn revoke_api_key(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The key's id, a UUID.")] id: ID,
    ) -> Result<ApiKey, ApiError> {
        let request = ctx.request();
        let permit = Permit::ask(request.principal())?;
        let id = parse_id("API key", &id)?;
        let row = revoke_api_key(&permit, &request.databases().api, id).await?;
        request.renew();
        Ok(ApiKey::new(row))
    }
}
