//! The queries of the papers are answered as they stand there.

use serde_json::json;
use wisplink_tests::harness::poller::Poller;
use wisplink_tests::harness::world::World;

use super::read;

#[tokio::test]
async fn every_query_in_the_papers_is_answered() {
    let world = World::start().await;
    let token = world.a.operator();
    let after = world.a.feed_cursor(&world.api).await;
    Poller::of(&world, &world.a)
        .await
        .poll(0, 0, &[(0, -60)])
        .await;
    let mut asked = 0;
    for paper in ["README.md", "docs/graphql.md"] {
        for query in queries(&read(paper)) {
            asked += 1;
            if query.starts_with("subscription") {
                let mut feed = world.api.subscriber(&token).await;
                feed.subscribe("feed", &query, json!({ "after": after }))
                    .await;
                let told = feed.next().await;
                let is_told = told["linkEvents"]["reason"] == "FIRST_SEEN"
                    || told["linkUpdates"]["__typename"] == "LinkSnapshot";
                assert!(is_told, "{told}");
            } else {
                world
                    .api
                    .data(&token, &query, json!({ "name": "By the book" }))
                    .await;
            }
        }
    }
    assert_eq!(asked, 11);
}

/// The blocks of GraphQL in a paper.
fn queries(paper: &str) -> impl Iterator<Item = String> {
    paper
        .split("```graphql\n")
        .skip(1)
        .filter_map(|rest| Some(rest.split("```").next()?.to_owned()))
}
