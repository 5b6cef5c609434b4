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
    /// How many sites there are in all that the search finds. Counted only when asked for.
    async fn total_count(&self, ctx: &Context<'_>) -> Result<u64, ApiError> {
        let reads = ctx.reads()?;
        let select = Entity::find().filter(self.0.clone());
        Ok(select.count(reads.tx().await?).await?)
    }
}

#[Object]
impl SitesQuery {
    /// The site with this id; null when the tenant has none.
    async fn site(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The id, a UUID.")] id: ID,
    ) -> Result<Option<Site>, ApiError> {
        let id = parse_id("site", &id)?;
        let row = one(&ctx.reads()?.loaders().site_by_id, id).await?;
        Ok(row.map(Site::new))
    }

    /// The tenant's sites, in the order asked for; oldest first when none is.
    #[expect(
        clippy::too_many_arguments,
        reason = "a connection's arguments are what they are"
    )]
    async fn sites(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "So many from the start, 500 at most; 50 when nothing is given.")]
        first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "So many from the end, 500 at most.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
        #[graphql(
            desc = "With this text in the name or the address, in upper or lower case. 100 characters at most; blank finds all."
        )]
        search: Option<String>,
        #[graphql(desc = "In which order. A cursor is good for its own order only.")]
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
