//! Orders: every one of every connection, in both directions, walked from both ends.

use serde_json::{Value, json};
use wisplink_tests::harness::rows;
use wisplink_tests::harness::world::World;

/// Does not divide the number of links, and pages end amid ties.
const PAGE: usize = 37;

/// A connection, the type of its orders, its table; and each order with the SQL it stands for.
const ORDERS: [(Connection, &[(&str, &str)]); 3] = [
    (
        LINKS,
        &[
            ("CREATED_AT", "1"),
            (
                "AP_HOSTNAME",
                "SELECT hostname FROM devices d WHERE d.id = ap_device_id",
            ),
            (
                "CPE_HOSTNAME",
                "SELECT hostname FROM devices d WHERE d.id = cpe_device_id",
            ),
            ("DISCOVERED_AT", "discovered_at"),
            ("LAST_SEEN", "last_seen"),
            ("STATE_SINCE", "state_since"),
            ("SIGNAL_STRENGTH", "coalesce(signal_strength, -32768)"),
            (
                "REMOTE_SIGNAL_STRENGTH",
                "coalesce(remote_signal_strength, -32768)",
            ),
            ("SIGNAL_TO_NOISE", "coalesce(signal_to_noise, -32768)"),
            ("TX_CCQ", "coalesce(tx_ccq, -1)"),
            ("TX_RATE", "coalesce(tx_rate_kbps, -1)"),
            ("RX_RATE", "coalesce(rx_rate_kbps, -1)"),
            ("DISTANCE", "coalesce(distance_m, -1)"),
            ("UPTIME", "coalesce(uptime_s, -1)"),
            ("MISSED_POLLS", "missed_polls"),
        ],
    ),
    (
        ("devices", "DeviceOrder", "devices"),
        &[
            ("CREATED_AT", "1"),
            ("HOSTNAME", "hostname"),
            ("LAST_SEEN", "coalesce(last_seen, '-infinity')"),
            ("MODEL", "coalesce(model, '')"),
            ("FIRMWARE_VERSION", "coalesce(firmware_version, '')"),
        ],
    ),
    (
        ("sites", "SiteOrder", "sites"),
        &[("CREATED_AT", "1"), ("NAME", "name")],
    ),
];

type Connection = (&'static str, &'static str, &'static str);

const LINKS: Connection = ("wirelessLinks", "WirelessLinkOrder", "wireless_links");

/// Values for what [`rows::links`] leaves out, with ties and gaps; and sites.
const VALUES: &str = "
    UPDATE wireless_links SET discovered_at = discovered_at + missed * interval '1 hour',
        remote_signal_strength = nullif(-60 - missed, -62), signal_to_noise = nullif(missed, 1),
        tx_ccq = nullif(90 - missed, 90), tx_rate_kbps = nullif(missed * 1000, 2000),
        rx_rate_kbps = nullif(missed * 1000, 1000), distance_m = nullif(missed * 10, 0),
        uptime_s = nullif(missed, 3), missed_polls = missed
    FROM (SELECT id AS link, (row_number() OVER (ORDER BY id) % 5)::int AS missed
        FROM wireless_links) AS n WHERE id = link;
    UPDATE devices SET model = CASE WHEN hostname ~ '[13]$' THEN 'RB9' WHEN hostname ~ '5$' THEN 'LHG'
        END, firmware_version = CASE WHEN hostname ~ '2' THEN '7.16' END,
        last_seen = CASE WHEN hostname ~ '4$' THEN timestamptz '2026-01-01' END;
    INSERT INTO sites (tenant_id, id, name, created_at, updated_at)
    SELECT id, gen_random_uuid(), (ARRAY['Süd ', 'sud-', 'SUD '])[n % 3 + 1] || n, now(), now()
    FROM tenants, generate_series(1, 80) AS n";

#[tokio::test]
async fn every_order_brings_everything_once_from_both_ends() {
    let mut world = World::start().await;
    // These links are old: its sweep would forget some.
    world.stop_worker().await;
    let mut db = world.database.session().await;
    rows::links(&mut db, &world.a, 0, 1, 70).await;
    rows::links(&mut db, &world.a, 1, 71, 130).await;
    rows::links(&mut db, &world.b, 0, 1, 20).await;
    rows::run(&mut db, VALUES).await;
    for (connection, orders) in ORDERS {
        for (field, key) in orders {
            for direction in ["ASC", "DESC"] {
                let table = connection.2;
                let statement = format!(
                    "SELECT id::text FROM {table} WHERE tenant_id = $1
                     ORDER BY ({key}) {direction}, id {direction}"
                );
                let expected: Vec<String> = sqlx::query_scalar(sqlx::AssertSqlSafe(statement))
                    .bind(world.a.id)
                    .fetch_all(&mut db)
                    .await
                    .unwrap();
                let order = json!({ "field": field, "direction": direction });
                for way in [Way::Forward, Way::Backward] {
                    let walked = walk(&world, connection, &order, way).await;
                    assert_eq!(walked, expected, "{table} by {order}, {way:?}");
                }
            }
        }
    }
}

#[tokio::test]
async fn a_cursor_of_another_kind_of_order_is_refused_with_words() {
    let world = World::start().await;
    let query = "{ devices(first: 1, orderBy: { field: HOSTNAME }) { pageInfo { endCursor } } }";
    let data = world.api.data(&world.a.viewer(), query, json!({})).await;
    let cursor = data["devices"]["pageInfo"]["endCursor"].clone();
    for connection in [
        "devices(after: $c)",
        "devices(before: $c, orderBy: { field: LAST_SEEN })",
        "wirelessLinks(after: $c)",
        "linkEvents(after: $c)",
        "unknownClients(after: $c)",
    ] {
        let query = format!("query($c: String) {{ {connection} {{ totalCount }} }}");
        let variables = json!({ "c": cursor });
        let said = world.api.error(&world.a.viewer(), &query, variables).await;
        let message = format!("{cursor} is no cursor of this connection and order");
        assert_eq!(said, ("BAD_INPUT".to_owned(), message), "{connection}");
    }
}

#[tokio::test]
async fn without_a_direction_an_order_ascends_and_without_an_order_the_oldest_comes_first() {
    let world = World::start().await;
    let mut db = world.database.session().await;
    rows::links(&mut db, &world.a, 0, 1, 9).await;
    let walked = |order: Value| walk(&world, LINKS, Box::leak(Box::new(order)), Way::Forward);
    let ascending = walked(json!({ "field": "SIGNAL_STRENGTH", "direction": "ASC" })).await;
    assert_eq!(
        walked(json!({ "field": "SIGNAL_STRENGTH" })).await,
        ascending
    );
    let oldest = walked(json!({ "field": "CREATED_AT", "direction": "ASC" })).await;
    assert_eq!(walked(Value::Null).await, oldest);
    assert_ne!(oldest, ascending);
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Way {
    Forward,
    Backward,
}

/// All ids in `order`, page by page.
async fn walk(
    world: &World,
    (connection, orders, _): Connection,
    order: &Value,
    way: Way,
) -> Vec<String> {
    let query = format!(
        "query($order: {orders}, $first: Int, $after: String, $last: Int, $before: String) {{
            {connection}(orderBy: $order, first: $first, after: $after, last: $last, before: $before) {{
                totalCount edges {{ cursor node {{ id }} }}
                pageInfo {{ hasPreviousPage hasNextPage startCursor endCursor }} }} }}"
    );
    let (size, place, end, more) = match way {
        Way::Forward => ("first", "after", "endCursor", "hasNextPage"),
        Way::Backward => ("last", "before", "startCursor", "hasPreviousPage"),
    };
    let (mut ids, mut cursor) = (Vec::new(), Value::Null);
    loop {
        let variables = json!({ "order": order, size: PAGE, place: cursor });
        let data = world.api.data(&world.a.viewer(), &query, variables).await;
        let page = &data[connection];
        let edges = page["edges"].as_array().unwrap();
        let page_ids = edges
            .iter()
            .map(|edge| edge["node"]["id"].as_str().unwrap().to_owned());
        match way {
            Way::Forward => ids.extend(page_ids),
            Way::Backward => ids.extend(page_ids.rev()),
        }
        let info = &page["pageInfo"];
        assert_eq!(info["startCursor"], edges[0]["cursor"]);
        assert_eq!(info["endCursor"], edges.last().unwrap()["cursor"]);
        cursor = info[end].clone();
        if info[more] == false {
            assert_eq!(page["totalCount"], ids.len());
            break;
        }
        assert_eq!(edges.len(), PAGE);
    }
    if way == Way::Backward {
        ids.reverse();
    }
    ids
}
