//! `DeviceInterface`: by its MAC a client finds its device.

use std::sync::Arc;

use async_graphql::{Context, Description, ID, Object};
use chrono::{DateTime, Utc};
use entity::model::device_interface;

use crate::error::ApiError;
use crate::graphql::scalar::MacAddress;
use crate::graphql::types::device::Device;

/// A network interface of a managed device.
#[derive(Description)]
pub struct DeviceInterface {
    row: Arc<device_interface::Model>,
}

impl DeviceInterface {
    /// The node of a row.
    pub const fn new(row: Arc<device_interface::Model>) -> Self {
        Self { row }
    }
}

#[Object(use_type_description)]
impl DeviceInterface {
    /// The id, a UUID.
    pub async fn id(&self) -> ID {
        self.row.id.0.into()
    }

    /// The name on the device: `wlan1`, `ether1`, `bridge` …
    async fn name(&self) -> &str {
        &self.row.name
    }

    /// The address. Not unique: bridges repeat the address of their radio.
    async fn mac_address(&self) -> MacAddress {
        MacAddress(self.row.mac_address)
    }

    /// The type as reported by the device: `wlan`, `wifi`, `ether`, `bridge` …
    #[graphql(name = "type")]
    async fn kind(&self) -> &str {
        &self.row.r#type
    }

    /// Whether the interface was up when it was last read.
    async fn running(&self) -> bool {
        self.row.running
    }

    /// When the interface was last read.
    async fn updated_at(&self) -> DateTime<Utc> {
        self.row.updated_at
    }

    /// The device it is part of.
    async fn device(&self, ctx: &Context<'_>) -> Result<Device, ApiError> {
        Device::load(ctx, self.row.device_id).await
    }
}
