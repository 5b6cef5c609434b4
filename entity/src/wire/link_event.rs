//! A link event as `ingest` publishes it and `api` delivers it.
//!
//! It carries what a feed usually shows, so that delivering it needs no query.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::Row as _;
use sqlx::postgres::PgRow;

use crate::ids::{DeviceId, Epoch, EventId, LinkId, TenantId};
use crate::link_state::{EventReason, LinkState};
use crate::mac::MacAddress;

/// One event of one tenant's sequence.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct LinkEvent {
    /// The tenant.
    pub tenant_id: TenantId,
    /// The life of the sequence.
    pub epoch: Epoch,
    /// The number in it: 1, 2, 3 … without gaps, in the order of the commits.
    pub seq: i64,
    /// The event.
    pub id: EventId,
    /// The link.
    pub link_id: LinkId,
    /// Its AP.
    pub ap_device_id: DeviceId,
    /// Its CPE.
    pub cpe_device_id: DeviceId,
    /// The CPE's radio.
    pub client_mac: MacAddress,
    /// In a roam, the other AP.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other_ap_device_id: Option<DeviceId>,
    /// The state before; none for a first sighting.
    pub from_state: Option<LinkState>,
    /// The state after.
    pub to_state: LinkState,
    /// Why.
    pub reason: EventReason,
    /// dBm at that time.
    pub signal_strength: Option<i16>,
    /// Sample time.
    pub at: DateTime<Utc>,
    /// When it was stored.
    pub recorded_at: DateTime<Utc>,
}

impl LinkEvent {
    /// The event in a row of `tenant`'s `link_events`, with all its columns.
    pub fn of_row(row: &PgRow, tenant: TenantId, epoch: Epoch) -> Result<Self, sqlx::Error> {
        Ok(Self {
            tenant_id: tenant,
            epoch,
            seq: row.try_get("seq")?,
            id: row.try_get("id")?,
            link_id: row.try_get("link_id")?,
            ap_device_id: row.try_get("ap_device_id")?,
            cpe_device_id: row.try_get("cpe_device_id")?,
            client_mac: row.try_get("client_mac")?,
            other_ap_device_id: row.try_get("other_ap_device_id")?,
            from_state: row.try_get("from_state")?,
            to_state: row.try_get("to_state")?,
            reason: row.try_get("reason")?,
            signal_strength: row.try_get("signal_strength")?,
            at: row.try_get("at")?,
            recorded_at: row.try_get("recorded_at")?,
        })
    }
}
