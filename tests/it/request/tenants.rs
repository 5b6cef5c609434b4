//! `tenants` and `createTenant`: the platform's own.

use serde_json::{Value, json};
use wisplink_tests::harness::token;
use wisplink_tests::harness::world::World;

const CREATE: &str =
    "mutation($name: String!) { createTenant(input: { name: $name }) { id name } }";

#[tokio::test]
async fn the_platform_pages_through_all_tenants() {
    let world = World::start().await;
    let platform = token::platform();
    for n in 0..3 {
        world
            .api
            .data(&platform, CREATE, json!({ "name": format!("Tenant {n}") }))
            .await;
    }
    let query = "query($after: String) { tenants(first: 2, after: $after) {
        nodes { name } pageInfo { hasNextPage endCursor } } }";
    let (mut names, mut after) = (Vec::new(), Value::Null);
    loop {
        let page = world
            .api
            .data(&platform, query, json!({ "after": after }))
            .await;
        let nodes = page["tenants"]["nodes"].as_array().unwrap();
        names.extend(
            nodes
                .iter()
                .map(|node| node["name"].as_str().unwrap().to_owned()),
        );
        after = page["tenants"]["pageInfo"]["endCursor"].clone();
        if page["tenants"]["pageInfo"]["hasNextPage"] == false {
            break;
        }
    }
    assert_eq!(
        names,
        [
            "Alpine Wireless",
            "Prairie Broadband",
            "Tenant 0",
            "Tenant 1",
            "Tenant 2"
        ]
    );
}

#[tokio::test]
async fn a_tenant_has_a_name_of_its_own() {
    let world = World::start().await;
    let platform = token::platform();
    let longest = "ü".repeat(200);
    let made = world
        .api
        .data(&platform, CREATE, json!({ "name": format!(" {longest} ") }))
        .await;
    assert_eq!(made["createTenant"]["name"], longest);
    for (name, code, message) in [
        (
            "Alpine Wireless",
            "CONFLICT",
            "there is already a tenant named \"Alpine Wireless\"",
        ),
        (
            "  ",
            "BAD_INPUT",
            "a tenant's name must have 1 to 200 characters",
        ),
        (
            &"x".repeat(201),
            "BAD_INPUT",
            "a tenant's name must have 1 to 200 characters",
        ),
        (
            "a\u{0}b",
            "BAD_INPUT",
            "a tenant's name holds control characters",
        ),
    ] {
        let said = world
            .api
            .error(&platform, CREATE, json!({ "name": name }))
            .await;
        assert_eq!(said, (code.to_owned(), message.to_owned()));
    }
}
