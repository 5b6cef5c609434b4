//! The orders of `wirelessLinks`: every one, in both directions, walked from both ends.

use serde_json::{Value, json};
use sqlx::Row as _;
use uuid::Uuid;
use wisplink_tests::harness::rows;
use wisplink_tests::harness::world::World;

/// Does not divide the number of links, and pages end amid ties.
const PAGE: usize = 37;
const LINKS: i32 = 130;

#[tokio::test]
async fn every_order_brings_every_link_once_from_both_ends() {
    let world = World::start().await;
    let mut db = world.database.session().await;
    rows::links(&mut db, &world.a, 0, 1, LINKS).await;
    rows::links(&mut db, &world.b, 0, 1, 20).await;
    for (field, key) in [
        ("CREATED_AT", "0::bigint"),
        (
            "LAST_SEEN",
            "(extract(epoch FROM last_seen) * 1000000)::bigint",
        ),
        (
            "STATE_SINCE",
            "(extract(epoch FROM state_since) * 1000000)::bigint",
        ),
        (
            "SIGNAL_STRENGTH",
            "coalesce(signal_strength, -32768)::bigint",
        ),
    ] {
        let statement = format!("SELECT {key}, id FROM wireless_links WHERE tenant_id = $1");
        let rows = sqlx::query(sqlx::AssertSqlSafe(statement)).bind(world.a.id);
        let rows = rows.fetch_all(&mut db).await.unwrap();
        let mut expected: Vec<(i64, Uuid)> =
            rows.iter().map(|row| (row.get(0), row.get(1))).collect();
        expected.sort_unstable();
        for direction in ["ASC", "DESC"] {
            let ids: Vec<_> = expected.iter().map(|(_, id)| id.to_string()).collect();
            let order = json!({ "field": field, "direction": direction });
            assert_eq!(walk(&world, &order, Way::Forward).await, ids, "{order}");
            assert_eq!(
                walk(&world, &order, Way::Backward).await,
                ids,
                "{order} from the end"
            );
            expected.reverse();
        }
    }
}

#[tokio::test]
async fn without_a_direction_an_order_ascends_and_without_an_order_the_oldest_comes_first() {
    let world = World::start().await;
    let mut db = world.database.session().await;
    rows::links(&mut db, &world.a, 0, 1, 9).await;
    let walked = |order: Value| walk(&world, Box::leak(Box::new(order)), Way::Forward);
    let ascending = walked(json!({ "field": "SIGNAL_STRENGTH", "direction": "ASC" })).await;
    assert_eq!(
        walked(json!({ "field": "SIGNAL_STRENGTH" })).await,
        ascending
    );
    let oldest = walked(json!({ "field": "CREATED_AT", "direction": "ASC" })).await;
    assert_eq!(walked(Value::Null).await, oldest);
    assert_ne!(oldest, ascending);
}

#[derive(Clone, Copy, PartialEq)]
enum Way {
    Forward,
    Backward,
}

/// All ids in `order`, page by page.
async fn walk(world: &World, order: &Value, way: Way) -> Vec<String> {
    let query = "query($order: WirelessLinkOrder, $first: Int, $after: String, $last: Int,
            $before: String) {
        wirelessLinks(orderBy: $order, first: $first, after: $after, last: $last, before: $before) {
            totalCount edges { cursor node { id } }
            pageInfo { hasPreviousPage hasNextPage startCursor endCursor } } }";
    let (size, place, end, more) = match way {
        Way::Forward => ("first", "after", "endCursor", "hasNextPage"),
        Way::Backward => ("last", "before", "startCursor", "hasPreviousPage"),
    };
    let (mut ids, mut cursor) = (Vec::new(), Value::Null);
    loop {
        let variables = json!({ "order": order, size: PAGE, place: cursor });
        let data = world.api.data(&world.a.viewer(), query, variables).await;
        let page = &data["wirelessLinks"];
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
