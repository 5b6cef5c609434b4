//! What pollers send: registration tables of a fleet, round after round.
//!
//! Between two rounds signals, qualities, rates and uptimes change as they do in the field, so every
//! link is written. One client in fifty fades every eighth round: those make the events.

use std::fmt::Write as _;
use std::time::Duration;

use async_nats::jetstream;
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};

use crate::failure::{Doing as _, Failure};
use crate::fleet::{self, Fleet, Kind};

/// Rounds follow each other in this distance.
pub(crate) const INTERVAL: Duration = Duration::from_secs(10);
/// Messages sent before their acknowledgements are awaited.
const TOGETHER: usize = 500;

/// The rounds of a fleet's polls, from two hours ago on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rounds {
    fleet: Fleet,
    start: DateTime<Utc>,
    next: u32,
}

/// Some rounds that were published.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Published {
    /// How many messages.
    pub(crate) messages: u32,
    /// How many client rows stand in them.
    pub(crate) rows: u32,
    /// The time of the first round.
    pub(crate) first_at: DateTime<Utc>,
    /// The time of the last.
    pub(crate) last_at: DateTime<Utc>,
    /// The place of the last message in the stream.
    pub(crate) last_seq: u64,
}

impl Rounds {
    /// No round of `fleet` was told yet.
    pub(crate) fn of(fleet: Fleet) -> Self {
        let micros = (Utc::now() - TimeDelta::minutes(119)).timestamp_micros();
        Self {
            fleet,
            start: DateTime::from_timestamp_micros(micros).unwrap_or_default(),
            next: 0,
        }
    }

    /// Whose polls these are.
    pub(crate) const fn fleet(&self) -> Fleet {
        self.fleet
    }

    /// From now on those of `fleet`; the times go on.
    pub(crate) const fn follow(&mut self, fleet: Fleet) {
        self.fleet = fleet;
    }

    /// Takes a round: nobody else gets it.
    pub(crate) fn take(&mut self) -> (u32, DateTime<Utc>) {
        let round = self.next;
        self.next += 1;
        (round, self.start + INTERVAL * round)
    }

    /// Publishes the next `count` rounds, tenants mixed, and waits until the stream has them.
    pub(crate) async fn publish(
        &mut self,
        jetstream: &jetstream::Context,
        count: u32,
    ) -> Result<Published, Failure> {
        let Fleet { tenants, aps, .. } = self.fleet;
        let mut published = Published {
            messages: count * tenants * aps,
            rows: count * self.fleet.all_links(),
            first_at: self.start + INTERVAL * self.next,
            last_at: self.start + INTERVAL * (self.next + count - 1),
            last_seq: 0,
        };
        let mut acks = Vec::with_capacity(TOGETHER);
        for _ in 0..count {
            let (round, at) = self.take();
            for (ap, tenant) in (0..aps).flat_map(|ap| self.fleet.tenants().map(move |t| (ap, t))) {
                let ack = jetstream
                    .publish(
                        subject(tenant, ap),
                        steady(self.fleet, (tenant, ap), round, at).into(),
                    )
                    .await;
                acks.push(ack.doing("publishing a poll")?);
                if acks.len() == TOGETHER {
                    published.last_seq = all(&mut acks).await?;
                }
            }
        }
        if !acks.is_empty() {
            published.last_seq = all(&mut acks).await?;
        }
        Ok(published)
    }
}

/// The table of AP number `ap` of a tenant, as its poller sends it. `up` says for how many seconds a
/// client is associated.
fn poll(
    fleet: Fleet,
    (tenant, ap): (u32, u32),
    round: u32,
    at: DateTime<Utc>,
    up: impl Fn(u32) -> u32,
) -> String {
    let mut text = format!(
        r#"{{"device_id":"{}","tenant_id":"{}","collected_at":"{}","registrations":["#,
        fleet::id(tenant, Kind::Ap, ap),
        fleet::tenant(tenant),
        at.to_rfc3339_opts(SecondsFormat::Micros, true),
    );
    for client in 0..fleet.clients {
        if client > 0 {
            text.push(',');
        }
        row(
            &mut text,
            tenant,
            ap * fleet.clients + client,
            round,
            up(client),
        );
    }
    text.push_str("]}");
    text
}

/// A table of clients that stay associated.
pub(crate) fn steady(fleet: Fleet, place: (u32, u32), round: u32, at: DateTime<Utc>) -> String {
    poll(fleet, place, round, at, |_| 100_800 + 10 * round)
}

/// A table in which `anew` of the clients have associated anew since the round before.
pub(crate) fn restless(
    fleet: Fleet,
    place: (u32, u32),
    round: u32,
    anew: u32,
    at: DateTime<Utc>,
) -> String {
    let period = fleet.clients / anew;
    poll(fleet, place, round, at, |client| {
        1_000 + (round + client) % period * 100
    })
}

/// The subject polls of one AP go out on.
pub(crate) fn subject(tenant: u32, ap: u32) -> String {
    format!("wireless.registrations.{}", fleet::id(tenant, Kind::Ap, ap))
}

/// dBm of CPE number `n` in a round.
pub(crate) const fn signal(n: u32, round: u32) -> i32 {
    let fades = n.is_multiple_of(50) && (round / 8) % 2 == 1;
    let usual = -55 - (n % 20).cast_signed() - ((round + n) % 3).cast_signed();
    if fades { -88 } else { usual }
}

/// Percent.
pub(crate) const fn ccq(n: u32, round: u32) -> u32 {
    80 + (round * 7 + n) % 20
}

/// As reported, and kbit/s.
pub(crate) const fn rate(n: u32, round: u32) -> (&'static str, i32) {
    const RATES: [(&str, i32); 4] = [
        ("130Mbps-40MHz/2S/SGI", 130_000),
        ("117Mbps-20MHz/2S", 117_000),
        ("86.7Mbps-20MHz/1S/SGI", 86_700),
        ("65Mbps-20MHz/1S", 65_000),
    ];
    RATES[((n + round / 3) % 4) as usize]
}

fn row(text: &mut String, tenant: u32, n: u32, round: u32, up_s: u32) {
    let (hours, minutes) = (up_s / 3_600 % 24, up_s / 60 % 60);
    // Writing to a string does not fail.
    let _ = write!(
        text,
        r#"{{"interface":"wlan1","mac_address":"{mac}","signal_strength":{signal},"tx_ccq":{ccq},"tx_rate":"{tx}","rx_rate":"{rx}","uptime":"{days}d{hours}h{minutes}m{seconds}s","distance":{distance},"last_ip":"10.64.{high}.{low}","tx_signal_strength":{back},"bytes":"{bytes},{bytes}"}}"#,
        mac = fleet::mac(tenant, n),
        signal = signal(n, round),
        ccq = ccq(n, round),
        tx = rate(n, round).0,
        rx = rate(n + 1, round).0,
        days = up_s / 86_400,
        seconds = up_s % 60,
        distance = 1_000 + n,
        high = n / 256 % 256,
        low = n % 256,
        back = signal(n, round) - 2,
        bytes = 1_000_000 + round * 997,
    );
}

async fn all(acks: &mut Vec<jetstream::context::PublishAckFuture>) -> Result<u64, Failure> {
    let mut last = 0;
    for ack in acks.drain(..) {
        last = ack.await.doing("waiting for the stream")?.sequence;
    }
    Ok(last)
}
