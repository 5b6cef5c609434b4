//! The poller: says once what devices there are, then polls every access point for ever.
//!
//! # Invariants
//! - APs are polled independently of each other, each one poll after the other: a publish that
//!   hangs delays this AP and no other.

use std::time::Duration;

use async_nats::jetstream::Context;
use chrono::{DateTime, Utc};
use entity::model::device::DeviceStatus;
use entity::wire::registrations::Registrations;
use entity::wire::subject;
use futures::StreamExt as _;
use futures::{future, stream};
use tokio::time::{Instant, MissedTickBehavior, interval_at};
use tokio_util::sync::CancellationToken;

use super::network::Network;
use super::poll::{Target, poll};
use super::publish::Publisher;
use super::weather::Weather;
use super::{Settings, snapshot};

/// Devices announced at the same time.
const ANNOUNCED_AT_ONCE: usize = 32;
/// No poller polls faster than this.
const SHORTEST_INTERVAL: Duration = Duration::from_millis(100);

/// Polls the network until `shutdown`.
pub async fn run(
    network: Network,
    jetstream: Context,
    settings: &Settings,
    shutdown: CancellationToken,
) {
    let publisher = Publisher::new(jetstream);
    let interval = settings.interval.max(SHORTEST_INTERVAL);
    let polling = async {
        announce(&network, &publisher).await;
        poll_all(&network, &publisher, interval).await;
    };
    shutdown.run_until_cancelled(polling).await;
}

/// Says of every device that it is there and which interfaces it has.
async fn announce(network: &Network, publisher: &Publisher) {
    let devices = network.tenants().flat_map(|tenant| {
        tenant
            .devices()
            .map(move |(id, device)| (tenant.id, id, device))
    });
    let announcements = stream::iter(devices).map(async |(tenant, id, device)| {
        let at = Utc::now();
        let status = snapshot::status(tenant, id, device, DeviceStatus::Online, at);
        publisher.publish(subject::STATUS, id, &status).await;
        let interfaces = snapshot::interfaces(tenant, id, device, at);
        publisher
            .publish(subject::INTERFACES, id, &interfaces)
            .await;
    });
    announcements
        .buffer_unordered(ANNOUNCED_AT_ONCE)
        .collect::<()>()
        .await;
}

/// Polls every AP once an interval, spread evenly over it.
async fn poll_all(network: &Network, publisher: &Publisher, interval: Duration) {
    let targets: Vec<_> = network.targets(interval).collect();
    let count = u32::try_from(targets.len()).unwrap_or(u32::MAX).max(1);
    let begin = Instant::now();
    let pollers = targets.into_iter().zip(0..).map(|(target, position)| {
        poll_for_ever(target, publisher, begin + interval * position / count)
    });
    future::join_all(pollers).await;
}

async fn poll_for_ever(target: Target<'_>, publisher: &Publisher, begin: Instant) {
    let weather = Weather::new(target.interval);
    let mut due = interval_at(begin, target.interval);
    // A poller that was held up does not make up for what it missed.
    due.set_missed_tick_behavior(MissedTickBehavior::Skip);
    let mut reached = Reached {
        status: DeviceStatus::Online,
        at: Utc::now(),
    };
    loop {
        due.tick().await;
        let at = Utc::now();
        let table = poll(target, weather, at);
        if reached.changes(&table, at) {
            let Target { tenant, ap, .. } = target;
            let Reached { status, at } = reached;
            let status = snapshot::status(tenant, ap.id, &ap.plan.device, status, at);
            publisher.publish(subject::STATUS, ap.id, &status).await;
        }
        publisher
            .publish(subject::REGISTRATIONS, target.ap.id, &table)
            .await;
    }
}

/// Whether an AP is reached, and when it last was.
#[derive(Clone, Copy)]
struct Reached {
    status: DeviceStatus,
    at: DateTime<Utc>,
}

impl Reached {
    /// Takes note of a poll; whether the status is another now.
    fn changes(&mut self, table: &Registrations<'_>, at: DateTime<Utc>) -> bool {
        let status = if table.registrations.is_some() {
            self.at = at;
            DeviceStatus::Online
        } else {
            DeviceStatus::Offline
        };
        std::mem::replace(&mut self.status, status) != status
    }
}
