//! How many statements a query sends: as many for many rows as for few.

use std::collections::BTreeMap;

use serde_json::json;
use wisplink_tests::harness::rows;
use wisplink_tests::harness::tap::{Tap, tapped};
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
        registrations { macAddress link { state } device { hostname } } } } }";
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
    let queries = [LINKS, DEVICES, MANY, EVENTS, SHOWN, UNKNOWN_OF_APS, UNKNOWN];
    let mut queries: Vec<String> = queries.map(str::to_owned).into();
    // The resolvers answer for the whole query what they alone know a part of.
    queries.extend([LINKS, DEVICES].map(|query| query.replacen('{', "{ viewer { role }", 1)));
    queries.push(history());
    let mut of_few = BTreeMap::new();
    for query in queries {
        let few = statements(&world, &tap, &replica, &query).await;
        of_few.insert(query, few);
    }
    rows::links(&mut db, &world.a, 0, 3, 200).await;
    rows::links(&mut db, &world.a, 1, 201, 400).await;
    rows::shown(&mut db).await;
    for (query, few) in of_few {
        for _ in 0..2 {
            let many = statements(&world, &tap, &replica, &query).await;
            assert_eq!(many.len(), few.len(), "{query}\n{few:#?}\n{many:#?}");
        }
    }
    replica.stop().await;
}

/// A query for what is computed of the past of many links.
fn history() -> String {
    let from = chrono::Utc::now() - chrono::TimeDelta::hours(1);
    let from = format!("from: \"{}\"", from.to_rfc3339());
    format!(
        "{{ wirelessLinks(first: 100) {{ nodes {{
            signalHistory({from}, buckets: 2) {{ samples }} availability({from}) {{ __typename }} }} }} }}"
    )
}

/// What pages of a console ask all the time takes one statement, after the one that opens the
/// transaction.
#[tokio::test]
async fn what_is_asked_most_takes_one_statement() {
    let world = World::start().await;
    let mut db = world.database.session().await;
    rows::links(&mut db, &world.a, 0, 1, 9).await;
    let (tap, replica) = tapped(&world).await;
    let link = "{ wirelessLinks(first: 1) { nodes { id } } }";
    let link = world.api.data(&world.a.viewer(), link, json!({})).await;
    let link = format!(
        "{{ wirelessLink(id: {}) {{ id state lastSeen apDevice {{ id hostname site {{ name }} }}
            cpeDevice {{ hostname interfaces {{ name macAddress }} }} }} }}",
        link["wirelessLinks"]["nodes"][0]["id"]
    );
    for query in [
        "{ wirelessLinks(first: 50, orderBy: { field: LAST_SEEN, direction: DESC }) { nodes {
            id state apDevice { id hostname status } cpeDevice { id hostname status } } } }",
        &link,
        "{ devices(first: 40, filter: { hasLinksAsAp: true }) { nodes { id hostname
            linksAsAp(first: 50) { nodes { id state cpeDevice { hostname } } } } } }",
    ] {
        let sent = statements(&world, &tap, &replica, query).await;
        assert_eq!(sent.len(), 2, "{sent:#?}");
        assert_eq!(asked(&world, &tap, &replica, query).await, ASKED, "{query}");
        assert_eq!(
            sent[1].matches("tenant_id = ").count(),
            sent[1].matches(" JOIN ").count(),
            "{}",
            sent[1]
        );
    }
    replica.stop().await;
}

/// Who asks how many there are is not made to wait for what they are.
#[tokio::test]
async fn a_number_alone_reads_no_rows() {
    let world = World::start().await;
    let mut db = world.database.session().await;
    rows::links(&mut db, &world.a, 0, 1, 9).await;
    rows::shown(&mut db).await;
    let (tap, replica) = tapped(&world).await;
    for (query, expected) in [
        ("{ wirelessLinks { totalCount } }", 1),
        ("{ viewer { role } wirelessLinks { n: totalCount } }", 1),
        (
            "{ viewer { role } wirelessLinks { ...C } } fragment C on WirelessLinkConnection { totalCount }",
            1,
        ),
        (
            "{ viewer { role } devices { totalCount } sites { totalCount } }",
            2,
        ),
        (
            "{ linkEvents { totalCount } unknownClients { totalCount } }",
            2,
        ),
        ("{ devices { nodes { id linksAsAp { totalCount } } } }", 2),
        (
            "{ viewer { role } devices { nodes { id linksAsAp { totalCount } } } }",
            2,
        ),
        (
            "{ wirelessLinks { totalCount pageInfo { hasNextPage } } }",
            2,
        ),
    ] {
        let sent = statements(&world, &tap, &replica, query).await;
        assert_eq!(sent.len(), 1 + expected, "{query}\n{sent:#?}");
    }
    let count = "{ wirelessLinks(first: 1) { totalCount }
        devices(filter: { hasLinksAsAp: true }) { nodes { linksAsAp { totalCount } } } }";
    let data = replica.api.data(&world.a.viewer(), count, json!({})).await;
    assert_eq!(data["wirelessLinks"]["totalCount"], 9);
    assert_eq!(data["devices"]["nodes"][0]["linksAsAp"]["totalCount"], 9);
    replica.stop().await;
}

/// What is asked most takes one statement from its first time on.
#[tokio::test]
async fn a_new_document_is_answered_as_a_known_one() {
    let world = World::start().await;
    let (tap, replica) = tapped(&world).await;
    let ask = async |query: &str| {
        tap.take();
        replica.api.data(&world.a.viewer(), query, json!({})).await;
        let sent = tap.take();
        sent.iter().filter(|sent| sent.contains("devices")).count()
    };
    assert_eq!(ask("{ devices { nodes { id site { name } } } }").await, 1);
    assert_eq!(
        ask("{ devices { nodes { id site { id name } } } }").await,
        1
    );
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

/// To open the transaction, and to read. Behind the answer, in one piece, to end the transaction and
/// to see that it has ended.
const ASKED: usize = 4;

/// How often `query` asks the database to answer, at least: what goes on beside may ask as well.
async fn asked(world: &World, tap: &Tap, replica: &Replica, query: &str) -> usize {
    let mut least = usize::MAX;
    for _ in 0..5 {
        tap.take_asked();
        replica.api.data(&world.a.viewer(), query, json!({})).await;
        let mut asked = 0;
        eventually("the transaction has ended", async || {
            asked += tap.take_asked();
            (asked >= ASKED).then_some(())
        })
        .await;
        least = least.min(asked);
    }
    least
}

/// What `query` sends. It is asked twice: a connection learns its types with the first.
async fn statements(world: &World, tap: &Tap, replica: &Replica, query: &str) -> Vec<String> {
    for _ in 0..2 {
        tap.take();
        replica.api.data(&world.a.viewer(), query, json!({})).await;
    }
    let mut sent = tap.take();
    // Which keys were withdrawn is asked beside, again and again.
    sent.retain(|sent| !sent.contains("wisplink_auth") && !sent.contains("api_keys"));
    sent
}
