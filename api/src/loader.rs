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
pub mod interfaces_by_device;
pub mod links_by_device;
pub mod link_count_by_device;
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
    link_count_by_device: Cached<link_count_by_device::LinkCountByDevice>,
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
            link_count_by_device: cached(link_count_by_device::LinkCountByDevice(of()), rounds),
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

    /// Numbers of links by device.
    pub const fn link_count_by_device(&self) -> &Cached<link_count_by_device::LinkCountByDevice> {
        &self.link_count_by_device
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
