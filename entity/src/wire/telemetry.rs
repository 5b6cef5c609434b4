//! Measurements of an AP's links, once a poll. Best effort: the newest wins, a lost one is
//! replaced by the next.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::ids::{DeviceId, LinkId, TenantId};

/// What one poll measured.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Telemetry {
    /// The tenant.
    pub tenant_id: TenantId,
    /// The AP.
    pub ap_device_id: DeviceId,
    /// Sample time.
    pub at: DateTime<Utc>,
    /// One entry a link that was sighted.
    pub links: Vec<LinkTelemetry>,
}

/// What was measured of one link.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct LinkTelemetry {
    /// The link.
    pub link_id: LinkId,
    /// dBm, as the AP hears the CPE.
    pub signal_strength: Option<i16>,
    /// dBm, as the CPE hears the AP.
    pub remote_signal_strength: Option<i16>,
    /// dB.
    pub signal_to_noise: Option<i16>,
    /// Percent.
    pub tx_ccq: Option<i16>,
    /// kbit/s towards the CPE.
    pub tx_rate_kbps: Option<i32>,
    /// kbit/s from the CPE.
    pub rx_rate_kbps: Option<i32>,
}
