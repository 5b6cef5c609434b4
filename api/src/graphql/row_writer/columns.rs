//! What a statement selects, and from where.

use crate::graphql::row_writer::tables::One;

/// The columns of a statement's rows, and the tables joined for them. Table 0 is the one the rows are
/// about.
#[derive(Debug)]
pub struct Columns {
    /// The tables from 1 on.
    pub joins: Vec<Join>,
    /// Table and column, each once.
    pub selected: Vec<(usize, &'static str)>,
}

/// A table joined for what a row refers to.
#[derive(Debug, PartialEq, Eq)]
pub struct Join {
    /// The table that refers to it.
    pub from: usize,
    /// By this column.
    pub column: &'static str,
    /// Its name.
    pub name: &'static str,
    /// Rows may refer to none.
    pub optional: bool,
}

impl Default for Columns {
    /// The column with which every row begins: its id.
    fn default() -> Self {
        Self {
            joins: Vec::new(),
            selected: vec![(0, "id")],
        }
    }
}

impl Columns {
    /// Where a column of a table stands in a row.
    pub fn select(&mut self, table: usize, column: &'static str) -> usize {
        place(&mut self.selected, (table, column))
    }

    /// The number of the table that table `from` refers to.
    pub fn join(&mut self, from: usize, one: &'static One) -> usize {
        // What hangs on a row that may be missing may be missing, too.
        let optional = one.optional
            || from
                .checked_sub(1)
                .is_some_and(|at| self.joins[at].optional);
        let join = Join {
            from,
            column: one.column,
            name: one.table.name,
            optional,
        };
        place(&mut self.joins, join) + 1
    }
}

fn place<T: PartialEq>(among: &mut Vec<T>, item: T) -> usize {
    among
        .iter()
        .position(|known| *known == item)
        .unwrap_or_else(|| {
            among.push(item);
            among.len() - 1
        })
}
