//! `tenants`.

use async_graphql::connection::{Connection, EmptyFields};
use async_graphql::{Context, Object};
use entity::args;
use entity::model::tenant;
use sqlx::Row as _;
use sqlx::postgres::PgRow;
use uuid::Uuid;

use crate::error::ApiError;
use crate::graphql::context::ContextExt;
use crate::graphql::cursor::Cursor;
use crate::graphql::page::PageArgs;
use crate::graphql::types::tenant::Tenant;
use crate::permit::policy::ListTenants;
use crate::permit::proof::PlatformPermit;

/// Reading the list of tenants.
#[derive(Default)]
pub struct TenantsQuery;

const PAGE: &str = "
    SELECT id, name, created_at, updated_at FROM tenants WHERE id > $1 ORDER BY id LIMIT $2";

#[Object]
impl TenantsQuery {
    /// All tenants, oldest first. For the platform role.
    async fn tenants(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Return the first n items, at most 500. Defaults to 50.")] first: Option<
            i32,
        >,
        #[graphql(desc = "Only items after this cursor.")] after: Option<String>,
    ) -> Result<Connection<String, Tenant, EmptyFields>, ApiError> {
        let request = ctx.request();
        PlatformPermit::<ListTenants>::ask(request.principal())?;
        let page = PageArgs {
            first,
            after,
            ..PageArgs::default()
        }
        .page()?;
        let behind = page.after_id()?.unwrap_or(Uuid::nil());
        let tx = request.databases().platform.system().await?;
        let limit = i64::from(page.limit()) + 1;
        let rows = tx.rows(PAGE, args![behind, limit]?).await?;
        let rows = rows.iter().map(row).collect::<Result<Vec<_>, _>>()?;
        Ok(page.connection(rows, EmptyFields, |row| {
            (Cursor::of_id(row.id.0), Tenant::new(row))
        }))
    }
}

fn row(row: &PgRow) -> Result<tenant::Model, sqlx::Error> {
    Ok(tenant::Model {
        id: row.try_get(0)?,
        name: row.try_get(1)?,
        created_at: row.try_get(2)?,
        updated_at: row.try_get(3)?,
    })
}
