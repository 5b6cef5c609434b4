//! Which links.

use async_graphql::{ID, InputObject};
use chrono::{DateTime, Utc};
use entity::ids::{DeviceId, SiteId};
use entity::link_state::LinkState as State;
use entity::model::device;
use entity::model::wireless_link::Column;
use entity::scope::TenantScope;
use sea_orm::sea_query::Query as Sql;
use sea_orm::sea_query::SelectStatement;
use sea_orm::{ColumnTrait, Condition};

use crate::error::ApiError;
use crate::graphql::scalar::{MacAddress, parse_ids};
use crate::graphql::search::Search;
use crate::graphql::types::enums::LinkState;

/// Which links to include. All given conditions must hold.
#[derive(InputObject, Default)]
#[graphql(name = "WirelessLinkFilter")]
pub struct LinkFilter {
    /// In one of these states.
    state: Option<Vec<LinkState>>,
    /// Of one of these APs.
    ap_device_ids: Option<Vec<ID>>,
    /// Of one of these CPEs.
    cpe_device_ids: Option<Vec<ID>>,
    /// Of an AP at one of these sites.
    site_ids: Option<Vec<ID>>,
    /// Of the radio with this address.
    client_mac: Option<MacAddress>,
    /// Host name of the AP or the CPE contains this text, case-insensitive; with four or more
    /// hexadecimal digits also the MAC address of the radio. At most 100 characters; blank matches
    /// everything.
    search: Option<String>,
    /// With a signal weaker than this, in dBm. Links without a signal are excluded.
    signal_below: Option<i32>,
    /// With a signal stronger than this, in dBm. Links without a signal are excluded.
    signal_above: Option<i32>,
    /// Last sighted at this time or later.
    last_seen_since: Option<DateTime<Utc>>,
    /// Last sighted before this time.
    last_seen_before: Option<DateTime<Utc>>,
    /// In their current state since this time or later: recently changed links.
    state_since: Option<DateTime<Utc>>,
    /// First sighted at this time or later.
    discovered_since: Option<DateTime<Utc>>,
}

impl LinkFilter {
    /// The filter as SQL, for the rows of `scope`'s tenant.
    pub fn condition(&self, scope: TenantScope) -> Result<Condition, ApiError> {
        let states = self.state.as_ref().map(|states| {
            let states: Vec<State> = states.iter().map(|&state| state.into()).collect();
            Column::State.eq_any(states)
        });
        let devices = |column: Column, ids: Option<&Vec<ID>>| {
            ids.map(|ids| Ok::<_, ApiError>(column.eq_any(parse_ids::<DeviceId>("device", ids)?)))
                .transpose()
        };
        let sites = self
            .site_ids
            .as_ref()
            .map(|ids| Ok::<_, ApiError>(Column::ApDeviceId.in_subquery(there(scope, ids)?)));
        let condition = Condition::all()
            .add(Column::TenantId.eq(scope.tenant()))
            .add_option(states)
            .add_option(devices(Column::ApDeviceId, self.ap_device_ids.as_ref())?)
            .add_option(devices(Column::CpeDeviceId, self.cpe_device_ids.as_ref())?)
            .add_option(sites.transpose()?)
            .add_option(self.client_mac.map(|mac| Column::ClientMac.eq(mac.0)))
            .add_option(self.signal_below.map(|dbm| Column::SignalStrength.lt(dbm)))
            .add_option(self.signal_above.map(|dbm| Column::SignalStrength.gt(dbm)))
            .add_option(self.last_seen_since.map(|time| Column::LastSeen.gte(time)))
            .add_option(self.last_seen_before.map(|time| Column::LastSeen.lt(time)))
            .add_option(self.state_since.map(|time| Column::StateSince.gte(time)))
            .add_option(
                self.discovered_since
                    .map(|time| Column::DiscoveredAt.gte(time)),
            );
        let search = self.search.as_deref().map(Search::parse).transpose()?;
        Ok(condition.add_option(search.flatten().map(|search| found(&search, scope))))
    }
}

/// The devices at these sites.
pub fn there(scope: TenantScope, sites: &[ID]) -> Result<SelectStatement, ApiError> {
    let sites: Vec<SiteId> = parse_ids("site", sites)?;
    Ok(at_sites(scope, &sites))
}

/// The devices at these sites.
pub fn at_sites(scope: TenantScope, sites: &[SiteId]) -> SelectStatement {
    Sql::select()
        .column(device::Column::Id)
        .from(device::Entity)
        .and_where(device::Column::TenantId.eq(scope.tenant()))
        .and_where(device::Column::SiteId.eq_any(sites.to_vec()))
        .to_owned()
}

fn found(search: &Search, scope: TenantScope) -> Condition {
    Condition::any()
        .add(Column::ApDeviceId.in_subquery(search.hostnames(scope)))
        .add(Column::CpeDeviceId.in_subquery(search.hostnames(scope)))
        .add_option(search.in_mac(Column::ClientMac))
}
