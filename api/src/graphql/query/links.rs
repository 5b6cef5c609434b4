//! `wirelessLink`, `wirelessLinks`, `linkSummary`.

use std::sync::Arc;

use async_graphql::{Context, ID, Object};
use entity::model::wireless_link;
use entity::model::wireless_link::Entity;
use sea_orm::{EntityTrait, QueryFilter};

use crate::error::ApiError;
use crate::graphql::context::ContextExt;
use crate::graphql::page::{PageArgs, shows_rows};
use crate::graphql::query::link_filter::LinkFilter;
use crate::graphql::query::link_order::LinkOrder;
use crate::graphql::scalar::parse_id;
use crate::graphql::types::link_connection::{LinkConnection, LinkConnectionFields};
use crate::graphql::types::link_summary::LinkSummary;
use crate::graphql::types::wireless_link::WirelessLink;
use crate::live::rows;

/// Reading links.
#[derive(Default)]
pub struct LinksQuery;

#[Object]
impl LinksQuery {
    /// The link with this id; null if the tenant has none.
    async fn wireless_link(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The id, a UUID.")] id: ID,
    ) -> Result<Option<WirelessLink>, ApiError> {
        WirelessLink::find(ctx, parse_id("link", &id)?).await
    }

    /// The tenant's links, in the given order, by default oldest first.
    #[expect(
        clippy::too_many_arguments,
        reason = "a connection's arguments are what they are"
    )]
    async fn wireless_links(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Return the first n items, at most 500. Defaults to 50.")] first: Option<
            i32,
        >,
        #[graphql(desc = "Only items after this cursor.")] after: Option<String>,
        #[graphql(desc = "Return the last n items, at most 500.")] last: Option<i32>,
        #[graphql(desc = "Only items before this cursor.")] before: Option<String>,
        #[graphql(desc = "Which links to include; all if omitted.")] filter: Option<LinkFilter>,
        #[graphql(desc = "Sort order. A cursor is only valid with the order it was returned for.")]
        order_by: Option<LinkOrder>,
    ) -> Result<LinkConnection, ApiError> {
        let page = PageArgs {
            first,
            after,
            last,
            before,
        }
        .page()?;
        let order = order_by.unwrap_or_default();
        let condition = filter
            .unwrap_or_default()
            .condition(ctx.request().scope()?)?;
        let reads = ctx.reads()?;
        let select = page.apply(Entity::find().filter(condition.clone()), &order.ordering())?;
        let rows = if shows_rows(ctx) {
            select.all(reads.tx().await?).await?
        } else {
            Vec::new()
        };
        let hostnames = order.hostnames(&reads, &rows).await?;
        Ok(page.connection(
            rows,
            LinkConnectionFields::Filtered(condition),
            |row: wireless_link::Model| {
                (
                    order.cursor(&row, &hostnames),
                    WirelessLink::new(Arc::new(row)),
                )
            },
        ))
    }

    /// How many links are in which state.
    async fn link_summary(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which links to include; all if omitted.")] filter: Option<LinkFilter>,
    ) -> Result<LinkSummary, ApiError> {
        let condition = filter
            .unwrap_or_default()
            .condition(ctx.request().scope()?)?;
        let reads = ctx.reads()?;
        let counts = rows::counts(reads.tx().await?, condition).await?;
        Ok(LinkSummary::new(&counts, true))
    }
}
