//! Devices by id.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use entity::ids::DeviceId;
use entity::model::device;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::error::ApiError;
use crate::graphql::context::Snapshot;

/// Devices by id.
pub struct DeviceById(pub(super) Arc<Snapshot>);

impl Loader<DeviceId> for DeviceById {
    type Value = Arc<device::Model>;
    type Error = ApiError;

    async fn load(&self, ids: &[DeviceId]) -> Result<HashMap<DeviceId, Self::Value>, ApiError> {
        let tx = self.0.tx().await?;
        let rows = device::Entity::find()
            .filter(device::Column::TenantId.eq(tx.tenant()))
            .filter(device::Column::Id.eq_any(ids.to_vec()))
            .all(tx)
            .await?;
        Ok(rows
            .into_iter()
            .map(|row| (row.id, Arc::new(row)))
            .collect())
    }
}
