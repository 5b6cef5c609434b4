//! `site`, `sites`.

use std::sync::Arc;

use async_graphql::connection::Connection;
use async_graphql::{Context, ID, Object};
use entity::model::site::{Column, Entity};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};

use crate::error::ApiError;
use crate::graphql::context::ContextExt;
use crate::graphql::page::{Cursor, Ordering, PageArgs};
use crate::graphql::scalar::parse_id;
use crate::graphql::types::site::Site;
use crate::loader::one;

/// Reading sites.
#[derive(Default)]
pub struct SitesQuery;

/// What a connection of sites tells besides its page.
pub struct SiteConnectionFields;

#[Object]
impl SiteConnectionFields {
    /// How many sites there are in all. Counted only when asked for.
    async fn total_count(&self, ctx: &Context<'_>) -> Result<u64, ApiError> {
        let reads = ctx.reads()?;
        let tx = reads.tx().await?;
        Ok(Entity::find()
            .filter(Column::TenantId.eq(tx.tenant()))
            .count(tx)
            .await?)
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
        let row = one(ctx.reads()?.loaders().site_by_id(), id).await?;
        Ok(row.map(Site::new))
    }

    /// The tenant's sites, oldest first.
    async fn sites(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "So many from the start, 500 at most; 50 when nothing is given.")]
        first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "So many from the end, 500 at most.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Connection<String, Site, SiteConnectionFields>, ApiError> {
        let page = PageArgs {
            first,
            after,
            last,
            before,
        }
        .page()?;
        let reads = ctx.reads()?;
        let tx = reads.tx().await?;
        let select = Entity::find().filter(Column::TenantId.eq(tx.tenant()));
        let ordering = Ordering::by_id(Column::Id.into_expr());
        let rows = page.apply(select, &ordering).all(tx).await?;
        Ok(page.connection(rows, SiteConnectionFields, |row| {
            (Cursor::of_id(row.id.0), Site::new(Arc::new(row)))
        }))
    }
}
