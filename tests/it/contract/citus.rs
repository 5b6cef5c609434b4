//! The schema keeps to what Citus documents of tables that are spread by tenant. There is no Citus
//! here: what it says of them itself, nobody has heard.

use std::collections::BTreeSet;

use migration::citus::{CitusError, DISTRIBUTED, REFERENCE, distribute};
use wisplink_tests::harness::TestDatabase;
use wisplink_tests::harness::rows::texts;

use super::tidy;

/// Tables that stay on the coordinator: a handful of rows that belong to no tenant.
const LOCAL: [&str; 2] = ["ingest_positions", "seaql_migrations"];

/// The tables that are spread, with the number of the column by which: partitions go with theirs.
const TABLES: &str = "(
    SELECT t.oid, t.relname, a.attnum FROM pg_class t
    JOIN pg_attribute a ON a.attrelid = t.oid AND a.attname = 'tenant_id'
    WHERE t.relkind IN ('r', 'p') AND t.relnamespace = 'public'::regnamespace) AS t";

#[tokio::test]
async fn every_table_is_spread_or_stays_on_the_coordinator() {
    let mut db = TestDatabase::with_partitions().await;
    let there = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace
        AND relkind IN ('r', 'p') AND NOT relispartition";
    let there: BTreeSet<_> = texts(&mut db.1, there).await.into_iter().collect();
    let named = DISTRIBUTED.into_iter().chain(LOCAL).chain([REFERENCE]);
    assert_eq!(there, named.map(str::to_owned).collect());
}

#[tokio::test]
async fn a_table_comes_behind_those_its_keys_refer_to() {
    let mut db = TestDatabase::with_partitions().await;
    let keys = "SELECT conrelid::regclass || ' ' || confrelid::regclass FROM pg_constraint
        WHERE contype = 'f' AND connamespace = 'public'::regnamespace";
    let place = |table: &str| {
        let mut tables = std::iter::once(REFERENCE).chain(DISTRIBUTED);
        tables.position(|name| name == table).unwrap()
    };
    let keys = texts(&mut db.1, keys).await;
    assert!(keys.len() > 8, "{keys:?}");
    for key in keys {
        let (from, to) = key.split_once(' ').unwrap();
        assert!(place(from) > place(to), "{key}");
    }
}

#[tokio::test]
async fn the_catalogue_keeps_to_the_rules() {
    let mut db = TestDatabase::with_partitions().await;
    for (rule, breaches) in rules() {
        let none: [&str; 0] = [];
        assert_eq!(texts(&mut db.1, &breaches).await, none, "{rule}");
    }
}

/// Each with the statement that finds what breaks it.
fn rules() -> [(&'static str, String); 7] {
    [
        (
            "unique indexes hold the column by which the table is spread",
            format!(
                "SELECT i.indexrelid::regclass::text FROM pg_index i JOIN {TABLES}
                 ON t.oid = i.indrelid WHERE i.indisunique AND t.attnum <> ALL (i.indkey)"
            ),
        ),
        (
            "foreign keys hold it on both sides, in the same place",
            format!(
                "SELECT c.conrelid::regclass || ' ' || c.conname FROM pg_constraint c
                 JOIN {TABLES} ON t.oid = c.conrelid
                 JOIN {} ON r.oid = c.confrelid WHERE c.contype = 'f' AND coalesce(
                     array_position(c.conkey, t.attnum) <> array_position(c.confkey, r.attnum),
                     true)",
                TABLES.replace("AS t", "AS r")
            ),
        ),
        (
            "foreign keys set nothing to null or default",
            "SELECT conrelid::regclass || ' ' || conname FROM pg_constraint WHERE contype = 'f'
             AND (confdeltype IN ('n', 'd') OR confupdtype IN ('n', 'd', 'c'))"
                .to_owned(),
        ),
        (
            "there are no triggers, rules or exclusion constraints",
            format!(
                "SELECT t.relname || ' ' || g.tgname FROM pg_trigger g JOIN {TABLES}
                     ON t.oid = g.tgrelid WHERE NOT g.tgisinternal
                 UNION ALL SELECT t.relname || ' ' || r.rulename FROM pg_rewrite r JOIN {TABLES}
                     ON t.oid = r.ev_class
                 UNION ALL SELECT conname FROM pg_constraint WHERE contype = 'x'"
            ),
        ),
        (
            "policies hold no sub-select, and no table",
            "SELECT tablename || ' ' || policyname FROM pg_policies
             WHERE qual || coalesce(with_check, '') ~* '(select|from|exists)'"
                .to_owned(),
        ),
        (
            "columns have no sequence, identity or computed value",
            format!(
                "SELECT t.relname || '.' || a.attname FROM pg_attribute a JOIN {TABLES}
                     ON t.oid = a.attrelid WHERE a.attidentity <> '' OR a.attgenerated <> ''
                 UNION ALL SELECT relname FROM pg_class
                     WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace"
            ),
        ),
        (
            "partitions are one level deep and made of declared parents",
            format!(
                "SELECT t.relname FROM pg_inherits h JOIN {TABLES} ON t.oid = h.inhrelid
                 JOIN pg_class c ON c.oid = t.oid WHERE NOT c.relispartition OR c.relkind = 'p'"
            ),
        ),
    ]
}

#[tokio::test]
async fn a_breach_is_found() {
    let mut db = TestDatabase::with_partitions().await;
    let breaches = "
        CREATE TABLE poor (tenant_id uuid NOT NULL, id uuid PRIMARY KEY, n serial, site_id uuid,
            FOREIGN KEY (tenant_id, site_id) REFERENCES sites (tenant_id, id)
                ON DELETE SET NULL (site_id),
            FOREIGN KEY (site_id, tenant_id) REFERENCES sites (tenant_id, id));
        CREATE TABLE poorer () INHERITS (poor);
        CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
        CREATE TRIGGER t AFTER INSERT ON poor EXECUTE FUNCTION nothing();
        CREATE POLICY p ON poor USING (EXISTS (SELECT FROM tenants))";
    sqlx::raw_sql(breaches).execute(&mut db.1).await.unwrap();
    for (rule, breaches) in rules() {
        assert!(!texts(&mut db.1, &breaches).await.is_empty(), "{rule}");
    }
}

/// What Citus documents to refuse unless one node can answer, or in any statement that writes.
const REFUSED: [&str; 5] = [
    "TABLESAMPLE",
    "GROUPING SETS",
    "WITH RECURSIVE",
    "MERGE INTO",
    "gen_random_uuid(",
];

#[test]
fn statements_hold_nothing_that_citus_documents_to_refuse() {
    let folders = ["entity/src", "ingest/src", "api/src"];
    let sources: Vec<_> = folders
        .iter()
        .flat_map(|folder| tidy::sources_below(folder))
        .collect();
    let locks: usize = sources.iter().map(|text| text.matches(LOCK).count()).sum();
    assert!(locks > 2, "{locks}");
    let refused: Vec<_> = sources.iter().flat_map(|text| refused(text)).collect();
    assert!(refused.is_empty(), "{refused:#?}");
}

#[test]
fn a_refused_statement_is_found() {
    let text = r#""SELECT 1 FROM sites WHERE id = $1 FOR UPDATE"; "SELECT 1 FROM sites
        WHERE tenant_id = $1 FOR UPDATE"; "SELECT 1 FROM sites TABLESAMPLE system (1)""#;
    let found = refused(text);
    let expected = ["SELECT 1 FROM sites WHERE id = $1 ", "TABLESAMPLE"];
    assert_eq!(found, expected);
}

const LOCK: &str = "FOR UPDATE";

/// Locks of rows of more than one tenant, which Citus takes on one node only, and refused words.
fn refused(text: &str) -> Vec<String> {
    let locks = text.match_indices(LOCK).filter_map(|(at, _)| {
        let statement = text[..at].rsplit('"').next()?;
        (!statement.contains("tenant_id = ")).then(|| statement.to_owned())
    });
    let words = REFUSED.iter().filter(|word| text.contains(**word));
    locks.chain(words.map(|word| (*word).to_owned())).collect()
}

#[tokio::test]
async fn an_ordinary_postgresql_is_told_from_citus() {
    let (database, _session) = TestDatabase::with_partitions().await;
    let told = distribute(&database.url()).await.unwrap_err();
    assert!(matches!(told, CitusError::NoCitus), "{told}");
}
