//! In which order links come.

use async_graphql::{Enum, InputObject};
use entity::model::wireless_link::{Column, Model};
use sea_orm::ColumnTrait;
use sea_orm::sea_query::SimpleExpr;

use crate::graphql::cursor::{Cursor, Key, Kind};
use crate::graphql::page::Ordering;
use crate::graphql::query::order::{OrderDirection, count, micros};

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

/// What links can be ordered by. Links without a value come first in ascending order.
#[derive(Enum, Clone, Copy, Debug, Default, PartialEq, Eq)]
#[graphql(name = "WirelessLinkOrderField")]
pub enum LinkOrderField {
    /// When the link was made known: the order of the ids.
    #[default]
    CreatedAt,
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
    /// Client connection quality of what the AP sends.
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

impl LinkOrder {
    /// The order as SQL.
    pub fn ordering(&self) -> Ordering {
        let key = self.key().map(|key| (Kind::Number, key));
        Ordering::by(key, Column::Id.into_expr(), self.direction)
    }

    /// What orders besides the id.
    fn key(&self) -> Option<SimpleExpr> {
        Some(match self.field {
            LinkOrderField::CreatedAt => return None,
            LinkOrderField::DiscoveredAt => micros(Column::DiscoveredAt),
            LinkOrderField::LastSeen => micros(Column::LastSeen),
            LinkOrderField::StateSince => micros(Column::StateSince),
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

    /// Where `row` stands in this order.
    pub fn cursor(&self, row: &Model) -> Cursor {
        let id = Key::Id(row.id.0);
        let key = match self.field {
            LinkOrderField::CreatedAt => return Cursor(vec![id]),
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
