//! What PostgreSQL says of every table and role. A table made tomorrow is looked at, too.

use sqlx::{AssertSqlSafe, PgConnection, Row as _};
use wisplink_tests::harness::TestDatabase;

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
    let mut db = database().await;
    let statement = "
        SELECT t.relname FROM pg_class t JOIN pg_namespace n ON n.oid = t.relnamespace
        WHERE t.relkind IN ('r', 'p') AND n.nspname IN ('public', 'app') AND NOT EXISTS (
            SELECT FROM pg_attribute a WHERE a.attrelid = t.oid AND a.attnotnull
            AND a.attname = CASE t.relname WHEN 'tenants' THEN 'id' ELSE 'tenant_id' END)
        ORDER BY 1";
    assert_eq!(names(&mut db.1, statement).await, WITHOUT_TENANT);
    let tables = names(&mut db.1, &format!("SELECT t.relname FROM {TABLES}")).await;
    assert!(tables.len() > 12, "{tables:?}");
    assert!(
        tables.iter().any(|name| name == "poll_history_20260301"),
        "{tables:?}"
    );
}

#[tokio::test]
async fn every_table_enforces_its_policy_on_everybody() {
    let mut db = database().await;
    let bare = format!(
        "SELECT t.relname FROM {TABLES} AND NOT (t.relrowsecurity AND t.relforcerowsecurity)"
    );
    assert_eq!(names(&mut db.1, &bare).await, NOBODY);
    // Both ways, to all roles, for all commands, and with the one text.
    let open = format!(
        "SELECT t.relname FROM {TABLES} AND NOT EXISTS (
             SELECT FROM pg_policy p WHERE p.polrelid = t.oid AND p.polcmd = '*'
             AND p.polroles = '{{0}}' AND p.polpermissive
             AND pg_get_expr(p.polqual, t.oid) = pg_get_expr(p.polwithcheck, t.oid)
             AND pg_get_expr(p.polqual, t.oid) = format(
                 '(%s = (current_setting(''app.current_tenant''::text))::uuid)',
                 CASE t.relname WHEN 'tenants' THEN 'id' ELSE 'tenant_id' END))"
    );
    assert_eq!(names(&mut db.1, &open).await, NOBODY);
    // Permissive policies add up: each other one is a door, and these are all the doors.
    let doors = "SELECT t.relname || ': ' || p.polname || ' for ' || r.rolname
        FROM pg_policy p JOIN pg_class t ON t.oid = p.polrelid
        LEFT JOIN pg_roles r ON r.oid = ANY (p.polroles) WHERE p.polname <> 'tenant' ORDER BY 1";
    assert_eq!(
        names(&mut db.1, doors).await,
        [
            "api_keys: auth for wisplink_auth",
            "tenants: platform for wisplink_platform"
        ]
    );
}

#[tokio::test]
async fn the_tenant_is_in_every_key() {
    let mut db = database().await;
    let keys = format!(
        "SELECT t.relname || ': ' || i.indexrelid::regclass FROM {TABLES}
         AND t.relname NOT LIKE 'tenants' "
    )
    .replace(
        "pg_class t JOIN",
        "pg_index i JOIN pg_class t ON t.oid = i.indrelid JOIN",
    );
    let loose = format!(
        "{keys} AND i.indisunique AND NOT EXISTS (
             SELECT FROM pg_attribute a WHERE a.attrelid = t.oid AND a.attname = 'tenant_id'
             AND a.attnum = ANY (i.indkey))"
    );
    assert_eq!(names(&mut db.1, &loose).await, NOBODY);
    let primary = format!(
        "{keys} AND i.indisprimary AND i.indkey[0] <> (
             SELECT a.attnum FROM pg_attribute a
             WHERE a.attrelid = t.oid AND a.attname = 'tenant_id')"
    );
    assert_eq!(
        names(&mut db.1, &primary).await,
        NOBODY,
        "the tenant comes first"
    );
    let without = format!(
        "SELECT t.relname FROM {TABLES} AND NOT EXISTS (
             SELECT FROM pg_index i WHERE i.indrelid = t.oid AND i.indisprimary)"
    );
    assert_eq!(names(&mut db.1, &without).await, NOBODY, "no primary key");
}

#[tokio::test]
async fn a_row_refers_to_rows_of_its_own_tenant_only() {
    let mut db = database().await;
    let foreign =
        format!("SELECT t.relname || ': ' || c.conname FROM {TABLES} AND c.contype = 'f'").replace(
            "pg_class t JOIN",
            "pg_constraint c JOIN pg_class t ON t.oid = c.conrelid JOIN",
        );
    assert!(names(&mut db.1, &foreign).await.len() > 8);
    // The tenant's column stands in the reference, opposite the other side's.
    let loose = format!(
        "{foreign} AND NOT EXISTS (
             SELECT FROM unnest(c.conkey, c.confkey) AS pair (here, there)
             JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = pair.here
             JOIN pg_attribute b ON b.attrelid = c.confrelid AND b.attnum = pair.there
             WHERE a.attname = 'tenant_id' AND b.attname =
                 CASE c.confrelid::regclass::text WHEN 'tenants' THEN 'id' ELSE 'tenant_id' END)"
    );
    assert_eq!(names(&mut db.1, &loose).await, NOBODY);
}

#[tokio::test]
async fn a_partition_is_reached_through_its_table_only() {
    let mut db = database().await;
    let granted = "SELECT t.relname || ' to ' || g.grantee::regrole
        FROM pg_class t, aclexplode(t.relacl) g
        WHERE t.relispartition AND t.relkind = 'r' AND g.grantee <> t.relowner";
    assert_eq!(names(&mut db.1, granted).await, NOBODY);
    let public = "SELECT t.relname FROM pg_class t JOIN pg_namespace n ON n.oid = t.relnamespace,
        aclexplode(t.relacl) g WHERE n.nspname IN ('public', 'app') AND g.grantee = 0";
    assert_eq!(
        names(&mut db.1, public).await,
        NOBODY,
        "granted to everybody"
    );
}

#[tokio::test]
async fn a_role_of_ours_cannot_log_in_own_anything_or_go_around_a_policy() {
    let mut db = database().await;
    let roles = "SELECT rolname FROM pg_roles WHERE rolname LIKE 'wisplink\\_%' ORDER BY 1";
    assert_eq!(
        names(&mut db.1, roles).await,
        [
            "wisplink_api",
            "wisplink_auth",
            "wisplink_ingest",
            "wisplink_platform"
        ]
    );
    let mighty = "SELECT rolname FROM pg_roles WHERE rolname LIKE 'wisplink\\_%' AND (rolcanlogin
        OR rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication)";
    assert_eq!(names(&mut db.1, mighty).await, NOBODY);
    let members = "SELECT member::regrole || ' in ' || roleid::regrole FROM pg_auth_members
        WHERE member::regrole::text LIKE 'wisplink\\_%'";
    assert_eq!(names(&mut db.1, members).await, NOBODY);
    let owners = "SELECT relname FROM pg_class WHERE relowner::regrole::text LIKE 'wisplink\\_%'";
    assert_eq!(names(&mut db.1, owners).await, NOBODY);
}

const NOBODY: [&str; 0] = [];

/// A database with partitions for a day and for its month.
async fn database() -> (TestDatabase, PgConnection) {
    let database = TestDatabase::create().await.unwrap();
    let mut session = database.session().await;
    let make = "SELECT app.make_partitions('2026-03-01', '2026-03-01')";
    sqlx::query(make).execute(&mut session).await.unwrap();
    (database, session)
}

async fn names(db: &mut PgConnection, statement: &str) -> Vec<String> {
    let rows = sqlx::query(AssertSqlSafe(statement.to_owned()))
        .fetch_all(db)
        .await;
    rows.unwrap()
        .iter()
        .map(|row| row.get::<String, _>(0))
        .collect()
}
