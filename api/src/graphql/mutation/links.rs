//! `forgetLink`.

use async_graphql::{Context, ID, Object, SimpleObject};
use std::sync::Arc;

use crate::command::forget_link::forget_link;
use crate::error::ApiError;
use crate::graphql::context::ContextExt;
use crate::graphql::scalar::parse_id;
use crate::graphql::types::link_event::LinkEvent;
use crate::live::announce::Announcer;
use crate::permit::proof::Permit;

/// Changing links.
#[derive(Default)]
pub struct LinksMutation;

/// A forgotten link.
#[derive(SimpleObject)]
pub struct ForgottenLink {
    /// Its former id.
    id: ID,
    /// The event for this, the link's last.
    event: LinkEvent,
}

#[Object]
impl LinksMutation {
    /// Forgets a link: it is removed from all lists; its events are kept, the last one with the
    /// reason `FORGOTTEN`. If its AP sights the client again, a new link is created. For operators
    /// and above.
    async fn forget_link(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The link's id.")] id: ID,
    ) -> Result<ForgottenLink, ApiError> {
        let request = ctx.request();
        let permit = Permit::ask(request.principal())?;
        let link = parse_id("link", &id)?;
        let announcer = ctx.data_unchecked::<Announcer>();
        let known = announcer.known(permit.scope().tenant()).await;
        let event = forget_link(&permit, &request.databases().api, link, known).await?;
        announcer.announce(std::slice::from_ref(&event)).await;
        request.renew();
        Ok(ForgottenLink {
            id: event.link_id.0.into(),
            event: LinkEvent::new(Arc::new(event)),
        })
    }
}
