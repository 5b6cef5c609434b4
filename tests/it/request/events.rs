//! `linkEvents` as a query, and `WirelessLink.events`.

use chrono::SecondsFormat;
use serde_json::{Value, json};
use wisplink_tests::harness::poller::Poller;
use wisplink_tests::harness::tenant::story;
use wisplink_tests::harness::world::World;

const FIELDS: &str = "cursor reason fromState toState at link { id } cpeDevice { hostname }";

/// Four links of two APs, each discovered and confirmed, one of which reconnects.
async fn world_with_events() -> (World, Poller) {
    let world = World::start().await;
    let poller = Poller::of(&world, &world.a).await;
    for minute in 0..2 {
        poller.poll(0, minute, &[(0, -60), (1, -61)]).await;
        poller.poll(1, minute, &[(2, -62)]).await;
    }
    poller.restless(0, 180..181, &[(0, -60), (1, -61)]).await;
    poller.settle(&world).await;
    (world, poller)
}

#[tokio::test]
async fn events_come_newest_first_and_page_in_both_directions() {
    let (world, _) = world_with_events().await;
    let all = stories(&world, json!({ "first": 500 })).await;
    assert_eq!(all.len(), 8, "{all:#?}");
    let mut oldest_first = world.a.history(&world.api, 8).await;
    oldest_first.reverse();
    assert_eq!(all, oldest_first);

    let walk = async |size: &str, place: &str, end: &str| {
        let (mut seen, mut cursor) = (Vec::new(), Value::Null);
        loop {
            let page = page(&world, json!({ size: 3, place: cursor })).await;
            let mut told: Vec<_> = told(&page);
            if size == "last" {
                told.reverse();
            }
            seen.extend(told);
            cursor = page["pageInfo"][end].clone();
            let more = ["hasNextPage", "hasPreviousPage"][usize::from(size == "last")];
            if page["pageInfo"][more] == false {
                return seen;
            }
        }
    };
    assert_eq!(walk("first", "after", "endCursor").await, all);
    let mut reversed = walk("last", "before", "startCursor").await;
    reversed.reverse();
    assert_eq!(reversed, all);
}

#[tokio::test]
async fn events_stored_between_two_pages_are_neither_repeated_nor_in_the_way() {
    let (world, poller) = world_with_events().await;
    let first = page(&world, json!({ "first": 3 })).await;
    poller.restless(0, 181..182, &[(0, -60), (1, -61)]).await;
    poller.settle(&world).await;
    let after = first["pageInfo"]["endCursor"].clone();
    let rest = page(&world, json!({ "first": 500, "after": after })).await;
    assert_eq!(told(&first).len() + told(&rest).len(), 8);
    let newest = first["pageInfo"]["startCursor"].clone();
    let newer = page(&world, json!({ "last": 500, "before": newest })).await;
    assert_eq!(told(&newer).len(), 2, "{newer}");
}

#[tokio::test]
async fn each_filter_of_events_lets_pass_what_it_says() {
    let (world, poller) = world_with_events().await;
    let link = page(&world, json!({ "first": 1 })).await["nodes"][0]["link"]["id"].clone();
    let since = poller.minute(1).to_rfc3339_opts(SecondsFormat::Nanos, true);
    for (filter, count) in [
        (json!({}), 8),
        (json!({ "linkIds": [link] }), 3),
        (json!({ "linkIds": [] }), 0),
        (json!({ "apDeviceIds": [world.a.aps[0]] }), 6),
        (json!({ "apDeviceIds": world.a.aps }), 8),
        (json!({ "apDeviceIds": [world.b.aps[0]] }), 0),
        (json!({ "siteIds": [world.a.site] }), 8),
        (json!({ "siteIds": [world.b.site] }), 0),
        (json!({ "siteIds": [] }), 0),
        (json!({ "cpeDeviceIds": [world.a.cpes[2]] }), 2),
        (json!({ "reason": ["CONFIRMED"] }), 3),
        (json!({ "reason": ["RECONNECTED", "FIRST_SEEN"] }), 5),
        (json!({ "toState": ["DISCOVERED"] }), 3),
        (json!({ "since": since }), 5),
        (json!({ "until": since }), 3),
        (
            json!({ "since": since, "reason": ["CONFIRMED"], "apDeviceIds": [world.a.aps[1]] }),
            1,
        ),
    ] {
        let page = page(&world, json!({ "filter": filter })).await;
        assert_eq!(told(&page).len(), count, "{filter}");
        assert_eq!(page["totalCount"], count, "{filter}");
    }
}

#[tokio::test]
async fn a_link_tells_its_own_events_newest_first() {
    let (world, _) = world_with_events().await;
    let query =
        "query($first: Int, $after: String) { wirelessLinks { nodes { cpeDevice { hostname }
        events(first: $first, after: $after) { totalCount nodes { reason }
            pageInfo { hasNextPage endCursor } } } } }";
    let ask = async |variables| {
        let data = world.api.data(&world.a.viewer(), query, variables).await;
        let links = data["wirelessLinks"]["nodes"].as_array().unwrap().clone();
        let is_first = |link: &&Value| link["cpeDevice"]["hostname"] == "cpe-1";
        links.iter().find(is_first).unwrap()["events"].clone()
    };
    let newest = ask(json!({ "first": 2 })).await;
    let reasons = json!([{ "reason": "RECONNECTED" }, { "reason": "CONFIRMED" }]);
    assert_eq!(newest["nodes"], reasons);
    assert_eq!(newest["totalCount"], 3);
    assert_eq!(newest["pageInfo"]["hasNextPage"], true);
    let oldest = ask(json!({ "first": 2, "after": newest["pageInfo"]["endCursor"] })).await;
    assert_eq!(oldest["nodes"], json!([{ "reason": "FIRST_SEEN" }]));
    assert_eq!(oldest["pageInfo"]["hasNextPage"], false);
}

#[tokio::test]
async fn an_events_cursor_is_good_for_the_subscription() {
    let (world, _) = world_with_events().await;
    let page = page(&world, json!({ "first": 3 })).await;
    let third = page["nodes"][2]["cursor"].clone();
    let mut socket = world.api.subscriber(&world.a.viewer()).await;
    let feed = wisplink_tests::harness::tenant::FEED;
    socket
        .subscribe("feed", feed, json!({ "after": third }))
        .await;
    let behind: Vec<_> = socket.events(2).await.iter().map(story).collect();
    let mut expected = told(&page)[..2].to_vec();
    expected.reverse();
    assert_eq!(behind, expected);
}

async fn page(world: &World, variables: Value) -> Value {
    let query = format!(
        "query($first: Int, $after: String, $last: Int, $before: String, $filter: LinkEventFilter) {{
            linkEvents(first: $first, after: $after, last: $last, before: $before, filter: $filter) {{
                totalCount nodes {{ {FIELDS} }}
                pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} }} }}"
    );
    let data = world.api.data(&world.a.viewer(), &query, variables).await;
    data["linkEvents"].clone()
}

async fn stories(world: &World, variables: Value) -> Vec<String> {
    told(&page(world, variables).await)
}

fn told(page: &Value) -> Vec<String> {
    page["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(story)
        .collect()
}
