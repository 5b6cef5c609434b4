//! Asking with another tenant's ids: the answer is the one that an id nobody has gets.

use serde_json::{Value, json};
use uuid::Uuid;
use wisplink_tests::harness::poller::Poller;
use wisplink_tests::harness::tenant::Tenant;
use wisplink_tests::harness::world::{World, eventually};

const LINK: &str = "query($id: ID!) { wirelessLink(id: $id) { id } }";
const DEVICE: &str = "query($id: ID!) { device(id: $id) { id } }";
const SITE: &str = "query($id: ID!) { site(id: $id) { id } }";
const LINKS_OF_AP: &str = "query($id: ID!) { wirelessLinks(filter: { apDeviceIds: [$id] }) {
    totalCount nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor } } }";
const LINKS_OF_CPE: &str = "query($id: ID!) { wirelessLinks(filter: { cpeDeviceIds: [$id] }) {
    totalCount nodes { id } } }";
const LINKS_OF_SITE: &str = "query($id: ID!) { wirelessLinks(filter: { siteIds: [$id] }) {
    totalCount nodes { id } } }";
const DEVICES_OF_SITE: &str =
    "query($id: ID!) { devices(filter: { siteIds: [$id] }) { totalCount nodes { id } } }";
const SUMMARY: &str = "query($id: ID!) { ap: linkSummary(filter: { apDeviceIds: [$id] }) { total }
    site: linkSummary(filter: { siteIds: [$id] }) { total } }";
const NODE: &str = "query($id: ID!) { node(id: $id) { id } }";
const EVENTS: &str =
    "query($id: ID!) { a: linkEvents(filter: { apDeviceIds: [$id] }) { totalCount }
    b: linkEvents(filter: { linkIds: [$id] }) { totalCount nodes { id } } }";
const CREATE: &str = "mutation($id: ID!) {
    createDevices(input: [{ hostname: \"planted\", siteId: $id }]) { id } }";

#[tokio::test]
async fn another_tenants_id_is_an_id_nobody_has() {
    let world = World::start().await;
    let link = first_link(&world, &world.b).await;
    first_link(&world, &world.a).await;
    for (query, theirs) in [
        (LINK, link.clone()),
        (DEVICE, world.b.aps[0].to_string()),
        (DEVICE, world.b.cpes[0].to_string()),
        (SITE, world.b.site.to_string()),
        (NODE, world.b.site.to_string()),
        (NODE, link.clone()),
        (EVENTS, world.b.aps[0].to_string()),
        (EVENTS, link.clone()),
        (LINKS_OF_AP, world.b.aps[0].to_string()),
        (LINKS_OF_CPE, world.b.cpes[0].to_string()),
        (LINKS_OF_SITE, world.b.site.to_string()),
        (DEVICES_OF_SITE, world.b.site.to_string()),
        (SUMMARY, world.b.site.to_string()),
        (SUMMARY, world.b.aps[0].to_string()),
        (CREATE, world.b.site.to_string()),
    ] {
        let nobodys = Uuid::now_v7().to_string();
        let to_nobodys = answer(&world, query, &nobodys).await;
        assert_eq!(answer(&world, query, &theirs).await, to_nobodys, "{query}");
        // The owner is told more, or the comparison would prove nothing.
        let token = world.b.operator();
        let owners = world.api.ask(&token, query, json!({ "id": theirs })).await;
        assert_ne!(
            plain(&json!([owners.status.as_u16(), owners.body]), &theirs),
            to_nobodys,
            "{query}"
        );
    }
}

#[tokio::test]
async fn names_are_taken_within_a_tenant_only() {
    let world = World::start().await;
    for (operator, name) in [
        (world.a.operator(), "shared"),
        (world.b.operator(), "shared"),
    ] {
        let create = "mutation($name: String!) {
            createSite(input: { name: $name }) { name }
            createDevices(input: [{ hostname: $name, interfaces: [
                { name: \"wlan1\", macAddress: \"0c0000000001\", type: \"wlan\" }] }]) { hostname } }";
        let made = world
            .api
            .data(&operator, create, json!({ "name": name }))
            .await;
        assert_eq!(made["createSite"]["name"], name);
    }
}

/// What A is told, without what tells one request from another.
async fn answer(world: &World, query: &str, id: &str) -> Value {
    let answer = world
        .api
        .ask(&world.a.operator(), query, json!({ "id": id }))
        .await;
    plain(&json!([answer.status.as_u16(), answer.body]), id)
}

/// Without the id and what tells one request from another.
pub(super) fn plain(answer: &Value, id: &str) -> Value {
    let mut text = answer.to_string().replace(id, "[the id]");
    while let Some(start) = text.find("\"requestId\":\"") {
        text.replace_range(start..start + 50, "");
    }
    Value::String(text)
}

/// The id of the link that a first poll makes.
pub(super) async fn first_link(world: &World, tenant: &Tenant) -> String {
    Poller::of(world, tenant)
        .await
        .poll(0, 0, &[(0, -60)])
        .await;
    let query = "{ wirelessLinks { nodes { id } } }";
    let asked = eventually("the poll has made a link", async || {
        let data = world.api.data(&tenant.viewer(), query, json!({})).await;
        data["wirelessLinks"]["nodes"][0]["id"]
            .as_str()
            .map(str::to_owned)
    });
    asked.await
}
