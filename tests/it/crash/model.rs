//! What should become of links, told again in the plainest way: from the table in
//! `docs/subjects.md`, not from the state machine.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use entity::ids::DeviceId;
use entity::link_state::LinkState::{self, Active, Degraded, Discovered, Down};
use entity::mac::MacAddress;

use super::network::Network;
use super::plan::Plan;

/// A link, and everything that happened to it: when, why, and which state it came into.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Link {
    pub(super) state: LinkState,
    pub(super) signal: i16,
    pub(super) misses: i32,
    pub(super) events: Vec<(DateTime<Utc>, &'static str, LinkState)>,
    weak: Vec<bool>,
}

/// Links by AP and client.
pub(super) type Links = BTreeMap<(DeviceId, MacAddress), Link>;

/// What becomes of the links of all APs whose polls are in order.
pub(super) fn play(network: &Network, plan: &Plan) -> Links {
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
