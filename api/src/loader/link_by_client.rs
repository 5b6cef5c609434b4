//! Links by AP and client.

use std::collections::HashMap;
use std::sync::Arc;

use entity::ids::DeviceId;
use entity::mac::MacAddress;
use entity::model::wireless_link::{Column, Entity, Model};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::error::ApiError;
use crate::graphql::context::Snapshot;
use crate::loader::batch::Load;

/// Links by AP and client.
pub struct LinkByClient(pub(super) Arc<Snapshot>);

/// A client at an AP. There is one link at most.
pub type ClientOf = (DeviceId, MacAddress);

impl Load for LinkByClient {
    type Key = ClientOf;
    type Value = Arc<Model>;

    async fn load(&self, keys: &[ClientOf]) -> Result<HashMap<ClientOf, Self::Value>, ApiError> {
        let tx = self.0.tx().await?;
        let mut aps: Vec<_> = keys.iter().map(|(ap, _)| *ap).collect();
        aps.sort_unstable();
        aps.dedup();
        // Whoever asks for some of an AP's clients asks for all: most links found are wanted.
        let rows = Entity::find()
            .filter(Column::TenantId.eq(tx.tenant()))
            .filter(Column::ApDeviceId.eq_any(aps))
            .all(tx)
            .await?;
        Ok(rows
            .into_iter()
            .map(|row| ((row.ap_device_id, row.client_mac), Arc::new(row)))
            .collect())
    }
}
