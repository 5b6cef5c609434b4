//! From what is asked to what is read and written.

use async_graphql::InputType;
use async_graphql::parser::types::{Field, SelectionSet};

use crate::graphql::document::TYPE;
use crate::graphql::page::{Page, PageArgs};
use crate::graphql::row_writer::columns::Columns;
use crate::graphql::row_writer::json::{Key, Kind};
use crate::graphql::row_writer::list::{EdgePart, List, PageInfoPart, Part};
use crate::graphql::row_writer::tables::{Many, Table};
use crate::graphql::selection::{Asked, Selecting};

/// What one statement reads, and what is read for its rows.
#[derive(Debug, Default)]
pub struct Branch {
    /// The statement's columns.
    pub columns: Columns,
    /// The lists below its rows.
    pub below: Vec<Below>,
    /// There is one row at most.
    pub is_one: bool,
}

/// A list below rows.
#[derive(Debug)]
pub struct Below {
    /// Where the id that the list belongs to stands in a row.
    pub parent: usize,
    /// The table whose id that is.
    pub of: usize,
    /// How the list's rows refer to it.
    pub many: &'static Many,
    /// Which of them are asked for; all when it is no connection.
    pub page: Option<Page>,
    /// Where their reference stands in their rows.
    pub reference: usize,
    /// What is read of them.
    pub branch: Branch,
    /// Anything is asked for but their number.
    pub shown: bool,
    /// Their number is asked for.
    pub counted: bool,
}

/// What is written of a row.
#[derive(Debug)]
pub struct Object(pub Vec<(Key, Item)>);

/// What is written under a key of an object.
#[derive(Debug)]
pub enum Item {
    /// The object's type.
    Type(&'static str),
    /// A column.
    Column(usize, Kind),
    /// Another row, whose id stands here; null if that is null.
    One(usize, Object),
    /// The list of this number below the row.
    Many(usize, List),
}

/// Makes plans. What it does not know has none.
#[derive(Clone, Copy)]
pub struct Planner<'a>(pub Selecting<'a>);

impl<'a> Planner<'a> {
    /// The value of an argument, if it is right.
    pub fn argument<T: InputType>(&self, field: &Field, name: &str) -> Option<T> {
        T::parse(self.0.argument(field, name)).ok()
    }

    /// Says that a field has no arguments but these.
    pub fn knows(&self, field: &Field, arguments: &[&str]) -> Option<()> {
        let mut given = field.arguments.iter();
        given
            .all(|(name, _)| arguments.contains(&name.node.as_str()))
            .then_some(())
    }

    /// What is written of a row of `table`, which is number `number` in `branch`'s statement.
    pub fn object(
        &self,
        table: &'static Table,
        number: usize,
        sets: &[&'a SelectionSet],
        branch: &mut Branch,
    ) -> Option<Object> {
        let items = self.keys(table.object, sets, |name, asked| {
            if name == "__typename" {
                return Some(Item::Type(table.object));
            }
            if let Some((column, kind)) = table.column(name) {
                return Some(Item::Column(branch.columns.select(number, column), kind));
            }
            if let Some(one) = table.one(name) {
                let joined = branch.columns.join(number, one);
                let id = branch.columns.select(joined, "id");
                let object = self.object(one.table, joined, &asked.below, branch)?;
                return Some(Item::One(id, object));
            }
            let (below, list) = self.many(table.many(name)?, number, asked, branch)?;
            branch.below.push(below);
            Some(Item::Many(branch.below.len() - 1, list))
        });
        items.map(Object)
    }

    fn many(
        &self,
        many: &'static Many,
        number: usize,
        asked: &Asked<'a>,
        above: &mut Branch,
    ) -> Option<(Below, List)> {
        let known: &[_] = if many.paged { &["first", "after"] } else { &[] };
        self.knows(&asked.field.node, known)?;
        let mut branch = Branch::default();
        let reference = branch.columns.select(0, many.column);
        let (page, list) = if many.paged {
            let field = &asked.field.node;
            let args = PageArgs {
                first: self.argument(field, "first")?,
                after: self.argument(field, "after")?,
                ..PageArgs::default()
            };
            let page = args.page().ok()?;
            page.after_id().ok()?;
            (
                Some(page),
                self.connection(many.table, &asked.below, &mut branch)?,
            )
        } else {
            let object = self.object(many.table, 0, &asked.below, &mut branch)?;
            (None, List::Plain(object))
        };
        let below = Below {
            parent: above.columns.select(number, "id"),
            of: number,
            many,
            page,
            reference,
            branch,
            shown: list.shows_rows(),
            counted: list.is_counted(),
        };
        Some((below, list))
    }

    /// How a connection of `table`'s rows is written.
    pub fn connection(
        &self,
        table: &'static Table,
        sets: &[&'a SelectionSet],
        branch: &mut Branch,
    ) -> Option<List> {
        let parts = self.keys(table.connection, sets, |name, asked| {
            Some(match name {
                "__typename" => Part::Type(table.connection),
                "nodes" => Part::Nodes(self.object(table, 0, &asked.below, branch)?),
                "edges" => Part::Edges(self.edges(table, &asked.below, branch)?),
                "pageInfo" => Part::PageInfo(self.page_info(&asked.below)?),
                "totalCount" => Part::TotalCount,
                _ => return None,
            })
        });
        parts.map(List::Connection)
    }

    fn edges(
        &self,
        table: &'static Table,
        sets: &[&'a SelectionSet],
        branch: &mut Branch,
    ) -> Option<Vec<(Key, EdgePart)>> {
        self.keys(table.edge, sets, |name, asked| {
            Some(match name {
                "__typename" => EdgePart::Type(table.edge),
                "cursor" => EdgePart::Cursor,
                "node" => EdgePart::Node(self.object(table, 0, &asked.below, branch)?),
                _ => return None,
            })
        })
    }

    fn page_info(&self, sets: &[&'a SelectionSet]) -> Option<Vec<(Key, PageInfoPart)>> {
        self.keys("PageInfo", sets, |name, _| {
            Some(match name {
                "__typename" => PageInfoPart::Type,
                "hasPreviousPage" => PageInfoPart::HasPreviousPage,
                "hasNextPage" => PageInfoPart::HasNextPage,
                "startCursor" => PageInfoPart::StartCursor,
                "endCursor" => PageInfoPart::EndCursor,
                _ => return None,
            })
        })
    }

    /// What `plan` makes of each key of an object. Of an object without any, async-graphql makes
    /// null: that is left to it.
    fn keys<T>(
        &self,
        object: &str,
        sets: &[&'a SelectionSet],
        mut plan: impl FnMut(&str, &Asked<'a>) -> Option<T>,
    ) -> Option<Vec<(Key, T)>> {
        let fields = self.0.fields(object, sets);
        let asked = fields.iter().filter(|(key, _)| key.as_str() != TYPE);
        let keys: Option<Vec<_>> = asked
            .map(|(key, asked)| {
                let item = plan(&asked.field.node.name.node, asked)?;
                Some((Key::new(key), item))
            })
            .collect();
        keys.filter(|keys| !keys.is_empty())
    }
}
