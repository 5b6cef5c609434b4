//! A fault of ours: the client learns that it happened, and nothing of how.

use serde_json::json;
use wisplink_tests::harness::rows;
use wisplink_tests::harness::world::World;

#[tokio::test]
async fn what_the_database_says_stays_inside() {
    let world = World::start().await;
    let mut db = world.database.session().await;
    rows::run(
        &mut db,
        "REVOKE SELECT ON sites FROM wisplink_api;
         ALTER TABLE device_interfaces RENAME COLUMN running TO runs;
         REVOKE INSERT ON devices FROM wisplink_api",
    )
    .await;
    for query in [
        "{ sites { nodes { name } } }",
        "{ sites { totalCount } }",
        "{ devices { nodes { site { name } } } }",
        "{ deviceInterfaces(mac: \"6C3B6BA20001\") { name } }",
        "{ devices { nodes { interfaces { running } } } }",
        "mutation { createDevices(input: [{ hostname: \"x\" }]) { id } }",
    ] {
        let answer = world.api.ask(&world.a.operator(), query, json!({})).await;
        let said = (
            "INTERNAL".to_owned(),
            "something went wrong on our side; it was logged".to_owned(),
        );
        assert_eq!(answer.error(), said, "{query}");
        let body = answer.body.to_string();
        for inner in [
            "permission",
            "denied",
            "exist",
            "relation",
            "wisplink_api",
            "42501",
            "SQL",
        ] {
            assert!(!body.contains(inner), "{inner:?} is in {body}");
        }
    }
    // One field's fault leaves the others their answers.
    let query =
        "{ wirelessLinks { totalCount } devices(first: 1) { nodes { hostname site { id } } } }";
    // The first time and later: a document that is known is answered in another way.
    for _ in 0..2 {
        let answer = world.api.ask(&world.a.viewer(), query, json!({})).await;
        assert_eq!(answer.status, 200);
        assert_eq!(
            answer.body["errors"][0]["path"],
            json!(["devices", "nodes", 0, "site"])
        );
        assert_eq!(answer.body["data"]["wirelessLinks"]["totalCount"], 0);
    }
}

#[tokio::test]
async fn what_holds_a_field_that_failed_is_null_where_it_may_be() {
    let world = World::start().await;
    let mut db = world.database.session().await;
    rows::run(
        &mut db,
        "ALTER TABLE device_interfaces RENAME COLUMN running TO runs",
    )
    .await;
    // Here the device, there the whole answer.
    let device = world.a.aps[0];
    let interfaces = "hostname interfaces { running }";
    for (query, data) in [
        (
            format!("{{ device(id: \"{device}\") {{ {interfaces} }} linkSummary {{ total }} }}"),
            json!({ "device": null, "linkSummary": { "total": 0 } }),
        ),
        (
            format!("{{ linkSummary {{ total }} devices {{ nodes {{ {interfaces} }} }} }}"),
            json!(null),
        ),
    ] {
        let answer = world.api.ask(&world.a.viewer(), &query, json!({})).await;
        assert_eq!(answer.error().0, "INTERNAL", "{query}");
        assert_eq!(answer.body["data"], data, "{query}");
    }
}
