//! `site` and `sites`.

use insta::assert_snapshot;
use serde_json::{Value, json};
use wisplink_tests::harness::redacted::redacted;
use wisplink_tests::harness::world::World;

#[tokio::test]
async fn a_site_tells_all_that_is_known_of_it() {
    let world = World::start().await;
    let query = "query($id: ID!) { site(id: $id) {
        id name latitude longitude address elevationM createdAt updatedAt } }";
    let site = json!({ "id": world.a.site });
    let data = world.api.data(&world.a.viewer(), query, site).await;
    assert_eq!(data["site"]["id"], world.a.site.to_string());
    assert_snapshot!(redacted(&data), @r#"
    {
      "site": {
        "address": null,
        "createdAt": "[time]",
        "elevationM": null,
        "id": "[id]",
        "latitude": 47.1,
        "longitude": null,
        "name": "North tower",
        "updatedAt": "[time]"
      }
    }
    "#);
    let nobody = json!({ "id": entity::ids::SiteId::new() });
    assert_eq!(
        world.api.data(&world.a.viewer(), query, nobody).await,
        json!({ "site": null })
    );
    let said = world
        .api
        .error(&world.a.viewer(), query, json!({ "id": "north" }))
        .await;
    assert_eq!(
        said,
        (
            "BAD_INPUT".into(),
            "site \"north\" is no id: ids are UUIDs".into()
        )
    );
}

#[tokio::test]
async fn sites_are_paged_from_both_ends() {
    let world = World::start().await;
    for n in 1..=4 {
        let create = format!("mutation {{ createSite(input: {{ name: \"{n}\" }}) {{ id }} }}");
        world
            .api
            .data(&world.a.operator(), &create, json!({}))
            .await;
    }
    let ask = async |arguments: &str| {
        let query = format!(
            "{{ sites({arguments}) {{ totalCount nodes {{ name }}
               pageInfo {{ hasPreviousPage hasNextPage startCursor endCursor }} }} }}"
        );
        world.api.data(&world.a.viewer(), &query, json!({})).await["sites"].take()
    };
    let first = ask("first: 2").await;
    assert_eq!(told(&first), ("North tower 1".to_owned(), false, true));
    assert_eq!(first["totalCount"], 5);
    let cursor = |page: &Value, end: &str| page["pageInfo"][end].as_str().unwrap().to_owned();
    let behind = format!("first: 9, after: {:?}", cursor(&first, "endCursor"));
    assert_eq!(told(&ask(&behind).await), ("2 3 4".to_owned(), true, false));
    let last = ask("last: 2").await;
    assert_eq!(told(&last), ("3 4".to_owned(), true, false));
    let before = format!("last: 2, before: {:?}", cursor(&last, "startCursor"));
    assert_eq!(told(&ask(&before).await), ("1 2".to_owned(), true, true));
    assert_eq!(told(&ask("first: 0").await), (String::new(), false, true));
}

/// The names, and whether there are more before and behind.
fn told(page: &Value) -> (String, bool, bool) {
    let nodes = page["nodes"].as_array().unwrap();
    let names: Vec<_> = nodes
        .iter()
        .map(|node| node["name"].as_str().unwrap())
        .collect();
    let more = |side: &str| page["pageInfo"][side].as_bool().unwrap();
    (
        names.join(" "),
        more("hasPreviousPage"),
        more("hasNextPage"),
    )
}
