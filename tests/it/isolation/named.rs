//! The first wall by itself: every statement names its tenant, whatever row-level security would do.

use std::collections::{BTreeSet, HashMap};

use serde_json::json;
use wisplink_tests::harness::everything::Everything;
use wisplink_tests::harness::tap::Tap;

use super::filled;
use super::lookup::first_link;

/// Statements that are not about one tenant's rows, by what they hold.
///
/// - what opens a transaction, and what the driver asks about types;
/// - the looks at the schema and at the walls, at the start;
/// - whose key it is, which becomes known by asking; the tenant's own row, which is named by its id;
/// - how far back partitions go.
const OTHERS: [&str; 8] = [
    "BEGIN",
    "pg_catalog.pg_type",
    "FROM seaql_migrations",
    "FROM pg_policy",
    "key_hash",
    "FROM tenants",
    "FROM \"tenants\"",
    "app.raw_history_from()",
];

#[tokio::test]
async fn every_statement_of_a_query_names_its_tenant() {
    let (world, _db) = filled::world().await;
    let link = json!(first_link(&world, &world.a).await).to_string();
    let ago = json!("2026-01-01T00:00:00Z").to_string();
    let arguments = HashMap::from([
        ("wirelessLink.id", link.clone()),
        ("node.id", link),
        ("device.id", json!(world.a.aps[0]).to_string()),
        ("site.id", json!(world.a.site).to_string()),
        ("deviceInterfaces.mac", "\"6C:3B:6B:A2:00:01\"".to_owned()),
        ("signalHistory.from", ago.clone()),
        ("availability.from", ago),
    ]);
    let schema = Everything::of(&world.api, &world.a.viewer(), arguments).await;
    let tap = Tap::on(&world.database.url()).await;
    let mut config = world.config.clone();
    config.database.url = tap.url().into();
    let replica = world.start_replica_with(config).await;
    for field in schema.fields("Query") {
        for query in schema.below("Query", &field, 5) {
            let query = format!("{{ {query} }}");
            replica.api.ask(&world.a.viewer(), &query, json!({})).await;
        }
    }
    let mut sent: BTreeSet<String> = tap.take().into_iter().collect();
    let about_rows = sent.len();
    sent.retain(|statement| !OTHERS.iter().any(|other| statement.contains(other)));
    assert!(about_rows > 20 && sent.len() > 10, "{sent:#?}");
    sent.retain(|statement| {
        let plain = statement.replace('"', "");
        !plain.contains("tenant_id = $")
    });
    assert_eq!(sent, BTreeSet::new(), "name no tenant");
    replica.stop().await;
}
