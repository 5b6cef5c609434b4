//! `link_events`: what happened to links, numbered without gaps per tenant.

use sea_orm::entity::prelude::*;

use crate::ids::{DeviceId, EventId, LinkId, TenantId};
use crate::link_state::{EventReason, LinkState};
use crate::mac::MacAddress;

/// A row of `link_events`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "link_events")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub seq: i64,
    pub id: EventId,
    pub link_id: LinkId,
    pub ap_device_id: DeviceId,
    pub cpe_device_id: DeviceId,
    pub client_mac: MacAddress,
    /// In a roam, the other AP: the new one for the old link, the old one for the new link.
    pub other_ap_device_id: Option<DeviceId>,
    /// None for a first sighting.
    pub from_state: Option<LinkState>,
    pub to_state: LinkState,
    pub reason: EventReason,
    /// dBm.
    pub signal_strength: Option<i16>,
    /// Sample time.
    pub at: DateTimeUtc,
    pub recorded_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
