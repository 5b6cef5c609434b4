//! One step of the machine: a link, an observation and a policy make the link as it is afterwards
//! and the events that tell of it.
//!
//! # Invariants
//! - Time is an argument: the sample's time for polls, the sweep's for silence and expiry.
//! - Observations of one link come in the order of their times; the AP's watermark sees to that.
//! - An observation that changes nothing says so ([`Step::Unchanged`]), and nothing is written.
//! - A sighting without a signal is no evidence: the link is seen, the weak window stays.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use entity::ids::{DeviceId, LinkId};
use entity::link_policy::Policy;
use entity::link_state::{EventReason, LinkState};
use entity::mac::MacAddress;

use super::link::{Event, Link};
use super::observation::Observation;
use crate::message::Reading;

/// What an observation did to a link.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// Nothing.
    Unchanged(Link),
    /// The link is to be stored, and the events with it. Often there are none.
    Changed(Link, Vec<Event>),
}

impl Step {
    fn quietly(link: Link) -> Self {
        Self::Changed(link, Vec::new())
    }
}

/// Who is linked with whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ends {
    /// The access point.
    pub ap: DeviceId,
    /// The customer device.
    pub cpe: DeviceId,
    /// Its radio.
    pub client_mac: MacAddress,
}

impl Ends {
    /// The ends of `link`.
    pub const fn of(link: &Link) -> Self {
        Self {
            ap: link.ap,
            cpe: link.cpe,
            client_mac: link.client_mac,
        }
    }
}

/// The first sighting ever of a client at an AP.
pub fn discover(
    id: LinkId,
    ends: Ends,
    reading: Arc<Reading>,
    policy: &Policy,
    at: DateTime<Utc>,
) -> (Link, Vec<Event>) {
    let mut link = Link {
        id,
        ap: ends.ap,
        cpe: ends.cpe,
        client_mac: ends.client_mac,
        state: LinkState::Discovered,
        state_since: at,
        sightings: 0,
        missed_polls: 0,
        weak_polls: 0,
        discovered_at: at,
        last_seen: at,
        updated_at: at,
        uptime_s: None,
        remote_signal: None,
        reading: None,
    };
    let first = Event {
        from: None,
        to: LinkState::Discovered,
        reason: EventReason::FirstSeen,
        signal: reading.signal,
        at,
        other_ap: None,
    };
    let mut events = vec![first];
    events.extend(sight(&mut link, reading, policy, at));
    (link, events)
}

/// What `observation` at time `at` does to `link`.
pub fn step(link: Link, observation: Observation, policy: &Policy, at: DateTime<Utc>) -> Step {
    match observation {
        Observation::Sighted(reading) => {
            let mut link = link;
            let event = sight(&mut link, reading, policy, at);
            Step::Changed(link, event.into_iter().collect())
        }
        Observation::Missed => miss(link, policy, at),
        Observation::ApSilent => lose(link, EventReason::ApSilent, None, at),
        Observation::Roamed { to } => lose(link, EventReason::Roamed, Some(to), at),
        Observation::HeardBack(signal) => hear_back(link, signal),
        Observation::Reassigned => lose(link, EventReason::Reassigned, None, at),
        Observation::TimePassed => expire(link, policy, at),
    }
}

fn sight(
    link: &mut Link,
    reading: Arc<Reading>,
    policy: &Policy,
    at: DateTime<Utc>,
) -> Option<Event> {
    let reassociated = is_less(reading.uptime_s, link.uptime_s);
    if !link.state.is_connected() {
        // What was measured before the outage says nothing about the link that came back.
        link.weak_polls = 0;
    }
    if let Some(signal) = reading.signal {
        let weak = is_weak(signal, link.state, policy);
        link.weak_polls = push(link.weak_polls, weak, policy);
    }
    // An AP that cannot tell how it is heard does not take back what the CPE told.
    let told = link.remote_signal.filter(|_| link.state.is_connected());
    link.remote_signal = reading.remote_signal.or(told);
    link.uptime_s = reading.uptime_s;
    link.reading = Some(reading);
    link.last_seen = at;
    link.updated_at = at;
    link.missed_polls = 0;
    match link.state {
        LinkState::Discovered => {
            link.sightings = link.sightings.saturating_add(1);
            if link.sightings >= policy.confirm_polls {
                return Some(admit(link, EventReason::Confirmed, policy, at));
            }
        }
        LinkState::Active if weak_count(link, policy) >= policy.weak_polls => {
            return Some(enter(
                link,
                LinkState::Degraded,
                EventReason::SignalWeak,
                at,
            ));
        }
        LinkState::Degraded if weak_count(link, policy) < policy.weak_polls => {
            return Some(enter(
                link,
                LinkState::Active,
                EventReason::SignalRecovered,
                at,
            ));
        }
        LinkState::Active | LinkState::Degraded => {}
        LinkState::Down | LinkState::Stale => {
            return Some(admit(link, EventReason::SeenAgain, policy, at));
        }
    }
    reassociated.then(|| event(link, Some(link.state), EventReason::Reconnected, at))
}

fn miss(mut link: Link, policy: &Policy, at: DateTime<Utc>) -> Step {
    let spacing = TimeDelta::seconds(policy.min_miss_spacing_s.into());
    if !link.state.is_connected() || at - link.updated_at < spacing {
        return Step::Unchanged(link);
    }
    link.updated_at = at;
    link.missed_polls = link.missed_polls.saturating_add(1);
    if link.missed_polls < policy.down_after_misses {
        return Step::quietly(link);
    }
    lose(link, EventReason::MissedPolls, None, at)
}

fn hear_back(mut link: Link, signal: Option<i16>) -> Step {
    if !link.state.is_connected() || signal.is_none() || link.remote_signal == signal {
        return Step::Unchanged(link);
    }
    link.remote_signal = signal;
    Step::quietly(link)
}

fn lose(mut link: Link, why: EventReason, other_ap: Option<DeviceId>, at: DateTime<Utc>) -> Step {
    if !link.state.is_connected() {
        return Step::Unchanged(link);
    }
    let mut event = enter(&mut link, LinkState::Down, why, at);
    // There is no reading of a client that is not there.
    event.signal = None;
    event.other_ap = other_ap;
    Step::Changed(link, vec![event])
}

fn expire(mut link: Link, policy: &Policy, at: DateTime<Utc>) -> Step {
    let limit = TimeDelta::seconds(policy.stale_after_s.into());
    if link.state != LinkState::Down || at - link.state_since < limit {
        return Step::Unchanged(link);
    }
    let mut event = enter(&mut link, LinkState::Stale, EventReason::Expired, at);
    event.signal = None;
    Step::Changed(link, vec![event])
}

/// Takes a link among the connected ones, active or degraded by its newest reading.
fn admit(link: &mut Link, why: EventReason, policy: &Policy, at: DateTime<Utc>) -> Event {
    let weak = link.weak_polls & 1 == 1;
    if !weak {
        return enter(link, LinkState::Active, why, at);
    }
    // One weak reading was enough to call it degraded; to recover it needs as many good ones as
    // any other degraded link.
    link.weak_polls = lowest_bits(policy.weak_polls.min(policy.window_polls));
    enter(link, LinkState::Degraded, why, at)
}

fn enter(link: &mut Link, to: LinkState, why: EventReason, at: DateTime<Utc>) -> Event {
    let from = std::mem::replace(&mut link.state, to);
    link.state_since = at;
    event(link, Some(from), why, at)
}

fn event(link: &Link, from: Option<LinkState>, reason: EventReason, at: DateTime<Utc>) -> Event {
    Event {
        from,
        to: link.state,
        reason,
        signal: link.reading.as_ref().and_then(|reading| reading.signal),
        at,
        other_ap: None,
    }
}

fn is_weak(signal: i16, state: LinkState, policy: &Policy) -> bool {
    let signal = i32::from(signal);
    match state {
        LinkState::Degraded => signal <= policy.degraded_below_dbm + policy.recover_margin_db,
        _ => signal < policy.degraded_below_dbm,
    }
}

fn push(window: i32, weak: bool, policy: &Policy) -> i32 {
    (window << 1 | i32::from(weak)) & lowest_bits(policy.window_polls)
}

fn weak_count(link: &Link, policy: &Policy) -> u32 {
    (link.weak_polls & lowest_bits(policy.window_polls)).count_ones()
}

const fn lowest_bits(count: u32) -> i32 {
    if count >= 31 {
        i32::MAX
    } else {
        (1 << count) - 1
    }
}

fn is_less(now: Option<i32>, before: Option<i32>) -> bool {
    now.zip(before).is_some_and(|(now, before)| now < before)
}

#[cfg(test)]
mod tests;
