//! `viewer`: the caller, as the token says.

use api::auth::role::Role;
use insta::assert_snapshot;
use serde_json::json;
use wisplink_tests::harness::redacted::redacted;
use wisplink_tests::harness::token;
use wisplink_tests::harness::world::World;

#[tokio::test]
async fn the_viewer_is_who_the_token_says() {
    let world = World::start().await;
    let query = "{ viewer { subject role expiresAt tenant { id name createdAt updatedAt } } }";
    let token = token::tenant(Role::Admin, world.a.id);
    let data = world.api.data(&token, query, json!({})).await;
    assert_eq!(data["viewer"]["tenant"]["id"], world.a.id.to_string());
    assert_snapshot!(redacted(&data), @r#"
    {
      "viewer": {
        "expiresAt": "[time]",
        "role": "ADMIN",
        "subject": "test",
        "tenant": {
          "createdAt": "[time]",
          "id": "[id]",
          "name": "Alpine Wireless",
          "updatedAt": "[time]"
        }
      }
    }
    "#);
    let data = world.api.data(&token::platform(), query, json!({})).await;
    assert_snapshot!(redacted(&data), @r#"
    {
      "viewer": {
        "expiresAt": "[time]",
        "role": "PLATFORM",
        "subject": "test",
        "tenant": null
      }
    }
    "#);
}
