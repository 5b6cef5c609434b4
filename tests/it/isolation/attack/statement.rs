//! Writes statements: any form, any table, any condition.

use entity::ids::TenantId;
use rand::Rng as _;
use rand::seq::IndexedRandom as _;
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};
use wisplink_tests::harness::tenant::Tenant;

use super::target::Target;

/// A statement, and what it may answer.
pub(super) struct Statement {
    pub(super) sql: String,
    pub(super) kind: Kind,
}

/// What a statement answers with.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    /// Rows, in which nothing may be the other's.
    Shows,
    /// Whose the rows are that it changed: ours only.
    Changes,
    /// As `Shows`, but by `COPY`.
    CopiesOut,
    /// Nothing: `COPY FROM` never ends well.
    CopiesIn,
}

/// Writes in A's name, about B.
pub(super) struct Author<'a> {
    a: TenantId,
    b: TenantId,
    targets: &'a [Target],
}

impl<'a> Author<'a> {
    pub(super) fn new(a: &Tenant, b: &Tenant, targets: &'a [Target]) -> Self {
        Self {
            a: a.id,
            b: b.id,
            targets,
        }
    }

    /// One more statement.
    pub(super) fn write(&self, chance: &mut ChaCha8Rng) -> Statement {
        let (kind, sql) = match chance.random_range(0..100) {
            0..40 => (Kind::Shows, self.show(chance)),
            40..60 => (Kind::Changes, self.change(chance)),
            60..80 => (Kind::Changes, self.insert(chance)),
            80..88 => (Kind::Changes, self.nested(chance)),
            88..97 => (Kind::Changes, self.merge(chance)),
            97..99 => {
                let select = self.show(chance);
                (Kind::CopiesOut, format!("COPY ({select}) TO STDOUT"))
            }
            _ => {
                let table = &self.target(chance).name;
                (Kind::CopiesIn, format!("COPY {table} FROM STDIN"))
            }
        };
        Statement { sql, kind }
    }

    fn target(&self, chance: &mut ChaCha8Rng) -> &'a Target {
        self.targets.choose(chance).unwrap()
    }

    /// A condition on `t`, which is `on`.
    fn condition(&self, on: &Target, chance: &mut ChaCha8Rng) -> String {
        let (a, b, owner) = (self.a, self.b, on.owner);
        let cell = on.cells.choose(chance).unwrap();
        let id = on.ids.choose(chance).unwrap();
        let other = self.target(chance);
        let (other, theirs) = (&other.name, other.owner);
        match chance.random_range(0..11) {
            0 => format!("t.{owner} = '{b}'"),
            1 => format!("t.{owner} <> '{a}'"),
            2 => cell.clone(),
            3 => id.clone(),
            4 => format!("{cell} AND t.{owner} = '{b}'"),
            5 => format!("{id} OR t.{owner} IS NOT NULL"),
            6 => format!("t.{owner} IN (SELECT id FROM tenants)"),
            7 => "public.sees(t::text)".to_owned(),
            8 => format!("1 / (CASE WHEN t.{owner} = '{b}' THEN 0 ELSE 1 END) = 1"),
            9 => format!(
                "EXISTS (SELECT FROM {other} AS o WHERE o.{theirs} = t.{owner} OR o.{theirs} = '{b}')"
            ),
            _ => "true".to_owned(),
        }
    }

    fn show(&self, chance: &mut ChaCha8Rng) -> String {
        let (b, on, other) = (self.b, self.target(chance), self.target(chance));
        let condition = self.condition(on, chance);
        let id = on.ids.choose(chance).unwrap();
        let (t, owner) = (&on.name, on.owner);
        let (o, theirs) = (&other.name, other.owner);
        match chance.random_range(0..12) {
            0..3 => format!("SELECT t.* FROM {t} AS t WHERE {condition}"),
            3 => format!(
                "SELECT max(t::text), string_agg(t::text, ' ') FROM {t} AS t WHERE {condition}"
            ),
            4 => format!(
                "SELECT t.* FROM {o} AS o JOIN {t} AS t ON t.{owner} = o.{theirs} WHERE {condition}"
            ),
            5 => format!(
                "SELECT t.* FROM {o} AS o FULL JOIN {t} AS t ON t.{owner} = o.{theirs} WHERE {condition}"
            ),
            6 => format!(
                "SELECT l.* FROM {o} AS o, LATERAL (SELECT t.* FROM {t} AS t
                WHERE (t.{owner} = o.{theirs} OR t.{owner} = '{b}') AND {condition}) AS l"
            ),
            7 => format!(
                "WITH c AS MATERIALIZED (SELECT * FROM {t}) SELECT t.* FROM c AS t WHERE {condition}"
            ),
            8 => format!(
                "WITH RECURSIVE c AS (SELECT t.* FROM {t} AS t WHERE {condition}
                UNION SELECT t.* FROM {t} AS t JOIN c ON t.{owner} = '{b}') SELECT * FROM c"
            ),
            9 => format!("SELECT 'a foreign row' WHERE EXISTS (SELECT FROM {t} AS t WHERE {id})"),
            10 => format!(
                "SELECT t.*, rank() OVER (PARTITION BY t.{owner}) FROM {t} AS t WHERE {condition}
                ORDER BY t.{owner} LIMIT 50"
            ),
            _ => format!("SELECT t.* FROM {t} AS t TABLESAMPLE SYSTEM (100) WHERE {condition}"),
        }
    }

    fn change(&self, chance: &mut ChaCha8Rng) -> String {
        let (b, on, other) = (self.b, self.target(chance), self.target(chance));
        let condition = self.condition(on, chance);
        let (t, owner) = (&on.name, on.owner);
        let (o, theirs) = (&other.name, other.owner);
        let column = on.columns.choose(chance).unwrap();
        let returning = format!("RETURNING t.{owner}");
        match chance.random_range(0..7) {
            0 => format!("UPDATE {t} AS t SET {column} = t.{column} WHERE {condition} {returning}"),
            1 => format!("UPDATE {t} AS t SET {owner} = '{b}' WHERE {condition} {returning}"),
            2 => format!(
                "UPDATE {t} AS t SET {column} = t.{column} FROM {o} AS o
                WHERE o.{theirs} = '{b}' OR ({condition}) {returning}"
            ),
            3 => format!("DELETE FROM {t} AS t WHERE {condition} {returning}"),
            4 => format!(
                "DELETE FROM {t} AS t USING {o} AS o WHERE o.{theirs} = t.{owner} AND ({condition}) {returning}"
            ),
            5 => format!("SELECT t.{owner} FROM {t} AS t WHERE {condition} FOR UPDATE"),
            _ => format!("SELECT t.{owner} FROM {t} AS t WHERE {condition} FOR SHARE"),
        }
    }

    /// The other's row, or one of ours that names what is the other's.
    fn record(&self, on: &Target, chance: &mut ChaCha8Rng) -> String {
        let mut row = on.row.clone();
        if chance.random_bool(0.5) {
            row[on.owner] = json!(self.a);
        }
        let row = Value::to_string(&row).replace('\'', "''");
        format!("jsonb_populate_record(NULL::{}, '{row}')", on.name)
    }

    fn insert(&self, chance: &mut ChaCha8Rng) -> String {
        let (b, on) = (self.b, self.target(chance));
        let (t, owner, key) = (&on.name, on.owner, &on.key);
        let record = self.record(on, chance);
        let conflict = match chance.random_range(0..4) {
            0 => String::new(),
            1 => "ON CONFLICT DO NOTHING".to_owned(),
            2 => format!("ON CONFLICT ({key}) DO UPDATE SET {owner} = excluded.{owner}"),
            _ => format!("ON CONFLICT ({key}) DO UPDATE SET {owner} = '{b}'"),
        };
        format!("INSERT INTO {t} AS t SELECT r.* FROM {record} AS r {conflict} RETURNING t.{owner}")
    }

    /// Changes inside of a query.
    fn nested(&self, chance: &mut ChaCha8Rng) -> String {
        let (inner, on) = (self.change(chance), self.target(chance));
        let condition = self.condition(on, chance);
        let (t, owner) = (&on.name, on.owner);
        if chance.random_bool(0.5) {
            return format!("WITH done AS ({inner}) SELECT * FROM done");
        }
        format!("WITH done AS ({inner}) SELECT t.{owner} FROM {t} AS t WHERE {condition}")
    }

    fn merge(&self, chance: &mut ChaCha8Rng) -> String {
        let (b, on) = (self.b, self.target(chance));
        let condition = self.condition(on, chance);
        let (t, owner) = (&on.name, on.owner);
        let record = self.record(on, chance);
        let values: Vec<_> = on
            .columns
            .iter()
            .map(|column| format!("s.{column}"))
            .collect();
        let matched = match chance.random_range(0..3) {
            0 => "DELETE".to_owned(),
            1 => format!("UPDATE SET {owner} = t.{owner}"),
            _ => format!("UPDATE SET {owner} = '{b}'"),
        };
        format!(
            "MERGE INTO {t} AS t USING {record} AS s ON t.{owner} = s.{owner} AND ({condition})
             WHEN MATCHED THEN {matched} WHEN NOT MATCHED THEN INSERT VALUES ({})",
            values.join(", ")
        )
    }
}
