//! Who may not: every root field of the schema is denied to somebody, and is asked by them here.

use std::collections::BTreeSet;

use api::auth::role::Role;
use serde_json::json;
use wisplink_tests::harness::client::send;
use wisplink_tests::harness::everything::Everything;
use wisplink_tests::harness::subscriber::Incoming;
use wisplink_tests::harness::token;
use wisplink_tests::harness::world::World;

use Denied::{Nobody, Roles};

/// To whom a field is denied besides the unauthenticated, who are denied everything.
enum Denied {
    /// Every role may.
    Nobody,
    /// These roles may not.
    Roles(&'static [Role]),
}

const BELOW_PLATFORM: Denied = Roles(&[Role::Viewer, Role::Operator, Role::Admin]);
const BELOW_ADMIN: Denied = Roles(&[Role::Viewer, Role::Operator]);
const BELOW_OPERATOR: Denied = Roles(&[Role::Viewer]);
const ID: &str = "00000000-0000-7000-8000-000000000000";

/// Each root field, how it is asked, and to whom it is denied.
const CASES: &[(&str, &str, Denied)] = &[
    ("Query.viewer", "{ viewer { role } }", Nobody),
    ("Query.node", "{ node(id: $ID) { id } }", Nobody),
    (
        "Query.linkEvents",
        "{ linkEvents { nodes { reason } } }",
        Nobody,
    ),
    (
        "Query.unknownClients",
        "{ unknownClients { nodes { __typename } } }",
        Nobody,
    ),
    (
        "Mutation.updateSite",
        r#"mutation { updateSite(input: { id: $ID, name: "New" }) { id } }"#,
        BELOW_OPERATOR,
    ),
    (
        "Mutation.deleteSite",
        "mutation { deleteSite(id: $ID) { id } }",
        BELOW_OPERATOR,
    ),
    (
        "Mutation.updateDevice",
        r#"mutation { updateDevice(input: { id: $ID, model: "New" }) { id } }"#,
        BELOW_OPERATOR,
    ),
    (
        "Mutation.deleteDevice",
        "mutation { deleteDevice(id: $ID) { id } }",
        BELOW_OPERATOR,
    ),
    (
        "Mutation.forgetLink",
        "mutation { forgetLink(id: $ID) { id } }",
        BELOW_OPERATOR,
    ),
    (
        "Query.wirelessLink",
        "{ wirelessLink(id: $ID) { id } }",
        Nobody,
    ),
    (
        "Query.wirelessLinks",
        "{ wirelessLinks { nodes { id } } }",
        Nobody,
    ),
    ("Query.linkSummary", "{ linkSummary { total } }", Nobody),
    ("Query.device", "{ device(id: $ID) { id } }", Nobody),
    ("Query.devices", "{ devices { nodes { id } } }", Nobody),
    (
        "Query.deviceInterfaces",
        r#"{ deviceInterfaces(mac: "6C:3B:6B:A2:00:01") { id } }"#,
        Nobody,
    ),
    ("Query.site", "{ site(id: $ID) { id } }", Nobody),
    ("Query.sites", "{ sites { nodes { id } } }", Nobody),
    ("Query.linkPolicy", "{ linkPolicy { __typename } }", Nobody),
    (
        "Query.tenants",
        "{ tenants { nodes { id } } }",
        BELOW_PLATFORM,
    ),
    ("Query.apiKeys", "{ apiKeys { nodes { id } } }", BELOW_ADMIN),
    (
        "Mutation.createTenant",
        r#"mutation { createTenant(input: { name: "New" }) { id } }"#,
        BELOW_PLATFORM,
    ),
    (
        "Mutation.createSite",
        r#"mutation { createSite(input: { name: "New" }) { id } }"#,
        BELOW_OPERATOR,
    ),
    (
        "Mutation.createDevices",
        r#"mutation { createDevices(input: [{ hostname: "new" }]) { id } }"#,
        BELOW_OPERATOR,
    ),
    (
        "Mutation.setLinkPolicy",
        "mutation { setLinkPolicy(input: { weakPolls: 1 }) { __typename } }",
        BELOW_OPERATOR,
    ),
    (
        "Mutation.clearLinkPolicy",
        "mutation { clearLinkPolicy { __typename } }",
        BELOW_OPERATOR,
    ),
    (
        "Mutation.createApiKey",
        r#"mutation { createApiKey(input: { name: "New", role: VIEWER }) { secret } }"#,
        BELOW_ADMIN,
    ),
    (
        "Mutation.revokeApiKey",
        "mutation { revokeApiKey(id: $ID) { id } }",
        BELOW_ADMIN,
    ),
    (
        "Subscription.linkUpdates",
        "subscription { linkUpdates { __typename } }",
        Nobody,
    ),
    (
        "Subscription.linkSummary",
        "subscription { linkSummary { total } }",
        Nobody,
    ),
    (
        "Subscription.linkEvents",
        "subscription { linkEvents { __typename } }",
        Nobody,
    ),
];

/// What `$ID` stands for.
fn operation(text: &str) -> String {
    text.replace("$ID", &format!("{ID:?}"))
}

#[tokio::test]
async fn every_root_field_has_its_denials_here() {
    let world = World::start().await;
    let schema = Everything::of(&world.api, &world.a.viewer(), [].into()).await;
    let served: BTreeSet<String> = ["Query", "Mutation", "Subscription"]
        .iter()
        .flat_map(|root| {
            schema
                .fields(root)
                .into_iter()
                .map(move |field| format!("{root}.{field}"))
        })
        .collect();
    let cases: BTreeSet<String> = CASES
        .iter()
        .map(|(field, ..)| (*field).to_owned())
        .collect();
    assert_eq!(
        cases, served,
        "each root field needs a line in CASES, and each line a field"
    );
}

#[tokio::test]
async fn whoever_may_not_is_told_so_and_whoever_may_is_not() {
    let world = World::start().await;
    for (field, text, denied) in CASES {
        let (operation, denied) = (
            operation(text),
            match denied {
                Nobody => &[][..],
                Roles(roles) => roles,
            },
        );
        if field.starts_with("Subscription.") {
            assert!(
                denied.is_empty(),
                "{field}: say how it is denied on a socket"
            );
            continue;
        }
        let asked = world
            .api
            .post("/graphql")
            .json(&json!({ "query": operation }));
        assert_eq!(send(asked).await.error().0, "UNAUTHENTICATED", "{field}");
        for role in Role::ALL {
            let token = match role {
                Role::Platform => token::tenant(Role::Platform, world.a.id),
                _ => token::tenant(role, world.a.id),
            };
            let answer = world.api.ask(&token, &operation, json!({})).await;
            let code = answer.body.get("errors").map(|_| answer.error().0);
            let is_denied = code.as_deref() == Some("FORBIDDEN");
            assert_eq!(
                is_denied,
                denied.contains(&role),
                "{field} as {role:?}: {}",
                answer.body
            );
        }
    }
}

#[tokio::test]
async fn subscriptions_are_for_those_who_were_let_in() {
    let world = World::start().await;
    for (field, text, _) in CASES
        .iter()
        .filter(|(field, ..)| field.starts_with("Subscription."))
    {
        let mut socket = world.api.socket().await;
        socket.subscribe("1", &operation(text), json!({})).await;
        assert_eq!(socket.closed().await.0, 4401, "{field}");
        let mut homeless = world.api.subscriber(&token::platform()).await;
        homeless.subscribe("1", &operation(text), json!({})).await;
        let Incoming::Message(said) = homeless.hear().await else {
            panic!("{field}: closed");
        };
        let code = &said["payload"][0]["extensions"]["code"];
        assert_eq!(
            (&said["type"], code),
            (&json!("error"), &json!("BAD_INPUT")),
            "{field}"
        );
    }
}
