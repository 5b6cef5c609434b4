//! The fields of `Query` that are known here: which rows they mean.

use std::str::FromStr;

use async_graphql::parser::types::{Field, OperationDefinition};
use async_graphql::{ID, Pos};
use entity::model::{device, site, wireless_link};
use entity::scope::TenantScope;
use sea_orm::sea_query::{Expr, SelectStatement};
use sea_orm::{EntityTrait, QueryFilter as _, QuerySelect as _, QueryTrait as _};

use crate::graphql::cursor::Kind;
use crate::graphql::page::{Ordering, Page, PageArgs};
use crate::graphql::query::device_filter::DeviceFilter;
use crate::graphql::query::device_order::DeviceOrder;
use crate::graphql::query::link_filter::LinkFilter;
use crate::graphql::query::link_order::LinkOrder;
use crate::graphql::row_writer::json::Key;
use crate::graphql::row_writer::list::List;
use crate::graphql::row_writer::plan::{Branch, Object, Planner};
use crate::graphql::row_writer::tables::{DEVICES, LINKS, SITES, Table};
use crate::graphql::scalar::parse_id;
use crate::graphql::selection::{Asked, Selecting};

/// What is asked of the root.
pub enum Root {
    /// Its type.
    Type(Key),
    /// One row.
    One(Box<One>),
    /// A page of rows.
    Many(Box<Many>),
}

/// A field that means one row, or none.
pub struct One {
    /// The site it is at.
    pub place: Place,
    /// Which row.
    pub rows: SelectStatement,
    /// What is read of it.
    pub branch: Branch,
    /// What is written of it.
    pub object: Object,
}

/// A field that means a page of rows.
pub struct Many {
    /// The site it is at.
    pub place: Place,
    /// Which rows, in their order: the page is where they begin.
    pub rows: SelectStatement,
    /// All rows of all pages, to be counted.
    pub all: Option<SelectStatement>,
    /// Which page.
    pub page: Page,
    /// Largest first.
    pub descending: bool,
    /// What the order goes by before the id, if by anything, and where that stands in a row, if
    /// cursors are asked for.
    pub key: Option<(Kind, Option<usize>)>,
    /// What is read of them.
    pub branch: Branch,
    /// What is written of them.
    pub list: List,
}

/// Where a field stands in the answer and in the document.
pub struct Place {
    /// Its key, as it is written.
    pub key: Key,
    /// Its key.
    pub name: String,
    /// Where it is asked for.
    pub pos: Pos,
}

/// The arguments of a page.
const ARGUMENTS: &[&str] = &["first", "after", "last", "before", "filter", "orderBy"];
/// What the rows of a page are ordered by, beside their id.
pub const ORDER_KEY: &str = "order_key";

/// The plan of a query; none if any part of it is not known here.
pub fn plan(
    operation: &OperationDefinition,
    selecting: Selecting<'_>,
    scope: TenantScope,
) -> Option<Vec<Root>> {
    let sets = [&operation.selection_set.node];
    let fields = selecting.fields("Query", &sets);
    let planner = Planner(selecting);
    let roots = fields.into_iter().map(|(key, asked)| {
        let place = Place {
            key: Key::new(key),
            name: key.to_string(),
            pos: asked.field.pos,
        };
        root(place, &asked, planner, scope)
    });
    roots.collect()
}

fn root(place: Place, asked: &Asked<'_>, planner: Planner<'_>, scope: TenantScope) -> Option<Root> {
    let (tenant, field) = (scope.tenant(), &asked.field.node);
    match field.name.node.as_str() {
        "__typename" => Some(Root::Type(place.key)),
        "wirelessLink" => {
            let rows = wireless_link::Entity::find_by_id((tenant, id(planner, field)?));
            one(&LINKS, rows, place, planner, asked)
        }
        "device" => {
            let rows = device::Entity::find_by_id((tenant, id(planner, field)?));
            one(&DEVICES, rows, place, planner, asked)
        }
        "site" => {
            let rows = site::Entity::find_by_id((tenant, id(planner, field)?));
            one(&SITES, rows, place, planner, asked)
        }
        "wirelessLinks" => {
            let filter: Option<LinkFilter> = planner.argument(field, "filter")?;
            let order: Option<LinkOrder> = planner.argument(field, "orderBy")?;
            let condition = filter.unwrap_or_default().condition(scope).ok()?;
            let ordering = order.unwrap_or_default().ordering();
            let rows = wireless_link::Entity::find().filter(condition);
            many(&LINKS, rows, &ordering, place, planner, asked)
        }
        "devices" => {
            let filter: Option<DeviceFilter> = planner.argument(field, "filter")?;
            let condition = filter.unwrap_or_default().condition(scope).ok()?;
            let order: Option<DeviceOrder> = planner.argument(field, "orderBy")?;
            let ordering = order.unwrap_or_default().ordering();
            let rows = device::Entity::find().filter(condition);
            many(&DEVICES, rows, &ordering, place, planner, asked)
        }
        _ => None,
    }
}

fn id<T: FromStr>(planner: Planner<'_>, field: &Field) -> Option<T> {
    let id: ID = planner.argument(field, "id")?;
    parse_id("row", &id).ok()
}

fn one<E: EntityTrait>(
    table: &'static Table,
    rows: sea_orm::Select<E>,
    place: Place,
    planner: Planner<'_>,
    asked: &Asked<'_>,
) -> Option<Root> {
    let mut branch = Branch {
        is_one: true,
        ..Branch::default()
    };
    let object = planner.object(table, 0, &asked.below, &mut branch)?;
    let rows = every_column(rows);
    Some(Root::One(Box::new(One {
        place,
        rows,
        branch,
        object,
    })))
}

fn many<E: EntityTrait>(
    table: &'static Table,
    rows: sea_orm::Select<E>,
    ordering: &Ordering,
    place: Place,
    planner: Planner<'_>,
    asked: &Asked<'_>,
) -> Option<Root> {
    let field = &asked.field.node;
    planner.knows(field, ARGUMENTS)?;
    let args = PageArgs {
        first: planner.argument(field, "first")?,
        after: planner.argument(field, "after")?,
        last: planner.argument(field, "last")?,
        before: planner.argument(field, "before")?,
    };
    let page = args.page().ok()?;
    let mut branch = Branch::default();
    let list = planner.connection(table, &asked.below, &mut branch)?;
    let all = list.is_counted().then(|| {
        let mut all = every_column(rows.clone());
        all.clear_selects().expr(Expr::cust("count(*)"));
        all
    });
    let mut rows = every_column(page.apply(rows, ordering).ok()?);
    rows.reset_limit();
    let kind = match &*ordering.keys {
        [(Kind::Id, _)] => None,
        [(kind, key), (Kind::Id, _)] => {
            rows.expr_as(key.clone(), ORDER_KEY);
            Some(*kind)
        }
        _ => return None,
    };
    let key = kind.map(|kind| {
        let cursors = list.has_cursors();
        let index = cursors.then(|| branch.columns.select(0, ORDER_KEY));
        (kind, index)
    });
    Some(Root::Many(Box::new(Many {
        place,
        rows,
        all,
        page,
        descending: ordering.descending,
        key,
        branch,
        list,
    })))
}

/// PostgreSQL leaves out what the statement around it does not select.
fn every_column<E: EntityTrait>(rows: sea_orm::Select<E>) -> SelectStatement {
    let mut rows = rows.select_only().into_query();
    rows.expr(Expr::cust("*"));
    rows
}
