//! What should become of links, told again in the plainest way: from the table in
//! `docs/subjects.md`, not from the state machine.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use entity::ids::{DeviceId, LinkId};
use entity::link_policy::Policy;
use entity::link_state::LinkState::{self, Active, Degraded, Discovered, Down};
use entity::mac::MacAddress;
use ingest::machine::observation::Observation;
use ingest::machine::step::{Ends, Step, discover, step};
use ingest::message::Reading;
use rand::seq::IndexedRandom as _;
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use uuid::Uuid;

use super::network::Network;
use super::plan::Plan;

/// A link, and everything that happened to it: when, why, and which state it came into.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Link {
    pub(crate) state: LinkState,
    pub(crate) signal: i16,
    pub(crate) misses: i32,
    pub(crate) events: Vec<(DateTime<Utc>, &'static str, LinkState)>,
    weak: Vec<bool>,
}

/// Links by AP and client.
pub(crate) type Links = BTreeMap<(DeviceId, MacAddress), Link>;

/// What becomes of the links of all APs whose polls are in order.
pub(crate) fn play(network: &Network, plan: &Plan) -> Links {
    let mut links = Links::new();
    let mut newest: BTreeMap<usize, DateTime<Utc>> = BTreeMap::new();
    for poll in plan.polls.iter().filter(|poll| !plan.messy[poll.ap]) {
        // A repeat says nothing new.
        if newest
            .get(&poll.ap)
            .is_some_and(|newest| poll.at <= *newest)
        {
            continue;
        }
        newest.insert(poll.ap, poll.at);
        let ap = &network.aps[poll.ap];
        for (radio, signal) in ap.radios.iter().zip(poll.signals) {
            let key = (ap.id, *radio);
            match (links.get_mut(&key), signal) {
                (None, None) => {}
                (None, Some(signal)) => {
                    links.insert(key, Link::first(poll.at, signal));
                }
                (Some(link), Some(signal)) => link.seen(poll.at, signal),
                (Some(link), None) => link.missed(poll.at),
            }
        }
    }
    links
}

impl Link {
    fn first(at: DateTime<Utc>, signal: i16) -> Self {
        Self {
            state: Discovered,
            signal,
            misses: 0,
            events: vec![(at, "first_seen", Discovered)],
            weak: vec![signal < -80],
        }
    }

    fn seen(&mut self, at: DateTime<Utc>, signal: i16) {
        self.signal = signal;
        self.misses = 0;
        let weak = if self.state == Degraded {
            signal <= -77
        } else {
            signal < -80
        };
        self.weak.push(weak);
        let many = self.weak.iter().rev().take(5).filter(|weak| **weak).count() >= 3;
        match self.state {
            Discovered => self.admit(at, "confirmed", weak),
            Down => self.admit(at, "seen_again", weak),
            Active if many => self.enter(at, "signal_weak", Degraded),
            Degraded if !many => self.enter(at, "signal_recovered", Active),
            _ => {}
        }
    }

    fn missed(&mut self, at: DateTime<Utc>) {
        if self.state == Down {
            return;
        }
        self.misses += 1;
        if self.misses == 3 {
            self.enter(at, "missed_polls", Down);
        }
    }

    /// By its newest signal alone; what was before it does not count.
    fn admit(&mut self, at: DateTime<Utc>, why: &'static str, weak: bool) {
        if weak {
            self.weak = vec![true; 3];
            self.enter(at, why, Degraded);
        } else {
            if why == "seen_again" {
                self.weak = vec![false];
            }
            self.enter(at, why, Active);
        }
    }

    fn enter(&mut self, at: DateTime<Utc>, why: &'static str, state: LinkState) {
        self.state = state;
        self.events.push((at, why, state));
    }
}

/// The state machine and this model, side by side over 100,000 random lives with repeats and polls
/// out of order.
#[test]
fn the_machine_does_what_the_model_says() {
    let mut random = ChaCha8Rng::seed_from_u64(wisplink_tests::harness::chance::seed());
    for life in 0..100_000 {
        let mut polls: Vec<(i64, Option<i16>)> = (0..random.random_range(1..50))
            .map(|minute| (minute, super::plan::signal(&mut random)))
            .collect();
        // A poll that comes late, or again, is behind the watermark.
        let mut arrived = polls.clone();
        if random.random_ratio(1, 10) {
            let twice = *arrived.choose(&mut random).unwrap();
            arrived.insert(random.random_range(0..=arrived.len()), twice);
            let (one, other) = (random.random_range(0..arrived.len()), arrived.len() - 1);
            arrived.swap(one, other);
        }
        let mut watermark = -1;
        arrived.retain(|(minute, _)| {
            let news = *minute > watermark;
            watermark = watermark.max(*minute);
            news
        });
        std::mem::swap(&mut polls, &mut arrived);
        let (machine, events) = by_machine(&polls);
        let model = by_model(&polls);
        let told = model
            .as_ref()
            .map(|link| link.events.clone())
            .unwrap_or_default();
        assert_eq!(events, told, "life {life}: {polls:?}");
        assert_eq!(
            machine,
            model.map(|link| (link.state, link.misses)),
            "life {life}: {polls:?}"
        );
    }
}

fn minute(minute: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::minutes(minute)
}

fn by_model(polls: &[(i64, Option<i16>)]) -> Option<Link> {
    let mut link: Option<Link> = None;
    for &(at, signal) in polls {
        match (&mut link, signal) {
            (None, None) => {}
            (None, Some(signal)) => link = Some(Link::first(minute(at), signal)),
            (Some(link), Some(signal)) => link.seen(minute(at), signal),
            (Some(link), None) => link.missed(minute(at)),
        }
    }
    link
}

type Told = Vec<(DateTime<Utc>, &'static str, LinkState)>;

fn by_machine(polls: &[(i64, Option<i16>)]) -> (Option<(LinkState, i32)>, Told) {
    let policy = Policy::default();
    let ends = Ends {
        ap: DeviceId(Uuid::nil()),
        cpe: DeviceId(Uuid::nil()),
        client_mac: MacAddress::new([2; 6]),
    };
    let reading = |signal| {
        Arc::new(Reading {
            signal: Some(signal),
            ..Reading::default()
        })
    };
    let (mut link, mut told) = (None, Told::new());
    for &(at, signal) in polls {
        let at = minute(at);
        let (after, events) = match (link, signal) {
            (None, None) => (None, Vec::new()),
            (None, Some(signal)) => {
                let id = LinkId(Uuid::nil());
                let (link, events) = discover(id, ends, reading(signal), &policy, at);
                (Some(link), events)
            }
            (Some(link), signal) => {
                let observed = signal.map_or(Observation::Missed, |signal| {
                    Observation::Sighted(reading(signal))
                });
                match step(link, observed, &policy, at) {
                    Step::Unchanged(link) => (Some(link), Vec::new()),
                    Step::Changed(link, events) => (Some(link), events),
                }
            }
        };
        told.extend(
            events
                .iter()
                .map(|event| (event.at, event.reason.as_str(), event.to)),
        );
        link = after;
    }
    (link.map(|link| (link.state, link.missed_polls)), told)
}
