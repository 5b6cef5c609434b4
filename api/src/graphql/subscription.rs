//! The root of subscriptions.

use async_graphql::{Context, Description, Subscription as Sub};
use futures::{Stream, StreamExt as _};

pub mod event_filter;

use crate::error::ApiError;
use crate::graphql::context::ContextExt;
use crate::graphql::subscription::event_filter::LinkEventFilter;
use crate::graphql::types::link_event::{FeedReset, LinkEvent, LinkFeedItem};
use crate::live::cursor::FeedCursor;
use crate::live::hub::Hub;
use crate::live::replay::{FeedItem, follow};

/// Everything that can be followed.
#[derive(Description)]
pub struct Subscription;

#[Sub(use_type_description)]
impl Subscription {
    #[expect(
        clippy::unused_async,
        reason = "async-graphql takes async functions only"
    )]
    /// What happens to links, as it happens. With `after`, what happened since comes first: pass
    /// the cursor of the last event you saw, and you miss nothing and see nothing twice. When that
    /// cannot be had, the feed says so with one FeedReset and goes on live.
    async fn link_events(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which events are meant; all when not given.")] filter: Option<
            LinkEventFilter,
        >,
        #[graphql(desc = "The cursor of the last event seen. Without it the feed starts now.")]
        after: Option<String>,
    ) -> Result<impl Stream<Item = Result<LinkFeedItem, ApiError>> + use<>, ApiError> {
        let request = ctx.request();
        let scope = request.scope()?;
        let wanted = filter.unwrap_or_default().parse()?;
        let after = after.as_deref().map(FeedCursor::decode).transpose()?;
        let hub = ctx.data_unchecked::<Hub>();
        let feed = follow(hub, request.databases().api.clone(), scope, after);
        Ok(feed.filter_map(move |item| {
            let item = match item {
                Ok(FeedItem::Event(event)) if wanted.matches(&event) => {
                    Some(Ok(LinkFeedItem::Event(LinkEvent::new(event))))
                }
                Ok(FeedItem::Event(_)) => None,
                Ok(FeedItem::Reset { cursor, reason }) => {
                    let reset = FeedReset {
                        cursor: cursor.encode(),
                        reason: reason.to_owned(),
                    };
                    Some(Ok(LinkFeedItem::Reset(reset)))
                }
                Err(error) => Some(Err(error)),
            };
            std::future::ready(item)
        }))
    }
}
