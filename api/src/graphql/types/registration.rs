//! `Registration`: a client in an AP's registration table, managed or not.

use std::sync::Arc;

use async_graphql::{Context, Description, Object};
use entity::model::ap_poll;

use crate::error::ApiError;
use crate::graphql::context::ContextExt;
use crate::graphql::scalar::MacAddress;
use crate::graphql::types::device::Device;
use crate::graphql::types::wireless_link::WirelessLink;
use crate::loader::one;

/// A client listed by an AP at its last successful poll. Measurements the AP does not report are
/// null. Values kept only for managed clients (rates as text, uptime, distance, IP address) are in
/// `link`.
#[derive(Description)]
pub struct Registration {
    poll: Arc<ap_poll::Model>,
    /// Which element of the poll's parallel arrays.
    place: usize,
}

impl Registration {
    /// The clients listed in `poll`, in its order.
    pub fn all(poll: &Arc<ap_poll::Model>) -> Vec<Self> {
        let places = 0..poll.client_macs.len();
        let of = |place| Self {
            poll: Arc::clone(poll),
            place,
        };
        places.map(of).collect()
    }

    fn mac(&self) -> entity::mac::MacAddress {
        let mac = self.poll.client_macs.get(self.place);
        mac.copied().unwrap_or_default().into()
    }

    /// The value in `column`, where 0 means not available.
    fn value<T: Copy + Default + PartialEq>(&self, column: &[T]) -> Option<T> {
        let value = column.get(self.place).copied();
        value.filter(|value| *value != T::default())
    }
}

#[Object(use_type_description)]
impl Registration {
    /// The client's address.
    async fn mac_address(&self) -> MacAddress {
        MacAddress(self.mac())
    }

    /// The AP's interface it is registered on.
    async fn interface(&self) -> Option<&str> {
        let name = self.poll.interfaces.get(self.place)?;
        (!name.is_empty()).then_some(name)
    }

    /// Signal as the AP hears the client, in dBm, −120 to −10.
    async fn signal_strength(&self) -> Option<i16> {
        self.value(&self.poll.signal)
    }

    /// Signal as the client hears the AP, in dBm, −120 to −10.
    async fn remote_signal_strength(&self) -> Option<i16> {
        self.value(&self.poll.remote_signal)
    }

    /// Signal over noise at the AP, in dB. Not comparable between vendors.
    async fn signal_to_noise(&self) -> Option<i16> {
        self.value(&self.poll.snr)
    }

    /// Client connection quality (CCQ) of the AP's transmissions, in percent, 1 to 100.
    async fn tx_ccq(&self) -> Option<i16> {
        self.value(&self.poll.ccq).map(|ccq| ccq.min(100))
    }

    /// Data rate towards the client, in kbit/s.
    async fn tx_rate_kbps(&self) -> Option<i32> {
        self.value(&self.poll.tx_kbps)
    }

    /// Data rate from the client, in kbit/s.
    async fn rx_rate_kbps(&self) -> Option<i32> {
        self.value(&self.poll.rx_kbps)
    }

    /// The client's link with this AP; null if it has none, because it is not a managed device or
    /// is the AP of the polled device.
    async fn link(&self, ctx: &Context<'_>) -> Result<Option<WirelessLink>, ApiError> {
        let key = (self.poll.ap_device_id, self.mac());
        let row = one(&ctx.reads()?.loaders().link_by_client, key).await?;
        Ok(row.map(WirelessLink::new))
    }

    /// The managed device with the client's address; null if there is none, or several.
    async fn device(&self, ctx: &Context<'_>) -> Result<Option<Device>, ApiError> {
        let reads = ctx.reads()?;
        let loaders = reads.loaders();
        let key = (self.poll.ap_device_id, self.mac());
        if let Some(link) = one(&loaders.link_by_client, key).await? {
            return Device::find(ctx, link.cpe_device_id).await;
        }
        let owners = one(&loaders.owners_by_mac, self.mac()).await?;
        match owners.unwrap_or_default()[..] {
            [owner] => Device::find(ctx, owner).await,
            _ => Ok(None),
        }
    }
}
