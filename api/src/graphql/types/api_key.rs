//! `ApiKey`: what a program shows instead of a token.

use async_graphql::{Description, ID, Object};
use chrono::{DateTime, Utc};
use entity::model::api_key;

use crate::graphql::types::enums::ApiKeyRole;

/// An API key: a program sends it instead of a token, as `Authorization: Bearer wlk_…`. The secret
/// itself is never returned here.
#[derive(Description)]
pub struct ApiKey {
    row: api_key::Model,
}

/// A newly created key, with its secret.
#[derive(Description)]
pub struct CreatedApiKey {
    key: ApiKey,
    secret: String,
}

impl ApiKey {
    /// The node of a row.
    pub const fn new(row: api_key::Model) -> Self {
        Self { row }
    }
}

impl CreatedApiKey {
    /// `key`, and the text that opens.
    pub const fn new(key: ApiKey, secret: String) -> Self {
        Self { key, secret }
    }
}

#[Object(use_type_description)]
impl ApiKey {
    /// The id, a UUID. For requests with this key `viewer.subject` is `api-key:<id>`.
    async fn id(&self) -> ID {
        self.row.id.0.into()
    }

    /// What the key is for.
    async fn name(&self) -> &str {
        &self.row.name
    }

    /// What the key permits.
    async fn role(&self) -> ApiKeyRole {
        self.row.role.into()
    }

    /// When the key was created.
    async fn created_at(&self) -> DateTime<Utc> {
        self.row.created_at
    }

    /// When the key expires; null if it does not.
    async fn expires_at(&self) -> Option<DateTime<Utc>> {
        self.row.expires_at
    }

    /// When the key was revoked; null if it was not.
    async fn revoked_at(&self) -> Option<DateTime<Utc>> {
        self.row.revoked_at
    }

    /// When the key was last used, to within a minute; null if never.
    async fn last_used_at(&self) -> Option<DateTime<Utc>> {
        self.row.last_used_at
    }
}

#[Object(use_type_description)]
impl CreatedApiKey {
    /// The key.
    async fn api_key(&self) -> &ApiKey {
        &self.key
    }

    /// The secret, `wlk_` and 43 characters. Shown only once: only its hash is stored.
    async fn secret(&self) -> &str {
        &self.secret
    }
}
