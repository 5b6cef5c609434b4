//! Runs the statements of a plan, level by level, and sorts out whose rows are whose.

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

use entity::tx::TenantTx;
use futures::FutureExt as _;
use futures::future::BoxFuture;
use sqlx::postgres::PgRow;
use sqlx::{Error, Row as _};
use uuid::Uuid;

use crate::graphql::row_writer::plan::{Below, Branch};
use crate::graphql::row_writer::statement;

/// The rows of a branch.
pub struct Batch<'p> {
    rows: Arc<Vec<PgRow>>,
    /// Where this branch's columns begin in a row.
    offset: usize,
    /// The first row of each item. An item has several when a list came along.
    items: Vec<usize>,
    /// What is below the items, in the order of the plan.
    below: Vec<Lists<'p>>,
}

/// The lists below the rows of a batch.
pub struct Lists<'p> {
    /// What was asked for.
    pub below: &'p Below,
    /// The items of all lists.
    pub batch: Batch<'p>,
    items: HashMap<Uuid, Range<usize>>,
    counts: HashMap<Uuid, i64>,
}

impl<'p> Batch<'p> {
    /// Runs `statement`, made for `branch`, and those for what is below its rows. `page` says which
    /// items to keep, and in which order.
    pub async fn read(
        tx: &TenantTx,
        statement: sea_orm::Statement,
        branch: &'p Branch,
        page: impl FnOnce(&mut Vec<usize>),
    ) -> Result<Self, Error> {
        let rows = tx.statement_rows(statement).await?;
        let items = items(&rows)?;
        let mut batch = Self {
            rows: Arc::new(rows),
            offset: 0,
            items,
            below: Vec::new(),
        };
        let riding = branch.riding().map(|below| batch.riding(branch, below));
        let riding = riding.transpose()?;
        page(&mut batch.items);
        batch.below = batch.read_below(tx, branch, riding).await?;
        Ok(batch)
    }

    /// No rows, because none are shown.
    pub fn none() -> Self {
        Self {
            rows: Arc::default(),
            offset: 0,
            items: Vec::new(),
            below: Vec::new(),
        }
    }

    fn read_below<'a>(
        &'a self,
        tx: &'a TenantTx,
        branch: &'p Branch,
        mut riding: Option<Lists<'p>>,
    ) -> BoxFuture<'a, Result<Vec<Lists<'p>>, Error>> {
        async move {
            let mut read = Vec::with_capacity(branch.below.len());
            for below in &branch.below {
                let parents = self.ids(below.parent)?;
                let mut lists = match riding.take() {
                    Some(mut lists) => {
                        let batch = &lists.batch;
                        lists.batch.below = batch.read_below(tx, &below.branch, None).await?;
                        lists
                    }
                    None if !below.shown => Lists::none(below),
                    None => Lists::read(tx, below, parents.clone()).await?,
                };
                if below.counted {
                    lists.counts = counts(tx, below, parents).await?;
                }
                read.push(lists);
            }
            Ok(read)
        }
        .boxed()
    }

    /// The lists that came along with the rows of `branch`.
    fn riding(&self, branch: &Branch, below: &'p Below) -> Result<Lists<'p>, Error> {
        let offset = branch.columns.selected.len();
        let mut batch = Self {
            rows: Arc::clone(&self.rows),
            offset,
            items: Vec::with_capacity(self.rows.len()),
            below: Vec::new(),
        };
        let mut items = HashMap::new();
        for (number, &first) in self.items.iter().enumerate() {
            let end = self.items.get(number + 1).copied();
            let start = batch.items.len();
            for row in first..end.unwrap_or(self.rows.len()) {
                let id: Option<Uuid> = self.rows[row].try_get(offset)?;
                batch.items.extend(id.map(|_| row));
            }
            let parent: Option<Uuid> = self.rows[first].try_get(below.parent)?;
            items.extend(parent.map(|parent| (parent, start..batch.items.len())));
        }
        Ok(Lists {
            below,
            batch,
            items,
            counts: HashMap::new(),
        })
    }

    /// The ids in a column, each once.
    fn ids(&self, column: usize) -> Result<Vec<Uuid>, Error> {
        let mut seen = HashSet::new();
        let mut ids = Vec::with_capacity(self.items.len());
        for item in self.items() {
            let id: Option<Uuid> = self.row(item).try_get(self.offset + column)?;
            ids.extend(id.filter(|id| seen.insert(*id)));
        }
        Ok(ids)
    }

    /// The row of an item.
    pub fn row(&self, item: usize) -> &PgRow {
        &self.rows[self.items[item]]
    }

    /// Where the plan's column `column` stands in a row.
    pub const fn column(&self, column: usize) -> usize {
        self.offset + column
    }

    /// All its items.
    pub const fn items(&self) -> Range<usize> {
        0..self.items.len()
    }

    /// The lists of the plan's number `number`.
    pub fn below(&self, number: usize) -> &Lists<'p> {
        &self.below[number]
    }
}

impl<'p> Lists<'p> {
    fn none(below: &'p Below) -> Self {
        Self {
            below,
            batch: Batch::none(),
            items: HashMap::new(),
            counts: HashMap::new(),
        }
    }

    async fn read(tx: &TenantTx, below: &'p Below, parents: Vec<Uuid>) -> Result<Self, Error> {
        let statement = statement::of_lists(below, parents, tx.tenant());
        let batch = Batch::read(tx, statement, &below.branch, |_| {}).await?;
        let mut items: HashMap<Uuid, Range<usize>> = HashMap::new();
        for item in batch.items() {
            let parent: Uuid = batch.row(item).try_get(below.reference)?;
            items.entry(parent).or_insert(item..item).end = item + 1;
        }
        Ok(Self {
            below,
            batch,
            items,
            counts: HashMap::new(),
        })
    }

    /// The items below `parent`.
    pub fn items(&self, parent: Uuid) -> Range<usize> {
        self.items.get(&parent).cloned().unwrap_or_default()
    }

    /// How many rows there are below `parent` in all.
    pub fn count(&self, parent: Uuid) -> i64 {
        self.counts.get(&parent).copied().unwrap_or_default()
    }
}

/// The rows with which a new item begins. Each begins with its item's id.
fn items(rows: &[PgRow]) -> Result<Vec<usize>, Error> {
    let mut items = Vec::with_capacity(rows.len());
    let mut last = None;
    for (number, row) in rows.iter().enumerate() {
        let id: Uuid = row.try_get(0)?;
        if last.replace(id) != Some(id) {
            items.push(number);
        }
    }
    Ok(items)
}

async fn counts(
    tx: &TenantTx,
    below: &Below,
    parents: Vec<Uuid>,
) -> Result<HashMap<Uuid, i64>, Error> {
    let statement = statement::of_counts(below, parents, tx.tenant());
    let rows = tx.statement_rows(statement).await?;
    let count = |row: &PgRow| Ok((row.try_get(0)?, row.try_get(1)?));
    rows.iter().map(count).collect()
}
