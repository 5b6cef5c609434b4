//! Interfaces by id.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use entity::ids::InterfaceId;
use entity::model::device_interface;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::error::ApiError;
use crate::graphql::context::Snapshot;

/// Interfaces by id.
pub struct InterfaceById(pub(super) Arc<Snapshot>);

impl Loader<InterfaceId> for InterfaceById {
    type Value = Arc<device_interface::Model>;
    type Error = ApiError;

    async fn load(
        &self,
        ids: &[InterfaceId],
    ) -> Result<HashMap<InterfaceId, Self::Value>, ApiError> {
        let tx = self.0.tx().await?;
        let rows = device_interface::Entity::find()
            .filter(device_interface::Column::TenantId.eq(tx.tenant()))
            .filter(device_interface::Column::Id.eq_any(ids.to_vec()))
            .all(tx)
            .await?;
        Ok(rows
            .into_iter()
            .map(|row| (row.id, Arc::new(row)))
            .collect())
    }
}
