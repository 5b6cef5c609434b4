//! The last poll of each of many APs.

use std::collections::HashMap;
use std::sync::Arc;

use entity::ids::DeviceId;
use entity::model::ap_poll::{Column, Entity, Model};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::error::ApiError;
use crate::graphql::context::Snapshot;
use crate::loader::batch::Load;

/// Polls by AP. A device that was never polled is not among them.
pub struct PollByAp(pub(super) Arc<Snapshot>);

impl Load for PollByAp {
    type Key = DeviceId;
    type Value = Arc<Model>;

    async fn load(&self, aps: &[DeviceId]) -> Result<HashMap<DeviceId, Self::Value>, ApiError> {
        let tx = self.0.tx().await?;
        let rows = Entity::find()
            .filter(Column::TenantId.eq(tx.tenant()))
            .filter(Column::ApDeviceId.eq_any(aps.to_vec()))
            .all(tx)
            .await?;
        Ok(rows
            .into_iter()
            .map(|row| (row.ap_device_id, Arc::new(row)))
            .collect())
    }
}
