//! `linkEvents`: what happened to links, to be paged through.

use std::sync::Arc;

use async_graphql::connection::Connection;
use async_graphql::{Context, Object};
use entity::ids::Epoch;
use entity::model::link_event::{Column, Entity, Model};
use entity::wire::link_event::LinkEvent;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::error::ApiError;
use crate::graphql::context::ContextExt;
use crate::graphql::cursor::Kind;
use crate::graphql::page::{Ordering, PageArgs, shows_rows};
use crate::graphql::subscription::event_filter::LinkEventFilter;
use crate::graphql::types::link_event_connection::{
    LinkEventConnection, LinkEventConnectionFields, edge,
};
use crate::live::replay;

/// Reading link events.
#[derive(Default)]
pub struct LinkEventsQuery;

#[Object]
impl LinkEventsQuery {
    /// The events of the tenant's links, newest first: the reverse of the order of the
    /// subscription.
    async fn link_events(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Return the n newest events, at most 500. Defaults to 50.")] first: Option<
            i32,
        >,
        #[graphql(desc = "Only events after this cursor in the list, that is, older ones.")] after: Option<
            String,
        >,
        #[graphql(desc = "Return the n oldest events, at most 500.")] last: Option<i32>,
        #[graphql(desc = "Only events before this cursor in the list, that is, newer ones.")]
        before: Option<String>,
        #[graphql(desc = "Which events to include; all if omitted.")] filter: Option<
            LinkEventFilter,
        >,
    ) -> Result<LinkEventConnection, ApiError> {
        let page = PageArgs {
            first,
            after,
            last,
            before,
        }
        .page()?;
        let wanted = filter.unwrap_or_default().parse()?;
        let condition = wanted.condition(ctx.request().scope()?);
        let newest_first = Ordering {
            keys: vec![(Kind::Number, Column::Seq.into_expr())],
            descending: true,
        };
        let select = page.apply(Entity::find().filter(condition.clone()), &newest_first)?;
        let fields = LinkEventConnectionFields::Filtered(condition);
        if !shows_rows(ctx) {
            return Ok(Connection::with_additional_fields(false, false, fields));
        }
        let reads = ctx.reads()?;
        let tx = reads.history_tx().await?;
        let rows = select.all(tx).await?;
        let epoch = replay::end(tx).await?.epoch;
        Ok(page.connection(rows, fields, |row| edge(Arc::new(event(&row, epoch)))))
    }
}

fn event(row: &Model, epoch: Epoch) -> LinkEvent {
    LinkEvent {
        tenant_id: row.tenant_id,
        epoch,
        seq: row.seq,
        id: row.id,
        link_id: row.link_id,
        ap_device_id: row.ap_device_id,
        cpe_device_id: row.cpe_device_id,
        client_mac: row.client_mac,
        other_ap_device_id: row.other_ap_device_id,
        from_state: row.from_state,
        to_state: row.to_state,
        reason: row.reason,
        signal_strength: row.signal_strength,
        at: row.at,
        recorded_at: row.recorded_at,
    }
}
