//! `WirelessLink`: one AP and one radio of a CPE.

use std::sync::Arc;

use async_graphql::{Context, Description, ID, Object};
use chrono::{DateTime, Utc};
use entity::ids::LinkId;
use entity::model::wireless_link;

use crate::error::ApiError;
use crate::graphql::context::ContextExt;
use crate::graphql::page::PageArgs;
use crate::graphql::scalar::MacAddress;
use crate::graphql::types::device::Device;
use crate::graphql::types::enums::LinkState;
use crate::graphql::types::link_availability::LinkAvailability;
use crate::graphql::types::link_event_connection::{
    LinkEventConnection, LinkEventConnectionFields, edge,
};
use crate::graphql::types::signal_bucket::SignalBucket;
use crate::history::availability::Availability;
use crate::history::buckets::Buckets;
use crate::history::range::TimeRange;
use crate::limits;
use crate::loader::changes_by_link::ChangesOf;
use crate::loader::count_of::Counted;
use crate::loader::events_by_link::EventsOf;
use crate::loader::one;
use crate::loader::signal_by_link::SignalOf;

/// A wireless link between an access point (AP) and one radio of a customer device (CPE).
/// Measurements the AP does not report are null.
#[derive(Description)]
pub struct WirelessLink {
    row: Arc<wireless_link::Model>,
}

impl WirelessLink {
    /// The node of a row.
    pub const fn new(row: Arc<wireless_link::Model>) -> Self {
        Self { row }
    }

    /// The link with this id, if the tenant has one.
    pub async fn find(ctx: &Context<'_>, id: LinkId) -> Result<Option<Self>, ApiError> {
        let row = one(&ctx.reads()?.loaders().link_by_id, id).await?;
        Ok(row.map(Self::new))
    }
}

#[Object(use_type_description)]
impl WirelessLink {
    /// The id, a UUID.
    pub async fn id(&self) -> ID {
        self.row.id.0.into()
    }

    /// The health state.
    async fn state(&self) -> LinkState {
        self.row.state.into()
    }

    /// Since when the link is in this state: the time of the poll that showed it.
    async fn state_since(&self) -> DateTime<Utc> {
        self.row.state_since
    }

    /// Polls in a row that did not list the CPE.
    async fn missed_polls(&self) -> i32 {
        self.row.missed_polls
    }

    /// The AP's interface the CPE is registered on.
    async fn interface(&self) -> Option<&str> {
        self.row.interface.as_deref()
    }

    /// The address of the CPE's radio.
    async fn client_mac(&self) -> MacAddress {
        MacAddress(self.row.client_mac)
    }

    /// Signal as the AP hears the CPE, in dBm, −120 to −10.
    async fn signal_strength(&self) -> Option<i16> {
        self.row.signal_strength
    }

    /// Signal as the CPE hears the AP, in dBm, −120 to −10.
    async fn remote_signal_strength(&self) -> Option<i16> {
        self.row.remote_signal_strength
    }

    /// Signal over noise at the AP, in dB. Not comparable between vendors.
    async fn signal_to_noise(&self) -> Option<i16> {
        self.row.signal_to_noise
    }

    /// Client connection quality (CCQ) of the AP's transmissions, in percent, 1 to 100.
    async fn tx_ccq(&self) -> Option<i16> {
        self.row.tx_ccq.map(|ccq| ccq.min(100))
    }

    /// Data rate towards the CPE, as reported by the AP: `130Mbps-40MHz/2S/SGI`.
    async fn tx_rate(&self) -> Option<&str> {
        self.row.tx_rate.as_deref()
    }

    /// Data rate from the CPE, as reported by the AP.
    async fn rx_rate(&self) -> Option<&str> {
        self.row.rx_rate.as_deref()
    }

    /// Data rate towards the CPE, in kbit/s.
    async fn tx_rate_kbps(&self) -> Option<i32> {
        self.row.tx_rate_kbps
    }

    /// Data rate from the CPE, in kbit/s.
    async fn rx_rate_kbps(&self) -> Option<i32> {
        self.row.rx_rate_kbps
    }

    /// Distance as the AP estimates it, in metres.
    async fn distance_m(&self) -> Option<i32> {
        self.row.distance_m
    }

    /// Seconds since the CPE associated, at the last sighting.
    async fn uptime_s(&self) -> Option<i32> {
        self.row.uptime_s
    }

    /// The last IP address of the CPE seen by the AP.
    async fn last_ip(&self) -> Option<&str> {
        self.row.last_ip.as_deref()
    }

    /// When the CPE was first sighted at this AP.
    async fn discovered_at(&self) -> DateTime<Utc> {
        self.row.discovered_at
    }

    /// When the CPE was last sighted at this AP.
    async fn last_seen(&self) -> DateTime<Utc> {
        self.row.last_seen
    }

    /// When a poll last counted for this link, as a sighting or a miss.
    async fn updated_at(&self) -> DateTime<Utc> {
        self.row.updated_at
    }

    /// The access point.
    async fn ap_device(&self, ctx: &Context<'_>) -> Result<Device, ApiError> {
        Device::load(ctx, self.row.ap_device_id).await
    }

    /// The customer device.
    async fn cpe_device(&self, ctx: &Context<'_>) -> Result<Device, ApiError> {
        Device::load(ctx, self.row.cpe_device_id).await
    }

    /// The link's events, newest first.
    async fn events(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Return the first n items, at most 500. Defaults to 50.")] first: Option<
            i32,
        >,
        #[graphql(desc = "Only events after this cursor in the list, that is, older ones.")] after: Option<
            String,
        >,
    ) -> Result<LinkEventConnection, ApiError> {
        let page = PageArgs {
            first,
            after,
            ..PageArgs::default()
        }
        .page()?;
        let key = EventsOf {
            link: self.row.id,
            before: page.after_number()?.unwrap_or(i64::MAX),
            limit: page.limit() + 1,
        };
        let events = one(&ctx.reads()?.loaders().events_by_link, key).await?;
        let fields = LinkEventConnectionFields::OfLink(Counted::Events(self.row.id));
        Ok(page.connection(events.unwrap_or_default(), fields, edge))
    }

    /// The signal over time, in equal spans from `from` to `to`. Spans in which no poll listed the
    /// CPE are included, with 0 samples. Where polls are no longer kept (by default after a week),
    /// hourly aggregates are used; an hour counts for the span that contains its middle. All links
    /// of a response together are limited to 60,000 spans, 700 days of polls and 20,000 days of
    /// hourly aggregates.
    async fn signal_history(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Start of the first span.")] from: DateTime<Utc>,
        #[graphql(desc = "End of the last span, at most 400 days later; now if omitted.")]
        to: Option<DateTime<Utc>>,
        #[graphql(
            default = 120,
            desc = "Number of spans, 1 to 1,000, each at least one second long."
        )]
        buckets: Option<i32>,
    ) -> Result<Vec<SignalBucket>, ApiError> {
        let reads = ctx.reads()?;
        let range = TimeRange::new(from, to, reads.now())?;
        let buckets = Buckets::new(range, buckets.unwrap_or(limits::DEFAULT_HISTORY_BUCKETS))?;
        let key = SignalOf {
            ap: self.row.ap_device_id,
            client_mac: self.row.client_mac,
            buckets,
        };
        let signal = one(&reads.loaders().signal_by_link, key).await?;
        Ok(SignalBucket::all(buckets, &signal.unwrap_or_default()))
    }

    /// How much of the time from `from` to `to` the link was connected.
    async fn availability(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Start of the range.")] from: DateTime<Utc>,
        #[graphql(desc = "End of the range, at most 400 days later; now if omitted.")] to: Option<
            DateTime<Utc>,
        >,
    ) -> Result<LinkAvailability, ApiError> {
        let reads = ctx.reads()?;
        let range = TimeRange::new(from, to, reads.now())?;
        let key = ChangesOf {
            link: self.row.id,
            range,
        };
        let changes = one(&reads.loaders().changes_by_link, key).await?;
        let changes = changes.unwrap_or_default();
        Ok(Availability::of(&changes, range, reads.now()).into())
    }
}
