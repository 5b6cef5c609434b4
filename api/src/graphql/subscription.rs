//! The root of subscriptions.

use std::sync::Arc;
use std::time::Duration;

use async_graphql::{Context, Description, Subscription as Sub};
use futures::{Stream, StreamExt as _};

pub mod event_filter;
pub mod places;

use crate::error::ApiError;
use crate::graphql::context::{ContextExt, LinksStart};
use crate::graphql::query::link_filter::LinkFilter;
use crate::graphql::subscription::event_filter::LinkEventFilter;
use crate::graphql::subscription::places::Places;
use crate::graphql::types::link_event::{FeedReset, LinkEvent, LinkFeedItem};
use crate::graphql::types::link_summary::LinkSummary;
use crate::graphql::types::link_update::LinkUpdate;
use crate::limits;
use crate::live::again::Again;
use crate::live::cursor::FeedCursor;
use crate::live::hub::Hub;
use crate::live::replay::{FeedItem, follow};
use crate::live::{again, links, summary};

/// Everything that can be subscribed to.
#[derive(Description)]
pub struct Subscription;

#[Sub(use_type_description)]
impl Subscription {
    #[expect(
        clippy::unused_async,
        reason = "async-graphql takes async functions only"
    )]
    /// Link events as they occur. With `after`, the events since that cursor come first: pass the
    /// cursor of the last event you received, and you miss nothing and get nothing twice. If the
    /// feed cannot resume there, it sends one FeedReset and continues live.
    async fn link_events(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which events to include; all if omitted.")] filter: Option<
            LinkEventFilter,
        >,
        #[graphql(
            desc = "The cursor of the last event received. If omitted, the feed starts now."
        )]
        after: Option<String>,
    ) -> Result<impl Stream<Item = Result<LinkFeedItem, ApiError>> + use<>, ApiError> {
        let request = ctx.request();
        let scope = request.scope()?;
        let wanted = filter.unwrap_or_default().parse()?;
        let after = after.as_deref().map(FeedCursor::decode).transpose()?;
        let feed = follow(
            ctx.data_unchecked::<Hub>(),
            request.databases().api.clone(),
            scope,
            request.feed_start(after),
            request.position().clone(),
        );
        let places = Arc::new(Places {
            database: request.databases().api.clone(),
            scope,
        });
        let wanted = Arc::new(wanted);
        Ok(feed.filter_map(move |item| {
            let (wanted, places) = (Arc::clone(&wanted), Arc::clone(&places));
            async move {
                Some(match item {
                    Ok(FeedItem::Event(event)) => {
                        let told = places.are_meant(&wanted, &event).await;
                        let told = told.map(|told| told.then(|| LinkEvent::new(event)));
                        told.transpose()?.map(LinkFeedItem::Event)
                    }
                    Ok(FeedItem::Reset { cursor, reason }) => Ok(LinkFeedItem::Reset(FeedReset {
                        cursor: cursor.encode(),
                        reason: reason.to_owned(),
                    })),
                    Err(error) => Err(error),
                })
            }
        }))
    }

    #[expect(
        clippy::unused_async,
        reason = "async-graphql takes async functions only"
    )]
    /// The matching links and their changes: a snapshot in parts, one `LinksReady`, then changes
    /// and removals. Unlike `linkEvents` it delivers the current state, including signals and all
    /// other measurements, and coalesces several changes into one. After an outage it
    /// resynchronizes by itself, announced by `LinksStale` and `LinksReady`. At most 50,000 links.
    async fn link_updates(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which links to include; all if omitted.")] filter: Option<LinkFilter>,
        #[graphql(
            default = 1000,
            desc = "Minimum interval between two updates, in milliseconds, 100 to 60,000."
        )]
        min_interval_ms: i32,
    ) -> Result<impl Stream<Item = Result<LinkUpdate, ApiError>> + use<>, ApiError> {
        let request = ctx.request();
        let scope = request.scope()?;
        let condition = filter.unwrap_or_default().condition(scope)?;
        let interval = interval(min_interval_ms)?;
        let again = Again(request.again().subscribe());
        let updates = match request.links_start() {
            LinksStart::Taken(taken) => again::tell(&taken, again).boxed(),
            LinksStart::Follow(audience) => {
                let hub = ctx.data_unchecked::<Hub>();
                let database = request.databases().api.clone();
                links::follow(hub, database, scope, condition, interval, audience, again).boxed()
            }
        };
        Ok(updates.map(|update| update.map(Into::into)))
    }

    #[expect(
        clippy::unused_async,
        reason = "async-graphql takes async functions only"
    )]
    /// The number of links in each state: immediately, and whenever the numbers change.
    async fn link_summary(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which links to include; all if omitted.")] filter: Option<LinkFilter>,
        #[graphql(
            default = 1000,
            desc = "Minimum interval between two updates, in milliseconds, 100 to 60,000."
        )]
        min_interval_ms: i32,
    ) -> Result<impl Stream<Item = Result<LinkSummary, ApiError>> + use<>, ApiError> {
        let request = ctx.request();
        let scope = request.scope()?;
        let condition = filter.unwrap_or_default().condition(scope)?;
        let summaries = summary::follow(
            ctx.data_unchecked::<Hub>(),
            request.databases().api.clone(),
            scope,
            condition,
            interval(min_interval_ms)?,
        );
        Ok(summaries.map(|summary| {
            summary.map(|summary| LinkSummary::new(&summary.counts, summary.is_current))
        }))
    }
}

fn interval(millis: i32) -> Result<Duration, ApiError> {
    let (shortest, longest) = limits::INTERVAL_MS;
    if (shortest..=longest).contains(&millis) {
        return Ok(Duration::from_millis(millis.unsigned_abs().into()));
    }
    Err(ApiError::bad_input(format!(
        "minIntervalMs: {millis} is not within {shortest} and {longest}"
    )))
}
