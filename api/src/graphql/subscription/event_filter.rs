//! Which link events.

use async_graphql::{ID, InputObject};
use chrono::{DateTime, Utc};
use entity::ids::{DeviceId, LinkId, SiteId};
use entity::link_state as row;
use entity::model::link_event::Column;
use entity::scope::TenantScope;
use entity::wire::link_event::LinkEvent;
use sea_orm::sea_query::SimpleExpr;
use sea_orm::{ColumnTrait, Condition, Value};

use crate::error::ApiError;
use crate::graphql::query::link_filter::at_sites;
use crate::graphql::scalar::parse_ids;
use crate::graphql::types::enums::{LinkEventReason, LinkState};

/// Which events to include. All given conditions must hold.
#[derive(InputObject, Default)]
pub struct LinkEventFilter {
    /// Of one of these links.
    link_ids: Option<Vec<ID>>,
    /// Of an AP that is currently at one of these sites.
    site_ids: Option<Vec<ID>>,
    /// Of one of these APs.
    ap_device_ids: Option<Vec<ID>>,
    /// Of one of these CPEs.
    cpe_device_ids: Option<Vec<ID>>,
    /// Into one of these states.
    to_state: Option<Vec<LinkState>>,
    /// For one of these reasons.
    reason: Option<Vec<LinkEventReason>>,
    /// At this time or later, by the time of the poll, not the time of storing.
    since: Option<DateTime<Utc>>,
    /// Before this time.
    until: Option<DateTime<Utc>>,
}

/// A filter with its ids read.
#[derive(Debug)]
pub struct EventFilter {
    links: Option<Vec<LinkId>>,
    sites: Option<Vec<SiteId>>,
    aps: Option<Vec<DeviceId>>,
    cpes: Option<Vec<DeviceId>>,
    to_state: Option<Vec<row::LinkState>>,
    reason: Option<Vec<row::EventReason>>,
    since: Option<DateTime<Utc>>,
    until: Option<DateTime<Utc>>,
}

impl LinkEventFilter {
    /// Reads the ids.
    pub fn parse(self) -> Result<EventFilter, ApiError> {
        let devices = |ids: Option<Vec<ID>>| ids.map(|ids| parse_ids("device", &ids)).transpose();
        Ok(EventFilter {
            links: self
                .link_ids
                .map(|ids| parse_ids("link", &ids))
                .transpose()?,
            sites: self
                .site_ids
                .map(|ids| parse_ids("site", &ids))
                .transpose()?,
            aps: devices(self.ap_device_ids)?,
            cpes: devices(self.cpe_device_ids)?,
            to_state: self
                .to_state
                .map(|all| all.into_iter().map(Into::into).collect()),
            reason: self
                .reason
                .map(|all| all.into_iter().map(Into::into).collect()),
            since: self.since,
            until: self.until,
        })
    }
}

impl EventFilter {
    /// The sites at one of which an event's AP must be.
    pub fn sites(&self) -> Option<&[SiteId]> {
        self.sites.as_deref()
    }

    /// Whether `event` is meant, as far as it tells itself: not where its AP is.
    pub fn matches(&self, event: &LinkEvent) -> bool {
        fn among<T: PartialEq>(wanted: Option<&Vec<T>>, value: &T) -> bool {
            wanted.is_none_or(|wanted| wanted.contains(value))
        }
        among(self.links.as_ref(), &event.link_id)
            && among(self.aps.as_ref(), &event.ap_device_id)
            && among(self.cpes.as_ref(), &event.cpe_device_id)
            && among(self.to_state.as_ref(), &event.to_state)
            && among(self.reason.as_ref(), &event.reason)
            && self.since.is_none_or(|since| event.at >= since)
            && self.until.is_none_or(|until| event.at < until)
    }

    /// The same as SQL, for the rows of `scope`'s tenant.
    pub fn condition(&self, scope: TenantScope) -> Condition {
        Condition::all()
            .add(Column::TenantId.eq(scope.tenant()))
            .add_option(among(Column::LinkId, self.links.as_ref()))
            .add_option(
                self.sites
                    .as_ref()
                    .map(|sites| Column::ApDeviceId.in_subquery(at_sites(scope, sites))),
            )
            .add_option(among(Column::ApDeviceId, self.aps.as_ref()))
            .add_option(among(Column::CpeDeviceId, self.cpes.as_ref()))
            .add_option(among(Column::ToState, self.to_state.as_ref()))
            .add_option(among(Column::Reason, self.reason.as_ref()))
            .add_option(self.since.map(|since| Column::At.gte(since)))
            .add_option(self.until.map(|until| Column::At.lt(until)))
    }
}

/// One value is compared by itself: only then does an index bring its rows in order.
fn among<T>(column: Column, wanted: Option<&Vec<T>>) -> Option<SimpleExpr>
where
    T: Copy + Into<Value> + sea_orm::sea_query::ValueType,
{
    let wanted = wanted?;
    Some(match wanted[..] {
        [one] => column.eq(one),
        _ => column.is_in(wanted.iter().copied()),
    })
}
