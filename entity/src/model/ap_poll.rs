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
