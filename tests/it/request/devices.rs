//! `device` and `devices`.

use insta::assert_snapshot;
use serde_json::{Value, json};
use wisplink_tests::harness::poller::Poller;
use wisplink_tests::harness::redacted::redacted;
use wisplink_tests::harness::rows;
use wisplink_tests::harness::world::{World, eventually};

#[tokio::test]
async fn a_device_tells_what_pollers_and_operators_know_of_it() {
    let world = World::start().await;
    let poller = Poller::of(&world, &world.a).await;
    poller.status(world.a.aps[0], 1, "online").await;
    let query = "query($id: ID!) { device(id: $id) {
        id hostname ipAddress model serialNumber firmwareVersion status lastSeen latitude longitude
        createdAt updatedAt site { name } interfaces { name } linksAsAp { totalCount } } }";
    let id = json!({ "id": world.a.aps[0] });
    let data = eventually("the poller's word is stored", async || {
        let data = world.api.data(&world.a.viewer(), query, id.clone()).await;
        (data["device"]["status"] == "ONLINE").then_some(data)
    });
    assert_snapshot!(redacted(&data.await), @r#"
    {
      "device": {
        "createdAt": "[time]",
        "firmwareVersion": "7.16.1",
        "hostname": "ap-1",
        "id": "[id]",
        "interfaces": [],
        "ipAddress": null,
        "lastSeen": "[time]",
        "latitude": null,
        "linksAsAp": {
          "totalCount": 0
        },
        "longitude": null,
        "model": "RB922UAGS-5HPacD",
        "serialNumber": "8D0E07C3A1B2",
        "site": {
          "name": "North tower"
        },
        "status": "ONLINE",
        "updatedAt": "[time]"
      }
    }
    "#);
    let nobody = json!({ "id": entity::ids::DeviceId::new() });
    assert_eq!(
        world.api.data(&world.a.viewer(), query, nobody).await,
        json!({ "device": null })
    );
    let said = world
        .api
        .error(&world.a.viewer(), query, json!({ "id": "ap-1" }))
        .await;
    assert_eq!(
        said,
        (
            "BAD_INPUT".into(),
            "device \"ap-1\" is no id: ids are UUIDs".into()
        )
    );
}

#[tokio::test]
async fn each_filter_of_devices_lets_pass_what_it_says() {
    let world = World::start().await;
    let mut db = world.database.session().await;
    rows::links(&mut db, &world.a, 0, 1, 1).await;
    rows::run(
        &mut db,
        "UPDATE devices SET status = 'online' WHERE hostname = 'ap-1';
         UPDATE devices SET status = 'offline' WHERE hostname = 'cpe-2';
         UPDATE devices SET hostname = 'cpe_3%' WHERE hostname = 'cpe-3'",
    )
    .await;
    let all = "ap-1 ap-2 cpe-1 cpe-2 cpe_3% extra-1";
    for (filter, expected) in [
        (json!(null), all),
        (json!({}), all),
        (json!({ "siteIds": [world.a.site] }), "ap-1 ap-2"),
        (json!({ "siteIds": [] }), ""),
        (json!({ "siteIds": [entity::ids::SiteId::new()] }), ""),
        (json!({ "status": ["ONLINE"] }), "ap-1"),
        (json!({ "status": ["ONLINE", "OFFLINE"] }), "ap-1 cpe-2"),
        (
            json!({ "status": ["UNKNOWN"] }),
            "ap-2 cpe-1 cpe_3% extra-1",
        ),
        (json!({ "status": [] }), ""),
        (json!({ "hostnameStartsWith": "cpe" }), "cpe-1 cpe-2 cpe_3%"),
        (json!({ "hostnameStartsWith": "cpe_" }), "cpe_3%"),
        (json!({ "hostnameStartsWith": "CPE" }), ""),
        (json!({ "hostnameStartsWith": "%" }), ""),
        (json!({ "hostnameStartsWith": "'; --" }), ""),
        (json!({ "hostnameStartsWith": "" }), all),
        (json!({ "hasLinksAsAp": true }), "ap-1"),
        (
            json!({ "hasLinksAsAp": false }),
            "ap-2 cpe-1 cpe-2 cpe_3% extra-1",
        ),
        (
            json!({ "siteIds": [world.a.site], "status": ["ONLINE"], "hostnameStartsWith": "ap",
                    "hasLinksAsAp": true }),
            "ap-1",
        ),
        (
            json!({ "status": ["OFFLINE"], "hostnameStartsWith": "ap" }),
            "",
        ),
    ] {
        let query = "query($filter: DeviceFilter) {
            devices(filter: $filter) { totalCount nodes { hostname } } }";
        let variables = json!({ "filter": filter });
        let data = world.api.data(&world.a.viewer(), query, variables).await;
        let mut names = names(&data["devices"]["nodes"]);
        names.sort_unstable();
        assert_eq!(names.join(" "), expected, "{filter}");
        assert_eq!(data["devices"]["totalCount"], names.len(), "{filter}");
    }
}

#[tokio::test]
async fn a_filter_that_cannot_be_meant_is_refused_with_words() {
    let world = World::start().await;
    for (filter, message) in [
        ("{ siteIds: [\"x\"] }", "site \"x\" is no id: ids are UUIDs"),
        (
            "{ hostnameStartsWith: \"a\\u0000\" }",
            "hostnameStartsWith holds control characters",
        ),
    ] {
        let query = format!("{{ devices(filter: {filter}) {{ totalCount }} }}");
        let said = world.api.error(&world.a.viewer(), &query, json!({})).await;
        assert_eq!(said, ("BAD_INPUT".to_owned(), message.to_owned()));
    }
}

#[tokio::test]
async fn a_device_pages_through_its_links_on_either_side() {
    let world = World::start().await;
    let mut db = world.database.session().await;
    rows::links(&mut db, &world.a, 0, 1, 5).await;
    let query = "query($after: String) { devices(first: 2) { nodes {
        hostname
        linksAsAp(first: 2, after: $after) {
            totalCount pageInfo { hasNextPage endCursor } nodes { id cpeDevice { hostname
                linksAsCpe { totalCount nodes { apDevice { hostname } } } } } }
        linksAsCpe { totalCount nodes { id } } } } }";
    let (mut seen, mut after) = (Vec::new(), Value::Null);
    for (size, more) in [(2, true), (2, true), (1, false)] {
        let variables = json!({ "after": after });
        let data = world.api.data(&world.a.viewer(), query, variables).await;
        let [first, second] = [0, 1].map(|ap| data["devices"]["nodes"][ap].clone());
        let page = &first["linksAsAp"];
        let nodes = page["nodes"].as_array().unwrap();
        assert_eq!(
            (nodes.len(), &page["pageInfo"]["hasNextPage"]),
            (size, &json!(more))
        );
        assert_eq!(page["totalCount"], 5);
        assert_eq!(second["linksAsAp"]["totalCount"], 0);
        assert_eq!(first["linksAsCpe"], json!({ "totalCount": 0, "nodes": [] }));
        for node in nodes {
            let back =
                json!({ "totalCount": 1, "nodes": [{ "apDevice": { "hostname": "ap-1" } }] });
            assert_eq!(node["cpeDevice"]["linksAsCpe"], back);
            seen.push(node["id"].as_str().unwrap().to_owned());
        }
        after = page["pageInfo"]["endCursor"].clone();
    }
    assert_eq!(seen.len(), 5);
    assert!(seen.is_sorted_by(|a, b| a < b), "{seen:?}");
}

fn names(nodes: &Value) -> Vec<&str> {
    let nodes = nodes.as_array().unwrap();
    nodes
        .iter()
        .map(|node| node["hostname"].as_str().unwrap())
        .collect()
}
