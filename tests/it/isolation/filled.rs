//! A world in which every table has rows of both tenants.

use sqlx::{AssertSqlSafe, PgConnection, Row as _};
use wisplink_tests::harness::poller::{Poller, registration};
use wisplink_tests::harness::tenant::Tenant;
use wisplink_tests::harness::world::{World, eventually};

/// Both tenants with a row in every table.
pub(super) async fn world() -> (World, PgConnection) {
    let world = World::start().await;
    let mut db = world.database.session().await;
    sqlx::query("SELECT app.make_partitions('2098-03-01', '2098-03-01')")
        .execute(&mut db)
        .await
        .unwrap();
    for tenant in [&world.a, &world.b] {
        let poller = Poller::of(&world, tenant).await;
        let mut table = poller.table(0, poller.minute(0), &[(0, -60)]);
        let stranger = registration("DA:A1:19:00:00:01", -70);
        table["registrations"]
            .as_array_mut()
            .unwrap()
            .push(stranger);
        poller.publish_poll(0, table).await;
        eventually("the poll is applied", async || {
            (!tenant.links(&world.api).await.is_empty()).then_some(())
        })
        .await;
        let id = tenant.id;
        let rest = format!(
            "INSERT INTO link_policies (tenant_id, scope, scope_id, updated_at)
                 VALUES ('{id}', 'tenant', '{id}', now());
             INSERT INTO api_keys (tenant_id, id, name, key_hash, role, created_at)
                 VALUES ('{id}', '{id}', 'key', sha256(''), 'viewer', now());
             INSERT INTO poll_history SELECT h.tenant_id, h.ap_device_id, day, h.client_macs, h.signal,
                 h.remote_signal, h.snr, h.ccq, h.tx_kbps, h.rx_kbps, h.noise_floor
                 FROM (SELECT * FROM poll_history WHERE tenant_id = '{id}' LIMIT 1) h,
                 unnest(ARRAY[timestamptz '2098-03-01 12:00Z', '2099-01-01 12:00Z']) AS day;
             INSERT INTO signal_hourly SELECT '{id}', '{id}', '02:00:00:00:00:01', hour,
                 1, 1, -60, -60, -60, 0, 0, 0, 0, 0, 0
                 FROM unnest(ARRAY[timestamptz '2098-03-01 12:00Z', '2099-01-01 12:00Z']) AS hour"
        );
        sqlx::raw_sql(AssertSqlSafe(rest))
            .execute(&mut db)
            .await
            .unwrap();
    }
    (world, db)
}

/// Gives `role` every right on every row of every table.
pub(super) async fn grant_everything(db: &mut PgConnection, role: &str) {
    let grant = format!("GRANT ALL ON ALL TABLES IN SCHEMA public TO {role}");
    sqlx::raw_sql(AssertSqlSafe(grant))
        .execute(db)
        .await
        .unwrap();
}

/// Every table with a tenant, and every partition that has rows.
pub(super) async fn tables(db: &mut PgConnection) -> Vec<String> {
    let statement = "
        SELECT t.relname FROM pg_class t WHERE t.relkind IN ('r', 'p')
        AND t.relnamespace = 'public'::regnamespace
        AND t.relname NOT IN ('ingest_positions', 'seaql_migrations')
        AND NOT (t.relispartition AND t.relname !~ '_(209803|20980301|default)$') ORDER BY 1";
    let rows = sqlx::query(statement).fetch_all(db).await.unwrap();
    let tables: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    assert!(tables.len() > 15, "{tables:?}");
    tables
}

/// The column that says whose a row is.
pub(super) fn owner(table: &str) -> &'static str {
    if table == "tenants" {
        "id"
    } else {
        "tenant_id"
    }
}

/// Acts as `role` in `tenant` until the transaction ends.
pub(super) async fn enter(db: &mut PgConnection, role: &str, tenant: &Tenant) {
    let opening = format!(
        "SET LOCAL ROLE {role}; SELECT app.enter_tenant('{}')",
        tenant.id
    );
    sqlx::raw_sql(AssertSqlSafe(opening))
        .execute(db)
        .await
        .unwrap();
}
