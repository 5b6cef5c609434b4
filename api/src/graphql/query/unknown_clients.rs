//! `unknownClients`.

use async_graphql::{Context, ID, InputObject, Object};
use chrono::{DateTime, Utc};
use entity::ids::DeviceId;
use entity::model::unknown_client::{Column, Entity, UnknownReason};
use entity::scope::TenantScope;
use sea_orm::sea_query::{Expr, ExprTrait as _};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter};

use crate::error::ApiError;
use crate::graphql::context::ContextExt;
use crate::graphql::cursor::Kind;
use crate::graphql::page::{Ordering, PageArgs, shows_rows};
use crate::graphql::query::link_filter::there;
use crate::graphql::scalar::{MacAddress, parse_id};
use crate::graphql::types::unknown_client::{
    UnknownClient, UnknownClientConnection, UnknownClientConnectionFields, UnknownClientReason,
};

/// Reading unknown clients.
#[derive(Default)]
pub struct UnknownClientsQuery;

/// Which unknown clients to include. All given conditions must hold.
#[derive(InputObject, Default)]
pub struct UnknownClientFilter {
    /// At an AP at one of these sites.
    site_ids: Option<Vec<ID>>,
    /// With this address.
    mac_address: Option<MacAddress>,
    /// Without a link for one of these reasons.
    reason: Option<Vec<UnknownClientReason>>,
    /// True: only addresses that are probably random ones of phones. False: only others.
    randomized: Option<bool>,
    /// Listed by the AP at this time or later.
    last_seen_since: Option<DateTime<Utc>>,
}

#[Object]
impl UnknownClientsQuery {
    /// Clients listed by APs that have no link, most recently found first.
    #[expect(
        clippy::too_many_arguments,
        reason = "a connection's arguments are what they are"
    )]
    async fn unknown_clients(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Return the first n items, at most 500. Defaults to 50.")] first: Option<
            i32,
        >,
        #[graphql(desc = "Only items after this cursor.")] after: Option<String>,
        #[graphql(desc = "Return the last n items, at most 500.")] last: Option<i32>,
        #[graphql(desc = "Only items before this cursor.")] before: Option<String>,
        #[graphql(desc = "Of this AP only.")] ap_device_id: Option<ID>,
        #[graphql(desc = "Which clients to include; all if omitted.")] filter: Option<
            UnknownClientFilter,
        >,
    ) -> Result<UnknownClientConnection, ApiError> {
        let page = PageArgs {
            first,
            after,
            last,
            before,
        }
        .page()?;
        let ap = ap_device_id.map(|id| parse_id::<DeviceId>("device", &id));
        let ap = ap.transpose()?.map(|ap| Column::ApDeviceId.eq(ap));
        let condition = filter
            .unwrap_or_default()
            .condition(ctx.request().scope()?)?
            .add_option(ap);
        let reads = ctx.reads()?;
        let select = page.apply(Entity::find().filter(condition.clone()), &newest_first())?;
        let rows = if shows_rows(ctx) {
            select.all(reads.tx().await?).await?
        } else {
            Vec::new()
        };
        let fields = UnknownClientConnectionFields::Filtered(condition);
        Ok(page.connection(rows, fields, UnknownClient::edge))
    }
}

/// By the first sighting, which stays as it is while the client goes on being listed.
fn newest_first() -> Ordering {
    Ordering {
        keys: vec![
            (Kind::Time, Column::FirstSeen.into_expr()),
            (Kind::Text, Expr::col(Column::Mac).cast_as("text")),
            (Kind::Id, Column::ApDeviceId.into_expr()),
        ],
        descending: true,
    }
}

impl UnknownClientFilter {
    fn condition(self, scope: TenantScope) -> Result<Condition, ApiError> {
        let sites = self
            .site_ids
            .map(|ids| Ok::<_, ApiError>(Column::ApDeviceId.in_subquery(there(scope, &ids)?)));
        let reason = self.reason.map(|reasons| {
            let reasons = reasons.into_iter().map(UnknownReason::from);
            Column::Reason.eq_any(reasons.collect::<Vec<_>>())
        });
        Ok(Condition::all()
            .add(Column::TenantId.eq(scope.tenant()))
            .add_option(sites.transpose()?)
            .add_option(self.mac_address.map(|mac| Column::Mac.eq(mac.0)))
            .add_option(reason)
            .add_option(
                self.randomized
                    .map(|randomized| Column::Randomized.eq(randomized)),
            )
            .add_option(self.last_seen_since.map(|time| Column::LastSeen.gte(time))))
    }
}
