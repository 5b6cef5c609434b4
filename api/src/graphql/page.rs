//! Pages of a connection: Relay's arguments, and keyset cursors.
//!
//! # Invariants
//! - A page continues behind its cursor's row, whatever was inserted meanwhile: never OFFSET.
//! - The keys of an ordering name one row together, so no row is skipped or repeated.

use async_graphql::connection::{Connection, Edge, EmptyFields};
use async_graphql::{Context, ObjectType, OutputType};
use sea_orm::sea_query::{Expr, ExprTrait as _, SimpleExpr};
use sea_orm::{EntityTrait, Order, QueryFilter as _, QueryOrder, QuerySelect, Select};
use uuid::Uuid;

use crate::error::ApiError;
use crate::graphql::cursor::{Cursor, Kind};
use crate::graphql::query::order::OrderDirection;
use crate::limits;

/// The four arguments of a connection, as they come.
#[derive(Clone, Debug, Default)]
pub struct PageArgs {
    /// So many from the start.
    pub first: Option<i32>,
    /// Only items after this cursor.
    pub after: Option<String>,
    /// So many from the end.
    pub last: Option<i32>,
    /// Only items before this cursor.
    pub before: Option<String>,
}

/// Which rows of an ordering are asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    limit: u32,
    backward: bool,
    after: Option<Cursor>,
    before: Option<Cursor>,
}

/// An ordering: values that together name one row, the last of them breaks all ties.
pub struct Ordering {
    /// The values, as a cursor holds them.
    pub keys: Vec<(Kind, SimpleExpr)>,
    /// Largest first.
    pub descending: bool,
}

impl PageArgs {
    /// The page asked for, within the limits.
    pub fn page(&self) -> Result<Page, ApiError> {
        if self.first.is_some() && self.last.is_some() {
            return Err(ApiError::bad_input("give `first` or `last`, not both"));
        }
        let asked = self.first.or(self.last);
        let limit = asked.map_or(Ok(limits::DEFAULT_PAGE), |asked| {
            u32::try_from(asked)
                .map_err(|_| ApiError::bad_input("`first` and `last` cannot be negative"))
        })?;
        if limit > limits::PAGE {
            return Err(ApiError::limit(
                "rows on a page",
                limit as usize,
                limits::PAGE as usize,
            ));
        }
        Ok(Page {
            limit,
            backward: self.last.is_some(),
            after: self.after.as_deref().map(Cursor::decode).transpose()?,
            before: self.before.as_deref().map(Cursor::decode).transpose()?,
        })
    }
}

impl Page {
    /// Restricts `select` to this page and one row beyond it, which tells whether there are more.
    pub fn apply<E: EntityTrait>(
        &self,
        mut select: Select<E>,
        ordering: &Ordering,
    ) -> Result<Select<E>, ApiError> {
        if let Some(cursor) = &self.after {
            select = select.filter(ordering.beyond(cursor, true)?);
        }
        if let Some(cursor) = &self.before {
            select = select.filter(ordering.beyond(cursor, false)?);
        }
        let order = if ordering.descending == self.backward {
            Order::Asc
        } else {
            Order::Desc
        };
        for (_, key) in &ordering.keys {
            select = select.order_by(key.clone(), order.clone());
        }
        Ok(select.limit(u64::from(self.limit) + 1))
    }

    /// How many rows are asked for.
    pub const fn limit(&self) -> u32 {
        self.limit
    }

    /// The cursor behind which the page begins.
    pub const fn after(&self) -> Option<&Cursor> {
        self.after.as_ref()
    }

    /// The id behind which the page begins, in an ordering by id alone.
    pub fn after_id(&self) -> Result<Option<Uuid>, ApiError> {
        self.after.as_ref().map(Cursor::id).transpose()
    }

    /// The number behind which the page begins, in an ordering by a number alone.
    pub fn after_number(&self) -> Result<Option<i64>, ApiError> {
        self.after.as_ref().map(Cursor::number).transpose()
    }

    /// Whether it is counted from the end.
    pub const fn is_backward(&self) -> bool {
        self.backward
    }

    /// Cuts `rows` down to the page and brings them in their order; returns whether there are more.
    pub fn cut<Row>(&self, rows: &mut Vec<Row>) -> bool {
        let more = rows.len() > self.limit as usize;
        rows.truncate(self.limit as usize);
        if self.backward {
            rows.reverse();
        }
        more
    }

    /// Whether there are rows before the page and behind it, if there are `more` than it holds.
    pub const fn goes_on(&self, more: bool) -> (bool, bool) {
        if self.backward {
            (more, self.before.is_some())
        } else {
            (self.after.is_some(), more)
        }
    }

    /// Makes the connection from the rows that [`apply`](Self::apply)'s query found.
    pub fn connection<Row, Node, Fields>(
        &self,
        mut rows: Vec<Row>,
        fields: Fields,
        edge: impl Fn(Row) -> (Cursor, Node),
    ) -> Connection<String, Node, Fields>
    where
        Node: OutputType,
        Fields: ObjectType,
    {
        let more = self.cut(&mut rows);
        let (before, behind) = self.goes_on(more);
        let mut connection = Connection::with_additional_fields(before, behind, fields);
        connection.edges.extend(rows.into_iter().map(|row| {
            let (cursor, node) = edge(row);
            Edge::with_additional_fields(cursor.encode(), node, EmptyFields)
        }));
        connection
    }
}

impl Ordering {
    /// By `key`, if there is any, then by `id`.
    pub fn by(key: Option<(Kind, SimpleExpr)>, id: SimpleExpr, direction: OrderDirection) -> Self {
        Self {
            keys: key.into_iter().chain([(Kind::Id, id)]).collect(),
            descending: direction == OrderDirection::Desc,
        }
    }

    /// What lies behind `cursor`, or before it.
    fn beyond(&self, cursor: &Cursor, behind: bool) -> Result<SimpleExpr, ApiError> {
        let place = cursor.values(self.keys.iter().map(|(kind, _)| *kind))?;
        let row = Expr::tuple(self.keys.iter().map(|(_, key)| key.clone()));
        let place = Expr::tuple(place.into_iter().map(Expr::value));
        Ok(if behind == self.descending {
            row.lt(place)
        } else {
            row.gt(place)
        })
    }
}

/// Whether anything is asked of the connection at hand that takes its rows: not only their number.
pub fn shows_rows(ctx: &Context<'_>) -> bool {
    let asked = ctx.look_ahead();
    ["nodes", "edges", "pageInfo"]
        .iter()
        .any(|field| asked.field(field).exists())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_bounded() {
        let first = |first| {
            PageArgs {
                first: Some(first),
                ..PageArgs::default()
            }
            .page()
        };
        assert!(first(500).is_ok());
        assert!(first(501).is_err());
        assert!(first(-1).is_err());
        assert_eq!(
            PageArgs::default().page().unwrap().limit(),
            limits::DEFAULT_PAGE
        );
    }
}
