//! What a poller reads from an access point at one moment, as it would publish it.

use std::borrow::Cow;
use std::net::Ipv4Addr;
use std::time::Duration;

use chrono::{DateTime, Utc};
use entity::mac::MacAddress;
use entity::wire::registrations::{Registrations, RfStats};
use serde::Serialize;

use super::chance::{Chance, drift};
use super::moment::{Moment, Speed};
use super::network::{Ap, Spot};
use super::plan::{CpePlan, PhonePlan, RadioPlan};
use super::trouble::{self, Answer, Whereabouts};
use super::weather::rain_db;
use super::{print, radio};

/// dB that a client loses at the neighbouring AP, which its antenna does not point at.
const OFF_AXIS_DB: f64 = 5.0;

/// The message of a poll.
pub(super) type Message<'a> = Registrations<'a, Vec<Row<'a>>>;

/// What a poller is asked to read.
#[derive(Clone, Copy)]
pub(super) struct Target<'a> {
    pub(super) spot: Spot<'a>,
    pub(super) speed: Speed,
    /// When radios are as they are told of: for the past, those of its end. What is told of radios
    /// goes another way than polls, and would be true of them too early or too late.
    pub(super) radios_at: Option<DateTime<Utc>>,
    /// How often it is polled.
    pub(super) interval: Duration,
}

/// A client as the AP lists it, with all that a `RouterOS` poller sends of it. The names are those of
/// [`entity::wire::registrations::Registration`].
#[derive(Debug, Serialize)]
pub(super) struct Row<'a> {
    pub(super) interface: &'a str,
    pub(super) mac_address: MacAddress,
    pub(super) signal_strength: i64,
    pub(super) tx_ccq: i64,
    tx_rate: String,
    rx_rate: String,
    pub(super) uptime: String,
    distance: u32,
    last_ip: Ipv4Addr,
    tx_signal_strength: i64,
    pub(super) signal_to_noise: i64,
    bytes: String,
}

/// A client that is associated.
struct Station<'a> {
    radio: &'a RadioPlan,
    fate: u64,
    mac: MacAddress,
    last_ip: Ipv4Addr,
    /// What should be heard of it now.
    dbm: f64,
    since: Moment,
    /// 0 = not available.
    distance_m: u32,
    tells_remote_signal: bool,
}

impl<'a> Target<'a> {
    /// Polls the AP. None when it is not reached: then a poller has nothing to say.
    pub(super) fn poll(self, at: DateTime<Utc>) -> Option<Message<'a>> {
        let now = self.speed.moment(at);
        let ap = self.spot.ap();
        let table = match trouble::answer(ap.plan.fate, now) {
            Answer::None => return None,
            Answer::Failure => None,
            Answer::Table => Some(self.stations(now)),
        };
        let noise = radio::whole(trouble::interference_db(ap.plan.fate, now));
        let rows = table.as_ref().map(|stations| {
            let rows = stations.iter().map(|station| self.row(station, noise, now));
            rows.collect()
        });
        Some(Registrations {
            device_id: ap.id.to_string().into(),
            tenant_id: self.spot.tenant.id.to_string().into(),
            collected_at: print::time(at).into(),
            poll: Some(if rows.is_some() { "ok" } else { "failed" }.into()),
            registrations: rows,
            rf_stats: table.map(|stations| rf_stats(ap, noise, &stations)),
            interval_s: u32::try_from(self.interval.as_secs())
                .ok()
                .filter(|seconds| *seconds > 0),
        })
    }

    /// The customers of this AP whose radio was replaced between two moments, by their places.
    pub(super) fn replaced(
        self,
        before: DateTime<Utc>,
        at: DateTime<Utc>,
    ) -> impl Iterator<Item = usize> {
        let (before, now) = (self.speed.moment(before), self.speed.moment(at));
        let cpes = self.spot.ap().plan.cpes.iter().enumerate();
        cpes.filter_map(move |(index, cpe)| {
            let generation = |moment| trouble::generation(cpe.fate, moment);
            (generation(now) != generation(before)).then_some(index)
        })
    }

    /// Everybody who is at this AP: its own customers, those of the AP before it, and phones.
    fn stations(self, now: Moment) -> Vec<Station<'a>> {
        let ap = self.spot.ap();
        let rain = self
            .spot
            .tenant
            .sky
            .rain_mm_h(self.spot.site.plan.place, now);
        let own = self.customers(ap, now, rain, |whereabouts| match whereabouts {
            Whereabouts::Home { since } => Some((since, 0.0)),
            Whereabouts::Neighbour { .. } | Whereabouts::Gone => None,
        });
        let before = self.spot.before();
        let guests = self.customers(before, now, rain, |whereabouts| match whereabouts {
            Whereabouts::Neighbour { since } => Some((since, OFF_AXIS_DB)),
            Whereabouts::Home { .. } | Whereabouts::Gone => None,
        });
        let phones = ap.plan.phones.iter().filter_map(|phone| {
            let since = trouble::visit(phone.fate, now)?;
            self.passer_by(phone, since, now)
        });
        own.chain(guests).chain(phones).collect()
    }

    /// Those customers of `home` whose `whereabouts` are of interest here: since when, and at which
    /// loss.
    fn customers(
        self,
        home: &'a Ap,
        now: Moment,
        rain_mm_h: f64,
        here: fn(Whereabouts) -> Option<(Moment, f64)>,
    ) -> impl Iterator<Item = Station<'a>> {
        let power = trouble::power(home.plan.fate, now);
        home.plan.cpes.iter().filter_map(move |cpe| {
            let whereabouts = trouble::whereabouts(cpe.fate, cpe.weakness, power, now);
            let (since, lost_db) = here(whereabouts)?;
            let (swing_db, remembers_ms) = cpe.fading.swing();
            let dbm = cpe.mean_dbm + swing_db * drift(cpe.fate, remembers_ms, now)
                - rain_db(rain_mm_h, cpe.distance_m, cpe.model.band)
                - lost_db;
            self.customer(home, cpe, dbm, since, now)
        })
    }

    fn customer(
        self,
        home: &'a Ap,
        cpe: &CpePlan,
        dbm: f64,
        since: Moment,
        now: Moment,
    ) -> Option<Station<'a>> {
        let band = cpe.model.band;
        let mut radios = self.spot.ap().plan.radios.iter();
        Some(Station {
            radio: radios.find(|radio| radio.band == band)?,
            fate: cpe.fate,
            mac: cpe.radio(&home.plan, self.radios_of(now)),
            last_ip: cpe.ip_address(&self.spot.site.plan, &home.plan),
            dbm,
            since,
            distance_m: cpe.distance_m,
            tells_remote_signal: cpe.model.vendor.tells_remote_signal,
        })
    }

    fn radios_of(self, now: Moment) -> Moment {
        self.radios_at.map_or(now, |at| self.speed.moment(at))
    }

    fn passer_by(self, phone: &PhonePlan, since: Moment, now: Moment) -> Option<Station<'a>> {
        let ap = &self.spot.ap().plan;
        Some(Station {
            radio: ap.radios.first()?,
            fate: phone.fate,
            mac: phone.mac,
            last_ip: phone.ip_address(&self.spot.site.plan, ap),
            // Somebody carries it about.
            dbm: phone.mean_dbm + 4.0 * drift(phone.fate, 600_000, now),
            since,
            distance_m: 0,
            tells_remote_signal: false,
        })
    }

    fn row(self, station: &Station<'a>, interference: i64, now: Moment) -> Row<'a> {
        let radio = station.radio;
        let noise_floor = radio.noise_floor + interference;
        let mut chance = Chance::on(station.fate, now.0.cast_unsigned());
        let reading = radio::read(station.dbm, noise_floor, &mut chance);
        let remote_snr = reading.remote_signal - radio.noise_floor;
        let remote_signal = if station.tells_remote_signal {
            reading.remote_signal
        } else {
            0
        };
        let uptime_s = self.speed.seconds(station.since, now);
        let (sent, received) = radio::traffic(station.fate, uptime_s);
        Row {
            interface: &radio.name,
            mac_address: station.mac,
            signal_strength: reading.signal,
            tx_ccq: reading.ccq,
            tx_rate: print::rate(remote_snr, radio.width_mhz),
            rx_rate: print::rate(reading.snr, radio.width_mhz),
            uptime: print::uptime(uptime_s),
            distance: station.distance_m,
            last_ip: station.last_ip,
            tx_signal_strength: remote_signal,
            signal_to_noise: reading.snr,
            bytes: format!("{sent},{received}"),
        }
    }
}

fn rf_stats<'a>(ap: &'a Ap, interference: i64, stations: &[Station<'a>]) -> Vec<RfStats<'a>> {
    let stats = ap.plan.radios.iter().map(|radio| {
        let clients = stations
            .iter()
            .filter(|station| station.radio.name == radio.name)
            .count();
        RfStats {
            interface: Some(Cow::Borrowed(&radio.name)),
            noise_floor: Some((radio.noise_floor + interference).into()),
            channel_width: Some(radio.channel_width.into()),
            tx_power: Some(radio.tx_power.into()),
            registered_clients: Some(i64::try_from(clients).unwrap_or(i64::MAX).into()),
        }
    });
    stats.collect()
}

#[cfg(test)]
mod tests;
