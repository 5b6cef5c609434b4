//! `wireless_links`: one link per AP and radio of a CPE.

use sea_orm::entity::prelude::*;

use crate::ids::{DeviceId, LinkId, TenantId};
use crate::link_state::LinkState;
use crate::mac::MacAddress;

/// A row of `wireless_links`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "wireless_links")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: LinkId,
    pub ap_device_id: DeviceId,
    pub cpe_device_id: DeviceId,
    /// The AP's interface.
    pub interface: Option<String>,
    pub client_mac: MacAddress,
    /// dBm, as the AP hears the CPE.
    pub signal_strength: Option<i16>,
    /// dBm, as the CPE hears the AP.
    pub remote_signal_strength: Option<i16>,
    /// dB.
    pub signal_to_noise: Option<i16>,
    /// Percent; devices report up to 113.
    pub tx_ccq: Option<i16>,
    /// As reported.
    pub tx_rate: Option<String>,
    /// As reported.
    pub rx_rate: Option<String>,
    pub tx_rate_kbps: Option<i32>,
    pub rx_rate_kbps: Option<i32>,
    pub distance_m: Option<i32>,
    /// Seconds since the CPE associated.
    pub uptime_s: Option<i32>,
    pub last_ip: Option<String>,
    pub state: LinkState,
    pub state_since: DateTimeUtc,
    /// Sightings so far, counted until the link is confirmed.
    pub sightings: i32,
    /// Misses in a row.
    pub missed_polls: i32,
    /// One bit a sighting with a reading, the newest lowest: 1 = weak.
    pub weak_polls: i32,
    pub discovered_at: DateTimeUtc,
    pub last_seen: DateTimeUtc,
    /// Sample time of the last poll that counted, as sighting or as miss.
    pub updated_at: DateTimeUtc,
    #[sea_orm(
        belongs_to,
        relation_enum = "Ap",
        from = "(tenant_id, ap_device_id)",
        to = "(tenant_id, id)"
    )]
    pub ap: HasOne<super::device::Entity>,
    #[sea_orm(
        belongs_to,
        relation_enum = "Cpe",
        from = "(tenant_id, cpe_device_id)",
        to = "(tenant_id, id)"
    )]
    pub cpe: HasOne<super::device::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
