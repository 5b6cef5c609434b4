//! What PostgreSQL says of every table and role. A table made tomorrow is looked at, too.
//!
//! Not here: what the program looks for itself when it starts; see `holes`.

use wisplink_tests::harness::TestDatabase;
use wisplink_tests::harness::rows::texts;

/// Tables that belong to no tenant, and why that is right.
///
/// - `ingest_positions`: how far a source is read that carries all tenants' messages.
/// - `seaql_migrations`: which changes the schema has.
const WITHOUT_TENANT: [&str; 2] = ["ingest_positions", "seaql_migrations"];

/// Tables, partitions included, but for those above.
const TABLES: &str = "pg_class t JOIN pg_namespace n ON n.oid = t.relnamespace
    WHERE t.relkind IN ('r', 'p') AND n.nspname IN ('public', 'app')
    AND t.relname <> ALL (ARRAY['ingest_positions', 'seaql_migrations'])";

#[tokio::test]
async fn every_table_but_the_exempt_has_a_tenant_and_the_exempt_have_none() {
    let mut db = TestDatabase::with_partitions().await;
    let statement = "
        SELECT t.relname FROM pg_class t JOIN pg_namespace n ON n.oid = t.relnamespace
        WHERE t.relkind IN ('r', 'p') AND n.nspname IN ('public', 'app') AND NOT EXISTS (
            SELECT FROM pg_attribute a WHERE a.attrelid = t.oid AND a.attnotnull
            AND a.attname = CASE t.relname WHEN 'tenants' THEN 'id' ELSE 'tenant_id' END)
        ORDER BY 1";
    assert_eq!(texts(&mut db.1, statement).await, WITHOUT_TENANT);
    let tables = texts(&mut db.1, &format!("SELECT t.relname FROM {TABLES}")).await;
    assert!(tables.len() > 12, "{tables:?}");
    assert!(
        tables.iter().any(|name| name == "poll_history_20260301"),
        "{tables:?}"
    );
}

#[tokio::test]
async fn two_policies_are_doors_and_no_others() {
    let mut db = TestDatabase::with_partitions().await;
    // Permissive policies add up: each other one is a door, and these are all the doors.
    let doors = "SELECT t.relname || ': ' || p.polname || ' for ' || r.rolname
        FROM pg_policy p JOIN pg_class t ON t.oid = p.polrelid
        LEFT JOIN pg_roles r ON r.oid = ANY (p.polroles) WHERE p.polname <> 'tenant' ORDER BY 1";
    assert_eq!(
        texts(&mut db.1, doors).await,
        [
            "api_keys: auth for wisplink_auth",
            "tenants: platform for wisplink_platform"
        ]
    );
}

#[tokio::test]
async fn every_table_has_a_primary_key_and_the_tenant_is_first_in_it() {
    let mut db = TestDatabase::with_partitions().await;
    let keys = format!(
        "SELECT t.relname || ': ' || i.indexrelid::regclass FROM {TABLES}
         AND t.relname NOT LIKE 'tenants' "
    )
    .replace(
        "pg_class t JOIN",
        "pg_index i JOIN pg_class t ON t.oid = i.indrelid JOIN",
    );
    let primary = format!(
        "{keys} AND i.indisprimary AND i.indkey[0] <> (
             SELECT a.attnum FROM pg_attribute a
             WHERE a.attrelid = t.oid AND a.attname = 'tenant_id')"
    );
    assert_eq!(
        texts(&mut db.1, &primary).await,
        NOBODY,
        "the tenant comes first"
    );
    let without = format!(
        "SELECT t.relname FROM {TABLES} AND NOT EXISTS (
             SELECT FROM pg_index i WHERE i.indrelid = t.oid AND i.indisprimary)"
    );
    assert_eq!(texts(&mut db.1, &without).await, NOBODY, "no primary key");
}

#[tokio::test]
async fn a_role_of_ours_cannot_log_in_own_anything_or_go_around_a_policy() {
    let mut db = TestDatabase::with_partitions().await;
    let roles = "SELECT rolname FROM pg_roles WHERE rolname LIKE 'wisplink\\_%' ORDER BY 1";
    assert_eq!(
        texts(&mut db.1, roles).await,
        [
            "wisplink_api",
            "wisplink_auth",
            "wisplink_ingest",
            "wisplink_platform"
        ]
    );
    let mighty = "SELECT rolname FROM pg_roles WHERE rolname LIKE 'wisplink\\_%' AND (rolcanlogin
        OR rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication)";
    assert_eq!(texts(&mut db.1, mighty).await, NOBODY);
    let members = "SELECT member::regrole || ' in ' || roleid::regrole FROM pg_auth_members
        WHERE member::regrole::text LIKE 'wisplink\\_%'";
    assert_eq!(texts(&mut db.1, members).await, NOBODY);
    let owners = "SELECT relname FROM pg_class WHERE relowner::regrole::text LIKE 'wisplink\\_%'";
    assert_eq!(texts(&mut db.1, owners).await, NOBODY);
}

const NOBODY: [&str; 0] = [];
