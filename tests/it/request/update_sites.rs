//! `updateSite` and `deleteSite`.

use insta::assert_snapshot;
use serde_json::{Value, json};
use uuid::Uuid;
use wisplink_tests::harness::redacted::redacted;
use wisplink_tests::harness::world::World;

const UPDATE: &str = "mutation($input: UpdateSiteInput!) { updateSite(input: $input) {
    id name latitude longitude address elevationM } }";
const DELETE: &str = "mutation($id: ID!) { deleteSite(id: $id) { id devices hadPolicy } }";

#[tokio::test]
async fn what_is_given_changes_and_nothing_else() {
    let world = World::start().await;
    let mut told = Vec::new();
    for changes in [
        json!({ "name": " Old tower ", "address": "1 Hill Road", "elevationM": 700 }),
        json!({ "latitude": null, "longitude": 8.5 }),
        json!({ "elevationM": null, "address": "" }),
        json!({}),
    ] {
        let mut input = changes;
        input["id"] = json!(world.a.site);
        let data = world
            .api
            .data(&world.a.operator(), UPDATE, json!({ "input": input }))
            .await;
        let site = &data["updateSite"];
        let shown = ["name", "latitude", "longitude", "address", "elevationM"];
        told.push(shown.map(|field| site[field].to_string()).join(" "));
    }
    assert_snapshot!(told.join("\n"), @r#"
    "Old tower" 47.1 null "1 Hill Road" 700
    "Old tower" null 8.5 "1 Hill Road" 700
    "Old tower" null 8.5 null null
    "Old tower" null 8.5 null null
    "#);
    let query = "{ sites { nodes { name } } }";
    let theirs = world.api.data(&world.b.viewer(), query, json!({})).await;
    assert_eq!(theirs["sites"]["nodes"], json!([{ "name": "North tower" }]));
}

#[tokio::test]
async fn a_change_that_cannot_be_is_refused_with_words() {
    let world = World::start().await;
    let create = "mutation { createSite(input: { name: \"South tower\" }) { id } }";
    world.api.data(&world.a.operator(), create, json!({})).await;
    let nobody = Uuid::now_v7();
    let site = json!(world.a.site);
    for (input, code, message) in [
        (
            json!({ "id": site, "name": "South tower" }),
            "CONFLICT",
            "there is already a site named \"South tower\"".to_owned(),
        ),
        (
            json!({ "id": site, "name": null }),
            "BAD_INPUT",
            "name cannot be null; leave it out to keep it".to_owned(),
        ),
        (
            json!({ "id": site, "name": " " }),
            "BAD_INPUT",
            "a site's name must have 1 to 200 characters".to_owned(),
        ),
        (
            json!({ "id": site, "latitude": 91 }),
            "BAD_INPUT",
            "latitude must lie within -90 and 90 degrees".to_owned(),
        ),
        (
            json!({ "id": nobody, "name": "New" }),
            "NOT_FOUND",
            format!("there is no site {nobody}"),
        ),
        (
            json!({ "id": world.b.site, "name": "New" }),
            "NOT_FOUND",
            format!("there is no site {}", world.b.site),
        ),
        (
            json!({ "id": "x" }),
            "BAD_INPUT",
            "site \"x\" is no id: ids are UUIDs".to_owned(),
        ),
    ] {
        let variables = json!({ "input": input });
        let said = world
            .api
            .error(&world.a.operator(), UPDATE, variables)
            .await;
        assert_eq!(said, (code.to_owned(), message));
    }
}

#[tokio::test]
async fn a_deleted_site_takes_its_thresholds_along_and_leaves_its_devices() {
    let world = World::start().await;
    for tenant in [&world.a, &world.b] {
        let set = "mutation($id: ID!) { setLinkPolicy(input: { siteId: $id, weakPolls: 1 }) {
            __typename } }";
        let id = json!({ "id": tenant.site });
        world.api.data(&tenant.operator(), set, id).await;
    }
    let id = json!({ "id": world.a.site });
    let data = world
        .api
        .data(&world.a.operator(), DELETE, id.clone())
        .await;
    assert_snapshot!(redacted(&data["deleteSite"]), @r#"
    {
      "devices": 2,
      "hadPolicy": true,
      "id": "[id]"
    }
    "#);
    let query = "{ sites { nodes { name } } devices(filter: { search: \"ap-\" }) {
        nodes { hostname site { name } } } }";
    let left = world.api.data(&world.a.viewer(), query, json!({})).await;
    assert_eq!(left["sites"]["nodes"], json!([]));
    let nowhere = |hostname| json!({ "hostname": hostname, "site": null });
    assert_eq!(
        left["devices"]["nodes"],
        json!([nowhere("ap-1"), nowhere("ap-2")])
    );
    let records = world.database.records();
    let policies = records.rows("SELECT tenant_id FROM link_policies").await;
    assert_eq!(policies, [format!("({})", world.b.id)]);
    let message = format!("there is no site {}", world.a.site);
    for id in [id, json!({ "id": world.b.site })] {
        let said = world.api.error(&world.a.operator(), DELETE, id).await;
        assert_eq!(said.0, "NOT_FOUND", "{message}");
    }
    let query = "{ sites { totalCount } }";
    let theirs: Value = world.api.data(&world.b.viewer(), query, json!({})).await;
    assert_eq!(theirs["sites"]["totalCount"], 1);
}
