//! Sites by id.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use entity::ids::SiteId;
use entity::model::site;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::error::ApiError;
use crate::graphql::context::Snapshot;

/// Sites by id.
pub struct SiteById(pub(super) Arc<Snapshot>);

impl Loader<SiteId> for SiteById {
    type Value = Arc<site::Model>;
    type Error = ApiError;

    async fn load(&self, ids: &[SiteId]) -> Result<HashMap<SiteId, Self::Value>, ApiError> {
        let tx = self.0.tx().await?;
        let rows = site::Entity::find()
            .filter(site::Column::TenantId.eq(tx.tenant()))
            .filter(site::Column::Id.eq_any(ids.to_vec()))
            .all(tx)
            .await?;
        Ok(rows
            .into_iter()
            .map(|row| (row.id, Arc::new(row)))
            .collect())
    }
}
