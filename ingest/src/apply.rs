//! One transaction of a lane: a tenant's messages go in, its new state and its events come out.
//!
//! # Invariants
//! - Applying a message twice changes nothing: watermarks of polls, interface snapshots and status
//!   let only news pass.
//! - Links are read after their AP's watermark was locked, in a statement of its own: one
//!   statement for both would see links as they were before it waited for the lock.

use std::collections::{BTreeMap, HashSet};

use chrono::{DateTime, Utc};
use entity::database::Database;
use entity::ids::DeviceId;
use entity::mac::MacAddress;
use entity::model::ap_poll::PollOutcome;
use entity::model::unknown_client::UnknownReason;
use entity::scope::TenantScope;
use entity::tx::TenantTx;
use entity::wire::link_event::LinkEvent;
use entity::wire::telemetry::Telemetry;

use crate::crash::crash_point;
use crate::decide::{Decider, Decisions};
use crate::message::{InterfaceSnapshot, Message, Poll, StatusReport};
use crate::publish::KnownFeed;
use crate::publish::span::Published;
use crate::resolve::Owners;
use crate::store::{events, history, interfaces, links, policies, status, unknown, watermark};

/// What a committed batch leaves to be done.
#[derive(Debug, Default)]
pub struct Applied {
    /// To be published.
    pub events: Vec<LinkEvent>,
    /// To be published, as far as that works.
    pub telemetry: Vec<Telemetry>,
    /// How far the feed is published, if that was written down.
    pub noted: Option<Published>,
    /// The devices named in messages that the tenant does not have.
    pub strangers: HashSet<DeviceId>,
    /// Whether the tenant itself is a stranger.
    pub is_nobody: bool,
    /// What it was made of.
    pub tally: Tally,
}

/// What the polls of a batch brought.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Clients listed by polls that were applied.
    pub clients: usize,
    /// Those that no managed device has.
    pub unmanaged: usize,
    /// Those that several have.
    pub ambiguous: usize,
    /// Polls that were not newer than what was known.
    pub outdated: usize,
}

/// Applies `messages`, all of `scope`'s tenant, in one transaction. `feed` is what is
/// known of the tenant's feed; `now` is when this happens. Polls from before
/// `kept_from` leave no history.
pub async fn apply(
    database: &Database,
    scope: TenantScope,
    messages: &[&Message],
    feed: KnownFeed,
    kept_from: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Applied, sqlx::Error> {
    let tx = database.write(scope).await?;
    let named: HashSet<_> = messages.iter().map(|message| message.device()).collect();
    let named: Vec<_> = named.into_iter().collect();
    let known = status::known(&tx, &named).await?;
    let batch = Batch::sort(
        messages
            .iter()
            .copied()
            .filter(|m| known.contains(&m.device())),
    );
    batch.store_devices(&tx).await?;
    let (decisions, tally) = batch.store_polls(&tx).await?;
    history::keep(&tx, &batch.good, kept_from).await?;
    let events = events::append(&tx, decisions.events, feed, now).await?;
    let strangers: HashSet<_> = named
        .into_iter()
        .filter(|device| !known.contains(device))
        .collect();
    let is_nobody = !strangers.is_empty() && !status::is_tenant(&tx).await?;
    crash_point!("before-commit");
    tx.commit().await?;
    crash_point!("after-commit");
    Ok(Applied {
        // It goes down with the numbers of new events.
        noted: feed.published.filter(|_| !events.is_empty()),
        events,
        telemetry: decisions.telemetry,
        strangers,
        is_nobody,
        tally,
    })
}

/// A batch by kind, each device once where only the newest counts.
#[derive(Default)]
struct Batch<'a> {
    good: Vec<&'a Poll>,
    failed: BTreeMap<DeviceId, &'a Poll>,
    interfaces: BTreeMap<DeviceId, &'a InterfaceSnapshot>,
    status: BTreeMap<DeviceId, &'a StatusReport>,
}

impl<'a> Batch<'a> {
    fn sort(messages: impl Iterator<Item = &'a Message>) -> Self {
        let mut batch = Self::default();
        for message in messages {
            match message {
                Message::Poll(poll) => match poll.outcome {
                    PollOutcome::Ok => batch.good.push(poll),
                    PollOutcome::Failed => {
                        keep_newest(&mut batch.failed, poll.ap, poll, |poll| poll.collected_at);
                    }
                    PollOutcome::Unsupported => {}
                },
                Message::Interfaces(snapshot) => {
                    keep_newest(&mut batch.interfaces, snapshot.device, snapshot, |s| {
                        s.collected_at
                    });
                }
                Message::Status(report) => {
                    keep_newest(&mut batch.status, report.device, report, |r| r.last_seen);
                }
            }
        }
        batch.good.sort_by_key(|poll| (poll.collected_at, poll.ap));
        batch
    }

    async fn store_devices(&self, tx: &TenantTx) -> Result<(), sqlx::Error> {
        if !self.interfaces.is_empty() {
            let newest: Vec<_> = self.interfaces.values().copied().collect();
            interfaces::replace(tx, &newest).await?;
        }
        if !self.status.is_empty() {
            let newest: Vec<_> = self.status.values().copied().collect();
            status::report(tx, &newest).await?;
        }
        Ok(())
    }

    async fn store_polls(&self, tx: &TenantTx) -> Result<(Decisions, Tally), sqlx::Error> {
        let stored = self.store_good_polls(tx).await?;
        // Behind the good ones: which of them are older shows in their watermarks.
        if !self.failed.is_empty() {
            let failed: Vec<_> = self.failed.values().copied().collect();
            watermark::mark(tx, &failed).await?;
        }
        Ok(stored)
    }

    async fn store_good_polls(&self, tx: &TenantTx) -> Result<(Decisions, Tally), sqlx::Error> {
        if self.good.is_empty() {
            return Ok(Default::default());
        }
        let news = self.news(tx).await?;
        let decisions = decide(tx, &news).await?;
        links::insert(tx, &decisions.created).await?;
        links::update(tx, &decisions.changed).await?;
        unknown::note(tx, &decisions.unknown).await?;
        unknown::settle(tx, &decisions.created).await?;
        let mut tally = Tally::of(&news, &decisions);
        tally.outdated = self.good.len() - news.len();
        Ok((decisions, tally))
    }

    /// Moves on the watermarks; returns the polls that are newer than theirs was, in order.
    async fn news(&self, tx: &TenantTx) -> Result<Vec<&'a Poll>, sqlx::Error> {
        let newest: BTreeMap<_, _> = self.good.iter().map(|poll| (poll.ap, *poll)).collect();
        let newest: Vec<_> = newest.into_values().collect();
        let mut last = watermark::advance(tx, &newest).await?;
        let is_news = |poll: &&Poll| {
            let Some(last) = last.get_mut(&poll.ap) else {
                return false;
            };
            // Never polled is before any time.
            let is_newer = *last < Some(poll.collected_at);
            if is_newer {
                *last = Some(poll.collected_at);
            }
            is_newer
        };
        Ok(self.good.iter().copied().filter(is_news).collect())
    }
}

impl Tally {
    fn of(news: &[&Poll], decisions: &Decisions) -> Self {
        let unknown = decisions.unknown.iter();
        let ambiguous = unknown.filter(|client| client.reason == UnknownReason::Ambiguous);
        let ambiguous = ambiguous.count();
        Self {
            clients: news.iter().map(|poll| poll.clients.len()).sum(),
            unmanaged: decisions.unknown.len() - ambiguous,
            ambiguous,
            outdated: 0,
        }
    }

    /// Counts it.
    pub(crate) fn count(self) {
        let unknown = |reason: UnknownReason, clients: usize| {
            let reason = reason.as_str();
            metrics::counter!("wisplink_ingest_unknown_clients_total", "reason" => reason)
                .increment(clients as u64);
        };
        unknown(UnknownReason::Unmanaged, self.unmanaged);
        unknown(UnknownReason::Ambiguous, self.ambiguous);
        metrics::counter!("wisplink_ingest_clients_total").increment(self.clients as u64);
        metrics::counter!("wisplink_ingest_polls_outdated_total").increment(self.outdated as u64);
    }
}

async fn decide(tx: &TenantTx, news: &[&Poll]) -> Result<Decisions, sqlx::Error> {
    if news.is_empty() {
        return Ok(Decisions::default());
    }
    let aps: HashSet<_> = news.iter().map(|poll| poll.ap).collect();
    let aps: Vec<_> = aps.into_iter().collect();
    let clients = news.iter().flat_map(|poll| poll.clients.iter());
    let macs: HashSet<MacAddress> = clients.map(|client| client.mac).collect();
    let macs: Vec<_> = macs.into_iter().collect();
    let owners = Owners::find(tx, &macs).await?;
    let mut stored = links::of(tx, &aps).await?;
    stored.extend(links::elsewhere(tx, &aps, &macs).await?);
    let mut decider = Decider::new(tx.tenant(), owners, stored);
    let policies = policies::of(tx, &aps).await?;
    for poll in news {
        decider.hear(poll, policies.of(poll.ap));
    }
    Ok(decider.finish())
}

/// A later arrival of the same time counts as newer.
fn keep_newest<'a, T>(
    newest: &mut BTreeMap<DeviceId, &'a T>,
    device: DeviceId,
    candidate: &'a T,
    time: impl Fn(&T) -> DateTime<Utc>,
) {
    let known = newest.entry(device).or_insert(candidate);
    if time(candidate) >= time(known) {
        *known = candidate;
    }
}
