//! Pages: what happens between two of them, and which cannot be asked for.

use std::collections::HashSet;

use serde_json::{Value, json};
use wisplink_tests::harness::rows;
use wisplink_tests::harness::world::World;

#[tokio::test]
async fn links_made_between_two_pages_skip_and_repeat_none_that_was_there() {
    let mut world = World::start().await;
    // These links are old: its sweep would forget some.
    world.stop_worker().await;
    let mut db = world.database.session().await;
    rows::links(&mut db, &world.a, 0, 1, 130).await;
    let query = "{ wirelessLinks(first: 500) { nodes { id } } }";
    let data = world.api.data(&world.a.viewer(), query, json!({})).await;
    let before: HashSet<String> = ids(&data["wirelessLinks"]["nodes"]).collect();
    assert_eq!(before.len(), 130);

    let mut next = 1_000;
    for (order, size, place, end) in [
        ("CREATED_AT, direction: ASC", "first", "after", "endCursor"),
        ("LAST_SEEN, direction: DESC", "first", "after", "endCursor"),
        (
            "SIGNAL_STRENGTH, direction: ASC",
            "first",
            "after",
            "endCursor",
        ),
        (
            "STATE_SINCE, direction: ASC",
            "last",
            "before",
            "startCursor",
        ),
        (
            "SIGNAL_STRENGTH, direction: DESC",
            "last",
            "before",
            "startCursor",
        ),
    ] {
        let query = format!(
            "query($cursor: String) {{
                wirelessLinks(orderBy: {{ field: {order} }}, {size}: 29, {place}: $cursor) {{
                    nodes {{ id }} pageInfo {{ {end} }} }} }}"
        );
        let (mut seen, mut cursor) = (Vec::new(), Value::Null);
        loop {
            let variables = json!({ "cursor": cursor });
            let data = world.api.data(&world.a.viewer(), &query, variables).await;
            let page: Vec<_> = ids(&data["wirelessLinks"]["nodes"]).collect();
            if page.is_empty() {
                break;
            }
            seen.extend(page);
            cursor = data["wirelessLinks"]["pageInfo"][end].clone();
            if seen.len() < 300 {
                rows::links(&mut db, &world.a, 1, next, next + 12).await;
                next += 13;
            }
        }
        let once: HashSet<String> = seen.iter().cloned().collect();
        assert_eq!(once.len(), seen.len(), "{order}: a link came twice");
        assert!(before.is_subset(&once), "{order}: a link was skipped");
        assert!(once.len() > before.len(), "{order}: nothing new was passed");
    }
}

#[tokio::test]
async fn a_page_that_cannot_be_asked_for_is_refused_with_words() {
    let world = World::start().await;
    let feed = world.a.feed_cursor(&world.api).await;
    for connection in ["wirelessLinks", "devices", "sites"] {
        for (arguments, code, message) in [
            (
                "first: 1, last: 1",
                "BAD_INPUT",
                "give `first` or `last`, not both".to_owned(),
            ),
            (
                "first: -1",
                "BAD_INPUT",
                "`first` and `last` cannot be negative".to_owned(),
            ),
            (
                "last: -1",
                "BAD_INPUT",
                "`first` and `last` cannot be negative".to_owned(),
            ),
            (
                "first: 501",
                "LIMIT_EXCEEDED",
                "rows on a page: 501 asked for, 500 allowed".to_owned(),
            ),
            (
                "last: 501",
                "LIMIT_EXCEEDED",
                "rows on a page: 501 asked for, 500 allowed".to_owned(),
            ),
            (
                "after: \"x\"",
                "BAD_INPUT",
                "\"x\" is no cursor of this connection".to_owned(),
            ),
            (
                "before: \"\"",
                "BAD_INPUT",
                "\"\" is no cursor of this connection".to_owned(),
            ),
            (
                "after: \"AAAA\"",
                "BAD_INPUT",
                "\"AAAA\" is no cursor of this connection".to_owned(),
            ),
        ] {
            let query = format!("{{ {connection}({arguments}) {{ totalCount }} }}");
            let said = world.api.error(&world.a.viewer(), &query, json!({})).await;
            assert_eq!(said, (code.to_owned(), message), "{query}");
        }
        // A feed's cursor is as long, but it is for another thing; it must do no harm.
        let query = format!("{{ {connection}(after: {feed:?}) {{ totalCount }} }}");
        world.api.ask(&world.a.viewer(), &query, json!({})).await;
    }
    let nested = "{ devices { nodes { linksAsAp(first: 501) { totalCount } } } }";
    let said = world.api.error(&world.a.viewer(), nested, json!({})).await;
    assert_eq!(said.0, "LIMIT_EXCEEDED");
}

#[tokio::test]
async fn a_page_holds_fifty_rows_when_no_number_is_given() {
    let world = World::start().await;
    let mut db = world.database.session().await;
    rows::links(&mut db, &world.a, 0, 1, 51).await;
    let query = "{ wirelessLinks { nodes { id } totalCount pageInfo { hasNextPage } } }";
    let data = world.api.data(&world.a.viewer(), query, json!({})).await;
    let page = &data["wirelessLinks"];
    assert_eq!(ids(&page["nodes"]).count(), 50);
    assert_eq!(
        (&page["totalCount"], &page["pageInfo"]["hasNextPage"]),
        (&json!(51), &json!(true))
    );
}

fn ids(nodes: &Value) -> impl Iterator<Item = String> {
    let nodes = nodes.as_array().unwrap();
    nodes
        .iter()
        .map(|node| node["id"].as_str().unwrap().to_owned())
}
