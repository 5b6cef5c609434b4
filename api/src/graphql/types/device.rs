//! `Device`: an access point, a customer device, or both.

use std::sync::Arc;

use async_graphql::connection::Connection;
use async_graphql::{Context, Description, ID, Object};
use chrono::{DateTime, Utc};
use entity::ids::DeviceId;
use entity::model::device;

use crate::error::ApiError;
use crate::graphql::context::ContextExt;
use crate::graphql::cursor::Cursor;
use crate::graphql::page::{PageArgs, shows_rows};
use crate::graphql::types::ap_poll::{ApPoll, RadioStats};
use crate::graphql::types::device_interface::DeviceInterface;
use crate::graphql::types::enums::DeviceStatus;
use crate::graphql::types::link_connection::{LinkConnection, LinkConnectionFields};
use crate::graphql::types::registration::Registration;
use crate::graphql::types::site::Site;
use crate::graphql::types::unknown_client::{
    self, UnknownClient, UnknownClientConnection, UnknownClientConnectionFields,
};
use crate::graphql::types::wireless_link::WirelessLink;
use crate::loader::count_of::Counted;
use crate::loader::links_by_device::{LinksOf, Side};
use crate::loader::one;
use crate::loader::unknown_by_ap::UnknownAt;

/// A managed device. It is an AP in the links it serves, a CPE in those it uses, and may be both.
#[derive(Description)]
pub struct Device {
    row: Arc<device::Model>,
}

impl Device {
    /// The node of a row.
    pub const fn new(row: Arc<device::Model>) -> Self {
        Self { row }
    }

    /// The device with this id, if the tenant has one.
    pub async fn find(ctx: &Context<'_>, id: DeviceId) -> Result<Option<Self>, ApiError> {
        let row = one(&ctx.reads()?.loaders().device_by_id, id).await?;
        Ok(row.map(Self::new))
    }

    /// The device with this id, which a row of the same snapshot refers to.
    pub async fn load(ctx: &Context<'_>, id: DeviceId) -> Result<Self, ApiError> {
        Self::find(ctx, id)
            .await?
            .ok_or_else(|| ApiError::not_found("device", id))
    }

    async fn links(
        &self,
        ctx: &Context<'_>,
        side: Side,
        args: PageArgs,
    ) -> Result<LinkConnection, ApiError> {
        let page = args.page()?;
        let fields = LinkConnectionFields::OfDevice(Counted::Links(side, self.row.id));
        let after = page.after_id()?;
        if !shows_rows(ctx) {
            return Ok(Connection::with_additional_fields(false, false, fields));
        }
        let key = LinksOf {
            device: self.row.id,
            side,
            after,
            limit: page.limit() + 1,
        };
        let rows = one(&ctx.reads()?.loaders().links_by_device, key)
            .await?
            .unwrap_or_default();
        Ok(page.connection(rows, fields, |row| {
            (Cursor::of_id(row.id.0), WirelessLink::new(row))
        }))
    }
}

#[Object(use_type_description)]
impl Device {
    /// The id, a UUID.
    pub async fn id(&self) -> ID {
        self.row.id.0.into()
    }

    /// The host name, unique within the tenant.
    async fn hostname(&self) -> &str {
        &self.row.hostname
    }

    /// The management address.
    async fn ip_address(&self) -> Option<String> {
        self.row.ip_address.map(|network| network.ip().to_string())
    }

    /// The model, as reported by the device.
    async fn model(&self) -> Option<&str> {
        self.row.model.as_deref()
    }

    /// The serial number.
    async fn serial_number(&self) -> Option<&str> {
        self.row.serial_number.as_deref()
    }

    /// The operating system version.
    async fn firmware_version(&self) -> Option<&str> {
        self.row.firmware_version.as_deref()
    }

    /// Whether a poller can reach it.
    async fn status(&self) -> DeviceStatus {
        self.row.status.into()
    }

    /// When a poller last reached it.
    async fn last_seen(&self) -> Option<DateTime<Utc>> {
        self.row.last_seen
    }

    /// Degrees north, −90 to 90.
    async fn latitude(&self) -> Option<f64> {
        self.row.latitude
    }

    /// Degrees east, −180 to 180.
    async fn longitude(&self) -> Option<f64> {
        self.row.longitude
    }

    /// When the device was created.
    async fn created_at(&self) -> DateTime<Utc> {
        self.row.created_at
    }

    /// When the device was last changed.
    async fn updated_at(&self) -> DateTime<Utc> {
        self.row.updated_at
    }

    /// The site it is at.
    async fn site(&self, ctx: &Context<'_>) -> Result<Option<Site>, ApiError> {
        let Some(id) = self.row.site_id else {
            return Ok(None);
        };
        let row = one(&ctx.reads()?.loaders().site_by_id, id).await?;
        Ok(row.map(Site::new))
    }

    /// Its network interfaces, in the order of their names.
    async fn interfaces(&self, ctx: &Context<'_>) -> Result<Vec<DeviceInterface>, ApiError> {
        let rows = one(&ctx.reads()?.loaders().interfaces_by_device, self.row.id).await?;
        Ok(rows
            .unwrap_or_default()
            .into_iter()
            .map(DeviceInterface::new)
            .collect())
    }

    /// Its last successful poll as an AP; null if there was none.
    async fn last_poll(&self, ctx: &Context<'_>) -> Result<Option<ApPoll>, ApiError> {
        let poll = one(&ctx.reads()?.loaders().poll_by_ap, self.row.id).await?;
        Ok(poll.map(ApPoll::new))
    }

    /// The clients it listed as an AP at its last successful poll, managed or not. At most 30,000
    /// clients per response.
    async fn registrations(&self, ctx: &Context<'_>) -> Result<Vec<Registration>, ApiError> {
        let reads = ctx.reads()?;
        let poll = one(&reads.loaders().poll_by_ap, self.row.id).await?;
        let clients = poll.as_ref().map(Registration::all).unwrap_or_default();
        reads.count_registrations(clients.len())?;
        Ok(clients)
    }

    /// Its radios at its last successful poll as an AP. Empty if the poller does not report them.
    async fn rf_stats(&self, ctx: &Context<'_>) -> Result<Vec<RadioStats>, ApiError> {
        let poll = one(&ctx.reads()?.loaders().poll_by_ap, self.row.id).await?;
        let radios = poll.map(|poll| poll.radios()).unwrap_or_default();
        Ok(radios.into_iter().map(RadioStats::from).collect())
    }

    /// The clients without a link that it lists as an AP, most recently found first.
    async fn unknown_clients(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Return the first n items, at most 500. Defaults to 50.")] first: Option<
            i32,
        >,
        #[graphql(desc = "Only clients after this cursor.")] after: Option<String>,
    ) -> Result<UnknownClientConnection, ApiError> {
        let page = PageArgs {
            first,
            after,
            ..PageArgs::default()
        }
        .page()?;
        let key = UnknownAt {
            ap: self.row.id,
            after: page.after().map(unknown_client::place).transpose()?,
            limit: page.limit() + 1,
        };
        let clients = one(&ctx.reads()?.loaders().unknown_by_ap, key).await?;
        let fields = UnknownClientConnectionFields::OfAp(Counted::Unknown(self.row.id));
        Ok(page.connection(clients.unwrap_or_default(), fields, UnknownClient::edge))
    }

    /// The links it serves as AP, oldest first.
    async fn links_as_ap(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Return the first n items, at most 500. Defaults to 50.")] first: Option<
            i32,
        >,
        #[graphql(desc = "Only links after this cursor.")] after: Option<String>,
    ) -> Result<LinkConnection, ApiError> {
        self.links(
            ctx,
            Side::Ap,
            PageArgs {
                first,
                after,
                ..PageArgs::default()
            },
        )
        .await
    }

    /// The links it uses as CPE, oldest first. A CPE with two radios has two at once.
    async fn links_as_cpe(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Return the first n items, at most 500. Defaults to 50.")] first: Option<
            i32,
        >,
        #[graphql(desc = "Only links after this cursor.")] after: Option<String>,
    ) -> Result<LinkConnection, ApiError> {
        self.links(
            ctx,
            Side::Cpe,
            PageArgs {
                first,
                after,
                ..PageArgs::default()
            },
        )
        .await
    }
}
