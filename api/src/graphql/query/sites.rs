//! `site`, `sites`.

use std::sync::Arc;

use async_graphql::connection::Connection;
use async_graphql::{Context, ID, Object};
use entity::model::site::{Column, Entity};
use sea_orm::{ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter};

use crate::error::ApiError;
use crate::graphql::context::ContextExt;
use crate::graphql::page::{PageArgs, shows_rows};
use crate::graphql::query::site_order::SiteOrder;
use crate::graphql::scalar::parse_id;
use crate::graphql::search::Search;
use crate::graphql::types::site::Site;
use crate::loader::one;

/// Reading sites.
#[derive(Default)]
pub struct SitesQuery;

/// What a connection of sites tells besides its page.
pub struct SiteConnectionFields(Condition);

#[Object]
impl SiteConnectionFields {
    /// Total number of sites that match the search. Counted only if selected.
    async fn total_count(&self, ctx: &Context<'_>) -> Result<u64, ApiError> {
        let reads = ctx.reads()?;
        let select = Entity::find().filter(self.0.clone());
        Ok(select.count(reads.tx().await?).await?)
    }
}

#[Object]
impl SitesQuery {
    /// The site with this id; null if the tenant has none.
    async fn site(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The id, a UUID.")] id: ID,
    ) -> Result<Option<Site>, ApiError> {
        let id = parse_id("site", &id)?;
        let row = one(&ctx.reads()?.loaders().site_by_id, id).await?;
        Ok(row.map(Site::new))
    }

    /// The tenant's sites, in the given order, by default oldest first.
    #[expect(
        clippy::too_many_arguments,
        reason = "a connection's arguments are what they are"
    )]
    async fn sites(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Return the first n items, at most 500. Defaults to 50.")] first: Option<
            i32,
        >,
        #[graphql(desc = "Only items after this cursor.")] after: Option<String>,
        #[graphql(desc = "Return the last n items, at most 500.")] last: Option<i32>,
        #[graphql(desc = "Only items before this cursor.")] before: Option<String>,
        #[graphql(
            desc = "Name or address contains this text, case-insensitive. At most 100 characters; blank matches everything."
        )]
        search: Option<String>,
        #[graphql(desc = "Sort order. A cursor is only valid with the order it was returned for.")]
        order_by: Option<SiteOrder>,
    ) -> Result<Connection<String, Site, SiteConnectionFields>, ApiError> {
        let page = PageArgs {
            first,
            after,
            last,
            before,
        }
        .page()?;
        let order = order_by.unwrap_or_default();
        let search = search.as_deref().map(Search::parse).transpose()?.flatten();
        let found = search.map(|search| {
            Condition::any()
                .add(search.in_text(Column::Name))
                .add(search.in_text(Column::Address))
        });
        let condition = Condition::all()
            .add(Column::TenantId.eq(ctx.request().scope()?.tenant()))
            .add_option(found);
        let reads = ctx.reads()?;
        let select = page.apply(Entity::find().filter(condition.clone()), &order.ordering())?;
        let rows = if shows_rows(ctx) {
            select.all(reads.tx().await?).await?
        } else {
            Vec::new()
        };
        Ok(
            page.connection(rows, SiteConnectionFields(condition), |row| {
                (order.cursor(&row), Site::new(Arc::new(row)))
            }),
        )
    }
}
