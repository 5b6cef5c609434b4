//! A page of the links of each of many devices.

use std::collections::HashMap;
use std::sync::Arc;

use entity::ids::DeviceId;
use entity::model::wireless_link;
use sea_orm::{DbBackend, EntityTrait, Statement};
use uuid::Uuid;

use crate::error::ApiError;
use crate::graphql::context::Snapshot;
use crate::loader::batch::Load;

/// One page of links for each of many devices; `$side` is the column the devices are looked up by.
macro_rules! sql {
    ($side:literal) => {
        concat!(
            "SELECT link.* FROM unnest($2::uuid[]) AS device (id) CROSS JOIN LATERAL (
                 SELECT * FROM wireless_links
                 WHERE tenant_id = $1 AND ",
            $side,
            " = device.id AND id > $3
                 ORDER BY id LIMIT $4) AS link
             ORDER BY link.id"
        )
    };
}

/// Links by device.
pub struct LinksByDevice(pub(super) Arc<Snapshot>);

/// Which links of which device.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct LinksOf {
    /// The device.
    pub device: DeviceId,
    /// What the device is in those links.
    pub side: Side,
    /// Behind this link.
    pub after: Option<Uuid>,
    /// So many at most.
    pub limit: u32,
}

/// An end of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    /// The access point.
    Ap,
    /// The customer device.
    Cpe,
}

impl Load for LinksByDevice {
    type Key = LinksOf;
    type Value = Vec<Arc<wireless_link::Model>>;

    async fn load(&self, keys: &[LinksOf]) -> Result<HashMap<LinksOf, Self::Value>, ApiError> {
        let tx = self.0.tx().await?;
        let mut found: HashMap<LinksOf, Self::Value> = HashMap::new();
        // Siblings in a query share their arguments, so this is one round in practice.
        for (page, devices) in pages(keys) {
            let statement = page.statement(tx.tenant().0, &devices);
            let rows = wireless_link::Entity::find()
                .from_raw_sql(statement)
                .all(tx)
                .await?;
            for row in rows {
                let key = page.of(if page.side == Side::Ap {
                    row.ap_device_id
                } else {
                    row.cpe_device_id
                });
                found.entry(key).or_default().push(Arc::new(row));
            }
        }
        Ok(found)
    }
}

/// Keys that differ only in their device, with those devices.
fn pages(keys: &[LinksOf]) -> HashMap<LinksOf, Vec<Uuid>> {
    let mut pages: HashMap<LinksOf, Vec<Uuid>> = HashMap::new();
    for key in keys {
        pages
            .entry(key.of(DeviceId(Uuid::nil())))
            .or_default()
            .push(key.device.0);
    }
    pages
}

impl LinksOf {
    fn of(&self, device: DeviceId) -> Self {
        Self {
            device,
            ..self.clone()
        }
    }

    /// One query for the same page of all `devices`.
    fn statement(&self, tenant: Uuid, devices: &[Uuid]) -> Statement {
        let sql = match self.side {
            Side::Ap => sql!("ap_device_id"),
            Side::Cpe => sql!("cpe_device_id"),
        };
        let after = self.after.unwrap_or(Uuid::nil());
        let values = [
            tenant.into(),
            devices.to_vec().into(),
            after.into(),
            i64::from(self.limit).into(),
        ];
        Statement::from_sql_and_values(DbBackend::Postgres, sql, values)
    }
}
