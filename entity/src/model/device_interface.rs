//! `device_interfaces`: network interfaces. A client's MAC finds its device here.
//!
//! Discovery goes from an interface to its device and never back, so `device` has no relation to
//! here. A MAC is not unique: bridges repeat their radio's, restored backups copy another's.

use sea_orm::entity::prelude::*;

use crate::ids::{DeviceId, InterfaceId, TenantId};
use crate::mac::MacAddress;

/// A row of `device_interfaces`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "device_interfaces")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: InterfaceId,
    pub device_id: DeviceId,
    pub name: String,
    pub mac_address: MacAddress,
    pub r#type: String,
    pub running: bool,
    /// When the snapshot that holds it was collected.
    pub updated_at: DateTimeUtc,
    #[sea_orm(belongs_to, from = "(tenant_id, device_id)", to = "(tenant_id, id)")]
    pub device: HasOne<super::device::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
