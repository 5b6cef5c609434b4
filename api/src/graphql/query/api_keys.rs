//! `apiKeys`.

use async_graphql::connection::{Connection, EmptyFields};
use async_graphql::{Context, Object};
use entity::model::api_key::{Column, Entity};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::error::ApiError;
use crate::graphql::context::ContextExt;
use crate::graphql::cursor::Cursor;
use crate::graphql::page::{Ordering, PageArgs};
use crate::graphql::query::order::OrderDirection;
use crate::graphql::types::api_key::ApiKey;
use crate::permit::policy::ListApiKeys;
use crate::permit::proof::Permit;

/// Reading API keys.
#[derive(Default)]
pub struct ApiKeysQuery;

#[Object]
impl ApiKeysQuery {
    /// The tenant's API keys, oldest first, including revoked and expired ones. For admins and
    /// above.
    async fn api_keys(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Return the first n items, at most 500. Defaults to 50.")] first: Option<
            i32,
        >,
        #[graphql(desc = "Only items after this cursor.")] after: Option<String>,
        #[graphql(desc = "Return the last n items, at most 500.")] last: Option<i32>,
        #[graphql(desc = "Only items before this cursor.")] before: Option<String>,
    ) -> Result<Connection<String, ApiKey, EmptyFields>, ApiError> {
        Permit::<ListApiKeys>::ask(ctx.request().principal())?;
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
        let ordering = Ordering::by(None, Column::Id.into_expr(), OrderDirection::default());
        let rows = page.apply(select, &ordering)?.all(tx).await?;
        Ok(page.connection(rows, EmptyFields, |row| {
            (Cursor::of_id(row.id.0), ApiKey::new(row))
        }))
    }
}
