//! Keys that an identity provider publishes: used, rotated, withdrawn, and not to be had.

use api::auth::claims::Claims;
use api::auth::role::Role;
use axum::http::StatusCode;
use jsonwebtoken::Algorithm;
use serde_json::json;
use wisplink_tests::harness::client::Api;
use wisplink_tests::harness::issuer::{Issuer, IssuerKey};
use wisplink_tests::harness::token;
use wisplink_tests::harness::world::{Replica, World, eventually};

const QUERY: &str = "{ viewer { subject } }";
const FAILURES: &str = "wisplink_jwks_failures_total";

async fn replica_of(world: &World, url: &str, secret: bool) -> Replica {
    let mut config = world.config.clone();
    config.auth.jwks_url = Some(url.into());
    if !secret {
        config.auth.hs256_secret = None;
    }
    world.start_replica_with(config).await
}

fn claims(world: &World) -> Claims {
    token::claims(Role::Viewer, Some(world.a.id))
}

/// The code a token is refused with; none when it is let in.
async fn code(api: &Api, token: &str) -> Option<String> {
    let answer = api.ask(token, QUERY, json!({})).await;
    answer.body.get("errors")?;
    Some(answer.error().0)
}

#[tokio::test]
async fn tokens_of_every_algorithm_are_accepted_beside_those_of_the_secret() {
    let world = World::start().await;
    let keys = [Algorithm::RS256, Algorithm::ES256, Algorithm::EdDSA]
        .map(|algorithm| IssuerKey::new(algorithm, &format!("{algorithm:?}")));
    let issuer = Issuer::start(&keys.each_ref()).await;
    let claims = claims(&world);
    let (both, alone) = (
        replica_of(&world, issuer.url(), true).await,
        replica_of(&world, issuer.url(), false).await,
    );
    for key in &keys {
        let token = key.sign(&claims);
        for api in [&both.api, &alone.api] {
            api.data(&token, QUERY, json!({})).await;
        }
        let mut socket = both.api.subscriber(&token).await;
        socket.subscribe("1", QUERY, json!({})).await;
        assert_eq!(socket.next().await["viewer"]["subject"], "test");
    }
    let own = token::signed(&claims);
    both.api.data(&own, QUERY, json!({})).await;
    let refused = alone.api.error(&own, QUERY, json!({})).await;
    assert_eq!(
        refused.1,
        "tokens with the `alg` of this one are not accepted here"
    );
    assert_eq!(issuer.asked(), 2, "each replica has asked once");
    both.stop().await;
    alone.stop().await;
}

#[tokio::test]
async fn a_new_key_is_found_and_a_withdrawn_one_is_refused() {
    let world = World::start().await;
    let [old, new] = ["old", "new"].map(|kid| IssuerKey::new(Algorithm::ES256, kid));
    let issuer = Issuer::start(&[&old]).await;
    let replica = replica_of(&world, issuer.url(), false).await;
    let [old_token, new_token] = [&old, &new].map(|key| key.sign(&claims(&world)));
    replica.api.data(&old_token, QUERY, json!({})).await;
    let refused = code(&replica.api, &new_token).await;
    assert_eq!(refused.as_deref(), Some("UNAUTHENTICATED"));

    issuer.publish(&[&old, &new]);
    eventually("the new key is known", async || {
        code(&replica.api, &new_token).await.is_none().then_some(())
    })
    .await;
    replica.api.data(&old_token, QUERY, json!({})).await;

    issuer.publish(&[&new]);
    // Whoever comes with a key that nobody knows makes the API look again.
    let stranger = IssuerKey::new(Algorithm::ES256, "stranger").sign(&claims(&world));
    eventually("the old key is no more", async || {
        code(&replica.api, &stranger).await;
        code(&replica.api, &old_token).await
    })
    .await;
    replica.api.data(&new_token, QUERY, json!({})).await;
    replica.stop().await;
}

#[tokio::test]
async fn known_keys_go_on_serving_while_the_issuer_is_away_or_talks_nonsense() {
    let world = World::start().await;
    let key = IssuerKey::new(Algorithm::EdDSA, "ed");
    let issuer = Issuer::start(&[&key]).await;
    let replica = replica_of(&world, issuer.url(), true).await;
    let good = key.sign(&claims(&world));
    let stranger = IssuerKey::new(Algorithm::EdDSA, "stranger").sign(&claims(&world));
    replica.api.data(&good, QUERY, json!({})).await;
    let huge = format!("{{\"keys\":[{}]}}", "{},".repeat(200_000));
    for (status, text) in [
        (StatusCode::SERVICE_UNAVAILABLE, "try later"),
        (StatusCode::OK, "<html>a login page</html>"),
        (StatusCode::OK, &*huge),
    ] {
        issuer.say(status, text);
        let before = replica.api.counted(FAILURES).await;
        eventually("the API has asked in vain", async || {
            let refused = code(&replica.api, &stranger).await;
            assert_eq!(refused.as_deref(), Some("UNAUTHENTICATED"));
            (replica.api.counted(FAILURES).await > before).then_some(())
        })
        .await;
        replica.api.data(&good, QUERY, json!({})).await;
    }
    // Slow: only who needs news waits for it.
    issuer.fall_silent();
    let asked = issuer.asked();
    eventually("the API asks again", async || {
        code(&replica.api, &stranger).await;
        (issuer.asked() > asked).then_some(())
    })
    .await;
    replica.api.data(&good, QUERY, json!({})).await;
    replica.stop().await;
}

#[tokio::test]
async fn with_keys_that_were_never_to_be_had_the_rest_works() {
    let world = World::start().await;
    let key = IssuerKey::new(Algorithm::ES256, "k");
    let issuer = Issuer::start(&[&key]).await;
    issuer.say(StatusCode::INTERNAL_SERVER_ERROR, "");
    let replica = replica_of(&world, issuer.url(), true).await;
    let (own, theirs) = (world.a.viewer(), key.sign(&claims(&world)));
    replica.api.data(&own, QUERY, json!({})).await;
    let refused = replica.api.ask(&theirs, QUERY, json!({})).await;
    let words = "the keys that tokens are signed with cannot be fetched now; try again";
    assert_eq!(
        refused.error(),
        ("UNAVAILABLE".to_owned(), words.to_owned())
    );
    assert_eq!(refused.status, 503);
    issuer.publish(&[&key]);
    eventually("the keys are known", async || {
        code(&replica.api, &theirs).await.is_none().then_some(())
    })
    .await;
    replica.stop().await;
}

/// Whoever answers in the place of another is not who was trusted.
#[tokio::test]
async fn nobody_is_followed_to_keys_elsewhere() {
    let world = World::start().await;
    let key = IssuerKey::new(Algorithm::ES256, "k");
    let issuer = Issuer::start(&[&key]).await;
    let replica = replica_of(&world, &issuer.moved_url(), true).await;
    let theirs = key.sign(&claims(&world));
    let refused = code(&replica.api, &theirs).await;
    assert_eq!(refused.as_deref(), Some("UNAVAILABLE"));
    assert!(replica.api.counted(FAILURES).await > 0);
    assert_eq!(issuer.asked(), 0);
    replica.stop().await;
}

#[tokio::test]
async fn keys_may_stand_in_a_file_that_changes() {
    let world = World::start().await;
    let [old, new] = ["old", "new"].map(|kid| IssuerKey::new(Algorithm::ES256, kid));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys.json");
    let write = |key: &IssuerKey| {
        let set = json!({ "keys": [key.jwk()] });
        std::fs::write(&path, set.to_string()).unwrap();
    };
    write(&old);
    let mut config = world.config.clone();
    config.auth.jwks_file = Some(path.clone());
    let replica = world.start_replica_with(config).await;
    let [old, new_token] = [&old, &new].map(|key| key.sign(&claims(&world)));
    replica.api.data(&old, QUERY, json!({})).await;
    write(&new);
    eventually("the new key is known", async || {
        code(&replica.api, &new_token).await.is_none().then_some(())
    })
    .await;
    assert_eq!(
        code(&replica.api, &old).await.as_deref(),
        Some("UNAUTHENTICATED")
    );
    replica.stop().await;
}
