//! The links concerned by a batch of polls, as they change while the polls are heard.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use entity::ids::{DeviceId, LinkId};
use entity::link_policy::Policy;
use entity::mac::MacAddress;

use super::Told;
use crate::machine::link::{Event, Link};
use crate::machine::observation::Observation;
use crate::machine::step::{Ends, Step, discover, step};
use crate::message::Reading;

/// Links by AP and client, and what happened to them.
#[derive(Default)]
pub(super) struct Links {
    by_ap: HashMap<DeviceId, BTreeMap<MacAddress, Entry>>,
    /// The APs that have a link with this client.
    aps_of: HashMap<MacAddress, Vec<DeviceId>>,
    told: Vec<Told>,
}

struct Entry {
    link: Link,
    fate: Fate,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Unchanged,
    Changed,
    Created,
}

/// What is to be stored, and what is to be told.
pub(super) struct Outcome {
    pub(super) created: Vec<Link>,
    pub(super) changed: Vec<Link>,
    pub(super) told: Vec<Told>,
}

impl Links {
    /// Begins with links as they are stored.
    pub(super) fn new(stored: Vec<Link>) -> Self {
        let mut links = Self::default();
        for link in stored {
            links.keep(Entry {
                link,
                fate: Fate::Unchanged,
            });
        }
        links
    }

    /// The link of `client` at `ap`.
    pub(super) fn get(&self, ap: DeviceId, client: MacAddress) -> Option<&Link> {
        self.by_ap.get(&ap)?.get(&client).map(|entry| &entry.link)
    }

    /// The connected links that `client` has at other APs.
    pub(super) fn elsewhere(
        &self,
        ap: DeviceId,
        client: MacAddress,
    ) -> impl Iterator<Item = &Link> {
        let aps = self.aps_of.get(&client).map_or(&[][..], Vec::as_slice);
        aps.iter()
            .filter(move |other| **other != ap)
            .filter_map(move |other| self.get(*other, client))
            .filter(|link| link.state.is_connected())
    }

    /// The radio by which `cpe` is connected to `ap`: of several, the one seen last.
    pub(super) fn uplink(&self, cpe: DeviceId, ap: DeviceId) -> Option<MacAddress> {
        let links = self.by_ap.get(&ap)?.values().map(|entry| &entry.link);
        links
            .filter(|link| link.cpe == cpe && link.state.is_connected())
            .max_by_key(|link| link.last_seen)
            .map(|link| link.client_mac)
    }

    /// A client was sighted; its link is made if there is none. `from` is the AP it left, if it did.
    pub(super) fn sight(
        &mut self,
        ends: Ends,
        reading: Arc<Reading>,
        from: Option<DeviceId>,
        policy: &Policy,
        at: DateTime<Utc>,
    ) -> LinkId {
        let Some(entry) = self.take(ends.ap, ends.client_mac) else {
            let (link, events) = discover(LinkId::new(), ends, reading, policy, at);
            let id = link.id;
            self.tell(&link, events, from);
            self.keep(Entry {
                link,
                fate: Fate::Created,
            });
            return id;
        };
        let mut entry = entry;
        if entry.link.cpe != ends.cpe {
            entry = self.step(entry, Observation::Reassigned, None, policy, at);
            entry.link.cpe = ends.cpe;
        }
        let entry = self.step(entry, Observation::Sighted(reading), from, policy, at);
        let id = entry.link.id;
        self.keep(entry);
        id
    }

    /// Something else was observed of a link.
    pub(super) fn observe(
        &mut self,
        ap: DeviceId,
        client: MacAddress,
        observation: Observation,
        policy: &Policy,
        at: DateTime<Utc>,
    ) {
        if let Some(entry) = self.take(ap, client) {
            let entry = self.step(entry, observation, None, policy, at);
            self.keep(entry);
        }
    }

    /// The clients of `ap`.
    pub(super) fn clients(&self, ap: DeviceId) -> Vec<MacAddress> {
        let clients = self.by_ap.get(&ap).map(BTreeMap::keys);
        clients.into_iter().flatten().copied().collect()
    }

    /// Every link, as it is now.
    #[cfg(test)]
    pub(super) fn all(&self) -> Vec<Link> {
        let entries = self.by_ap.values().flat_map(BTreeMap::values);
        entries.map(|entry| entry.link.clone()).collect()
    }

    /// What became of it all.
    pub(super) fn finish(self) -> Outcome {
        let mut outcome = Outcome {
            created: Vec::new(),
            changed: Vec::new(),
            told: self.told,
        };
        for entry in self.by_ap.into_values().flat_map(BTreeMap::into_values) {
            match entry.fate {
                Fate::Unchanged => {}
                Fate::Changed => outcome.changed.push(entry.link),
                Fate::Created => outcome.created.push(entry.link),
            }
        }
        outcome
    }

    fn step(
        &mut self,
        entry: Entry,
        observation: Observation,
        from: Option<DeviceId>,
        policy: &Policy,
        at: DateTime<Utc>,
    ) -> Entry {
        match step(entry.link, observation, policy, at) {
            Step::Unchanged(link) => Entry { link, ..entry },
            Step::Changed(link, events) => {
                self.tell(&link, events, from);
                let fate = match entry.fate {
                    Fate::Created => Fate::Created,
                    Fate::Unchanged | Fate::Changed => Fate::Changed,
                };
                Entry { link, fate }
            }
        }
    }

    fn tell(&mut self, link: &Link, mut events: Vec<Event>, from: Option<DeviceId>) {
        if let (Some(first), Some(_)) = (events.first_mut(), from) {
            first.other_ap = from;
        }
        self.told.extend(Told::of(link, events));
    }

    fn take(&mut self, ap: DeviceId, client: MacAddress) -> Option<Entry> {
        self.by_ap.get_mut(&ap)?.remove(&client)
    }

    fn keep(&mut self, entry: Entry) {
        let (ap, client) = (entry.link.ap, entry.link.client_mac);
        let aps = self.aps_of.entry(client).or_default();
        if !aps.contains(&ap) {
            aps.push(ap);
        }
        self.by_ap.entry(ap).or_default().insert(client, entry);
    }
}
