//! `ap_polls`: the watermark of each AP, and what it shows now.
//!
//! The clients are parallel arrays: the n-th element of each belongs to the n-th client. In numbers
//! 0 means not available, as in what devices report; arrays without nulls are smaller and faster.

use sea_orm::entity::prelude::*;

use crate::ids::{DeviceId, TenantId};
use crate::text_enum::text_enum;

text_enum! {
    /// What came of a poll.
    pub enum PollOutcome {
        /// The registration table was read.
        Ok = "ok",
        /// Reading it failed.
        Failed = "failed",
        /// The device has no registration table.
        Unsupported = "unsupported",
    }
}

/// A radio of an AP, as `rf_stats` keeps it.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Radio {
    /// The interface.
    pub interface: Option<String>,
    /// dBm.
    pub noise_floor: Option<i16>,
    /// MHz.
    pub channel_width_mhz: Option<i32>,
    /// dBm.
    pub tx_power: Option<i16>,
    /// How many clients it has.
    pub registered_clients: Option<i32>,
}

/// A row of `ap_polls`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "ap_polls")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub ap_device_id: DeviceId,
    /// The watermark: sample time of the newest poll applied.
    pub last_poll_at: DateTimeUtc,
    pub prev_poll_at: Option<DateTimeUtc>,
    pub version: i64,
    /// Seconds between polls, as told or as observed.
    pub interval_s: Option<i32>,
    pub outcome: PollOutcome,
    pub clients: i32,
    /// A list of [`Radio`]s.
    pub rf_stats: Option<Json>,
    pub interfaces: Vec<String>,
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
}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// The radios, as far as they are known.
    pub fn radios(&self) -> Vec<Radio> {
        let stored = self.rf_stats.as_ref();
        stored
            .and_then(|radios| serde::Deserialize::deserialize(radios).ok())
            .unwrap_or_default()
    }
}
