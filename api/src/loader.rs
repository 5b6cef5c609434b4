//! How many things of a kind are got at once: one loader a key, new for each snapshot.

use std::sync::Arc;

use async_graphql::dataloader::{DataLoader, HashMapCache, Loader};
use std::collections::hash_map::RandomState;
use std::hash::Hash;
use std::time::Duration;

use entity::model::{device, device_interface, site, wireless_link};

use crate::error::ApiError;
use crate::graphql::context::Snapshot;
use crate::loader::by_id::ById;
use crate::loader::rounds::Rounds;

pub mod rounds;
pub mod by_id;
pub mod link_by_client;
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
    /// Devices by id.
    pub device_by_id: Cached<ById<device::Entity>>,
    /// Sites by id.
    pub site_by_id: Cached<ById<site::Entity>>,
    /// Links by id.
    pub link_by_id: Cached<ById<wireless_link::Entity>>,
    /// Interfaces by device.
    pub interfaces_by_device: Cached<interfaces_by_device::InterfacesByDevice>,
    /// A page of links by device.
    pub links_by_device: Cached<links_by_device::LinksByDevice>,
    /// Links by AP and client.
    pub link_by_client: Cached<link_by_client::LinkByClient>,
    /// Interfaces by id.
    pub interface_by_id: Cached<ById<device_interface::Entity>>,
    /// Devices by an address of theirs.
    pub owners_by_mac: Cached<owners_by_mac::OwnersByMac>,
    /// The last polls, by AP.
    pub poll_by_ap: Cached<poll_by_ap::PollByAp>,
    /// A page of events by link.
    pub events_by_link: Cached<events_by_link::EventsByLink>,
    /// A page of unknown clients by AP.
    pub unknown_by_ap: Cached<unknown_by_ap::UnknownByAp>,
    /// Numbers of things.
    pub count_of: Cached<count_of::CountOf>,
    /// The signal over time by link.
    pub signal_by_link: Cached<signal_by_link::SignalByLink>,
    /// When links became connected, and no longer were, by link.
    pub changes_by_link: Cached<changes_by_link::ChangesByLink>,
}

impl Loaders {
    /// Loaders that read from `snapshot`, in `rounds`.
    pub fn new(snapshot: &Arc<Snapshot>, rounds: &Rounds) -> Self {
        let of = || Arc::clone(snapshot);
        Self {
            device_by_id: cached(ById::new(of()), rounds),
            site_by_id: cached(ById::new(of()), rounds),
            link_by_id: cached(ById::new(of()), rounds),
            interfaces_by_device: cached(interfaces_by_device::InterfacesByDevice(of()), rounds),
            links_by_device: cached(links_by_device::LinksByDevice(of()), rounds),
            link_by_client: cached(link_by_client::LinkByClient(of()), rounds),
            interface_by_id: cached(ById::new(of()), rounds),
            owners_by_mac: cached(owners_by_mac::OwnersByMac(of()), rounds),
            poll_by_ap: cached(poll_by_ap::PollByAp(of()), rounds),
            events_by_link: cached(events_by_link::EventsByLink(of()), rounds),
            unknown_by_ap: cached(unknown_by_ap::UnknownByAp(of()), rounds),
            count_of: cached(count_of::CountOf(of()), rounds),
            signal_by_link: cached(signal_by_link::SignalByLink::new(of()), rounds),
            changes_by_link: cached(changes_by_link::ChangesByLink(of()), rounds),
        }
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
