//! Pages of a connection: Relay's arguments, and keyset cursors.
//!
//! # Invariants
//! - A page continues behind its cursor's row, whatever was inserted meanwhile: never OFFSET.
//! - Ties in the ordering are broken by the id, so no row is skipped or repeated.

use async_graphql::connection::{Connection, Edge, EmptyFields};
use async_graphql::{ObjectType, OutputType};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sea_orm::sea_query::{Expr, ExprTrait as _, SimpleExpr};
use sea_orm::{Order, QueryOrder, QuerySelect, Select};
use uuid::Uuid;

use crate::error::ApiError;
use crate::limits;

/// The four arguments of a connection, as they come.
#[derive(Clone, Debug, Default)]
pub struct PageArgs {
    /// So many from the start.
    pub first: Option<i32>,
    /// Behind this cursor.
    pub after: Option<String>,
    /// So many from the end.
    pub last: Option<i32>,
    /// Before this cursor.
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

/// A row's place in an ordering: its key there, and its id.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Cursor {
    /// Microseconds, dBm …; rows without a value stand at `i64::MIN`.
    pub key: i64,
    /// Breaks ties.
    pub id: Uuid,
}

/// An ordering: a column seen as a number, then the id.
pub struct Ordering {
    /// The number. None orders by id alone.
    pub key: Option<SimpleExpr>,
    /// The id column.
    pub id: SimpleExpr,
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
    pub fn apply<E: sea_orm::EntityTrait>(
        &self,
        mut select: Select<E>,
        ordering: &Ordering,
    ) -> Select<E> {
        if let Some(cursor) = &self.after {
            select = sea_orm::QueryFilter::filter(select, ordering.beyond(cursor, true));
        }
        if let Some(cursor) = &self.before {
            select = sea_orm::QueryFilter::filter(select, ordering.beyond(cursor, false));
        }
        let order = if ordering.descending == self.backward {
            Order::Asc
        } else {
            Order::Desc
        };
        if let Some(key) = &ordering.key {
            select = select.order_by(key.clone(), order.clone());
        }
        select
            .order_by(ordering.id.clone(), order)
            .limit(u64::from(self.limit) + 1)
    }

    /// How many rows are asked for.
    pub const fn limit(&self) -> u32 {
        self.limit
    }

    /// The cursor behind which the page begins.
    pub const fn after(&self) -> Option<&Cursor> {
        self.after.as_ref()
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
        let more = rows.len() > self.limit as usize;
        rows.truncate(self.limit as usize);
        if self.backward {
            rows.reverse();
        }
        let (before, behind) = if self.backward {
            (more, self.before.is_some())
        } else {
            (self.after.is_some(), more)
        };
        let mut connection = Connection::with_additional_fields(before, behind, fields);
        connection.edges.extend(rows.into_iter().map(|row| {
            let (cursor, node) = edge(row);
            Edge::with_additional_fields(cursor.encode(), node, EmptyFields)
        }));
        connection
    }
}

impl Ordering {
    /// By id alone.
    pub const fn by_id(id: SimpleExpr) -> Self {
        Self {
            key: None,
            id,
            descending: false,
        }
    }

    fn beyond(&self, cursor: &Cursor, behind: bool) -> SimpleExpr {
        let greater = behind != self.descending;
        let Some(key) = &self.key else {
            let id = self.id.clone();
            return if greater {
                id.gt(cursor.id)
            } else {
                id.lt(cursor.id)
            };
        };
        let row = Expr::tuple([key.clone(), self.id.clone()]);
        let place = Expr::tuple([Expr::value(cursor.key), Expr::value(cursor.id)]);
        if greater {
            row.gt(place)
        } else {
            row.lt(place)
        }
    }
}

impl Cursor {
    /// The cursor of a row in an ordering by id alone.
    pub const fn of_id(id: Uuid) -> Self {
        Self { key: 0, id }
    }

    /// The opaque text.
    pub fn encode(&self) -> String {
        let mut bytes = self.key.to_be_bytes().to_vec();
        bytes.extend_from_slice(self.id.as_bytes());
        URL_SAFE_NO_PAD.encode(bytes)
    }

    fn decode(text: &str) -> Result<Self, ApiError> {
        let bad = || ApiError::bad_input(format!("{text:?} is no cursor of this connection"));
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| bad())?;
        let (key, id) = bytes.split_first_chunk::<8>().ok_or_else(bad)?;
        let id = Uuid::from_slice(id).map_err(|_| bad())?;
        Ok(Self {
            key: i64::from_be_bytes(*key),
            id,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_survives_its_text() {
        let cursor = Cursor {
            key: -67,
            id: Uuid::from_u128(7),
        };
        assert_eq!(Cursor::decode(&cursor.encode()).unwrap(), cursor);
        assert!(Cursor::decode("nonsense").is_err());
        assert!(Cursor::decode("").is_err());
    }

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
