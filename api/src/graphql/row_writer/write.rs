//! From rows to JSON, in the order of the plan.

use std::ops::Range;

use sqlx::{Error, Row as _, ValueRef as _};
use uuid::Uuid;

use crate::graphql::cursor::Cursor;
use crate::graphql::row_writer::json::Key;
use crate::graphql::row_writer::list::{EdgePart, List, PageInfoPart, Part};
use crate::graphql::row_writer::plan::{Item, Object};
use crate::graphql::row_writer::read::{Batch, Lists};

/// Items of a batch, as a page.
pub struct Shown<'a, 'p> {
    /// The batch.
    pub batch: &'a Batch<'p>,
    /// Its items.
    pub items: Range<usize>,
    /// There are rows before them.
    pub previous: bool,
    /// There are rows behind them.
    pub next: bool,
    /// How many there are in all, if that was asked for.
    pub total: i64,
    /// The place of an item.
    pub cursor: &'a (dyn Fn(usize) -> Result<Cursor, Error> + Sync),
}

/// Writes an object of the item `item`.
pub fn object(
    json: &mut Vec<u8>,
    object: &Object,
    batch: &Batch<'_>,
    item: usize,
) -> Result<(), Error> {
    let row = batch.row(item);
    for (number, (key, value)) in object.0.iter().enumerate() {
        key.write(number, json);
        match value {
            Item::Type(name) => text(json, name),
            Item::Column(column, kind) => kind.write(row, batch.column(*column), json)?,
            Item::One(id, one) => {
                if row.try_get_raw(batch.column(*id))?.is_null() {
                    json.extend_from_slice(b"null");
                } else {
                    self::object(json, one, batch, item)?;
                }
            }
            Item::Many(many, list) => {
                let lists = batch.below(*many);
                let parent = row.try_get(batch.column(lists.below.parent))?;
                self::list(json, list, lists, parent)?;
            }
        }
    }
    json.push(b'}');
    Ok(())
}

/// Writes the list below `parent`.
fn list(json: &mut Vec<u8>, list: &List, lists: &Lists<'_>, parent: Uuid) -> Result<(), Error> {
    let mut items = lists.items(parent);
    let batch = &lists.batch;
    let page = lists.below.page.as_ref();
    let limit = page.map_or(items.len(), |page| page.limit() as usize);
    let next = items.len() > limit;
    items.end = items.end.min(items.start + limit);
    let cursor = |item| {
        let id = batch.row(item).try_get(batch.column(0))?;
        Ok(Cursor::of_id(id))
    };
    let shown = Shown {
        batch,
        items,
        previous: page.is_some_and(|page| page.after().is_some()),
        next,
        total: lists.count(parent),
        cursor: &cursor,
    };
    connection(json, list, &shown)
}

/// Writes a page.
pub fn connection(json: &mut Vec<u8>, list: &List, shown: &Shown<'_, '_>) -> Result<(), Error> {
    let parts = match list {
        List::Plain(node) => return nodes(json, node, shown),
        List::Connection(parts) => parts,
    };
    for (number, (key, part)) in parts.iter().enumerate() {
        key.write(number, json);
        match part {
            Part::Type(name) => text(json, name),
            Part::Nodes(node) => nodes(json, node, shown)?,
            Part::Edges(parts) => {
                sequence(json, shown, |json, item| edge(json, parts, shown, item))?;
            }
            Part::PageInfo(parts) => page_info(json, parts, shown)?,
            Part::TotalCount => json.extend_from_slice(shown.total.to_string().as_bytes()),
        }
    }
    json.push(b'}');
    Ok(())
}

fn nodes(json: &mut Vec<u8>, node: &Object, shown: &Shown<'_, '_>) -> Result<(), Error> {
    sequence(json, shown, |json, item| {
        object(json, node, shown.batch, item)
    })
}

fn edge(
    json: &mut Vec<u8>,
    parts: &[(Key, EdgePart)],
    shown: &Shown<'_, '_>,
    item: usize,
) -> Result<(), Error> {
    for (number, (key, part)) in parts.iter().enumerate() {
        key.write(number, json);
        match part {
            EdgePart::Type(name) => text(json, name),
            EdgePart::Cursor => text(json, &(shown.cursor)(item)?.encode()),
            EdgePart::Node(node) => object(json, node, shown.batch, item)?,
        }
    }
    json.push(b'}');
    Ok(())
}

fn page_info(
    json: &mut Vec<u8>,
    parts: &[(Key, PageInfoPart)],
    shown: &Shown<'_, '_>,
) -> Result<(), Error> {
    let ends = (!shown.items.is_empty()).then(|| (shown.items.start, shown.items.end - 1));
    for (number, (key, part)) in parts.iter().enumerate() {
        key.write(number, json);
        match part {
            PageInfoPart::Type => text(json, "PageInfo"),
            PageInfoPart::HasPreviousPage => truth(json, shown.previous),
            PageInfoPart::HasNextPage => truth(json, shown.next),
            PageInfoPart::StartCursor => cursor(json, shown, ends.map(|(first, _)| first))?,
            PageInfoPart::EndCursor => cursor(json, shown, ends.map(|(_, last)| last))?,
        }
    }
    json.push(b'}');
    Ok(())
}

fn cursor(json: &mut Vec<u8>, shown: &Shown<'_, '_>, item: Option<usize>) -> Result<(), Error> {
    match item {
        Some(item) => text(json, &(shown.cursor)(item)?.encode()),
        None => json.extend_from_slice(b"null"),
    }
    Ok(())
}

fn sequence(
    json: &mut Vec<u8>,
    shown: &Shown<'_, '_>,
    write: impl Fn(&mut Vec<u8>, usize) -> Result<(), Error>,
) -> Result<(), Error> {
    json.push(b'[');
    for item in shown.items.clone() {
        if item > shown.items.start {
            json.push(b',');
        }
        write(json, item)?;
    }
    json.push(b']');
    Ok(())
}

/// Text in which JSON escapes nothing.
fn text(json: &mut Vec<u8>, text: &str) {
    json.push(b'"');
    json.extend_from_slice(text.as_bytes());
    json.push(b'"');
}

fn truth(json: &mut Vec<u8>, truth: bool) {
    json.extend_from_slice(if truth { b"true" } else { b"false" });
}
