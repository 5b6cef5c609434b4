//! `Tenant`: a WISP.

use async_graphql::{Description, ID, Object};
use chrono::{DateTime, Utc};
use entity::model::tenant;
use entity::tx::TenantTx;
use sea_orm::EntityTrait;

use crate::error::ApiError;

/// A wireless internet provider: the owner of sites, devices and links.
#[derive(Description)]
pub struct Tenant {
    row: tenant::Model,
}

impl Tenant {
    /// The node of a row.
    pub const fn new(row: tenant::Model) -> Self {
        Self { row }
    }

    /// The tenant of a transaction.
    pub async fn own(tx: &TenantTx) -> Result<Option<Self>, ApiError> {
        let row = tenant::Entity::find_by_id(tx.tenant()).one(tx).await?;
        Ok(row.map(Self::new))
    }
}

#[Object(use_type_description)]
impl Tenant {
    /// The id, a UUID.
    async fn id(&self) -> ID {
        self.row.id.0.into()
    }

    /// The name.
    async fn name(&self) -> &str {
        &self.row.name
    }

    /// When the tenant was created.
    async fn created_at(&self) -> DateTime<Utc> {
        self.row.created_at
    }

    /// When the tenant was last changed.
    async fn updated_at(&self) -> DateTime<Utc> {
        self.row.updated_at
    }
}
