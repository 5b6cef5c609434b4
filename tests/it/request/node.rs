//! `node`: anything by its id alone.

use insta::assert_snapshot;
use serde_json::json;
use uuid::Uuid;
use wisplink_tests::harness::redacted::redacted;
use wisplink_tests::harness::rows;
use wisplink_tests::harness::world::World;

const NODE: &str = "query($id: ID!) { node(id: $id) { __typename id
    ... on WirelessLink { clientMac } ... on Device { hostname } ... on Site { name }
    ... on DeviceInterface { macAddress device { hostname } } } }";

#[tokio::test]
async fn each_kind_of_thing_is_found_by_its_id() {
    let world = World::start().await;
    let mut db = world.database.session().await;
    rows::links(&mut db, &world.a, 0, 1, 1).await;
    let ids = "{ wirelessLinks { nodes { id } } devices(filter: { search: \"cpe-1\" }) { nodes { id
        interfaces { id } } } sites { nodes { id } } }";
    let data = world.api.data(&world.a.viewer(), ids, json!({})).await;
    let device = &data["devices"]["nodes"][0];
    let mut found = Vec::new();
    for id in [
        &data["wirelessLinks"]["nodes"][0]["id"],
        &device["id"],
        &data["sites"]["nodes"][0]["id"],
        &device["interfaces"][0]["id"],
    ] {
        let data = world
            .api
            .data(&world.a.viewer(), NODE, json!({ "id": id }))
            .await;
        assert_eq!(&data["node"]["id"], id);
        found.push(data["node"].clone());
    }
    assert_snapshot!(redacted(&json!(found)), @r#"
    [
      {
        "__typename": "WirelessLink",
        "clientMac": "0A:00:00:00:00:01",
        "id": "[id]"
      },
      {
        "__typename": "Device",
        "hostname": "cpe-1",
        "id": "[id]"
      },
      {
        "__typename": "Site",
        "id": "[id]",
        "name": "North tower"
      },
      {
        "__typename": "DeviceInterface",
        "device": {
          "hostname": "cpe-1"
        },
        "id": "[id]",
        "macAddress": "6C:3B:6B:A2:00:01"
      }
    ]
    "#);
}

#[tokio::test]
async fn an_id_of_nothing_or_of_another_tenants_is_null_and_what_is_no_id_is_refused() {
    let world = World::start().await;
    for id in [
        world.b.site.to_string(),
        world.b.aps[0].to_string(),
        Uuid::now_v7().to_string(),
    ] {
        let data = world
            .api
            .data(&world.a.viewer(), NODE, json!({ "id": id }))
            .await;
        assert_eq!(data, json!({ "node": null }), "{id}");
    }
    let id = json!({ "id": "ap-1" });
    let said = world.api.error(&world.a.viewer(), NODE, id).await;
    let message = "node \"ap-1\" is no id: ids are UUIDs";
    assert_eq!(said, ("BAD_INPUT".to_owned(), message.to_owned()));
}
