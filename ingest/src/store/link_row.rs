//! A link as it is written: the composite type `app.link_row`.
//!
//! PostgreSQL unrolls one array of rows much faster than two dozen arrays side by side: those take
//! 2 µs a link more than everything else together that is done to write it.

use chrono::{DateTime, Utc};
use entity::ids::{DeviceId, LinkId};
use entity::link_state::LinkState;
use entity::mac::MacAddress;
use sqlx::Postgres;
use sqlx::postgres::{PgHasArrayType, PgTypeInfo};

use crate::machine::link::Link;
use crate::message::{Rate, Reading};

/// The columns of `wireless_links` behind the tenant, in the order of the type.
#[derive(sqlx::Encode)]
pub(super) struct LinkRow<'a> {
    id: LinkId,
    ap_device_id: DeviceId,
    cpe_device_id: DeviceId,
    interface: Option<&'a str>,
    client_mac: MacAddress,
    signal_strength: Option<i16>,
    remote_signal_strength: Option<i16>,
    signal_to_noise: Option<i16>,
    tx_ccq: Option<i16>,
    tx_rate: Option<&'a str>,
    rx_rate: Option<&'a str>,
    tx_rate_kbps: Option<i32>,
    rx_rate_kbps: Option<i32>,
    distance_m: Option<i32>,
    uptime_s: Option<i32>,
    last_ip: Option<&'a str>,
    state: LinkState,
    state_since: DateTime<Utc>,
    sightings: i32,
    missed_polls: i32,
    weak_polls: i32,
    discovered_at: DateTime<Utc>,
    last_seen: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

const TYPE: &str = "app.link_row";

impl sqlx::Type<Postgres> for LinkRow<'_> {
    fn type_info() -> PgTypeInfo {
        PgTypeInfo::with_name(TYPE)
    }
}

impl PgHasArrayType for LinkRow<'_> {
    fn array_type_info() -> PgTypeInfo {
        PgTypeInfo::array_of(TYPE)
    }
}

impl<'a> LinkRow<'a> {
    /// `link` with what `reading` measured of it.
    pub(super) fn of(link: &Link, reading: &'a Reading) -> Self {
        let text = |rate: &'a Option<Rate>| rate.as_ref().map(|rate| rate.text.as_str());
        let kbps = |rate: &Option<Rate>| rate.as_ref().and_then(|rate| rate.kbps);
        Self {
            id: link.id,
            ap_device_id: link.ap,
            cpe_device_id: link.cpe,
            interface: reading.interface.as_deref(),
            client_mac: link.client_mac,
            signal_strength: reading.signal,
            remote_signal_strength: link.remote_signal,
            signal_to_noise: reading.snr,
            tx_ccq: reading.ccq,
            tx_rate: text(&reading.tx_rate),
            rx_rate: text(&reading.rx_rate),
            tx_rate_kbps: kbps(&reading.tx_rate),
            rx_rate_kbps: kbps(&reading.rx_rate),
            distance_m: reading.distance_m,
            uptime_s: link.uptime_s,
            last_ip: reading.last_ip.as_deref(),
            state: link.state,
            state_since: link.state_since,
            sightings: link.sightings,
            missed_polls: link.missed_polls,
            weak_polls: link.weak_polls,
            discovered_at: link.discovered_at,
            last_seen: link.last_seen,
            updated_at: link.updated_at,
        }
    }
}
