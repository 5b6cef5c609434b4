//! Which links, and in which order.

use async_graphql::{Enum, ID, InputObject};
use chrono::{DateTime, Utc};
use entity::ids::{DeviceId, SiteId};
use entity::link_state::LinkState as State;
use entity::model::device;
use entity::model::wireless_link::{Column, Entity, Model};
use entity::scope::TenantScope;
use sea_orm::sea_query::{Expr, Query as Sql, SimpleExpr};
use sea_orm::{ColumnTrait, Condition};

use crate::error::ApiError;
use crate::graphql::page::{Cursor, Ordering};
use crate::graphql::scalar::{MacAddress, parse_ids};
use crate::graphql::types::enums::LinkState;

/// Which links are meant. All conditions given must hold.
#[derive(InputObject, Default)]
#[graphql(name = "WirelessLinkFilter")]
pub struct LinkFilter {
    /// In one of these states.
    state: Option<Vec<LinkState>>,
    /// Of one of these APs.
    ap_device_ids: Option<Vec<ID>>,
    /// Of one of these CPEs.
    cpe_device_ids: Option<Vec<ID>>,
    /// Of an AP that stands at one of these sites.
    site_ids: Option<Vec<ID>>,
    /// Of the radio with this address.
    client_mac: Option<MacAddress>,
}

impl LinkFilter {
    /// The filter as SQL, for the rows of `scope`'s tenant.
    pub fn condition(&self, scope: TenantScope) -> Result<Condition, ApiError> {
        let tenant = scope.tenant();
        let mut condition = Condition::all().add(Column::TenantId.eq(tenant));
        if let Some(states) = &self.state {
            let states: Vec<State> = states.iter().map(|&state| state.into()).collect();
            condition = condition.add(Column::State.eq_any(states));
        }
        if let Some(ids) = &self.ap_device_ids {
            let ids: Vec<DeviceId> = parse_ids("device", ids)?;
            condition = condition.add(Column::ApDeviceId.eq_any(ids));
        }
        if let Some(ids) = &self.cpe_device_ids {
            let ids: Vec<DeviceId> = parse_ids("device", ids)?;
            condition = condition.add(Column::CpeDeviceId.eq_any(ids));
        }
        if let Some(ids) = &self.site_ids {
            let ids: Vec<SiteId> = parse_ids("site", ids)?;
            let there = Sql::select()
                .column(device::Column::Id)
                .from(device::Entity)
                .and_where(device::Column::TenantId.eq(tenant))
                .and_where(device::Column::SiteId.eq_any(ids))
                .to_owned();
            condition = condition.add(Column::ApDeviceId.in_subquery(there));
        }
        if let Some(mac) = &self.client_mac {
            condition = condition.add(Column::ClientMac.eq(mac.0));
        }
        Ok(condition)
    }
}

/// In which order links come. Ties are broken by the id.
#[derive(InputObject, Default)]
#[graphql(name = "WirelessLinkOrder")]
pub struct LinkOrder {
    /// By what.
    field: LinkOrderField,
    /// In which direction; ascending when not given.
    #[graphql(default)]
    direction: OrderDirection,
}

/// What links can be ordered by.
#[derive(Enum, Clone, Copy, Debug, Default, PartialEq, Eq)]
#[graphql(name = "WirelessLinkOrderField")]
pub enum LinkOrderField {
    /// When the link was made known: the order of the ids.
    #[default]
    CreatedAt,
    /// When the CPE was last sighted.
    LastSeen,
    /// When the link came into its state.
    StateSince,
    /// Signal as the AP hears the CPE; links without one count as weakest.
    SignalStrength,
}

/// A direction of ordering.
#[derive(Enum, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OrderDirection {
    /// Smallest, earliest first.
    #[default]
    Asc,
    /// Largest, latest first.
    Desc,
}

impl LinkOrder {
    /// The order as SQL.
    pub fn ordering(&self) -> Ordering {
        let key = match self.field {
            LinkOrderField::CreatedAt => None,
            LinkOrderField::LastSeen => Some(micros("last_seen")),
            LinkOrderField::StateSince => Some(micros("state_since")),
            LinkOrderField::SignalStrength => Some(Expr::cust(
                "coalesce(signal_strength::bigint, -9223372036854775808)",
            )),
        };
        let id = Expr::col((Entity, Column::Id));
        Ordering {
            key,
            id,
            descending: self.direction == OrderDirection::Desc,
        }
    }

    /// Where `row` stands in this order.
    pub fn cursor(&self, row: &Model) -> Cursor {
        let time = |time: DateTime<Utc>| time.timestamp_micros();
        let key = match self.field {
            LinkOrderField::CreatedAt => 0,
            LinkOrderField::LastSeen => time(row.last_seen),
            LinkOrderField::StateSince => time(row.state_since),
            LinkOrderField::SignalStrength => row.signal_strength.map_or(i64::MIN, i64::from),
        };
        Cursor { key, id: row.id.0 }
    }
}

/// A time as whole microseconds, which is all that PostgreSQL keeps.
fn micros(column: &str) -> SimpleExpr {
    Expr::cust(format!("(extract(epoch from {column}) * 1000000)::bigint"))
}
