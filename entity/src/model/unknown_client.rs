//! `unknown_clients`: clients of an AP that belong to no managed device, or to several.

use sea_orm::entity::prelude::*;

use crate::ids::{DeviceId, TenantId};
use crate::mac::MacAddress;
use crate::text_enum::text_enum;

text_enum! {
    /// Why a client has no link.
    pub enum UnknownReason {
        /// No managed device has this MAC.
        Unmanaged = "unmanaged",
        /// Several managed devices have it, and nothing tells which one is meant.
        Ambiguous = "ambiguous",
    }
}

/// A row of `unknown_clients`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "unknown_clients")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub ap_device_id: DeviceId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub mac: MacAddress,
    pub interface: Option<String>,
    /// dBm.
    pub signal_strength: Option<i16>,
    pub reason: UnknownReason,
    pub first_seen: DateTimeUtc,
    pub last_seen: DateTimeUtc,
    /// The address is locally administered: probably a phone.
    pub randomized: bool,
}

impl ActiveModelBehavior for ActiveModel {}
