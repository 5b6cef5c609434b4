//! `Node`: whatever can be found by its id alone.

use async_graphql::{Context, ID, Interface};
use entity::ids::{DeviceId, InterfaceId, LinkId, SiteId};
use futures::future::try_join4;
use uuid::Uuid;

use crate::error::ApiError;
use crate::graphql::context::ContextExt;
use crate::graphql::types::device::Device;
use crate::graphql::types::device_interface::DeviceInterface;
use crate::graphql::types::site::Site;
use crate::graphql::types::wireless_link::WirelessLink;
use crate::loader::one;

/// Something that `node` finds by its id.
#[derive(Interface)]
#[graphql(field(name = "id", ty = "ID", desc = "The id, a UUID."))]
pub enum Node {
    /// A link.
    WirelessLink(WirelessLink),
    /// A device.
    Device(Device),
    /// A site.
    Site(Site),
    /// An interface of a device.
    DeviceInterface(DeviceInterface),
}

impl Node {
    /// What the tenant has with this id. An id does not tell what it is of, so each kind is asked
    /// for; all ids of an answer together take one statement a kind.
    pub async fn find(ctx: &Context<'_>, id: Uuid) -> Result<Option<Self>, ApiError> {
        let reads = ctx.reads()?;
        let loaders = reads.loaders();
        let (link, device, site, interface) = try_join4(
            one(&loaders.link_by_id, LinkId(id)),
            one(&loaders.device_by_id, DeviceId(id)),
            one(&loaders.site_by_id, SiteId(id)),
            one(&loaders.interface_by_id, InterfaceId(id)),
        )
        .await?;
        let found = link
            .map(|row| Self::WirelessLink(WirelessLink::new(row)))
            .or_else(|| device.map(|row| Self::Device(Device::new(row))))
            .or_else(|| site.map(|row| Self::Site(Site::new(row))))
            .or_else(|| interface.map(|row| Self::DeviceInterface(DeviceInterface::new(row))));
        Ok(found)
    }
}
