//! How a list is written, and what that takes.

use crate::graphql::row_writer::json::Key;
use crate::graphql::row_writer::plan::Object;

/// How a list is written.
#[derive(Debug)]
pub enum List {
    /// As a list.
    Plain(Object),
    /// As a connection.
    Connection(Vec<(Key, Part)>),
}

/// What is written under a key of a connection.
#[derive(Debug)]
pub enum Part {
    /// The connection's type.
    Type(&'static str),
    /// The rows.
    Nodes(Object),
    /// The rows with their cursors.
    Edges(Vec<(Key, EdgePart)>),
    /// Where the page stands.
    PageInfo(Vec<(Key, PageInfoPart)>),
    /// How many there are in all.
    TotalCount,
}

/// What is written under a key of an edge.
#[derive(Debug)]
pub enum EdgePart {
    /// The edge's type.
    Type(&'static str),
    /// The row's place.
    Cursor,
    /// The row.
    Node(Object),
}

/// What is written under a key of a page's place.
#[derive(Clone, Copy, Debug)]
pub enum PageInfoPart {
    /// `PageInfo`
    Type,
    /// Whether there are rows before it.
    HasPreviousPage,
    /// Whether there are rows behind it.
    HasNextPage,
    /// Its first cursor.
    StartCursor,
    /// Its last cursor.
    EndCursor,
}

impl List {
    /// Whether the number of all rows is asked for.
    pub fn is_counted(&self) -> bool {
        match self {
            Self::Plain(_) => false,
            Self::Connection(parts) => parts
                .iter()
                .any(|(_, part)| matches!(part, Part::TotalCount)),
        }
    }

    /// Whether anything is asked for that takes its rows.
    pub fn shows_rows(&self) -> bool {
        match self {
            Self::Plain(_) => true,
            Self::Connection(parts) => parts.iter().any(|(_, part)| {
                matches!(part, Part::Nodes(_) | Part::Edges(_) | Part::PageInfo(_))
            }),
        }
    }

    /// Whether a cursor is asked for.
    pub fn has_cursors(&self) -> bool {
        let Self::Connection(parts) = self else {
            return false;
        };
        parts.iter().any(|(_, part)| match part {
            Part::Type(_) | Part::Nodes(_) | Part::TotalCount => false,
            Part::Edges(parts) => parts
                .iter()
                .any(|(_, part)| matches!(part, EdgePart::Cursor)),
            Part::PageInfo(parts) => parts.iter().any(|(_, part)| {
                matches!(part, PageInfoPart::StartCursor | PageInfoPart::EndCursor)
            }),
        })
    }
}
