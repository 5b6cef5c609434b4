//! What a poller reads from an access point at one moment, as it would publish it.

use std::borrow::Cow;
use std::time::Duration;

use chrono::{DateTime, Utc};
use entity::ids::TenantId;
use entity::mac::MacAddress;
use entity::wire::registrations::{Registration, Registrations, RfStats};

use super::chance::Chance;
use super::network::{Ap, Site};
use super::plan::{CpePlan, PhonePlan, RadioPlan};
use super::weather::{Weather, Whereabouts};
use super::{print, radio};

/// dB that a client loses at the neighbouring AP, which its antenna does not point at.
const OFF_AXIS_DB: f64 = 5.0;
/// A CPE at this distance gets the rain as it is said.
const RAIN_DISTANCE_M: f64 = 8_000.0;

/// What a poller is asked to read.
#[derive(Clone, Copy)]
pub(super) struct Target<'a> {
    pub(super) tenant: TenantId,
    pub(super) site: &'a Site,
    pub(super) ap: &'a Ap,
    /// How often it is polled.
    pub(super) interval: Duration,
}

/// A client that is associated.
struct Station<'a> {
    radio: &'a RadioPlan,
    fate: u64,
    mac: MacAddress,
    last_ip: std::net::Ipv4Addr,
    /// What should be heard of it now.
    dbm: f64,
    /// Milliseconds since 1970.
    since: i64,
    /// 0 = not available.
    distance_m: u32,
    tells_remote_signal: bool,
}

/// Polls the AP.
pub(super) fn poll(target: Target<'_>, weather: Weather, at: DateTime<Utc>) -> Registrations<'_> {
    let read = weather.answers(target.ap.plan.fate, at);
    let stations = if read {
        stations(target, weather, at)
    } else {
        Vec::new()
    };
    Registrations {
        device_id: target.ap.id.to_string().into(),
        tenant_id: target.tenant.to_string().into(),
        collected_at: print::time(at).into(),
        registrations: read.then(|| stations.iter().map(|station| row(station, at)).collect()),
        rf_stats: read.then(|| rf_stats(target.ap, &stations)),
        poll: Some(if read { "ok" } else { "failed" }.into()),
        interval_s: u32::try_from(target.interval.as_secs())
            .ok()
            .filter(|seconds| *seconds > 0),
    }
}

/// Everybody who is at this AP, from whichever AP of the site.
fn stations(target: Target<'_>, weather: Weather, at: DateTime<Utc>) -> Vec<Station<'_>> {
    let Target { site, ap, .. } = target;
    let rain_db = weather.rain_db(site.fate, at);
    let cpes = site.neighbours().flat_map(|(home, next)| {
        home.plan.cpes.iter().filter_map(move |cpe| {
            let (here, since, lost_db) = match weather.whereabouts(cpe.fate, cpe.weakness, at) {
                Whereabouts::Gone => return None,
                Whereabouts::Home { since } => (home, since, 0.0),
                Whereabouts::Neighbour { since } => (next, since, OFF_AXIS_DB),
            };
            let wetness = f64::from(cpe.distance_m) / RAIN_DISTANCE_M;
            let fading_db = weather.fading_db(cpe.fate, cpe.fading, at);
            let dbm = cpe.mean_dbm + fading_db - rain_db * wetness - lost_db;
            if here.id == ap.id {
                customer(ap, cpe, dbm, since)
            } else {
                None
            }
        })
    });
    let phones = ap.plan.phones.iter().filter_map(|phone| {
        let since = weather.visit(phone.fate, at)?;
        passer_by(ap, phone, since)
    });
    cpes.chain(phones).collect()
}

fn customer<'a>(ap: &'a Ap, cpe: &CpePlan, dbm: f64, since: i64) -> Option<Station<'a>> {
    Some(Station {
        radio: ap.plan.radios.iter().find(|radio| radio.band == cpe.band)?,
        fate: cpe.fate,
        mac: cpe.radio,
        last_ip: cpe.device.ip_address,
        dbm,
        since,
        distance_m: cpe.distance_m,
        tells_remote_signal: cpe.tells_remote_signal,
    })
}

fn passer_by<'a>(ap: &'a Ap, phone: &PhonePlan, since: i64) -> Option<Station<'a>> {
    Some(Station {
        radio: ap.plan.radios.first()?,
        fate: phone.fate,
        mac: phone.mac,
        last_ip: phone.ip_address,
        dbm: phone.mean_dbm,
        since,
        distance_m: 0,
        tells_remote_signal: false,
    })
}

fn row<'a>(station: &Station<'a>, at: DateTime<Utc>) -> Registration<'a> {
    let now = at.timestamp_millis();
    let radio = station.radio;
    let mut chance = Chance::on(station.fate, now.cast_unsigned());
    let reading = radio::read(station.dbm, radio.noise_floor, &mut chance);
    let remote_snr = reading.remote_signal - radio.noise_floor;
    let remote_signal = if station.tells_remote_signal {
        reading.remote_signal
    } else {
        0
    };
    Registration {
        interface: Some(Cow::Borrowed(&radio.name)),
        mac_address: Some(station.mac.to_string().into()),
        signal_strength: Some(reading.signal.into()),
        tx_signal_strength: Some(remote_signal.into()),
        signal_to_noise: Some(reading.snr.into()),
        tx_ccq: Some(reading.ccq.into()),
        tx_rate: Some(print::rate(remote_snr, radio.width_mhz).into()),
        rx_rate: Some(print::rate(reading.snr, radio.width_mhz).into()),
        uptime: Some(print::uptime((now - station.since) / 1000).into()),
        distance: Some(i64::from(station.distance_m).into()),
        last_ip: Some(station.last_ip.to_string().into()),
        ap: None,
        authorized: None,
    }
}

fn rf_stats<'a>(ap: &'a Ap, stations: &[Station<'a>]) -> Vec<RfStats<'a>> {
    let stats = ap.plan.radios.iter().map(|radio| {
        let clients = stations
            .iter()
            .filter(|station| station.radio.name == radio.name)
            .count();
        RfStats {
            interface: Some(Cow::Borrowed(&radio.name)),
            noise_floor: Some(radio.noise_floor.into()),
            channel_width: Some(radio.channel_width.into()),
            tx_power: Some(radio.tx_power.into()),
            registered_clients: Some(i64::try_from(clients).unwrap_or(i64::MAX).into()),
        }
    });
    stats.collect()
}

#[cfg(test)]
mod tests;
