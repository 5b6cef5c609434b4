//! `ApiKey`: what a program shows instead of a token.

use async_graphql::{Description, ID, Object};
use chrono::{DateTime, Utc};
use entity::model::api_key;

use crate::graphql::types::enums::ApiKeyRole;

/// A key that a program shows instead of a token: `Authorization: Bearer wlk_…`. What it opens is
/// told here, never the secret itself.
#[derive(Description)]
pub struct ApiKey {
    row: api_key::Model,
}

/// A key that was just made, with its secret.
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
    /// The id, a UUID. `viewer.subject` is `api-key:` and this, for who comes with the key.
    async fn id(&self) -> ID {
        self.row.id.0.into()
    }

    /// What the key is for.
    async fn name(&self) -> &str {
        &self.row.name
    }

    /// What its bearer may do.
    async fn role(&self) -> ApiKeyRole {
        self.row.role.into()
    }

    /// When the key was created.
    async fn created_at(&self) -> DateTime<Utc> {
        self.row.created_at
    }

    /// When the key stops working by itself; null when it does not.
    async fn expires_at(&self) -> Option<DateTime<Utc>> {
        self.row.expires_at
    }

    /// When the key was revoked; null when it was not.
    async fn revoked_at(&self) -> Option<DateTime<Utc>> {
        self.row.revoked_at
    }

    /// When the key was last used, to within a minute; null when it never was.
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

    /// The secret, `wlk_` and 43 characters. It is shown this once: only its hash is kept.
    async fn secret(&self) -> &str {
        &self.secret
    }
}
