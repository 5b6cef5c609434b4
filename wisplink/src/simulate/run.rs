//! The poller: says once what devices there are, then polls every access point for ever.
//!
//! # Invariants
//! - APs are polled independently of each other, each one poll after the other: a publish that
//!   hangs delays this AP and no other.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use async_nats::jetstream::Context;
use chrono::{DateTime, TimeDelta, Utc};
use entity::model::device::DeviceStatus;
use entity::wire::subject;
use futures::StreamExt as _;
use futures::{future, stream};
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, interval_at};
use tokio_util::sync::CancellationToken;

use super::moment::Speed;
use super::network::{Network, Spot};
use super::poll::Target;
use super::publish::Publisher;
use super::tally::{Counters, Tally};
use super::{Settings, snapshot};

/// Messages on their way at the same time, where nothing gives a pace.
const AT_ONCE: usize = 64;
/// No poller polls faster than this.
const SHORTEST_INTERVAL: Duration = Duration::from_millis(100);
/// How often APs were polled in the past that [`retell`] tells of.
const PAST_INTERVAL: Duration = Duration::from_secs(20);

/// Polls the network until `shutdown`; says what was published.
pub async fn run(
    network: Arc<Network>,
    jetstream: Context,
    settings: &Settings,
    shutdown: CancellationToken,
) -> Tally {
    let publisher = Arc::new(Publisher::new(jetstream));
    let counters = Arc::new(Counters::default());
    let begin = Instant::now();
    let polling = async {
        announce(&network, &publisher, settings.speed).await;
        poll_all(&network, &publisher, &counters, settings).await;
    };
    shutdown.run_until_cancelled(polling).await;
    counters.tally(&publisher, begin.elapsed())
}

/// Publishes what a poller would have published in the time until now, at once. Its polls are
/// further apart than those of [`run()`].
pub async fn retell(network: &Network, jetstream: Context, settings: &Settings, time: Duration) {
    let publisher = Publisher::new(jetstream);
    let begin = Utc::now() - time;
    let rounds = 0..u32::try_from(time.as_secs() / PAST_INTERVAL.as_secs()).unwrap_or(0);
    for round in rounds {
        let at = begin + PAST_INTERVAL * round;
        let polls = stream::iter(network.spots()).map(async |spot| {
            let target = Target {
                spot,
                speed: settings.speed,
                radios_at: Some(begin + time),
                interval: PAST_INTERVAL,
            };
            if let Some(table) = target.poll(at) {
                let ap = spot.ap().id;
                publisher.publish(subject::REGISTRATIONS, ap, &table).await;
            }
        });
        polls.buffer_unordered(AT_ONCE).collect::<()>().await;
    }
}

/// Says of every device that it is there.
async fn announce(network: &Network, publisher: &Publisher, speed: Speed) {
    let now = speed.moment(Utc::now());
    let devices = network.tenants().flat_map(|tenant| {
        tenant
            .devices(now)
            .map(move |(id, device)| (tenant.id, id, device))
    });
    let announcements = stream::iter(devices).map(async |(tenant, id, device)| {
        let at = Utc::now();
        let status = snapshot::status(tenant, id, &device, DeviceStatus::Online, at);
        publisher.publish(subject::STATUS, id, &status).await;
    });
    announcements
        .buffer_unordered(AT_ONCE)
        .collect::<()>()
        .await;
}

/// Polls every AP once an interval, spread evenly over it. Cores share the APs.
async fn poll_all(
    network: &Arc<Network>,
    publisher: &Arc<Publisher>,
    counters: &Arc<Counters>,
    settings: &Settings,
) {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let begin = Instant::now();
    let mut shares = JoinSet::new();
    for share in 0..cores {
        let (network, publisher) = (network.clone(), publisher.clone());
        let (counters, settings) = (counters.clone(), settings.clone());
        shares.spawn(async move {
            let interval = settings.interval.max(SHORTEST_INTERVAL);
            let spots: Vec<_> = network.spots().collect();
            let count = u32::try_from(spots.len()).unwrap_or(u32::MAX).max(1);
            let own = spots.into_iter().zip(0..).skip(share).step_by(cores);
            let pollers = own.map(|(spot, position)| {
                let target = Target {
                    spot,
                    speed: settings.speed,
                    radios_at: None,
                    interval,
                };
                let first = begin + interval * position / count;
                poll_for_ever(target, &publisher, &counters, first)
            });
            future::join_all(pollers).await;
        });
    }
    shares.join_all().await;
}

async fn poll_for_ever(
    target: Target<'_>,
    publisher: &Publisher,
    counters: &Counters,
    first: Instant,
) {
    let mut due = interval_at(first, target.interval);
    // A poller that was held up does not make up for what it missed.
    due.set_missed_tick_behavior(MissedTickBehavior::Skip);
    let mut reached = Reached {
        status: DeviceStatus::Online,
        at: Utc::now(),
    };
    // Radios may have been replaced while nobody polled.
    let mut before = DateTime::UNIX_EPOCH;
    loop {
        let tick = due.tick().await;
        counters.late(tick.elapsed(), target.interval);
        let at = Utc::now();
        let rows = tell(target, before, at, publisher).await;
        counters.polled(rows);
        before = at;
        if reached.changes(rows.is_some(), at) {
            let Spot { tenant, site, .. } = target.spot;
            let (ap, Reached { status, at }) = (target.spot.ap(), reached);
            let device = ap.plan.device(&site.plan);
            let status = snapshot::status(tenant.id, ap.id, &device, status, at);
            publisher.publish(subject::STATUS, ap.id, &status).await;
        }
    }
}

/// Publishes a poll, and before that the interfaces of customers whose radio was replaced since the
/// last one. How many clients were listed; none when the AP was not reached.
async fn tell(
    target: Target<'_>,
    before: DateTime<Utc>,
    at: DateTime<Utc>,
    publisher: &Publisher,
) -> Option<usize> {
    let Spot { tenant, site, .. } = target.spot;
    let ap = target.spot.ap();
    for index in target.replaced(before, at) {
        let now = target.speed.moment(at);
        let cpe = ap.plan.cpes[index].device(&site.plan, &ap.plan, now);
        // Not at the poll's own time: two sets of one moment would be one.
        let interfaces = snapshot::interfaces(
            tenant.id,
            ap.cpes[index],
            &cpe,
            at - TimeDelta::milliseconds(1),
        );
        publisher
            .publish(subject::INTERFACES, ap.cpes[index], &interfaces)
            .await;
    }
    let table = target.poll(at)?;
    let stored = publisher
        .publish(subject::REGISTRATIONS, ap.id, &table)
        .await;
    let rows = table.registrations.map_or(0, |rows| rows.len());
    Some(if stored { rows } else { 0 })
}

/// Whether an AP is reached, and when it last was.
#[derive(Clone, Copy)]
struct Reached {
    status: DeviceStatus,
    at: DateTime<Utc>,
}

impl Reached {
    /// Takes note of a poll; whether the status is another now.
    fn changes(&mut self, is_reached: bool, at: DateTime<Utc>) -> bool {
        let status = if is_reached {
            self.at = at;
            DeviceStatus::Online
        } else {
            DeviceStatus::Offline
        };
        std::mem::replace(&mut self.status, status) != status
    }
}
