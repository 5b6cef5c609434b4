//! `poll_history`: every poll of the last days, one row of parallel arrays each.
//!
//! The n-th element of each array belongs to the n-th client; a number 0 means not available.

use sea_orm::entity::prelude::*;

use crate::ids::{DeviceId, TenantId};

/// A row of `poll_history`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "poll_history")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub ap_device_id: DeviceId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub collected_at: DateTimeUtc,
    pub client_macs: Vec<mac_address::MacAddress>,
    /// dBm, as the AP hears the client.
    pub signal: Vec<i16>,
    /// dBm, as the client hears the AP.
    pub remote_signal: Vec<i16>,
    /// dB.
    pub snr: Vec<i16>,
    /// Percent.
    pub ccq: Vec<i16>,
    pub tx_kbps: Vec<i32>,
    pub rx_kbps: Vec<i32>,
    /// dBm.
    pub noise_floor: Option<i16>,
}

impl ActiveModelBehavior for ActiveModel {}
