//! `LinkEvent` and `FeedReset`: what a feed delivers.

use std::sync::Arc;

use async_graphql::{Context, Description, ID, Object, SimpleObject, Union};
use chrono::{DateTime, Utc};
use entity::wire::link_event;

use crate::error::ApiError;
use crate::graphql::scalar::MacAddress;
use crate::graphql::types::device::Device;
use crate::graphql::types::enums::{LinkEventReason, LinkState};
use crate::graphql::types::wireless_link::WirelessLink;
use crate::live::cursor::FeedCursor;

/// What `linkEvents` delivers: an event, or a notice that the feed cannot resume without a gap.
#[derive(Union)]
pub enum LinkFeedItem {
    /// Something happened to a link.
    Event(LinkEvent),
    /// The feed cannot go on from where the client was.
    Reset(FeedReset),
}

/// A change of a link's state, or a reconnect. Events of a tenant are delivered in the order in
/// which they were stored, without gaps or repeats.
#[derive(Description)]
pub struct LinkEvent {
    event: Arc<link_event::LinkEvent>,
}

/// The feed cannot resume after the given cursor: the events after it are no longer kept, the
/// database was restored, or the cursor belongs to another tenant. Reload what you display; the
/// feed continues from `cursor`.
#[derive(SimpleObject)]
pub struct FeedReset {
    /// Where the feed continues: pass it as `after` when you reconnect.
    pub cursor: String,
    /// The reason, as text for people.
    pub reason: String,
}

impl LinkEvent {
    /// The node of an event.
    pub const fn new(event: Arc<link_event::LinkEvent>) -> Self {
        Self { event }
    }
}

#[Object(use_type_description)]
impl LinkEvent {
    /// The id, a UUID.
    async fn id(&self) -> ID {
        self.event.id.0.into()
    }

    /// Position of this event in the feed: pass it as `after` when you reconnect.
    async fn cursor(&self) -> String {
        FeedCursor {
            epoch: self.event.epoch,
            seq: self.event.seq,
        }
        .encode()
    }

    /// The link's id.
    async fn link_id(&self) -> ID {
        self.event.link_id.0.into()
    }

    /// The state before; null for a first sighting.
    async fn from_state(&self) -> Option<LinkState> {
        self.event.from_state.map(Into::into)
    }

    /// The state after.
    async fn to_state(&self) -> LinkState {
        self.event.to_state.into()
    }

    /// Why.
    async fn reason(&self) -> LinkEventReason {
        self.event.reason.into()
    }

    /// Signal as the AP heard the CPE, in dBm.
    async fn signal_strength(&self) -> Option<i16> {
        self.event.signal_strength
    }

    /// The address of the CPE's radio.
    async fn client_mac(&self) -> MacAddress {
        MacAddress(self.event.client_mac)
    }

    /// When it happened: the time of the poll that showed it.
    async fn at(&self) -> DateTime<Utc> {
        self.event.at
    }

    /// When it was stored.
    async fn recorded_at(&self) -> DateTime<Utc> {
        self.event.recorded_at
    }

    /// The link's current state; null if it has been forgotten since.
    async fn link(&self, ctx: &Context<'_>) -> Result<Option<WirelessLink>, ApiError> {
        WirelessLink::find(ctx, self.event.link_id).await
    }

    /// The access point; null if it has been deleted since.
    async fn ap_device(&self, ctx: &Context<'_>) -> Result<Option<Device>, ApiError> {
        Device::find(ctx, self.event.ap_device_id).await
    }

    /// The customer device; null if it has been deleted since.
    async fn cpe_device(&self, ctx: &Context<'_>) -> Result<Option<Device>, ApiError> {
        Device::find(ctx, self.event.cpe_device_id).await
    }

    /// When the client roamed, the other access point: the new one in the event of the old link,
    /// and the reverse.
    async fn other_ap_device(&self, ctx: &Context<'_>) -> Result<Option<Device>, ApiError> {
        let Some(id) = self.event.other_ap_device_id else {
            return Ok(None);
        };
        Device::find(ctx, id).await
    }
}
