//! API keys: what they open, for how long, and how they are taken back on every replica.

use std::time::{Duration, Instant};

use api::auth::role::Role;
use chrono::{DateTime, TimeDelta, Utc};
use insta::assert_snapshot;
use serde_json::{Value, json};
use sqlx::Row as _;
use wisplink_tests::harness::client::Api;
use wisplink_tests::harness::redacted::redacted;
use wisplink_tests::harness::tenant::{FEED, Tenant, as_platform};
use wisplink_tests::harness::token;
use wisplink_tests::harness::world::{World, eventually};

pub(super) const CREATE: &str =
    "mutation($input: CreateApiKeyInput!) { createApiKey(input: $input) {
    secret apiKey { id name role createdAt expiresAt revokedAt lastUsedAt } } }";
const REVOKE: &str = "mutation($id: ID!) { revokeApiKey(id: $id) { id revokedAt } }";
const LIST: &str = "{ apiKeys { nodes { id name role expiresAt revokedAt lastUsedAt } } }";
pub(super) const WHO: &str =
    "{ viewer { subject role expiresAt tenant { name } } sites { totalCount } }";

const REVOKED: &str = "the API key was revoked; ask an admin for a new one";
const EXPIRED: &str = "the API key has expired; ask an admin for a new one";
pub(super) const ABSENT: &str = "there is no such API key; it may belong to another wisplink";
const MALFORMED: &str =
    "this is no API key: `wlk_` and 43 characters are expected; see that all of it was copied";

pub(super) fn admin(tenant: &Tenant) -> String {
    token::tenant(Role::Admin, tenant.id)
}

/// A new key of `tenant`: its id and its secret.
pub(super) async fn create(
    api: &Api,
    tenant: &Tenant,
    role: &str,
    end: Option<DateTime<Utc>>,
) -> (String, String) {
    let input = json!({ "name": "robot", "role": role, "expiresAt": end });
    let made = api
        .data(&admin(tenant), CREATE, json!({ "input": input }))
        .await;
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let made = &made["createApiKey"];
    (text(&made["apiKey"]["id"]), text(&made["secret"]))
}

async fn revoke(api: &Api, tenant: &Tenant, id: &str) {
    api.data(&admin(tenant), REVOKE, json!({ "id": id })).await;
}

/// Waits until `api` refuses `key`, and says how long that took.
async fn refused(api: &Api, key: &str, words: &str) -> Duration {
    let begun = Instant::now();
    eventually("the key is refused", async || {
        let answer = api.ask(key, WHO, json!({})).await;
        answer.body.get("errors")?;
        assert_eq!(
            answer.error(),
            ("UNAUTHENTICATED".to_owned(), words.to_owned())
        );
        Some(())
    })
    .await;
    begun.elapsed()
}

#[tokio::test]
async fn a_key_opens_what_its_role_may_in_its_own_tenant() {
    let world = World::start().await;
    for tenant in [&world.a, &world.b] {
        let (id, key) = create(&world.api, tenant, "OPERATOR", None).await;
        let who = world.api.data(&key, WHO, json!({})).await;
        assert_eq!(
            who["viewer"],
            json!({
                "subject": format!("api-key:{id}"), "role": "OPERATOR", "expiresAt": null,
                "tenant": { "name": tenant.name },
            })
        );
        let site = r#"mutation { createSite(input: { name: "By key" }) { name } }"#;
        world.api.data(&key, site, json!({})).await;
        let mut socket = world.api.subscriber(&key).await;
        socket.subscribe("1", WHO, json!({})).await;
        assert_eq!(socket.next().await["sites"]["totalCount"], 2);
        let input = json!({ "input": { "name": "more", "role": "VIEWER" } });
        let said = world.api.error(&key, CREATE, input).await;
        assert_eq!(
            said.1,
            "createApiKey needs the role admin or platform; yours is operator"
        );
        let named = world.api.post("/graphql").bearer_auth(&key);
        let named = named.header("x-tenant-id", world.b.id.to_string());
        let answer =
            wisplink_tests::harness::client::send(named.json(&json!({ "query": WHO }))).await;
        assert_eq!(answer.error().0, "FORBIDDEN");
    }
}

#[tokio::test]
async fn a_keys_secret_is_shown_once_and_kept_nowhere() {
    let world = World::start().await;
    let input = json!({ "name": " poller ", "role": "VIEWER" });
    let made = world
        .api
        .data(&admin(&world.a), CREATE, json!({ "input": input }))
        .await;
    let secret = made["createApiKey"]["secret"].as_str().unwrap().to_owned();
    assert!(secret.starts_with("wlk_") && secret.len() == 47);
    assert_snapshot!(redacted(&made["createApiKey"]["apiKey"]), @r#"
    {
      "createdAt": "[time]",
      "expiresAt": null,
      "id": "[id]",
      "lastUsedAt": null,
      "name": "poller",
      "revokedAt": null,
      "role": "VIEWER"
    }
    "#);
    world.api.data(&secret, WHO, json!({})).await;
    let mut db = world.database.session().await;
    let dump = "SELECT to_jsonb(k)::text FROM api_keys k";
    let rows = sqlx::query(dump).fetch_all(&mut db).await.unwrap();
    assert_eq!(rows.len(), 1);
    assert!(!rows[0].get::<String, _>(0).contains(&secret[4..]));
    let used = eventually("its use is written down", async || {
        let list = world.api.data(&admin(&world.a), LIST, json!({})).await;
        let node = list["apiKeys"]["nodes"][0].clone();
        (!node["lastUsedAt"].is_null()).then_some(node)
    })
    .await;
    assert_eq!(used["id"], made["createApiKey"]["apiKey"]["id"]);
    let theirs = world.api.data(&admin(&world.b), LIST, json!({})).await;
    assert_eq!(theirs["apiKeys"]["nodes"], json!([]));
}

#[tokio::test]
async fn what_is_no_key_or_cannot_be_made_is_refused_with_words() {
    let world = World::start().await;
    let (id, key) = create(&world.api, &world.a, "VIEWER", None).await;
    let foreign = format!("wlk_{}", "A".repeat(43));
    for (shown, words) in [
        (&foreign[..], ABSENT),
        (&foreign[..], ABSENT),
        (&key[..46], MALFORMED),
        ("wlk_", MALFORMED),
        ("wlk_' OR 1=1 --", MALFORMED),
    ] {
        let said = world.api.error(shown, WHO, json!({})).await;
        assert_eq!(said, ("UNAUTHENTICATED".to_owned(), words.to_owned()));
    }
    let past = Utc::now() - TimeDelta::seconds(1);
    for (input, words) in [
        (
            json!({ "name": " ", "role": "VIEWER" }),
            "an API key's name must have 1 to 200 characters",
        ),
        (
            json!({ "name": "late", "role": "VIEWER", "expiresAt": past }),
            "expiresAt lies in the past; give a later time, or none for a key without end",
        ),
    ] {
        let said = world
            .api
            .error(&admin(&world.a), CREATE, json!({ "input": input }))
            .await;
        assert_eq!(said, ("BAD_INPUT".to_owned(), words.to_owned()));
    }
    let platform = json!({ "input": { "name": "root", "role": "PLATFORM" } });
    let said = world.api.error(&admin(&world.a), CREATE, platform).await;
    assert_eq!(said.0, "BAD_INPUT");
    // Another tenant's key is one that nobody has.
    let said = world
        .api
        .error(&admin(&world.b), REVOKE, json!({ "id": id }))
        .await;
    assert_eq!(
        said,
        ("NOT_FOUND".to_owned(), format!("there is no API key {id}"))
    );
    world.api.data(&key, WHO, json!({})).await;
    let nobody = entity::ids::TenantId::new();
    let made = r#"mutation { createApiKey(input: { name: "x", role: ADMIN }) { secret } }"#;
    let answer = as_platform(&world.api, nobody, made).await;
    assert_eq!(answer["errors"][0]["extensions"]["code"], "NOT_FOUND");
}

#[tokio::test]
async fn a_revoked_key_opens_nothing_on_any_replica_and_its_sockets_close() {
    let world = World::start().await;
    let replica = world.start_replica().await;
    let (id, key) = create(&world.api, &world.a, "VIEWER", None).await;
    let (_, other) = create(&world.api, &world.a, "VIEWER", None).await;
    let mut sockets = Vec::new();
    for api in [&world.api, &replica.api] {
        api.data(&key, WHO, json!({})).await;
        let mut socket = api.subscriber(&key).await;
        socket.subscribe("feed", FEED, json!({})).await;
        sockets.push(socket);
    }
    let mut bystander = replica.api.subscriber(&other).await;

    revoke(&world.api, &world.a, &id).await;
    let begun = Instant::now();
    let took = refused(&replica.api, &key, REVOKED).await;
    for mut socket in sockets {
        let farewell = (4403, "the API key was revoked".to_owned());
        assert_eq!(socket.closed().await, farewell);
    }
    eprintln!(
        "refused after {took:?}, all sockets closed after {:?}",
        begun.elapsed()
    );
    let mut late = replica.api.socket().await;
    let payload = json!({ "authorization": format!("Bearer {key}") });
    late.say(json!({ "type": "connection_init", "payload": payload }))
        .await;
    assert_eq!(
        late.closed().await,
        (4401, format!("Unauthorized: {REVOKED}"))
    );
    refused(&world.api, &key, REVOKED).await;

    bystander.subscribe("1", WHO, json!({})).await;
    bystander.next().await;
    // The first time stands, however often it is revoked.
    let again = async || {
        world
            .api
            .data(&admin(&world.a), REVOKE, json!({ "id": id }))
            .await
    };
    assert_eq!(again().await, again().await);
    replica.stop().await;
}

#[tokio::test]
async fn a_key_ends_at_its_time_and_so_do_its_sockets() {
    let world = World::start().await;
    let end = Utc::now() + TimeDelta::seconds(3);
    let (_, key) = create(&world.api, &world.a, "VIEWER", Some(end)).await;
    world.api.data(&key, WHO, json!({})).await;
    let mut socket = world.api.subscriber(&key).await;
    socket.subscribe("feed", FEED, json!({})).await;
    assert_eq!(socket.closed().await.0, 4403);
    refused(&world.api, &key, EXPIRED).await;
    assert!(Utc::now() >= end - TimeDelta::seconds(1), "before its time");
}

/// Wrongly refused is what a program would give up on; so it is told to try again.
#[tokio::test]
async fn without_a_database_keys_are_not_called_wrong() {
    let world = World::start().await;
    let (_, key) = create(&world.api, &world.a, "VIEWER", None).await;
    world.api.data(&key, WHO, json!({})).await;
    let mut config = world.config.clone();
    config.database.url = "postgres://127.0.0.1:1/nothing".into();
    let replica = world.start_replica_with(config).await;
    let answer = replica.api.ask(&key, "{ __typename }", json!({})).await;
    let words = "the database does not answer; try again".to_owned();
    assert_eq!(answer.error(), ("UNAVAILABLE".to_owned(), words));
    assert_eq!(answer.status, 503);
    let mut socket = replica.api.socket().await;
    let payload = json!({ "authorization": format!("Bearer {key}") });
    let init = json!({ "type": "connection_init", "payload": payload });
    socket.say(init).await;
    let words = "the database does not answer; try again".to_owned();
    assert_eq!(socket.closed().await, (1013, words), "clients come back");
    // A token needs no database, nor does what is no key.
    replica
        .api
        .data(&world.a.viewer(), "{ __typename }", json!({}))
        .await;
    assert_eq!(
        replica.api.error("wlk_x", WHO, json!({})).await.0,
        "UNAUTHENTICATED"
    );
    replica.stop().await;
}
