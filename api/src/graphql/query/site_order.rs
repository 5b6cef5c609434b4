//! Which sites, and in which order they come.

use async_graphql::{Enum, InputObject};
use entity::model::site::{Column, Model};
use sea_orm::ColumnTrait;

use crate::graphql::cursor::{Cursor, Key, Kind};
use crate::graphql::page::Ordering;
use crate::graphql::query::order::OrderDirection;

/// Sort order of sites. Ties are broken by id.
#[derive(InputObject, Default)]
pub struct SiteOrder {
    /// The field to sort by.
    field: SiteOrderField,
    /// The direction; ascending if omitted.
    #[graphql(default)]
    direction: OrderDirection,
}

/// Fields that sites can be sorted by.
#[derive(Enum, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SiteOrderField {
    /// When the site was created; the order of ids.
    #[default]
    CreatedAt,
    /// The name.
    Name,
}

impl SiteOrder {
    /// The order as SQL.
    pub fn ordering(&self) -> Ordering {
        let key = match self.field {
            SiteOrderField::CreatedAt => None,
            SiteOrderField::Name => Some((Kind::Text, Column::Name.into_expr())),
        };
        Ordering::by(key, Column::Id.into_expr(), self.direction)
    }

    /// Where `row` stands in this order.
    pub fn cursor(&self, row: &Model) -> Cursor {
        let id = Key::Id(row.id.0);
        match self.field {
            SiteOrderField::CreatedAt => Cursor(vec![id]),
            SiteOrderField::Name => Cursor(vec![Key::Text(row.name.clone()), id]),
        }
    }
}
