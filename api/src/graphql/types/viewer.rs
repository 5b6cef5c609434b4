//! `Viewer`: who asks.

use async_graphql::{Context, Description, Object};
use chrono::{DateTime, Utc};

use crate::auth::role::Role;
use crate::error::ApiError;
use crate::graphql::context::ContextExt;
use crate::graphql::types::tenant::Tenant;
use crate::live::replay;

/// The caller, according to the token or API key.
#[derive(Description)]
pub struct Viewer;

#[Object(use_type_description)]
impl Viewer {
    /// The token's subject: a user's or a program's name; `api-key:` and the id for an API key.
    async fn subject<'a>(&self, ctx: &'a Context<'_>) -> &'a str {
        ctx.request().principal().subject()
    }

    /// What the caller may do.
    async fn role(&self, ctx: &Context<'_>) -> Role {
        ctx.request().principal().role()
    }

    /// When the token or API key expires; null for a key that does not. An open WebSocket is
    /// closed with code 4403 at that time.
    async fn expires_at(&self, ctx: &Context<'_>) -> Option<DateTime<Utc>> {
        ctx.request().principal().valid_until()
    }

    /// The tenant the caller acts in. Null for the platform role without a chosen tenant.
    async fn tenant(&self, ctx: &Context<'_>) -> Result<Option<Tenant>, ApiError> {
        if ctx.request().scope().is_err() {
            return Ok(None);
        }
        let reads = ctx.reads()?;
        Tenant::own(reads.tx().await?).await
    }

    /// Current position of the tenant's feed of link events. Query it together with a page's
    /// links, then subscribe to `linkEvents` with it as `after`: events in between are neither
    /// missed nor repeated. Null if no tenant is chosen.
    async fn feed_cursor(&self, ctx: &Context<'_>) -> Result<Option<String>, ApiError> {
        if ctx.request().scope().is_err() {
            return Ok(None);
        }
        let reads = ctx.reads()?;
        let end = replay::end(reads.tx().await?).await?;
        Ok(Some(end.encode()))
    }
}
