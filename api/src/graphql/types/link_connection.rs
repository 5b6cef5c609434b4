//! What a connection of links tells besides its page.

use async_graphql::connection::Connection;
use async_graphql::{Context, Object};
use entity::model::wireless_link::Entity;
use sea_orm::{Condition, EntityTrait, PaginatorTrait, QueryFilter};

use crate::error::ApiError;
use crate::graphql::context::ContextExt;
use crate::graphql::types::wireless_link::WirelessLink;
use crate::loader::count_of::Counted;
use crate::loader::one;

/// A page of links.
pub type LinkConnection = Connection<String, WirelessLink, LinkConnectionFields>;

/// Of which links the connection is a page.
pub enum LinkConnectionFields {
    /// Of those that fulfil this.
    Filtered(Condition),
    /// Of a device's. Many devices are counted in one statement.
    OfDevice(Counted),
}

#[Object]
impl LinkConnectionFields {
    /// Total number of links, on this page or not. Counted only if selected.
    async fn total_count(&self, ctx: &Context<'_>) -> Result<u64, ApiError> {
        let reads = ctx.reads()?;
        match self {
            Self::Filtered(condition) => {
                let select = Entity::find().filter(condition.clone());
                Ok(select.count(reads.tx().await?).await?)
            }
            Self::OfDevice(links) => {
                let count = one(&reads.loaders().count_of, *links).await?;
                Ok(count.unwrap_or_default())
            }
        }
    }
}
