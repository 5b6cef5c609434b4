//! The devices that have an interface with each of many MAC addresses.

use std::collections::HashMap;
use std::sync::Arc;

use entity::args;
use entity::ids::DeviceId;
use entity::mac::MacAddress;
use sqlx::Row as _;

use crate::error::ApiError;
use crate::graphql::context::Snapshot;
use crate::loader::batch::Load;

const OWNERS: &str = "
    SELECT DISTINCT mac_address, device_id FROM device_interfaces
    WHERE tenant_id = $1 AND mac_address = ANY($2)";

/// Devices by MAC address. An address of nobody is not among them.
pub struct OwnersByMac(pub(super) Arc<Snapshot>);

impl Load for OwnersByMac {
    type Key = MacAddress;
    type Value = Vec<DeviceId>;

    async fn load(
        &self,
        macs: &[MacAddress],
    ) -> Result<HashMap<MacAddress, Vec<DeviceId>>, ApiError> {
        let tx = self.0.tx().await?;
        let mut owners: HashMap<_, Vec<_>> = HashMap::new();
        for row in tx.rows(OWNERS, args![tx.tenant(), macs]?).await? {
            owners
                .entry(row.try_get(0)?)
                .or_default()
                .push(row.try_get(1)?);
        }
        Ok(owners)
    }
}
