//! `api_keys`: keys for programs; only their hashes are kept.

use sea_orm::entity::prelude::*;

use crate::ids::{ApiKeyId, TenantId};
use crate::text_enum::text_enum;

text_enum! {
    /// What the bearer of a key may do.
    pub enum ApiKeyRole {
        /// Reads everything of the tenant.
        Viewer = "viewer",
        /// Also changes sites, devices and policies.
        Operator = "operator",
        /// Also manages API keys.
        Admin = "admin",
    }
}

/// A row of `api_keys`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "api_keys")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ApiKeyId,
    pub name: String,
    /// SHA-256.
    pub key_hash: Vec<u8>,
    pub role: ApiKeyRole,
    pub created_at: DateTimeUtc,
    pub expires_at: Option<DateTimeUtc>,
    pub revoked_at: Option<DateTimeUtc>,
    pub last_used_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
