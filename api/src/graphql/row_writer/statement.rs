//! The SQL of a plan. Every table's rows are the tenant's: each is restricted by name.
//!
//! The tables of a statement are `t0`, `t1` …; those of the list that rides along are `u0`, `u1` ….
//! How many values a statement takes does not depend on how many rows are meant. How many a page has
//! at most stands in the text: plans are made once for all values, and PostgreSQL has to know
//! whether to expect one row or five hundred.

use std::fmt::Write as _;

use entity::ids::TenantId;
use sea_orm::sea_query::{PostgresQueryBuilder, SelectStatement};
use sea_orm::{DbBackend, Statement, Value};
use uuid::Uuid;

use crate::graphql::row_writer::columns::Columns;
use crate::graphql::row_writer::plan::{Below, Branch};

/// Columns of a row that is repeated for each row of a list that rides along, at most.
const REPEATED: usize = 8;

/// The rows that `rows` selects of the table of `branch`, in `order`; `limit` of them, if they are a
/// page.
pub fn of_root(
    rows: &SelectStatement,
    limit: Option<u64>,
    order: &[&str],
    branch: &Branch,
    tenant: TenantId,
) -> Statement {
    let (rows, values) = rows.build(PostgresQueryBuilder);
    let mut text = Text::new(values.0, tenant);
    let limit = limit.map_or_else(String::new, |limit| format!(" LIMIT {limit}"));
    text.write(branch, &format!("({rows}{limit}) AS t0"), order);
    text.finish()
}

/// The rows below each of `parents`.
pub fn of_lists(below: &Below, parents: Vec<Uuid>, tenant: TenantId) -> Statement {
    let mut text = Text::new(Vec::new(), tenant);
    let parents = text.bind(parents);
    let parents = format!("unnest({parents}::uuid[]) AS parent (id)");
    let rows = text.rows_of(below, "parent.id");
    let order = [below.many.column, below.many.order].map(|column| format!("t0.{column}"));
    text.write(
        &below.branch,
        &format!("{parents} CROSS JOIN LATERAL {rows} AS t0"),
        &[&order[0], &order[1]],
    );
    text.finish()
}

/// What `select` says, as it stands.
pub fn of(select: &SelectStatement) -> Statement {
    let (sql, values) = select.build(PostgresQueryBuilder);
    Statement::from_sql_and_values(DbBackend::Postgres, sql, values)
}

/// How many rows there are below each of `parents`.
pub fn of_counts(below: &Below, parents: Vec<Uuid>, tenant: TenantId) -> Statement {
    let (table, column) = (below.many.table.name, below.many.column);
    let sql = format!(
        "SELECT {column}, count(*) FROM {table} \
         WHERE tenant_id = $1 AND {column} = ANY($2) GROUP BY 1"
    );
    let values = [tenant.into(), parents.into()];
    Statement::from_sql_and_values(DbBackend::Postgres, sql, values)
}

/// A statement in the making. It holds nothing from outside: values travel beside it.
struct Text {
    sql: String,
    values: Vec<Value>,
    /// The tenant's placeholder.
    tenant: String,
}

impl Text {
    fn new(values: Vec<Value>, tenant: TenantId) -> Self {
        let mut text = Self {
            sql: String::with_capacity(2048),
            values,
            tenant: String::new(),
        };
        text.tenant = text.bind(tenant);
        text
    }

    fn finish(self) -> Statement {
        Statement::from_sql_and_values(DbBackend::Postgres, self.sql, self.values)
    }

    /// The placeholder of a value.
    fn bind(&mut self, value: impl Into<Value>) -> String {
        self.values.push(value.into());
        format!("${}", self.values.len())
    }

    fn write(&mut self, branch: &Branch, from: &str, order: &[&str]) {
        let riding = branch.riding().map(|below| {
            let rows = self.rows_of(below, &format!("t{}.id", below.of));
            (below, rows, format!("u0.{}", below.many.order))
        });
        let sql = &mut self.sql;
        sql.push_str("SELECT ");
        select(sql, 't', &branch.columns);
        if let Some((below, ..)) = &riding {
            sql.push_str(", ");
            select(sql, 'u', &below.branch.columns);
        }
        let _ = write!(sql, " FROM {from}");
        join(sql, 't', &branch.columns, &self.tenant, false);
        if let Some((below, rows, _)) = &riding {
            let _ = write!(sql, " LEFT JOIN LATERAL {rows} AS u0 ON true");
            join(sql, 'u', &below.branch.columns, &self.tenant, true);
        }
        let last = riding.as_ref().map(|(.., order)| order.as_str());
        for (number, by) in order.iter().copied().chain(last).enumerate() {
            sql.push_str(if number == 0 { " ORDER BY " } else { ", " });
            sql.push_str(by);
        }
    }

    /// The rows that refer to `parent`: as many as are asked for, and one more.
    fn rows_of(&mut self, below: &Below, parent: &str) -> String {
        let (table, column) = (below.many.table.name, below.many.column);
        let mut rows = format!(
            "(SELECT * FROM {table} WHERE tenant_id = {} AND {column} = {parent}",
            self.tenant
        );
        if let Some(page) = &below.page {
            if let Ok(Some(after)) = page.after_id() {
                let after = self.bind(after);
                let _ = write!(rows, " AND id > {after}");
            }
            let limit = page.limit() + 1;
            let _ = write!(rows, " ORDER BY id LIMIT {limit}");
        }
        rows.push(')');
        rows
    }
}

impl Branch {
    /// The list whose rows come along with the rows they are below.
    pub fn riding(&self) -> Option<&Below> {
        let below = self.below.first();
        below
            .filter(|below| below.shown && (self.columns.selected.len() <= REPEATED || self.is_one))
    }
}

fn select(sql: &mut String, prefix: char, columns: &Columns) {
    for (number, (table, column)) in columns.selected.iter().enumerate() {
        let comma = if number == 0 { "" } else { ", " };
        let _ = write!(sql, "{comma}{prefix}{table}.{column}");
    }
}

fn join(sql: &mut String, prefix: char, columns: &Columns, tenant: &str, optional: bool) {
    for (number, join) in columns.joins.iter().enumerate() {
        let left = if optional || join.optional {
            " LEFT"
        } else {
            ""
        };
        let (to, from) = (number + 1, join.from);
        let _ = write!(
            sql,
            "{left} JOIN {} AS {prefix}{to} ON {prefix}{to}.tenant_id = {tenant} \
             AND {prefix}{to}.id = {prefix}{from}.{}",
            join.name, join.column
        );
    }
}
