//! Takes polls in the order of their times, lets the machine decide on every link concerned, and
//! collects what is to be stored. Pure.
//!
//! # Invariants
//! - A client that an AP lists is one of: the AP itself, the AP's own uplink, nobody we manage, an
//!   association that is over, or a sighting.

mod links;

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use entity::ids::{DeviceId, LinkId, TenantId};
use entity::link_policy::Policy;
use entity::mac::MacAddress;
use entity::model::unknown_client::UnknownReason;
use entity::wire::telemetry::{LinkTelemetry, Telemetry};

use crate::machine::link::{Event, Link};
use crate::machine::observation::Observation;
use crate::machine::roam::{Verdict, judge};
use crate::machine::step::Ends;
use crate::message::{Client, Poll};
use crate::resolve::{Owner, Owners};
use links::Links;

/// An event, and the ends of its link at that moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The link.
    pub link: LinkId,
    /// Its ends.
    pub ends: Ends,
    /// What happened.
    pub event: Event,
}

impl Told {
    /// What happened to `link`, in order.
    pub fn of(link: &Link, events: Vec<Event>) -> impl Iterator<Item = Self> {
        let (id, ends) = (link.id, Ends::of(link));
        events.into_iter().map(move |event| Self {
            link: id,
            ends,
            event,
        })
    }
}

/// A client that belongs to no managed device, or to several.
#[derive(Clone, Debug, PartialEq)]
pub struct Unknown {
    /// The AP that lists it.
    pub ap: DeviceId,
    /// The client as listed last.
    pub client: Client,
    /// Why it has no link.
    pub reason: UnknownReason,
    /// The first sighting among these polls.
    pub first_seen: DateTime<Utc>,
    /// The last.
    pub last_seen: DateTime<Utc>,
}

/// What is to be stored and told.
#[derive(Debug, Default)]
pub struct Decisions {
    /// New links.
    pub created: Vec<Link>,
    /// Links that are different now.
    pub changed: Vec<Link>,
    /// In the order in which it happened.
    pub events: Vec<Told>,
    /// Clients without a link.
    pub unknown: Vec<Unknown>,
    /// The newest measurements of each AP; a poll that listed no link tells of misses.
    pub telemetry: Vec<Telemetry>,
}

/// The links of some APs while polls of these APs are heard.
pub struct Decider {
    tenant: TenantId,
    owners: Owners,
    links: Links,
    unknown: BTreeMap<(DeviceId, MacAddress), Unknown>,
    telemetry: BTreeMap<DeviceId, Telemetry>,
}

impl Decider {
    /// Begins with all links of the APs that will be heard, and those that their clients, or they
    /// themselves as clients, have at other APs.
    pub fn new(tenant: TenantId, owners: Owners, stored: Vec<Link>) -> Self {
        Self {
            tenant,
            owners,
            links: Links::new(stored),
            unknown: BTreeMap::new(),
            telemetry: BTreeMap::new(),
        }
    }

    /// Takes a good poll. It is newer than all polls of this AP before; `policy` is this AP's.
    pub fn hear(&mut self, poll: &Poll, policy: &Policy) {
        let mut sighted = HashSet::with_capacity(poll.clients.len());
        let mut measured = Vec::with_capacity(poll.clients.len());
        for client in &poll.clients {
            match self.owners.of(client.mac) {
                Some(Owner::Device(peer)) if peer == poll.ap => {}
                Some(Owner::Device(peer)) => {
                    if self.hear_back(poll, peer, client, policy) {
                        continue;
                    }
                    if let Some(link) = self.sight(poll, peer, client, policy) {
                        sighted.insert(client.mac);
                        measured.push(measurements(link, client));
                    }
                }
                // A station lists its AP, which need not be ours.
                _ if client.is_ap => {}
                Some(Owner::Ambiguous) => self.puzzle(poll, client, UnknownReason::Ambiguous),
                None => self.puzzle(poll, client, UnknownReason::Unmanaged),
            }
        }
        for client in self.links.clients(poll.ap) {
            if !sighted.contains(&client) {
                let missed = Observation::Missed;
                self.links
                    .observe(poll.ap, client, missed, policy, poll.collected_at);
            }
        }
        let telemetry = Telemetry {
            tenant_id: self.tenant,
            ap_device_id: poll.ap,
            at: poll.collected_at,
            links: measured,
        };
        self.telemetry.insert(poll.ap, telemetry);
    }

    /// What became of it all.
    pub fn finish(self) -> Decisions {
        let outcome = self.links.finish();
        Decisions {
            created: outcome.created,
            changed: outcome.changed,
            events: outcome.told,
            unknown: self.unknown.into_values().collect(),
            telemetry: self.telemetry.into_values().collect(),
        }
    }

    /// Whether the listed `peer` is the AP of the device that was polled. Then the row tells how the
    /// CPE hears its AP, and makes no second link the other way round.
    fn hear_back(&mut self, poll: &Poll, peer: DeviceId, client: &Client, policy: &Policy) -> bool {
        let uplink = self.links.uplink(poll.ap, peer);
        if let Some(radio) = uplink {
            let heard = Observation::HeardBack(client.reading.signal);
            self.links
                .observe(peer, radio, heard, policy, poll.collected_at);
        }
        client.is_ap || uplink.is_some()
    }

    /// The link that `client` has here now. None: it is not connected here.
    fn sight(
        &mut self,
        poll: &Poll,
        cpe: DeviceId,
        client: &Client,
        policy: &Policy,
    ) -> Option<LinkId> {
        let (ap, mac, at) = (poll.ap, client.mac, poll.collected_at);
        if !client.is_authorized {
            return None;
        }
        let own = self.links.get(ap, mac);
        let rivals = self.links.elsewhere(ap, mac);
        let judged: Vec<_> = rivals
            .map(|rival| {
                (
                    rival.ap,
                    rival.last_seen,
                    judge(&client.reading, at, own, rival),
                )
            })
            .collect();
        if judged
            .iter()
            .any(|(.., verdict)| *verdict == Verdict::Leftover)
        {
            return None;
        }
        for (left, last_seen, _) in &judged {
            let roamed = Observation::Roamed { to: ap };
            self.links
                .observe(*left, mac, roamed, policy, at.max(*last_seen));
        }
        let ends = Ends {
            ap,
            cpe,
            client_mac: mac,
        };
        let from = judged.first().map(|(left, ..)| *left);
        let reading = Arc::clone(&client.reading);
        Some(self.links.sight(ends, reading, from, policy, at))
    }

    fn puzzle(&mut self, poll: &Poll, client: &Client, reason: UnknownReason) {
        let at = poll.collected_at;
        let unknown = Unknown {
            ap: poll.ap,
            client: client.clone(),
            reason,
            first_seen: at,
            last_seen: at,
        };
        let known = self
            .unknown
            .entry((poll.ap, client.mac))
            .or_insert_with(|| unknown.clone());
        *known = Unknown {
            first_seen: known.first_seen,
            ..unknown
        };
    }
}

fn measurements(link_id: LinkId, client: &Client) -> LinkTelemetry {
    let reading = &client.reading;
    LinkTelemetry {
        link_id,
        signal_strength: reading.signal,
        remote_signal_strength: reading.remote_signal,
        signal_to_noise: reading.snr,
        tx_ccq: reading.ccq,
        tx_rate_kbps: reading.tx_rate.as_ref().and_then(|rate| rate.kbps),
        rx_rate_kbps: reading.rx_rate.as_ref().and_then(|rate| rate.kbps),
    }
}

#[cfg(test)]
mod tests;
