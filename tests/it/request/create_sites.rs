//! `createSite`.

use insta::assert_snapshot;
use serde_json::{Value, json};
use wisplink_tests::harness::redacted::redacted;
use wisplink_tests::harness::world::World;

const CREATE: &str = "mutation($input: CreateSiteInput!) { createSite(input: $input) {
    id name latitude longitude address elevationM createdAt updatedAt } }";

#[tokio::test]
async fn a_site_is_made_as_it_was_described() {
    let world = World::start().await;
    let input = json!({
        "name": "  South tower ", "latitude": -90, "longitude": 180, "address": "1 Hill Road",
        "elevationM": -12,
    });
    let made = world
        .api
        .data(&world.a.operator(), CREATE, json!({ "input": input }))
        .await;
    assert_snapshot!(redacted(&made), @r#"
    {
      "createSite": {
        "address": "1 Hill Road",
        "createdAt": "[time]",
        "elevationM": -12,
        "id": "[id]",
        "latitude": -90.0,
        "longitude": 180.0,
        "name": "South tower",
        "updatedAt": "[time]"
      }
    }
    "#);
    let query = "query($id: ID!) { site(id: $id) {
        id name latitude longitude address elevationM createdAt updatedAt } }";
    let id = json!({ "id": made["createSite"]["id"] });
    let stored = world.api.data(&world.a.viewer(), query, id).await;
    assert_eq!(
        without_times(&stored["site"]),
        without_times(&made["createSite"])
    );
}

#[tokio::test]
async fn a_site_that_cannot_be_is_refused_with_words() {
    let world = World::start().await;
    for (input, code, message) in [
        (
            json!({ "name": "North tower" }),
            "CONFLICT",
            "there is already a site named \"North tower\"",
        ),
        (
            json!({ "name": " " }),
            "BAD_INPUT",
            "a site's name must have 1 to 200 characters",
        ),
        (
            json!({ "name": "x".repeat(201) }),
            "BAD_INPUT",
            "a site's name must have 1 to 200 characters",
        ),
        (
            json!({ "name": "a\u{0}" }),
            "BAD_INPUT",
            "a site's name holds control characters",
        ),
        (
            json!({ "name": "S", "latitude": 90.1 }),
            "BAD_INPUT",
            "latitude must lie within -90 and 90 degrees",
        ),
        (
            json!({ "name": "S", "longitude": -181 }),
            "BAD_INPUT",
            "longitude must lie within -180 and 180 degrees",
        ),
        (
            json!({ "name": "S", "address": "x".repeat(1_001) }),
            "BAD_INPUT",
            "a site's address must have 1 to 1000 characters",
        ),
    ] {
        let said = world
            .api
            .error(&world.a.operator(), CREATE, json!({ "input": input }))
            .await;
        assert_eq!(said, (code.to_owned(), message.to_owned()));
    }
    let sites = world
        .api
        .data(&world.a.viewer(), "{ sites { totalCount } }", json!({}))
        .await;
    assert_eq!(sites["sites"]["totalCount"], 1);
    // Names are a tenant's own.
    let south = json!({ "input": { "name": "S" } });
    for operator in [world.a.operator(), world.b.operator()] {
        world.api.data(&operator, CREATE, south.clone()).await;
    }
}

/// PostgreSQL keeps microseconds, the answer to the command has nanoseconds.
fn without_times(site: &Value) -> Value {
    let mut site = site.clone();
    for time in ["createdAt", "updatedAt"] {
        site[time].take();
    }
    site
}
