//! How many links each of many devices has.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use entity::args;
use entity::ids::DeviceId;
use sqlx::Row as _;

use crate::error::ApiError;
use crate::graphql::context::Snapshot;
use crate::loader::links_by_device::Side;

macro_rules! sql {
    ($side:literal) => {
        concat!(
            "SELECT ",
            $side,
            ", count(*) FROM wireless_links WHERE tenant_id = $1 AND ",
            $side,
            " = ANY($2) GROUP BY 1"
        )
    };
}

/// Numbers of links by device. A device without links is not among them.
pub struct LinkCountByDevice(pub(super) Arc<Snapshot>);

/// The links of which device, and what the device is in them.
pub type LinkEnd = (Side, DeviceId);

impl Loader<LinkEnd> for LinkCountByDevice {
    type Value = u64;
    type Error = ApiError;

    async fn load(&self, keys: &[LinkEnd]) -> Result<HashMap<LinkEnd, u64>, ApiError> {
        let tx = self.0.tx().await?;
        let mut counts = HashMap::new();
        for (side, sql) in [
            (Side::Ap, sql!("ap_device_id")),
            (Side::Cpe, sql!("cpe_device_id")),
        ] {
            let of_side = keys.iter().filter(|(asked, _)| *asked == side);
            let devices: Vec<DeviceId> = of_side.map(|(_, device)| *device).collect();
            if devices.is_empty() {
                continue;
            }
            for row in tx.rows(sql, args![tx.tenant(), devices]?).await? {
                let (device, count): (DeviceId, i64) = (row.try_get(0)?, row.try_get(1)?);
                counts.insert((side, device), u64::try_from(count).unwrap_or_default());
            }
        }
        Ok(counts)
    }
}
