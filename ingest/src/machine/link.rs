//! What the machine knows of a link, and what it says of a change.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use entity::ids::{DeviceId, LinkId};
use entity::link_state::{EventReason, LinkState};
use entity::mac::MacAddress;

use crate::message::Reading;

/// One AP and one radio of a CPE.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    /// The link.
    pub id: LinkId,
    /// Its AP.
    pub ap: DeviceId,
    /// Its CPE.
    pub cpe: DeviceId,
    /// The CPE's radio.
    pub client_mac: MacAddress,
    /// The health state.
    pub state: LinkState,
    /// Sample time of the last transition.
    pub state_since: DateTime<Utc>,
    /// Sightings so far, counted until the link is confirmed.
    pub sightings: i32,
    /// Misses in a row.
    pub missed_polls: i32,
    /// One bit a sighting with a reading, the newest lowest: 1 = weak.
    pub weak_polls: i32,
    /// Sample time of the first sighting.
    pub discovered_at: DateTime<Utc>,
    /// Sample time of the last sighting.
    pub last_seen: DateTime<Utc>,
    /// Sample time of the last poll that counted, as sighting or as miss.
    pub updated_at: DateTime<Utc>,
    /// Seconds since the client associated, as of the last sighting.
    pub uptime_s: Option<i32>,
    /// dBm, as the client hears the AP.
    pub remote_signal: Option<i16>,
    /// What was measured since the link was read. None: what is stored stays.
    pub reading: Option<Arc<Reading>>,
}

/// Something that happened to a link: a transition, or a reconnect within a state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// None for a first sighting.
    pub from: Option<LinkState>,
    /// The state after.
    pub to: LinkState,
    /// Why.
    pub reason: EventReason,
    /// dBm at that time.
    pub signal: Option<i16>,
    /// Sample time.
    pub at: DateTime<Utc>,
    /// In a roam, the other AP.
    pub other_ap: Option<DeviceId>,
}
