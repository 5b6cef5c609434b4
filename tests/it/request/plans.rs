//! How PostgreSQL runs what is asked most: by indexes that lead with the tenant, and never through a
//! whole table.
//!
//! 125 tenants with 400 links each stand for a million links. A plan for all tenants alike is chosen
//! by the rows of one tenant and the size of the table: one more tenant makes a scan of the table
//! dearer and an index no dearer, so who takes the index here takes it there. `make test-faults`
//! looks at the million.

use serde_json::json;
use sqlx::{AssertSqlSafe, PgConnection, Row as _};
use wisplink_tests::harness::rows;
use wisplink_tests::harness::tap::{Tap, tapped};
use wisplink_tests::harness::world::{Replica, World};

/// So many tenants as [`look`] says, each with 400 links. The rows fit together: that each
/// reference is looked up is not what is tested here.
const TENANTS: &str = "
    SET session_replication_role = replica;
    INSERT INTO tenants (id, name, created_at, updated_at)
        SELECT gen_random_uuid(), 'many-' || n, now(), now() FROM generate_series(1, $TENANTS) AS n;
    INSERT INTO sites (tenant_id, id, name, created_at, updated_at)
        SELECT id, id, 'tower', now(), now() FROM tenants WHERE name ^@ 'many-';
    INSERT INTO devices (tenant_id, id, site_id, hostname, created_at, updated_at)
        SELECT id, md5(id::text || n)::uuid, id, 'd-' || n, now(), now()
        FROM tenants, generate_series(1, 420) AS n WHERE name ^@ 'many-';
    INSERT INTO device_interfaces
            (tenant_id, id, device_id, name, mac_address, type, running, updated_at)
        SELECT tenant_id, gen_random_uuid(), id, 'wlan1', '0a:00:00:00:00:01', 'wlan', true, now()
        FROM devices WHERE hostname ^@ 'd-';
    INSERT INTO wireless_links (tenant_id, id, ap_device_id, cpe_device_id, client_mac, state,
            state_since, sightings, missed_polls, weak_polls, discovered_at, last_seen, updated_at)
        SELECT id, gen_random_uuid(), md5(id::text || (401 + n % 20))::uuid, md5(id::text || n)::uuid,
            ('0a00' || lpad(to_hex(n), 8, '0'))::macaddr, (ARRAY['active', 'down'])[n % 2 + 1],
            now(), 1, 0, 0, now(), now() - n * interval '1 s', now()
        FROM tenants, generate_series(1, 400) AS n WHERE name ^@ 'many-';
    RESET session_replication_role;
    ANALYZE";

const QUERIES: &[&str] = &[
    "{ wirelessLinks(first: 50, orderBy: { field: LAST_SEEN, direction: DESC }) { totalCount nodes {
        id apDevice { hostname site { name } } cpeDevice { hostname } } } }",
    "{ wirelessLinks(first: 50, filter: { state: [DOWN] }) { nodes { id } } }",
    "{ wirelessLinks(first: 50, filter: { clientMac: \"0a0000000001\" }) { nodes { id } } }",
    "{ wirelessLink(id: \"00000000-0000-0000-0000-000000000000\") { id apDevice { hostname }
        cpeDevice { hostname interfaces { name } linksAsCpe { totalCount nodes { id } } } } }",
    "{ devices(first: 40, filter: { hasLinksAsAp: true }) { nodes { id hostname
        linksAsAp(first: 50) { totalCount nodes { id cpeDevice { hostname interfaces { name } } } }
        linksAsCpe { nodes { id } } } } }",
    "{ devices(first: 40, filter: { hostnameStartsWith: \"a\" }) { nodes { id } } }",
    "{ linkSummary { total } deviceInterfaces(mac: \"0a0000000001\") { device { hostname } } }",
];

#[tokio::test]
async fn what_is_asked_most_goes_by_the_tenants_indexes() {
    Box::pin(look(125)).await;
}

#[tokio::test]
#[ignore = "takes minutes; run it with `make test-faults`"]
async fn a_million_links_are_asked_by_the_tenants_indexes() {
    Box::pin(look(2_500)).await;
}

async fn look(tenants: usize) {
    let world = World::start().await;
    let mut db = world.database.session().await;
    rows::links(&mut db, &world.a, 0, 1, 9).await;
    let filling = TENANTS.replace("$TENANTS", &tenants.to_string());
    let filling = sqlx::raw_sql(AssertSqlSafe(filling));
    filling.execute(&mut db).await.unwrap();
    let (tap, replica) = tapped(&world).await;
    for query in QUERIES {
        for sql in asked(&world, &tap, &replica, query).await {
            let plan = plan(&mut db, &sql).await;
            assert!(!plan.contains("Seq Scan"), "{sql}\n{plan}");
            let conditions = plan.lines().filter(|line| line.contains("Index Cond: "));
            for condition in conditions {
                let (_, condition) = condition.split_once("Index Cond: ").unwrap();
                let leads = condition
                    .trim_start_matches('(')
                    .starts_with("tenant_id = ");
                assert!(leads, "{condition}\n{sql}\n{plan}");
            }
        }
    }
    replica.stop().await;
}

/// The statements of a query, without the one that opens the transaction.
async fn asked(world: &World, tap: &Tap, replica: &Replica, query: &str) -> Vec<String> {
    for _ in 0..2 {
        tap.take();
        replica.api.data(&world.a.viewer(), query, json!({})).await;
    }
    let mut sent = tap.take();
    sent.retain(|sent| !sent.starts_with("BEGIN") && !sent.contains("api_keys"));
    assert!(!sent.is_empty(), "{query}");
    sent
}

/// The plan for any values, as the API's role gets it.
async fn plan(db: &mut PgConnection, sql: &str) -> String {
    let values = (1..100)
        .take_while(|n| sql.contains(&format!("${n}")))
        .count();
    let values = vec!["NULL"; values].join(", ");
    let values = if values.is_empty() {
        values
    } else {
        format!("({values})")
    };
    for statement in [
        "BEGIN".to_owned(),
        "SET LOCAL ROLE wisplink_api".to_owned(),
        "SET LOCAL plan_cache_mode = force_generic_plan".to_owned(),
        "SELECT app.enter_tenant('00000000-0000-0000-0000-000000000000')".to_owned(),
        format!("PREPARE asked AS {sql}"),
    ] {
        sqlx::raw_sql(AssertSqlSafe(statement))
            .execute(&mut *db)
            .await
            .unwrap();
    }
    let explain = format!("EXPLAIN EXECUTE asked{values}");
    let lines = sqlx::raw_sql(AssertSqlSafe(explain))
        .fetch_all(&mut *db)
        .await
        .unwrap();
    sqlx::raw_sql("ROLLBACK; DEALLOCATE asked")
        .execute(db)
        .await
        .unwrap();
    let lines: Vec<String> = lines.iter().map(|line| line.get(0)).collect();
    lines.join("\n")
}
