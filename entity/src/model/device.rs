//! `devices`: managed devices. A device is an AP or a CPE by the links it has.

use sea_orm::entity::prelude::*;

use crate::ids::{DeviceId, SiteId, TenantId};
use crate::text_enum::text_enum;

text_enum! {
    /// Whether a poller reaches the device.
    pub enum DeviceStatus {
        /// No poller has said yet.
        Unknown = "unknown",
        /// Reached.
        Online = "online",
        /// Not reached.
        Offline = "offline",
    }
}

/// A row of `devices`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "devices")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DeviceId,
    pub site_id: Option<SiteId>,
    pub hostname: String,
    pub ip_address: Option<IpNetwork>,
    pub model: Option<String>,
    pub serial_number: Option<String>,
    pub firmware_version: Option<String>,
    pub status: DeviceStatus,
    /// When a poller last reached it.
    pub last_seen: Option<DateTimeUtc>,
    /// The watermark of its interfaces: when the newest snapshot applied was read.
    pub interfaces_at: Option<DateTimeUtc>,
    /// Degrees north.
    pub latitude: Option<f64>,
    /// Degrees east.
    pub longitude: Option<f64>,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    #[sea_orm(belongs_to, from = "(tenant_id, site_id)", to = "(tenant_id, id)")]
    pub site: HasOne<super::site::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
