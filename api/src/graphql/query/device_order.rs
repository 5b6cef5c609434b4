//! In which order devices come.

use async_graphql::{Enum, InputObject};
use entity::model::device::{Column, Model};
use sea_orm::ColumnTrait;

use crate::graphql::cursor::{Cursor, Key, Kind};
use crate::graphql::page::Ordering;
use crate::graphql::query::order::{OrderDirection, text, time};

/// Sort order of devices. Ties are broken by id.
#[derive(InputObject, Default)]
pub struct DeviceOrder {
    /// The field to sort by.
    field: DeviceOrderField,
    /// The direction; ascending if omitted.
    #[graphql(default)]
    direction: OrderDirection,
}

/// Fields that devices can be sorted by. Devices without a value come first in ascending order.
#[derive(Enum, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DeviceOrderField {
    /// When the device was created; the order of ids.
    #[default]
    CreatedAt,
    /// The host name.
    Hostname,
    /// When a poller last reached it.
    LastSeen,
    /// The model.
    Model,
    /// The operating system version, compared as text.
    FirmwareVersion,
}

impl DeviceOrder {
    /// The order as SQL.
    pub fn ordering(&self) -> Ordering {
        let key = match self.field {
            DeviceOrderField::CreatedAt => None,
            DeviceOrderField::Hostname => Some((Kind::Text, Column::Hostname.into_expr())),
            DeviceOrderField::LastSeen => Some((Kind::Time, time(Column::LastSeen))),
            DeviceOrderField::Model => Some((Kind::Text, text(Column::Model))),
            DeviceOrderField::FirmwareVersion => Some((Kind::Text, text(Column::FirmwareVersion))),
        };
        Ordering::by(key, Column::Id.into_expr(), self.direction)
    }

    /// Where `row` stands in this order.
    pub fn cursor(&self, row: &Model) -> Cursor {
        let text = |text: Option<&String>| Key::Text(text.cloned().unwrap_or_default());
        let id = Key::Id(row.id.0);
        let key = match self.field {
            DeviceOrderField::CreatedAt => return Cursor(vec![id]),
            DeviceOrderField::Hostname => text(Some(&row.hostname)),
            DeviceOrderField::LastSeen => row.last_seen.map_or(Key::NEVER, Key::time),
            DeviceOrderField::Model => text(row.model.as_ref()),
            DeviceOrderField::FirmwareVersion => text(row.firmware_version.as_ref()),
        };
        Cursor(vec![key, id])
    }
}
