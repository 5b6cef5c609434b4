//! Takes polls in the order of their times, lets the machine decide on every link concerned, and
//! collects what is to be stored. Pure.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{DateTime, Utc};
use entity::ids::{DeviceId, LinkId, TenantId};
use entity::mac::MacAddress;
use entity::model::unknown_client::UnknownReason;
use entity::wire::telemetry::{LinkTelemetry, Telemetry};

use crate::machine::link::{Event, Link};
use crate::machine::observation::Observation;
use crate::machine::policy::Policy;
use crate::machine::step::{Ends, Step, discover, step};
use crate::message::{Client, Poll};
use crate::resolve::{Owner, Owners};

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
    /// The newest measurements of each AP.
    pub telemetry: Vec<Telemetry>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Unchanged,
    Changed,
    Created,
}

struct Entry {
    link: Link,
    fate: Fate,
}

/// The links of some APs while polls of these APs are heard.
pub struct Decider {
    tenant: TenantId,
    owners: Owners,
    links: HashMap<DeviceId, BTreeMap<MacAddress, Entry>>,
    events: Vec<Told>,
    unknown: BTreeMap<(DeviceId, MacAddress), Unknown>,
    telemetry: BTreeMap<DeviceId, Telemetry>,
}

impl Decider {
    /// Begins with all links of the APs that will be heard, as they are stored.
    pub fn new(tenant: TenantId, owners: Owners, stored: Vec<Link>) -> Self {
        let mut links: HashMap<DeviceId, BTreeMap<MacAddress, Entry>> = HashMap::new();
        for link in stored {
            let entry = Entry {
                fate: Fate::Unchanged,
                link,
            };
            links
                .entry(entry.link.ap)
                .or_default()
                .insert(entry.link.client_mac, entry);
        }
        Self {
            tenant,
            owners,
            links,
            events: Vec::new(),
            unknown: BTreeMap::new(),
            telemetry: BTreeMap::new(),
        }
    }

    /// Takes a good poll. It is newer than all polls of this AP before.
    pub fn hear(&mut self, poll: &Poll, policy: &Policy) {
        let mut sighted = HashSet::with_capacity(poll.clients.len());
        let mut measured = Vec::with_capacity(poll.clients.len());
        for client in &poll.clients {
            match self.owners.of(client.mac) {
                // A station lists its AP, and some devices list themselves: neither is a client.
                _ if client.is_ap => {}
                Some(Owner::Device(cpe)) if cpe == poll.ap => {}
                Some(Owner::Device(cpe)) if client.is_authorized => {
                    sighted.insert(client.mac);
                    let ends = Ends {
                        ap: poll.ap,
                        cpe,
                        client_mac: client.mac,
                    };
                    let link = self.sight(ends, client, policy, poll.collected_at);
                    measured.push(measurements(link, client));
                }
                Some(Owner::Device(_)) => {}
                Some(Owner::Ambiguous) => self.puzzle(poll, client, UnknownReason::Ambiguous),
                None => self.puzzle(poll, client, UnknownReason::Unmanaged),
            }
        }
        self.miss(poll, &sighted, policy);
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
        let mut decisions = Decisions {
            events: self.events,
            unknown: self.unknown.into_values().collect(),
            telemetry: self
                .telemetry
                .into_values()
                .filter(|telemetry| !telemetry.links.is_empty())
                .collect(),
            ..Decisions::default()
        };
        for entry in self.links.into_values().flat_map(BTreeMap::into_values) {
            match entry.fate {
                Fate::Unchanged => {}
                Fate::Changed => decisions.changed.push(entry.link),
                Fate::Created => decisions.created.push(entry.link),
            }
        }
        decisions
    }

    fn sight(&mut self, ends: Ends, client: &Client, policy: &Policy, at: DateTime<Utc>) -> LinkId {
        let reading = client.reading.clone();
        let links = self.links.entry(ends.ap).or_default();
        let Some(mut entry) = links.remove(&ends.client_mac) else {
            let (link, events) = discover(LinkId::new(), ends, reading, policy, at);
            let id = link.id;
            tell(&mut self.events, &link, events);
            links.insert(
                ends.client_mac,
                Entry {
                    link,
                    fate: Fate::Created,
                },
            );
            return id;
        };
        if entry.link.cpe != ends.cpe {
            entry = entry.step(Observation::Reassigned, policy, at, &mut self.events);
            entry.link.cpe = ends.cpe;
        }
        entry = entry.step(Observation::Sighted(reading), policy, at, &mut self.events);
        let id = entry.link.id;
        links.insert(ends.client_mac, entry);
        id
    }

    fn miss(&mut self, poll: &Poll, sighted: &HashSet<MacAddress>, policy: &Policy) {
        let Some(links) = self.links.remove(&poll.ap) else {
            return;
        };
        let links = links.into_iter().map(|(mac, entry)| {
            if sighted.contains(&mac) {
                return (mac, entry);
            }
            let at = poll.collected_at;
            (
                mac,
                entry.step(Observation::Missed, policy, at, &mut self.events),
            )
        });
        let links = links.collect();
        self.links.insert(poll.ap, links);
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

impl Entry {
    fn step(
        self,
        observation: Observation,
        policy: &Policy,
        at: DateTime<Utc>,
        told: &mut Vec<Told>,
    ) -> Self {
        match step(self.link, observation, policy, at) {
            Step::Unchanged(link) => Self { link, ..self },
            Step::Changed(link, events) => {
                tell(told, &link, events);
                let fate = match self.fate {
                    Fate::Created => Fate::Created,
                    Fate::Unchanged | Fate::Changed => Fate::Changed,
                };
                Self { link, fate }
            }
        }
    }
}

fn tell(told: &mut Vec<Told>, link: &Link, events: Vec<Event>) {
    let ends = Ends {
        ap: link.ap,
        cpe: link.cpe,
        client_mac: link.client_mac,
    };
    told.extend(events.into_iter().map(|event| Told {
        link: link.id,
        ends,
        event,
    }));
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
