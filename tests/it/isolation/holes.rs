//! Holes in the wall between tenants, made one by one: the program finds each, says what it is, and
//! does not serve.

use std::process::Stdio;

use entity::walls::{self, Distrust};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use tokio::process::Command;
use tokio_util::sync::CancellationToken;
use wisplink::program::{Program, ProgramError};
use wisplink_tests::harness::TestDatabase;
use wisplink_tests::harness::world::World;

/// What is done to a database, and what is said of it to the roles of API and worker.
const HOLES: [(&str, &str); 29] = [
    (
        "ALTER ROLE wisplink_api SUPERUSER; ALTER ROLE wisplink_ingest SUPERUSER",
        "is a superuser",
    ),
    (
        "ALTER ROLE wisplink_api BYPASSRLS; ALTER ROLE wisplink_ingest BYPASSRLS",
        "may go around every policy",
    ),
    (
        "ALTER ROLE wisplink_api CREATEROLE; ALTER ROLE wisplink_ingest REPLICATION",
        "may take other roles' rights",
    ),
    (
        "GRANT wisplink_platform TO wisplink_api, wisplink_ingest",
        "a member of wisplink_platform, has that role's rights",
    ),
    (
        "ALTER TABLE sites OWNER TO wisplink_api; ALTER TABLE devices OWNER TO wisplink_ingest",
        "is owned by the role that serves",
    ),
    (
        "SET app.current_tenant = '00000000-0000-0000-0000-000000000000'",
        "app.current_tenant is set before a transaction sets it",
    ),
    (
        "ALTER TABLE devices DISABLE ROW LEVEL SECURITY",
        "devices has no row-level security",
    ),
    (
        "ALTER TABLE poll_history_default DISABLE ROW LEVEL SECURITY",
        "poll_history_default has no row-level security",
    ),
    (
        "ALTER TABLE wireless_links NO FORCE ROW LEVEL SECURITY",
        "wireless_links does not bind its owner",
    ),
    (
        "ALTER TABLE poll_history_20260301 NO FORCE ROW LEVEL SECURITY",
        "poll_history_20260301 does not bind its owner",
    ),
    (
        "CREATE TABLE towers (tenant_id uuid NOT NULL, id uuid, PRIMARY KEY (tenant_id, id))",
        "towers has no row-level security",
    ),
    ("DROP POLICY tenant ON sites", "sites lacks the policy"),
    (
        "ALTER POLICY tenant ON sites WITH CHECK (true)",
        "sites lacks the policy",
    ),
    (
        "ALTER POLICY tenant ON sites USING
             (tenant_id = nullif(current_setting('app.current_tenant', true), '')::uuid)",
        "sites lacks the policy",
    ),
    (
        "ALTER POLICY tenant ON tenants TO wisplink_api",
        "tenants lacks the policy",
    ),
    (
        "CREATE POLICY support ON devices FOR SELECT USING (hostname = 'shared')",
        "devices: policy support lets rows of other tenants through",
    ),
    (
        "ALTER POLICY auth ON api_keys TO wisplink_auth, wisplink_api",
        "api_keys: policy auth lets rows of other tenants through",
    ),
    (
        "CREATE RULE keep AS ON DELETE TO sites DO ALSO NOTHING",
        "sites: rule keep rewrites statements",
    ),
    (
        "CREATE UNIQUE INDEX one_serial ON devices (serial_number) INCLUDE (tenant_id)",
        "devices: one_serial is a key without tenant_id",
    ),
    (
        "ALTER TABLE link_policies ADD UNIQUE (scope_id)",
        "link_policies: link_policies_scope_id_key is a key without tenant_id",
    ),
    (
        "CREATE TABLE notes (site uuid, tenant uuid,
             FOREIGN KEY (tenant, site) REFERENCES sites (tenant_id, id))",
        "notes: notes_tenant_site_fkey is a reference without tenant_id",
    ),
    (
        "GRANT SELECT ON poll_history_20260301 TO wisplink_api",
        "poll_history_20260301 is a partition with rights of its own",
    ),
    (
        "GRANT SELECT (hostname) ON devices TO PUBLIC",
        "devices is open to every role",
    ),
    (
        "GRANT TRUNCATE ON link_events TO wisplink_ingest",
        "link_events may be emptied",
    ),
    (
        "CREATE TABLE cache AS SELECT * FROM devices; ALTER TABLE cache DROP tenant_id;
         GRANT SELECT ON cache TO wisplink_api",
        "cache belongs to no tenant and has no policy",
    ),
    (
        "CREATE MATERIALIZED VIEW heap AS SELECT * FROM devices; GRANT SELECT ON heap TO wisplink_api",
        "heap belongs to no tenant and has no policy",
    ),
    (
        "CREATE VIEW names AS SELECT hostname FROM devices",
        "names is a view that reads with its owner's rights",
    ),
    (
        "ALTER FUNCTION app.drop_partition(text, text, integer) SET search_path = public",
        "app.drop_partition(text,text,integer) runs with its owner's rights, on whatever",
    ),
    (
        "GRANT EXECUTE ON FUNCTION app.make_partitions(date, date) TO PUBLIC",
        "app.make_partitions(date,date) runs with its owner's rights for everybody",
    ),
];

#[tokio::test]
async fn every_hole_is_found() {
    let (_database, mut db) = TestDatabase::with_partitions().await;
    for role in ["wisplink_api", "wisplink_ingest"] {
        assert_eq!(found(&mut db, role, "SELECT").await, "", "{role}");
        for (hole, told) in HOLES {
            let found = found(&mut db, role, hole).await;
            assert!(
                found.contains(told) && found.contains("; mend it with: "),
                "{role}: {hole}: {found}"
            );
        }
    }
    assert_eq!(found(&mut db, "wisplink_platform", "SELECT").await, "");
}

#[tokio::test]
async fn what_only_looks_like_a_hole_is_none() {
    let database = TestDatabase::create().await.unwrap();
    let mut db = database.session().await;
    for harmless in [
        // Another program's, which no role of ours reaches.
        "CREATE SCHEMA billing; CREATE TABLE billing.invoices (tenant_id uuid, total integer);
         CREATE VIEW billing.totals AS SELECT sum(total) FROM billing.invoices",
        "CREATE VIEW names WITH (security_invoker) AS SELECT hostname FROM devices",
        "CREATE POLICY office_hours ON devices AS RESTRICTIVE USING (true)",
        "CREATE UNIQUE INDEX one_name ON sites (lower(name), tenant_id)",
        "GRANT SELECT ON devices TO pg_monitor",
    ] {
        assert_eq!(
            found(&mut db, "wisplink_api", harmless).await,
            "",
            "{harmless}"
        );
    }
}

/// What is found as `role` after `hole` was made. It is made in a transaction that is rolled back:
/// roles are shared with all other tests.
async fn found(db: &mut PgConnection, role: &str, hole: &str) -> String {
    let mut tx = db.begin().await.unwrap();
    let made = format!("{hole}; SET LOCAL ROLE {role}");
    sqlx::raw_sql(AssertSqlSafe(made))
        .execute(&mut *tx)
        .await
        .unwrap_or_else(|error| panic!("{hole}: {error}"));
    let found = match walls::look(&mut tx).await {
        Ok(()) => String::new(),
        Err(Distrust::Breach(breach)) => breach.to_string(),
        Err(error @ Distrust::Unknown(_)) => panic!("{hole}: {error:?}"),
    };
    tx.rollback().await.unwrap();
    found
}

const TOLD: &str = "\
one tenant could reach another's rows in this database, so none is served:
  devices does not bind its owner to its policies; mend it with: ALTER TABLE devices FORCE ROW LEVEL SECURITY";

#[tokio::test]
async fn with_a_hole_nothing_is_served_and_the_reason_is_told() {
    let mut world = World::start().await;
    world.stop_worker().await;
    world.stop_server().await;
    let mut db = world.database.session().await;
    sqlx::query("ALTER TABLE devices NO FORCE ROW LEVEL SECURITY")
        .execute(&mut db)
        .await
        .unwrap();
    let program = Program::connect(world.config.clone()).await.unwrap();
    let stop = CancellationToken::new();
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0))
        .await
        .unwrap();
    for refused in [
        program.serve(listener, stop.clone()).await,
        program.ingest(stop.clone()).await,
    ] {
        let Err(ProgramError::Breach(breach)) = refused else {
            panic!("{refused:?}");
        };
        assert_eq!(breach.to_string(), TOLD);
    }
    assert!(!stop.is_cancelled(), "others go on");
    // Nor does a pool that nobody asked before.
    #[expect(clippy::disallowed_methods, reason = "the tenant was just made here")]
    let scope = entity::scope::TenantScope::assume(world.a.id);
    let pool = world
        .config
        .database
        .pool(entity::database::Role::Api)
        .unwrap();
    let refused = pool.read(scope).await.err().unwrap().to_string();
    assert!(refused.contains("devices does not bind"), "{refused}");
}

#[tokio::test]
async fn check_config_ends_with_the_walls() {
    let database = TestDatabase::create().await.unwrap();
    let mut db = database.session().await;
    assert_eq!(
        check_config(&database).await,
        (true, "# The database keeps tenants apart.".to_owned())
    );
    sqlx::query("DROP POLICY tenant ON sites")
        .execute(&mut db)
        .await
        .unwrap();
    let (fine, last) = check_config(&database).await;
    assert!(
        !fine && last.starts_with("#   sites lacks the policy"),
        "{last}"
    );
}

/// Whether `wisplink check-config` is content, and its last line.
async fn check_config(database: &TestDatabase) -> (bool, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_under-test"))
        .arg("check-config")
        .env("DATABASE_URL", database.url())
        .env(
            "WISPLINK_AUTH__HS256_SECRET",
            "a secret of more than thirty-two bytes",
        )
        .stderr(Stdio::inherit())
        .output()
        .await
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    let last = said.lines().last().unwrap_or_default();
    (output.status.success(), last.to_owned())
}
