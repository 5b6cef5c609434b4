//! Who is let in, and what each role may do.

use api::auth::role::Role;
use serde_json::json;
use wisplink_tests::harness::client::send;
use wisplink_tests::harness::tenant::as_platform;
use wisplink_tests::harness::token;
use wisplink_tests::harness::world::World;

const QUERY: &str = "{ viewer { subject } }";

#[tokio::test]
async fn each_mutation_is_for_the_roles_it_names_and_for_no_other() {
    const TENANT: &str = r#"mutation { createTenant(input: { name: "New" }) { name } }"#;
    const SITE: &str = r#"mutation { createSite(input: { name: "New" }) { name } }"#;
    const DEVICES: &str =
        r#"mutation { createDevices(input: [{ hostname: "new" }]) { hostname } }"#;

    let world = World::start().await;
    for (role, mutation, message) in [
        (
            Role::Viewer,
            SITE,
            "createSite needs the role operator or admin or platform; yours is viewer",
        ),
        (
            Role::Viewer,
            DEVICES,
            "createDevices needs the role operator or admin or platform; yours is viewer",
        ),
        (
            Role::Viewer,
            TENANT,
            "createTenant needs the role platform; yours is viewer",
        ),
        (
            Role::Operator,
            TENANT,
            "createTenant needs the role platform; yours is operator",
        ),
        (
            Role::Admin,
            TENANT,
            "createTenant needs the role platform; yours is admin",
        ),
        (
            Role::Admin,
            "{ tenants { nodes { id } } }",
            "tenants needs the role platform; yours is admin",
        ),
    ] {
        let token = token::tenant(role, world.a.id);
        let said = world.api.error(&token, mutation, json!({})).await;
        assert_eq!(said, ("FORBIDDEN".to_owned(), message.to_owned()));
    }
    let query = "{ sites { totalCount } devices { totalCount } }";
    let there = world.api.data(&world.a.viewer(), query, json!({})).await;
    assert_eq!(there["sites"]["totalCount"], 1);
    assert_eq!(there["devices"]["totalCount"], 5);

    let admin = token::tenant(Role::Admin, world.a.id);
    assert_eq!(
        world.api.data(&admin, SITE, json!({})).await["createSite"]["name"],
        "New"
    );
    let operator = world.a.operator();
    let made = world.api.data(&operator, DEVICES, json!({})).await;
    assert_eq!(made["createDevices"][0]["hostname"], "new");
}

#[tokio::test]
async fn a_viewer_can_neither_change_nor_delete_anything() {
    let world = World::start().await;
    for (name, arguments) in [
        (
            "updateSite",
            format!("input: {{ id: \"{}\", name: \"New\" }}", world.a.site),
        ),
        ("deleteSite", format!("id: \"{}\"", world.a.site)),
        (
            "updateDevice",
            format!("input: {{ id: \"{}\", hostname: \"new\" }}", world.a.aps[0]),
        ),
        ("deleteDevice", format!("id: \"{}\"", world.a.aps[0])),
        ("forgetLink", format!("id: \"{}\"", world.a.site)),
    ] {
        let mutation = format!("mutation {{ {name}({arguments}) {{ id }} }}");
        let said = world
            .api
            .error(&world.a.viewer(), &mutation, json!({}))
            .await;
        let message =
            format!("{name} needs the role operator or admin or platform; yours is viewer");
        assert_eq!(said, ("FORBIDDEN".to_owned(), message));
    }
}

#[tokio::test]
async fn a_platform_operator_acts_in_the_tenant_that_a_header_names() {
    let world = World::start().await;
    let whose = "{ viewer { role tenant { name } } devices { nodes { id } } }";
    for tenant in [&world.a, &world.b] {
        let answer = as_platform(&world.api, tenant.id, whose).await;
        assert_eq!(
            answer["data"]["viewer"]["tenant"]["name"],
            tenant.name.as_str()
        );
        assert_eq!(
            answer["data"]["devices"]["nodes"][0]["id"],
            tenant.aps[0].to_string()
        );
    }
    let made = r#"mutation { createSite(input: { name: "By the platform" }) { id } }"#;
    assert!(
        as_platform(&world.api, world.b.id, made)
            .await
            .get("errors")
            .is_none()
    );
    let sites = "{ sites { totalCount } }";
    let count = async |token: String| {
        world.api.data(&token, sites, json!({})).await["sites"]["totalCount"].clone()
    };
    assert_eq!(count(world.a.viewer()).await, 1);
    assert_eq!(count(world.b.viewer()).await, 2);

    for field in [
        "{ devices { totalCount } }",
        "{ linkSummary { total } }",
        sites,
        made,
    ] {
        let said = world.api.error(&token::platform(), field, json!({})).await;
        let message = "no tenant chosen: name it with the header X-Tenant-Id";
        assert_eq!(
            said,
            ("BAD_INPUT".to_owned(), message.to_owned()),
            "{field}"
        );
    }
}

#[tokio::test]
async fn a_platform_operator_changes_nothing_in_a_tenant_that_is_not_there() {
    let world = World::start().await;
    let nobody = entity::ids::TenantId::new();
    for mutation in [
        r#"mutation { createSite(input: { name: "Nowhere" }) { id } }"#,
        r#"mutation { createDevices(input: [{ hostname: "nowhere" }]) { id } }"#,
    ] {
        let answer = as_platform(&world.api, nobody, mutation).await;
        let error = &answer["errors"][0];
        assert_eq!(error["extensions"]["code"], "NOT_FOUND", "{answer:#}");
        assert_eq!(error["message"], format!("there is no tenant {nobody}"));
    }
}

#[tokio::test]
async fn the_tenant_header_is_for_the_platform_only_and_must_be_an_id() {
    let world = World::start().await;
    for (token, tenant, status, code) in [
        (world.a.viewer(), world.b.id.to_string(), 403, "FORBIDDEN"),
        (world.a.viewer(), world.a.id.to_string(), 403, "FORBIDDEN"),
        (
            token::tenant(Role::Admin, world.a.id),
            world.b.id.to_string(),
            403,
            "FORBIDDEN",
        ),
        (token::platform(), "everything".to_owned(), 400, "BAD_INPUT"),
    ] {
        let request = world.api.post("/graphql").bearer_auth(token);
        let request = request.header("x-tenant-id", tenant);
        let answer = send(request.json(&json!({ "query": QUERY }))).await;
        assert_eq!(answer.error().0, code);
        assert_eq!(answer.status, status);
    }
    // Two would be one for whoever stands before wisplink, and another for wisplink.
    let request = world.api.post("/graphql").bearer_auth(token::platform());
    let request = request.header("x-tenant-id", world.a.id.to_string());
    let request = request.header("x-tenant-id", world.b.id.to_string());
    let answer = send(request.json(&json!({ "query": QUERY }))).await;
    let words = "send one X-Tenant-Id header, of ASCII text".to_owned();
    assert_eq!(answer.error(), ("BAD_INPUT".to_owned(), words));
    assert_eq!(answer.status, 400);
}
