//! What a connection of link events tells besides its page.

use std::sync::Arc;

use async_graphql::connection::Connection;
use async_graphql::{Context, Object};
use entity::model::link_event::Entity;
use entity::wire::link_event;
use sea_orm::{Condition, EntityTrait, PaginatorTrait, QueryFilter};

use crate::error::ApiError;
use crate::graphql::context::ContextExt;
use crate::graphql::cursor::{Cursor, Key};
use crate::graphql::types::link_event::LinkEvent;
use crate::loader::count_of::Counted;
use crate::loader::one;

/// A page of link events.
pub type LinkEventConnection = Connection<String, LinkEvent, LinkEventConnectionFields>;

/// Of which events the connection is a page.
pub enum LinkEventConnectionFields {
    /// Of those that fulfil this.
    Filtered(Condition),
    /// Of a link's. Many links are counted in one statement.
    OfLink(Counted),
}

/// An event with its cursor in the connection.
pub fn edge(event: Arc<link_event::LinkEvent>) -> (Cursor, LinkEvent) {
    (Cursor(vec![Key::Number(event.seq)]), LinkEvent::new(event))
}

#[Object]
impl LinkEventConnectionFields {
    /// Total number of events, on this page or not. Counted only if selected.
    async fn total_count(&self, ctx: &Context<'_>) -> Result<u64, ApiError> {
        let reads = ctx.reads()?;
        match self {
            Self::Filtered(condition) => {
                let select = Entity::find().filter(condition.clone());
                Ok(select.count(reads.tx().await?).await?)
            }
            Self::OfLink(events) => {
                let count = one(&reads.loaders().count_of, *events).await?;
                Ok(count.unwrap_or_default())
            }
        }
    }
}
