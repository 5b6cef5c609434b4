//! Links by id.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use entity::ids::LinkId;
use entity::model::wireless_link;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::error::ApiError;
use crate::graphql::context::Snapshot;

/// Links by id.
pub struct LinkById(pub(super) Arc<Snapshot>);

impl Loader<LinkId> for LinkById {
    type Value = Arc<wireless_link::Model>;
    type Error = ApiError;

    async fn load(&self, ids: &[LinkId]) -> Result<HashMap<LinkId, Self::Value>, ApiError> {
        let tx = self.0.tx().await?;
        let rows = wireless_link::Entity::find()
            .filter(wireless_link::Column::TenantId.eq(tx.tenant()))
            .filter(wireless_link::Column::Id.eq_any(ids.to_vec()))
            .all(tx)
            .await?;
        Ok(rows
            .into_iter()
            .map(|row| (row.id, Arc::new(row)))
            .collect())
    }
}
