//! What the oracle finds.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Arc, Mutex};

use api::live::cursor::FeedCursor;
use chrono::{DateTime, Utc};
use entity::ids::{DeviceId, Epoch, LinkId, TenantId};
use entity::link_state::LinkState;
use entity::mac::MacAddress;
use serde_json::json;
use sqlx::{Connection as _, FromRow, PgConnection};
use wisplink_tests::harness::tenant::CURSORS;
use wisplink_tests::harness::world::{World, eventually};

use super::model;
use super::network::Network;
use super::plan::Plan;

/// What each tenant's subscriber has heard: the numbers of the events, as they came.
pub(crate) struct Watch(Vec<(TenantId, Heard)>);

type Heard = Arc<Mutex<Vec<i64>>>;

/// Faults by kind, and how much was looked at.
#[derive(Default)]
pub(crate) struct Verdict {
    lost: Vec<String>,
    doubled: Vec<String>,
    phantom: Vec<String>,
    out_of_order: Vec<String>,
    divergent: Vec<String>,
    polls: usize,
    events: usize,
}

#[derive(FromRow)]
struct EventRow {
    tenant_id: TenantId,
    seq: i64,
    link_id: LinkId,
    ap_device_id: DeviceId,
    client_mac: MacAddress,
    from_state: Option<LinkState>,
    to_state: LinkState,
    reason: String,
    at: DateTime<Utc>,
}

#[derive(FromRow)]
struct LinkRow {
    id: LinkId,
    ap_device_id: DeviceId,
    client_mac: MacAddress,
    state: LinkState,
    signal_strength: Option<i16>,
    missed_polls: i32,
}

/// Follows every tenant's feed from its beginning, through everything that happens.
pub(crate) async fn watch(world: &World, network: &Network) -> Watch {
    let mut feeds = Vec::new();
    for tenant in &network.tenants {
        let start = FeedCursor {
            epoch: Epoch::first(tenant.id),
            seq: 0,
        }
        .encode();
        let mut socket = world.api.subscriber(&tenant.viewer()).await;
        socket
            .subscribe("feed", CURSORS, json!({ "after": start }))
            .await;
        let heard = Heard::default();
        feeds.push((tenant.id, Arc::clone(&heard)));
        tokio::spawn(async move {
            loop {
                let event = socket.next_at_last().await;
                let cursor = event["linkEvents"]["cursor"].as_str().unwrap();
                heard
                    .lock()
                    .unwrap()
                    .push(FeedCursor::decode(cursor).unwrap().seq);
            }
        });
    }
    Watch(feeds)
}

/// Looks at everything there is.
pub(crate) async fn look(world: &World, network: &Network, plan: &Plan, watch: Watch) -> Verdict {
    let mut session = PgConnection::connect(&world.database.url()).await.unwrap();
    let tenants: Vec<_> = network.tenants.iter().map(|tenant| tenant.id).collect();
    let events: Vec<EventRow> = sqlx::query_as("SELECT * FROM link_events ORDER BY tenant_id, seq")
        .fetch_all(&mut session)
        .await
        .unwrap();
    let links: Vec<LinkRow> = sqlx::query_as("SELECT * FROM wireless_links")
        .fetch_all(&mut session)
        .await
        .unwrap();
    let polls: Vec<(DeviceId, DateTime<Utc>)> = sqlx::query_as(
        "SELECT ap_device_id, collected_at FROM poll_history WHERE tenant_id = ANY($1)",
    )
    .bind(&tenants)
    .fetch_all(&mut session)
    .await
    .unwrap();
    let mut verdict = Verdict {
        events: events.len(),
        ..Verdict::default()
    };
    verdict.polls(network, plan, &polls);
    verdict.numbers(&events);
    verdict.chains(&events, &links);
    verdict.model(network, plan, &events, &links);
    for (tenant, heard) in watch.0 {
        let wanted = events
            .iter()
            .filter(|event| event.tenant_id == tenant)
            .count();
        verdict.feed(tenant, wanted, &heard).await;
    }
    verdict
}

impl Verdict {
    /// Everything that is wrong.
    pub(crate) fn faults(&self) -> Vec<String> {
        let kinds = [
            &self.lost,
            &self.doubled,
            &self.phantom,
            &self.out_of_order,
            &self.divergent,
        ];
        kinds.into_iter().flatten().take(20).cloned().collect()
    }

    /// Each acknowledged poll has left one row of history.
    fn polls(&mut self, network: &Network, plan: &Plan, stored: &[(DeviceId, DateTime<Utc>)]) {
        let sent: BTreeSet<_> = plan
            .polls
            .iter()
            .map(|poll| (network.aps[poll.ap].id, poll.at))
            .collect();
        let kept: BTreeSet<_> = stored.iter().copied().collect();
        self.polls = sent.len();
        self.lost.extend(
            sent.difference(&kept)
                .map(|poll| format!("lost: poll {poll:?}")),
        );
        self.phantom.extend(
            kept.difference(&sent)
                .map(|poll| format!("phantom: poll {poll:?}")),
        );
        if kept.len() < stored.len() {
            self.doubled.push("doubled: a poll has two rows".to_owned());
        }
    }

    /// A tenant's events are numbered 1, 2, 3 …
    fn numbers(&mut self, events: &[EventRow]) {
        let mut last: BTreeMap<TenantId, i64> = BTreeMap::new();
        for event in events {
            let last = last.entry(event.tenant_id).or_default();
            if event.seq != *last + 1 {
                self.out_of_order
                    .push(format!("order: event {} follows {last}", event.seq));
            }
            *last = event.seq;
        }
    }

    /// A link's events lead from one to the next, in time, and to the state it is in.
    fn chains(&mut self, events: &[EventRow], links: &[LinkRow]) {
        let mut chains: BTreeMap<LinkId, (LinkState, DateTime<Utc>)> = BTreeMap::new();
        for event in events {
            let before = chains.insert(event.link_id, (event.to_state, event.at));
            if before.map(|(state, _)| state) != event.from_state {
                self.doubled
                    .push(format!("doubled: event {} of {}", event.seq, event.link_id));
            }
            if before.is_some_and(|(_, at)| event.at < at) {
                self.out_of_order
                    .push(format!("order: event {} goes back in time", event.seq));
            }
        }
        for link in links {
            if chains.get(&link.id).map(|(state, _)| *state) != Some(link.state) {
                self.divergent
                    .push(format!("divergent: {} is {:?}", link.id, link.state));
            }
        }
    }

    /// Links of APs whose polls came in order are what the model says, and so are their events.
    fn model(&mut self, network: &Network, plan: &Plan, events: &[EventRow], links: &[LinkRow]) {
        let mut told: BTreeMap<(DeviceId, MacAddress), Vec<_>> = BTreeMap::new();
        for event in events {
            let key = (event.ap_device_id, event.client_mac);
            told.entry(key)
                .or_default()
                .push((event.at, event.reason.clone(), event.to_state));
        }
        let rows: BTreeMap<_, _> = links
            .iter()
            .map(|link| ((link.ap_device_id, link.client_mac), link))
            .collect();
        for (key, wanted) in model::play(network, plan) {
            let Some(link) = rows.get(&key) else {
                self.lost.push(format!("lost: link {key:?}"));
                continue;
            };
            let found = (link.state, link.signal_strength, link.missed_polls);
            if found != (wanted.state, Some(wanted.signal), wanted.misses) {
                self.divergent
                    .push(format!("divergent: {key:?} is {found:?}, not {wanted:?}"));
            }
            let events = wanted
                .events
                .into_iter()
                .map(|(at, why, to)| (at, why.to_owned(), to));
            if told
                .get(&key)
                .is_none_or(|told| !told.iter().cloned().eq(events))
            {
                self.divergent.push(format!(
                    "divergent: events of {key:?}: {:?}",
                    told.get(&key)
                ));
            }
        }
    }

    async fn feed(&mut self, tenant: TenantId, wanted: usize, heard: &Heard) {
        eventually("a subscriber has heard every event", async || {
            (heard.lock().unwrap().len() >= wanted).then_some(())
        })
        .await;
        let heard = heard.lock().unwrap();
        let numbers = 1..=i64::try_from(wanted).unwrap();
        if !heard.iter().copied().eq(numbers) {
            self.out_of_order
                .push(format!("order: the feed of {tenant} brought {heard:?}"));
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} polls, {} events: lost {}, double effects {}, phantom {}, order errors {}, divergent {}",
            self.polls,
            self.events,
            self.lost.len(),
            self.doubled.len(),
            self.phantom.len(),
            self.out_of_order.len(),
            self.divergent.len(),
        )
    }
}
