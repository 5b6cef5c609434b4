//! How many things of a kind are got at once: one loader a key, new for each snapshot.

use std::sync::Arc;

use async_graphql::dataloader::{DataLoader, HashMapCache, Loader};
use std::collections::hash_map::RandomState;
use std::hash::Hash;
use std::time::Duration;

use crate::error::ApiError;
use crate::graphql::context::Snapshot;
use crate::loader::rounds::Rounds;

pub mod rounds;
pub mod device_by_id;
pub mod site_by_id;
pub mod link_by_id;
pub mod link_by_client;
pub mod interface_by_id;
pub mod interfaces_by_device;
pub mod owners_by_mac;
pub mod poll_by_ap;
pub mod links_by_device;
pub mod events_by_link;
pub mod unknown_by_ap;
pub mod count_of;
pub mod signal_by_link;
pub mod changes_by_link;

type Cached<L> = DataLoader<L, HashMapCache<RandomState>>;

/// The loaders of one snapshot.
pub struct Loaders {
    device_by_id: Cached<device_by_id::DeviceById>,
    site_by_id: Cached<site_by_id::SiteById>,
    link_by_id: Cached<link_by_id::LinkById>,
    interfaces_by_device: Cached<interfaces_by_device::InterfacesByDevice>,
    links_by_device: Cached<links_by_device::LinksByDevice>,
    link_by_client: Cached<link_by_client::LinkByClient>,
    interface_by_id: Cached<interface_by_id::InterfaceById>,
    owners_by_mac: Cached<owners_by_mac::OwnersByMac>,
    poll_by_ap: Cached<poll_by_ap::PollByAp>,
    events_by_link: Cached<events_by_link::EventsByLink>,
    unknown_by_ap: Cached<unknown_by_ap::UnknownByAp>,
    count_of: Cached<count_of::CountOf>,
    signal_by_link: Cached<signal_by_link::SignalByLink>,
    changes_by_link: Cached<changes_by_link::ChangesByLink>,
}

impl Loaders {
    /// Loaders that read from `snapshot`, in `rounds`.
    pub fn new(snapshot: &Arc<Snapshot>, rounds: &Rounds) -> Self {
        let of = || Arc::clone(snapshot);
        Self {
            device_by_id: cached(device_by_id::DeviceById(of()), rounds),
            site_by_id: cached(site_by_id::SiteById(of()), rounds),
            link_by_id: cached(link_by_id::LinkById(of()), rounds),
            interfaces_by_device: cached(interfaces_by_device::InterfacesByDevice(of()), rounds),
            links_by_device: cached(links_by_device::LinksByDevice(of()), rounds),
            link_by_client: cached(link_by_client::LinkByClient(of()), rounds),
            interface_by_id: cached(interface_by_id::InterfaceById(of()), rounds),
            owners_by_mac: cached(owners_by_mac::OwnersByMac(of()), rounds),
            poll_by_ap: cached(poll_by_ap::PollByAp(of()), rounds),
            events_by_link: cached(events_by_link::EventsByLink(of()), rounds),
            unknown_by_ap: cached(unknown_by_ap::UnknownByAp(of()), rounds),
            count_of: cached(count_of::CountOf(of()), rounds),
            signal_by_link: cached(signal_by_link::SignalByLink::new(of()), rounds),
            changes_by_link: cached(changes_by_link::ChangesByLink(of()), rounds),
        }
    }

    /// Devices by id.
    pub const fn device_by_id(&self) -> &Cached<device_by_id::DeviceById> {
        &self.device_by_id
    }

    /// Sites by id.
    pub const fn site_by_id(&self) -> &Cached<site_by_id::SiteById> {
        &self.site_by_id
    }

    /// Links by id.
    pub const fn link_by_id(&self) -> &Cached<link_by_id::LinkById> {
        &self.link_by_id
    }

    /// Interfaces by device.
    pub const fn interfaces_by_device(&self) -> &Cached<interfaces_by_device::InterfacesByDevice> {
        &self.interfaces_by_device
    }

    /// A page of links by device.
    pub const fn links_by_device(&self) -> &Cached<links_by_device::LinksByDevice> {
        &self.links_by_device
    }

    /// Links by AP and client.
    pub const fn link_by_client(&self) -> &Cached<link_by_client::LinkByClient> {
        &self.link_by_client
    }

    /// Interfaces by id.
    pub const fn interface_by_id(&self) -> &Cached<interface_by_id::InterfaceById> {
        &self.interface_by_id
    }

    /// Devices by an address of theirs.
    pub const fn owners_by_mac(&self) -> &Cached<owners_by_mac::OwnersByMac> {
        &self.owners_by_mac
    }

    /// The last polls, by AP.
    pub const fn poll_by_ap(&self) -> &Cached<poll_by_ap::PollByAp> {
        &self.poll_by_ap
    }

    /// A page of events by link.
    pub const fn events_by_link(&self) -> &Cached<events_by_link::EventsByLink> {
        &self.events_by_link
    }

    /// A page of unknown clients by AP.
    pub const fn unknown_by_ap(&self) -> &Cached<unknown_by_ap::UnknownByAp> {
        &self.unknown_by_ap
    }

    /// Numbers of things.
    pub const fn count_of(&self) -> &Cached<count_of::CountOf> {
        &self.count_of
    }

    /// The signal over time by link.
    pub const fn signal_by_link(&self) -> &Cached<signal_by_link::SignalByLink> {
        &self.signal_by_link
    }

    /// When links became connected, and no longer were, by link.
    pub const fn changes_by_link(&self) -> &Cached<changes_by_link::ChangesByLink> {
        &self.changes_by_link
    }
}

/// A loader that sends its query as soon as the resolvers at hand have said what they want.
fn cached<L>(loader: L, rounds: &Rounds) -> Cached<L>
where
    L: Send + Sync + 'static,
{
    let rounds = rounds.clone();
    let queue = move |load| rounds.queue(load);
    DataLoader::with_cache(loader, queue, HashMapCache::default()).delay(Duration::ZERO)
}

/// The one thing a loader has for `key`, if it has any.
pub async fn one<K, L>(loader: &Cached<L>, key: K) -> Result<Option<L::Value>, ApiError>
where
    K: Send + Sync + Hash + Eq + Clone + 'static,
    L: Loader<K, Error = ApiError>,
{
    loader.load_one(key).await
}
