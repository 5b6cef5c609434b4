//! What all orders share: the direction, and columns as the numbers and texts that cursors hold.

use async_graphql::Enum;
use sea_orm::ColumnTrait;
use sea_orm::sea_query::{Expr, SimpleExpr};

/// A direction of ordering.
#[derive(Enum, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OrderDirection {
    /// Smallest, earliest first.
    #[default]
    Asc,
    /// Largest, latest first.
    Desc,
}

/// A time; none is before all others.
pub fn time(column: impl ColumnTrait) -> SimpleExpr {
    let time = "coalesce($1, timestamptz '0001-01-01 00:00:00+00')";
    Expr::cust_with_exprs(time, [column.into_expr()])
}

/// A number; none is below all others.
pub fn count(column: impl ColumnTrait) -> SimpleExpr {
    let number = "coalesce($1::bigint, -9223372036854775808)";
    Expr::cust_with_exprs(number, [column.into_expr()])
}

/// A text; none is before all others.
pub fn text(column: impl ColumnTrait) -> SimpleExpr {
    Expr::cust_with_exprs("coalesce($1, '')", [column.into_expr()])
}
