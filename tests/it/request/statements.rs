//! How many statements a query sends: as many for many rows as for few.

use std::collections::BTreeMap;

use serde_json::json;
use wisplink_tests::harness::rows;
use wisplink_tests::harness::tap::Tap;
use wisplink_tests::harness::world::{Replica, World, eventually};

const LINKS: &str = "{ wirelessLinks(first: 500) { totalCount nodes {
    id apDevice { hostname site { name } interfaces { name } }
    cpeDevice { hostname site { name } interfaces { name device { hostname } } } } } }";
const DEVICES: &str = "{ devices(first: 20, filter: { hasLinksAsAp: true }) { totalCount nodes {
    hostname site { name } linksAsAp(first: 300) { totalCount nodes { id
        cpeDevice { hostname interfaces { macAddress } linksAsCpe { totalCount } } } } } } }";
const MANY: &str = "{ sites { nodes { name } } linkSummary { total } viewer { tenant { name } }
    deviceInterfaces(mac: \"0a0000000001\") { device { hostname } } }";

const EVENTS: &str = "{ linkEvents(first: 500) { totalCount nodes {
        link { id } apDevice { hostname } cpeDevice { hostname } } }
    wirelessLinks(first: 500) { nodes { events(first: 3) { totalCount nodes { reason } } } } }";
const SHOWN: &str = "{ devices(first: 500) { nodes { lastPoll { at } rfStats { interface }
        registrations { macAddress link { state } } } } }";
const UNKNOWN_OF_APS: &str = "{ devices(first: 500) { nodes {
    unknownClients(first: 2) { totalCount nodes { apDevice { hostname } } } } } }";
const UNKNOWN: &str =
    "{ unknownClients(first: 500) { totalCount nodes { apDevice { hostname site { name } } } } }";

/// On several threads, as the program runs: what is batched must not depend on who is faster.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_number_of_statements_does_not_grow_with_the_rows() {
    let world = World::start().await;
    let mut db = world.database.session().await;
    rows::links(&mut db, &world.a, 0, 1, 2).await;
    rows::shown(&mut db).await;
    let (tap, replica) = tapped(&world).await;
    let mut of_few = BTreeMap::new();
    for query in [LINKS, DEVICES, MANY, EVENTS, SHOWN, UNKNOWN_OF_APS, UNKNOWN] {
        of_few.insert(query, statements(&world, &tap, &replica, query).await);
    }
    rows::links(&mut db, &world.a, 0, 3, 200).await;
    rows::links(&mut db, &world.a, 1, 201, 400).await;
    rows::shown(&mut db).await;
    for (query, few) in of_few {
        assert!(few.len() > 2, "{few:#?}");
        for _ in 0..5 {
            let many = statements(&world, &tap, &replica, query).await;
            assert_eq!(many.len(), few.len(), "{query}\n{many:#?}");
        }
    }
    replica.stop().await;
}

#[tokio::test]
async fn many_nodes_take_one_statement_a_kind() {
    let world = World::start().await;
    let (tap, replica) = tapped(&world).await;
    let devices = world.a.aps.into_iter().chain(world.a.cpes);
    let ids = devices.map(|id| id.0).chain([world.a.site.0]);
    let nodes = ids
        .enumerate()
        .map(|(number, id)| format!("n{number}: node(id: \"{id}\") {{ id }}"));
    let query = format!("{{ {} }}", nodes.collect::<Vec<_>>().join(" "));
    let sent = statements(&world, &tap, &replica, &query).await;
    assert_eq!(sent.len(), 5, "the opening and four kinds: {sent:#?}");
    replica.stop().await;
}

#[tokio::test]
async fn what_needs_no_row_opens_no_transaction() {
    let world = World::start().await;
    let (tap, replica) = tapped(&world).await;
    for query in [
        "{ __typename }",
        "{ __schema { queryType { name } } }",
        "{ viewer { subject role expiresAt } }",
    ] {
        let sent = statements(&world, &tap, &replica, query).await;
        assert_eq!(sent, Vec::<String>::new(), "{query}");
    }
    let sent = statements(&world, &tap, &replica, "{ sites { nodes { id } } }").await;
    assert_eq!(sent.len(), 2, "{sent:#?}");
    assert!(
        sent[0].starts_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;"),
        "{sent:#?}"
    );
    replica.stop().await;
}

/// An API that reaches its database through a tap, and has asked it what it asks at its start.
pub(super) async fn tapped(world: &World) -> (Tap, Replica) {
    let tap = Tap::on(&world.database.url()).await;
    let mut config = world.config.clone();
    config.database.url = tap.url().into();
    let replica = world.start_replica_with(config).await;
    let mut heard = Vec::new();
    eventually("all pools have looked at the walls", async || {
        heard.extend(tap.take());
        let looks = heard.iter().filter(|sent| sent.contains("FROM pg_policy"));
        (looks.count() == 3).then_some(())
    })
    .await;
    (tap, replica)
}

/// What `query` sends. It is asked twice: a connection learns its types with the first.
async fn statements(world: &World, tap: &Tap, replica: &Replica, query: &str) -> Vec<String> {
    for _ in 0..2 {
        tap.take();
        replica.api.data(&world.a.viewer(), query, json!({})).await;
    }
    tap.take()
}
