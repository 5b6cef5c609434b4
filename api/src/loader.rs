//! How many things of a kind are got at once: one loader a key, new for each snapshot.

use std::sync::Arc;

use entity::model::{device, device_interface, site, wireless_link};

use crate::error::ApiError;
use crate::graphql::context::Snapshot;
use crate::loader::batch::{Batch, Load};
use crate::loader::by_id::ById;
use crate::loader::rounds::Rounds;

pub mod rounds;
pub mod batch;
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

/// The loaders of one snapshot.
pub struct Loaders {
    /// Devices by id.
    pub device_by_id: Batch<ById<device::Entity>>,
    /// Sites by id.
    pub site_by_id: Batch<ById<site::Entity>>,
    /// Links by id.
    pub link_by_id: Batch<ById<wireless_link::Entity>>,
    /// Interfaces by device.
    pub interfaces_by_device: Batch<interfaces_by_device::InterfacesByDevice>,
    /// A page of links by device.
    pub links_by_device: Batch<links_by_device::LinksByDevice>,
    /// Links by AP and client.
    pub link_by_client: Batch<link_by_client::LinkByClient>,
    /// Interfaces by id.
    pub interface_by_id: Batch<ById<device_interface::Entity>>,
    /// Devices by an address of theirs.
    pub owners_by_mac: Batch<owners_by_mac::OwnersByMac>,
    /// The last polls, by AP.
    pub poll_by_ap: Batch<poll_by_ap::PollByAp>,
    /// A page of events by link.
    pub events_by_link: Batch<events_by_link::EventsByLink>,
    /// A page of unknown clients by AP.
    pub unknown_by_ap: Batch<unknown_by_ap::UnknownByAp>,
    /// Numbers of things.
    pub count_of: Batch<count_of::CountOf>,
    /// The signal over time by link.
    pub signal_by_link: Batch<signal_by_link::SignalByLink>,
    /// When links became connected, and no longer were, by link.
    pub changes_by_link: Batch<changes_by_link::ChangesByLink>,
}

impl Loaders {
    /// Loaders that read from `snapshot`, in `rounds`.
    pub fn new(snapshot: &Arc<Snapshot>, rounds: &Rounds) -> Self {
        let of = || Arc::clone(snapshot);
        Self {
            device_by_id: Batch::new(ById::new(of()), rounds),
            site_by_id: Batch::new(ById::new(of()), rounds),
            link_by_id: Batch::new(ById::new(of()), rounds),
            interfaces_by_device: Batch::new(
                interfaces_by_device::InterfacesByDevice(of()),
                rounds,
            ),
            links_by_device: Batch::new(links_by_device::LinksByDevice(of()), rounds),
            link_by_client: Batch::new(link_by_client::LinkByClient(of()), rounds),
            interface_by_id: Batch::new(ById::new(of()), rounds),
            owners_by_mac: Batch::new(owners_by_mac::OwnersByMac(of()), rounds),
            poll_by_ap: Batch::new(poll_by_ap::PollByAp(of()), rounds),
            events_by_link: Batch::new(events_by_link::EventsByLink(of()), rounds),
            unknown_by_ap: Batch::new(unknown_by_ap::UnknownByAp(of()), rounds),
            count_of: Batch::new(count_of::CountOf(of()), rounds),
            signal_by_link: Batch::new(signal_by_link::SignalByLink::new(of()), rounds),
            changes_by_link: Batch::new(changes_by_link::ChangesByLink(of()), rounds),
        }
    }
}

/// The one thing a loader has for `key`, if it has any.
pub async fn one<L: Load>(loader: &Batch<L>, key: L::Key) -> Result<Option<L::Value>, ApiError> {
    let mut found = loader.load([key.clone()]).await?;
    Ok(found.remove(&key))
}
