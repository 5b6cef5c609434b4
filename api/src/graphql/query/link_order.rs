//! In which order links come.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::{Enum, InputObject};
use entity::ids::DeviceId;
use entity::model::device;
use entity::model::wireless_link::{Column, Model};
use sea_orm::ColumnTrait;
use sea_orm::sea_query::{Expr, SimpleExpr};

use crate::error::ApiError;
use crate::graphql::context::Reads;
use crate::graphql::cursor::{Cursor, Key, Kind};
use crate::graphql::page::Ordering;
use crate::graphql::query::order::{OrderDirection, count};

/// Sort order of links. Ties are broken by id.
#[derive(InputObject, Default)]
#[graphql(name = "WirelessLinkOrder")]
pub struct LinkOrder {
    /// The field to sort by.
    field: LinkOrderField,
    /// The direction; ascending if omitted.
    #[graphql(default)]
    direction: OrderDirection,
}

/// Fields that links can be sorted by. Links without a value come first in ascending order.
#[derive(Enum, Clone, Copy, Debug, Default, PartialEq, Eq)]
#[graphql(name = "WirelessLinkOrderField")]
pub enum LinkOrderField {
    /// When the link was created; the order of ids.
    #[default]
    CreatedAt,
    /// The AP's host name.
    ApHostname,
    /// The CPE's host name.
    CpeHostname,
    /// When the CPE was first sighted at this AP.
    DiscoveredAt,
    /// When the CPE was last sighted.
    LastSeen,
    /// When the link came into its state.
    StateSince,
    /// Signal as the AP hears the CPE; links without one count as weakest.
    SignalStrength,
    /// Signal as the CPE hears the AP; links without one count as weakest.
    RemoteSignalStrength,
    /// Signal over noise at the AP.
    SignalToNoise,
    /// Client connection quality of the AP's transmissions.
    TxCcq,
    /// Data rate towards the CPE.
    TxRate,
    /// Data rate from the CPE.
    RxRate,
    /// Distance as the AP estimates it.
    Distance,
    /// How long the CPE had been associated at the last sighting.
    Uptime,
    /// Polls in a row that did not list the CPE.
    MissedPolls,
}

/// Devices by id, for their host names.
pub type Hostnames = HashMap<DeviceId, Arc<device::Model>>;

impl LinkOrder {
    /// The order as SQL.
    pub fn ordering(&self) -> Ordering {
        let key = match self.field {
            LinkOrderField::ApHostname => Some((Kind::Text, hostname(Column::ApDeviceId))),
            LinkOrderField::CpeHostname => Some((Kind::Text, hostname(Column::CpeDeviceId))),
            LinkOrderField::DiscoveredAt => Some((Kind::Time, Column::DiscoveredAt.into_expr())),
            LinkOrderField::LastSeen => Some((Kind::Time, Column::LastSeen.into_expr())),
            LinkOrderField::StateSince => Some((Kind::Time, Column::StateSince.into_expr())),
            _ => self.number().map(|number| (Kind::Number, number)),
        };
        Ordering::by(key, Column::Id.into_expr(), self.direction)
    }

    /// The number that orders, if one does.
    fn number(&self) -> Option<SimpleExpr> {
        use LinkOrderField::{
            ApHostname, CpeHostname, CreatedAt, DiscoveredAt, LastSeen, StateSince,
        };
        Some(match self.field {
            CreatedAt | ApHostname | CpeHostname | DiscoveredAt | LastSeen | StateSince => {
                return None;
            }
            LinkOrderField::SignalStrength => count(Column::SignalStrength),
            LinkOrderField::RemoteSignalStrength => count(Column::RemoteSignalStrength),
            LinkOrderField::SignalToNoise => count(Column::SignalToNoise),
            LinkOrderField::TxCcq => count(Column::TxCcq),
            LinkOrderField::TxRate => count(Column::TxRateKbps),
            LinkOrderField::RxRate => count(Column::RxRateKbps),
            LinkOrderField::Distance => count(Column::DistanceM),
            LinkOrderField::Uptime => count(Column::UptimeS),
            LinkOrderField::MissedPolls => count(Column::MissedPolls),
        })
    }

    /// The host names that order `rows`, by device. Those of other orders are none.
    pub async fn hostnames(&self, reads: &Reads, rows: &[Model]) -> Result<Hostnames, ApiError> {
        let device = match self.field {
            LinkOrderField::ApHostname => |row: &Model| row.ap_device_id,
            LinkOrderField::CpeHostname => |row: &Model| row.cpe_device_id,
            _ => return Ok(Hostnames::new()),
        };
        let devices = &reads.loaders().device_by_id;
        devices.load(rows.iter().map(device)).await
    }

    /// Where `row` stands in this order.
    pub fn cursor(&self, row: &Model, hostnames: &Hostnames) -> Cursor {
        let id = Key::Id(row.id.0);
        let hostname = |device| {
            let device = hostnames.get(device);
            Key::Text(device.map_or_else(String::new, |device| device.hostname.clone()))
        };
        let key = match self.field {
            LinkOrderField::CreatedAt => return Cursor(vec![id]),
            LinkOrderField::ApHostname => hostname(&row.ap_device_id),
            LinkOrderField::CpeHostname => hostname(&row.cpe_device_id),
            LinkOrderField::DiscoveredAt => Key::time(row.discovered_at),
            LinkOrderField::LastSeen => Key::time(row.last_seen),
            LinkOrderField::StateSince => Key::time(row.state_since),
            LinkOrderField::SignalStrength => Key::number(row.signal_strength),
            LinkOrderField::RemoteSignalStrength => Key::number(row.remote_signal_strength),
            LinkOrderField::SignalToNoise => Key::number(row.signal_to_noise),
            LinkOrderField::TxCcq => Key::number(row.tx_ccq),
            LinkOrderField::TxRate => Key::number(row.tx_rate_kbps),
            LinkOrderField::RxRate => Key::number(row.rx_rate_kbps),
            LinkOrderField::Distance => Key::number(row.distance_m),
            LinkOrderField::Uptime => Key::number(row.uptime_s),
            LinkOrderField::MissedPolls => Key::number(Some(row.missed_polls)),
        };
        Cursor(vec![key, id])
    }
}

/// The host name of the device in `column`.
fn hostname(column: Column) -> SimpleExpr {
    let hostname = "(SELECT d.hostname FROM devices d WHERE d.tenant_id = $1 AND d.id = $2)";
    Expr::cust_with_exprs(hostname, [Column::TenantId.into_expr(), column.into_expr()])
}
