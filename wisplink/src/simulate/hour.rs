//! What someone sees who watches for an hour: simulated polls, decoded and decided on by `ingest`.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use entity::ids::{DeviceId, LinkId};
use entity::link_policy::Policy;
use entity::link_state::{EventReason, LinkState};
use entity::mac::MacAddress;
use entity::model::ap_poll::PollOutcome;
use ingest::decode::{Kind, decode};
use ingest::machine::link::{Event, Link};
use ingest::machine::observation::Observation;
use ingest::machine::step::{Ends, Step, discover, step};
use ingest::message::{Message, Poll};

use super::Size;
use super::moment::Speed;
use super::network::Network;
use super::poll::Target;

const INTERVAL_S: u64 = 5;

/// All links, as `ingest` would have them. Roaming is left out: it looks like an outage here.
struct Watcher {
    network: Network,
    strangers: BTreeSet<MacAddress>,
    links: BTreeMap<(DeviceId, MacAddress), Link>,
    events: Vec<Event>,
    failed_polls: usize,
    silences: usize,
    unknown: usize,
    /// Links and active ones among them, added up over all rounds of polls.
    known: (usize, usize),
}

impl Watcher {
    fn watch(seed: u64, size: Size, seconds: i64) -> Self {
        let network = Network::example(seed, size);
        let phones = network.spots().flat_map(|spot| &spot.ap().plan.phones);
        let mut watcher = Self {
            strangers: phones.map(|phone| phone.mac).collect(),
            network: network.clone(),
            links: BTreeMap::new(),
            events: Vec::new(),
            failed_polls: 0,
            silences: 0,
            unknown: 0,
            known: (0, 0),
        };
        let begin: DateTime<Utc> = "2026-03-01T12:00:00Z".parse().unwrap();
        for second in (0..seconds).step_by(usize::try_from(INTERVAL_S).unwrap()) {
            let at = begin + TimeDelta::seconds(second);
            let network = watcher.network.clone();
            for spot in network.spots() {
                let interval = Duration::from_secs(INTERVAL_S);
                let target = Target {
                    spot,
                    speed: Speed::suiting(interval),
                    radios_at: Some(begin),
                    interval,
                };
                watcher.hear(target, at);
            }
            let links = watcher.links.values();
            let active = links.filter(|link| link.state == LinkState::Active);
            watcher.known.1 += active.count();
            watcher.known.0 += watcher.links.len();
        }
        watcher
    }

    fn hear(&mut self, target: Target<'_>, at: DateTime<Utc>) {
        let Some(table) = target.poll(at) else {
            self.silences += 1;
            return;
        };
        let payload = serde_json::to_vec(&table).unwrap();
        let decoded = decode(Kind::Registrations, &table.device_id, &payload, at).unwrap();
        let Message::Poll(poll) = decoded.message else {
            unreachable!()
        };
        if poll.outcome == PollOutcome::Ok {
            self.sight(&poll, at);
            self.miss(&poll, at);
        } else {
            self.failed_polls += 1;
        }
    }

    fn sight(&mut self, poll: &Poll, at: DateTime<Utc>) {
        let policy = Policy::default();
        for client in &poll.clients {
            if self.strangers.contains(&client.mac) {
                self.unknown += 1;
                continue;
            }
            let key = (poll.ap, client.mac);
            let reading = client.reading.clone();
            let before = self.links.remove(&key).map(|link| {
                match step(link, Observation::Sighted(reading.clone()), &policy, at) {
                    Step::Unchanged(link) => (link, Vec::new()),
                    Step::Changed(link, events) => (link, events),
                }
            });
            let (link, events) = before.unwrap_or_else(|| {
                let ends = Ends {
                    ap: poll.ap,
                    cpe: DeviceId::new(),
                    client_mac: client.mac,
                };
                discover(LinkId::new(), ends, reading, &policy, at)
            });
            self.links.insert(key, link);
            self.events.extend(events);
        }
    }

    fn miss(&mut self, poll: &Poll, at: DateTime<Utc>) {
        for (key, link) in &mut self.links {
            let sighted = poll.clients.iter().any(|client| client.mac == key.1);
            if key.0 != poll.ap || sighted {
                continue;
            }
            if let Step::Changed(changed, events) =
                step(link.clone(), Observation::Missed, &Policy::default(), at)
            {
                *link = changed;
                self.events.extend(events);
            }
        }
    }

    /// Events after the start, when everything is new.
    fn later(&self, from_s: i64) -> impl Iterator<Item = &Event> {
        let begin = self.events[0].at + TimeDelta::seconds(from_s);
        self.events.iter().filter(move |event| event.at > begin)
    }
}

#[test]
fn everything_happens_and_most_links_stay_good() {
    let size = Size {
        sites: 1,
        aps_per_site: 3,
        cpes_per_ap: 12,
    };
    let watcher = Watcher::watch(1, size, 3600);
    let count = |reason| {
        watcher
            .later(30)
            .filter(|event| event.reason == reason)
            .count()
    };
    for reason in [
        EventReason::SignalWeak,
        EventReason::SignalRecovered,
        EventReason::MissedPolls,
        EventReason::SeenAgain,
        EventReason::Reconnected,
    ] {
        assert!(count(reason) > 10, "{reason}: {}", count(reason));
    }
    assert!(
        watcher.failed_polls > 10,
        "{} failed polls",
        watcher.failed_polls
    );
    assert!(
        watcher.unknown > 100,
        "{} sightings of unknown clients",
        watcher.unknown
    );
    assert!(
        watcher.silences > 50,
        "{} polls of nobody",
        watcher.silences
    );
    let (known, active) = watcher.known;
    assert!(active * 4 > known * 3, "{active} of {known}");
}

#[test]
fn the_default_is_lively_but_no_chaos() {
    for seed in 0..3 {
        let watcher = Watcher::watch(seed, Size::default(), 240);
        let events = watcher.later(30).count();
        // One in half a second to three and a half seconds.
        assert!(
            (60..=420).contains(&events),
            "{events} events in 210 s with seed {seed}"
        );
        let (known, active) = watcher.known;
        assert!(
            active * 5 > known * 4,
            "{active} of {known} with seed {seed}"
        );
        let mut kinds: Vec<_> = watcher.later(30).map(|event| event.reason).collect();
        kinds.sort_unstable();
        kinds.dedup();
        assert!(kinds.len() >= 5, "only {kinds:?} with seed {seed}");
    }
}
