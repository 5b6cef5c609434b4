//! Interfaces by device.

use std::collections::HashMap;
use std::sync::Arc;

use entity::ids::DeviceId;
use entity::model::device_interface;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::error::ApiError;
use crate::graphql::context::Snapshot;
use crate::loader::batch::Load;

/// Interfaces by device, in the order of their names.
pub struct InterfacesByDevice(pub(super) Arc<Snapshot>);

impl Load for InterfacesByDevice {
    type Key = DeviceId;
    type Value = Vec<Arc<device_interface::Model>>;

    async fn load(&self, ids: &[DeviceId]) -> Result<HashMap<DeviceId, Self::Value>, ApiError> {
        let tx = self.0.tx().await?;
        let rows = device_interface::Entity::find()
            .filter(device_interface::Column::TenantId.eq(tx.tenant()))
            .filter(device_interface::Column::DeviceId.eq_any(ids.to_vec()))
            .order_by_asc(device_interface::Column::Name)
            .all(tx)
            .await?;
        let mut by_device: HashMap<DeviceId, Self::Value> = HashMap::new();
        for row in rows {
            by_device
                .entry(row.device_id)
                .or_default()
                .push(Arc::new(row));
        }
        Ok(by_device)
    }
}
