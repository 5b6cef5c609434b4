//! What is written straight from rows is to the byte what the resolvers answer.
//!
//! A document is answered by the resolvers when it is new, and by the row writer, if it knows the
//! query, from then on.

use std::collections::HashMap;

use serde_json::{Value, json};
use sqlx::PgConnection;
use wisplink_tests::harness::everything::Everything;
use wisplink_tests::harness::rows;
use wisplink_tests::harness::world::World;

/// A world with values in every column that are easy to get wrong, and with some that are missing.
async fn odd_world() -> (World, PgConnection) {
    let world = World::start().await;
    let mut db = world.database.session().await;
    rows::links(&mut db, &world.a, 0, 1, 12).await;
    rows::links(&mut db, &world.a, 1, 13, 20).await;
    rows::links(&mut db, &world.b, 0, 1, 3).await;
    rows::run(
        &mut db,
        r#"UPDATE sites SET address = E'Hauptstr. 1\nZürich', elevation_m = -3, longitude = 8;
        UPDATE devices SET hostname = hostname || E' \u2028"\\\t😀é', ip_address = '10.0.0.7/8',
            model = 'RB"921"', serial_number = '', firmware_version = '7.1', status = 'online',
            last_seen = '2026-03-01 10:20:30.000001+00', latitude = -0.1, longitude = 1e-7,
            site_id = (SELECT id FROM sites WHERE sites.tenant_id = devices.tenant_id)
            WHERE hostname ~ '[13579]$';
        UPDATE wireless_links SET interface = 'wlan1 "é"', remote_signal_strength = -70,
            signal_to_noise = 30, tx_ccq = 113, tx_rate = '130Mbps-40MHz/2S/SGI', rx_rate = '6',
            tx_rate_kbps = 130000, rx_rate_kbps = 2147483647, distance_m = 0, uptime_s = 99,
            last_ip = 'fe80::1', last_seen = '2026-02-03 04:05:06.1+00',
            updated_at = '2026-02-03 04:05:06.123456+00'
            WHERE id IN (SELECT id FROM wireless_links ORDER BY client_mac LIMIT 7);
        INSERT INTO device_interfaces
            SELECT tenant_id, gen_random_uuid(), id, 'ether' || n, '0a:00:00:00:00:0a', 'ether', n = 1,
                now() FROM devices, generate_series(1, 2) AS n WHERE hostname ~ '^extra'"#,
    )
    .await;
    (world, db)
}

#[tokio::test]
async fn every_field_is_the_same() {
    let (world, _db) = odd_world().await;
    let token = world.a.viewer();
    let everything = Everything::of(&world.api, &token, arguments()).await;
    let link = first(&world, "wirelessLinks").await;
    let roots = [
        ("WirelessLink", "wirelessLinks { nodes {".to_owned(), "} }"),
        ("WirelessLink", format!("wirelessLink(id: {link}) {{"), "}"),
        ("Device", "devices { edges { node {".to_owned(), "} } }"),
        (
            "Device",
            format!("device(id: \"{}\") {{", world.a.aps[0]),
            "}",
        ),
        ("Site", "sites { nodes {".to_owned(), "} }"),
        ("Site", format!("site(id: \"{}\") {{", world.a.site), "}"),
        (
            "DeviceInterface",
            "devices { nodes { interfaces {".to_owned(),
            "} } }",
        ),
        (
            "WirelessLink",
            "devices { nodes { linksAsAp(first: 3) { nodes {".to_owned(),
            "} } } }",
        ),
        (
            "Device",
            "wirelessLinks { nodes { apDevice {".to_owned(),
            "} } }",
        ),
    ];
    for (object, before, behind) in &roots {
        for field in everything.fields(object) {
            for field in everything.below(object, &field, 2) {
                let query = format!("{{ {before} {field} {behind} }}");
                same(&world, &query, json!({})).await;
            }
        }
    }
}

#[tokio::test]
async fn whatever_is_asked_in_whatever_form_is_the_same() {
    let (world, _db) = odd_world().await;
    for query in QUERIES {
        same(&world, query, json!({ "yes": true, "no": false })).await;
    }
}

#[tokio::test]
async fn every_page_is_the_same() {
    let (world, _db) = odd_world().await;
    for field in ["CREATED_AT", "LAST_SEEN", "STATE_SINCE", "SIGNAL_STRENGTH"] {
        for direction in ["ASC", "DESC"] {
            for (number, turn, other) in [
                ("first", "after", "endCursor"),
                ("last", "before", "startCursor"),
            ] {
                let query = format!(
                    "query($at: String) {{ wirelessLinks({number}: 7, {turn}: $at,
                        orderBy: {{ field: {field}, direction: {direction} }}) {{
                        edges {{ cursor node {{ id }} }}
                        pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} }} }}"
                );
                let mut at = Value::Null;
                for _ in 0..4 {
                    let answer = same(&world, &query, json!({ "at": at })).await;
                    at = answer["data"]["wirelessLinks"]["pageInfo"][other].clone();
                }
            }
        }
    }
    let query = "query($at: String) { devices(first: 2, filter: { hasLinksAsAp: true }) { nodes {
        linksAsAp(first: 5, after: $at) { totalCount pageInfo { hasNextPage hasPreviousPage endCursor }
            edges { cursor node { id } } } } } }";
    let mut at = Value::Null;
    for _ in 0..3 {
        let answer = same(&world, query, json!({ "at": at })).await;
        let page = &answer["data"]["devices"]["nodes"][0]["linksAsAp"]["pageInfo"];
        at = page["endCursor"].clone();
    }
}

const QUERIES: &[&str] = &[
    "{ __typename wirelessLinks(first: 3) { __typename edges { __typename node { __typename } }
        pageInfo { __typename } } }",
    "{ a: wirelessLinks(first: 2) { x: nodes { y: id } nodes { id z: state } totalCount }
        b: wirelessLinks(first: 1, filter: { state: [ACTIVE, DOWN], clientMac: \"0a0000000001\" }) {
            totalCount nodes { id } }
        devices(filter: { hostnameStartsWith: \"nothing\" }) { totalCount nodes { id }
            pageInfo { startCursor endCursor hasNextPage } } }",
    "{ wirelessLinks { nodes { apDevice { hostname } cpeDevice { ...D interfaces { name } } ...L
        apDevice { status site { name } } } } }
        fragment L on WirelessLink { id cpeDevice { interfaces { running device { hostname } } } }
        fragment D on Device { site { id name } hostname }",
    "query($yes: Boolean!, $no: Boolean!) { wirelessLinks(first: 2) { nodes {
        id @skip(if: $yes) state @include(if: $yes) apDevice @include(if: $no) { id }
        cpeDevice @skip(if: $no) { id ... @include(if: $no) { hostname } ...S @skip(if: $no) } } } }
        fragment S on Device { status }",
    "{ devices(last: 30) { nodes { hostname interfaces { name } linksAsAp(first: 9) { nodes { id cpeDevice { hostname
        interfaces { macAddress } linksAsCpe(first: 9) { totalCount nodes { id apDevice { hostname } } } } } }
        linksAsCpe(first: 1) { nodes { id } pageInfo { hasNextPage } } } } }",
    "{ devices { nodes { id hostname ipAddress model serialNumber firmwareVersion status lastSeen
        latitude longitude site { id name } linksAsAp(first: 2) { totalCount edges { node { id } } }
        a: linksAsAp(first: 3) { nodes { id cpeDevice { interfaces { name } } } } } } }",
    "{ wirelessLinks(last: 5) { totalCount nodes { id
        cpeDevice { interfaces { name macAddress } linksAsCpe { nodes { id } } } } } }",
    "{ wirelessLinks(first: 0) { nodes { id cpeDevice { interfaces { name } } } pageInfo { hasNextPage } } }",
    "{ device(id: \"00000000-0000-0000-0000-000000000000\") { hostname interfaces { name } } }",
    "{ wirelessLinks(first: 2) { nodes { id @skip(if: true) } } }",
    "{ wirelessLinks(first: 2) { nodes { id } } viewer { role } }",
    "{ sites { totalCount nodes { id name } edges { cursor } } }",
];

fn arguments() -> HashMap<&'static str, String> {
    // With an end: "now" differs between two answers.
    let time = "\"2026-01-01T00:00:00Z\", to: \"2026-02-01T00:00:00Z\"".to_owned();
    HashMap::from([
        ("signalHistory.from", time.clone()),
        ("availability.from", time),
    ])
}

/// The id of the first of a connection.
async fn first(world: &World, field: &str) -> Value {
    let query = format!("{{ {field}(first: 1) {{ nodes {{ id }} }} }}");
    let data = world.api.data(&world.a.viewer(), &query, json!({})).await;
    data[field]["nodes"][0]["id"].clone()
}

/// Asks twice, and again if a sweep changed a link in between.
async fn same(world: &World, query: &str, variables: Value) -> Value {
    let token = world.a.viewer();
    let mut answers = (String::new(), String::new());
    for attempt in 0..10 {
        // A comment makes it a document of its own.
        let query = format!("{query} # {attempt} {variables}");
        answers.0 = world.api.text(&token, &query, variables.clone()).await;
        answers.1 = world.api.text(&token, &query, variables.clone()).await;
        if answers.0 == answers.1 {
            break;
        }
    }
    let (resolved, written) = answers;
    assert!(!resolved.contains("\"errors\""), "{query}\n{resolved}");
    assert_eq!(written, resolved, "{query}");
    serde_json::from_str(&written).unwrap()
}
