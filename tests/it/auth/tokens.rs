//! Tokens that are not to be believed: each is refused, with words that help and tell nothing.

use api::auth::role::Role;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use chrono::Utc;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};
use wisplink_tests::harness::client::{Api, send};
use wisplink_tests::harness::issuer::{Issuer, IssuerKey};
use wisplink_tests::harness::token::{self, SECRET, odd};
use wisplink_tests::harness::world::World;

const QUERY: &str = "{ viewer { subject } }";

const NO_TOKEN: &str = "no token: send the header `Authorization: Bearer <token>`";
const NOT_BEARER: &str = "the Authorization header is not `Bearer <token>`";
const MALFORMED: &str = "this is no token: three parts in base64url, the first naming an `alg` of \
                         HS256, RS256, ES256 or EdDSA, are expected";
const ALGORITHM: &str = "tokens with the `alg` of this one are not accepted here";
const SIGNATURE: &str = "the token's signature is not valid here";
const UNKNOWN_KEY: &str =
    "the token is signed with a key (`kid`) that is not known here; get a new one";
const EXPIRED: &str = "the token has expired; get a new one";
const NOT_YET: &str = "the token is not valid yet: its `nbf` lies ahead";
const ISSUER: &str = "the token's issuer (`iss`) is not the one that is accepted here";
const AUDIENCE: &str = "the token is for another audience (`aud`)";
const ROLE: &str = "the token's claim `role` must be viewer, operator, admin or platform";
const TENANT: &str = "the token's claim `tenant_id` is no UUID";
const HOMELESS: &str = "the token names no tenant; it needs the claim `tenant_id`";
const SUBJECT: &str = "the token's claim `sub` must name somebody";

fn lacks(claim: &str) -> String {
    format!("the token lacks the claim `{claim}`, or it is not what it should be")
}

#[tokio::test]
async fn a_token_that_is_not_to_be_believed_is_refused_with_words() {
    let world = World::start().await;
    let good = good(&world);
    let now = Utc::now().timestamp();
    let claim = |claim, value| changed(&good, claim, value);
    for (token, message) in [
        ("x.y.z".to_owned(), MALFORMED.to_owned()),
        (unsigned(&good), MALFORMED.to_owned()),
        (good_token(&good).replace('.', "!"), MALFORMED.to_owned()),
        (format!("{}=", good_token(&good)), MALFORMED.to_owned()),
        (odd(Algorithm::HS384, &good, SECRET), ALGORITHM.to_owned()),
        (
            odd(Algorithm::HS256, &good, "another secret"),
            SIGNATURE.to_owned(),
        ),
        (claim("exp", json!(now - 60)), EXPIRED.to_owned()),
        (claim("exp", json!("tomorrow")), lacks("exp")),
        (
            claim("exp", json!(1e17)),
            "the token's claim `exp` is no time".to_owned(),
        ),
        (claim("nbf", json!(now + 60)), NOT_YET.to_owned()),
        (claim("iss", json!("another")), ISSUER.to_owned()),
        (claim("aud", json!("another")), AUDIENCE.to_owned()),
        (claim("aud", json!([])), AUDIENCE.to_owned()),
        (claim("role", json!("root")), ROLE.to_owned()),
        (claim("role", json!(["admin"])), ROLE.to_owned()),
        (claim("tenant_id", json!("all")), TENANT.to_owned()),
        (
            claim("tenant_id", json!("'; DROP TABLE tenants; --")),
            TENANT.to_owned(),
        ),
        (claim("sub", json!("")), SUBJECT.to_owned()),
        (without(&good, "exp"), lacks("exp")),
        (without(&good, "iss"), lacks("iss")),
        (without(&good, "aud"), lacks("aud")),
        (without(&good, "sub"), lacks("sub")),
        (without(&good, "role"), ROLE.to_owned()),
        (without(&good, "tenant_id"), HOMELESS.to_owned()),
        (
            "a".repeat(10_000),
            "the token has 10000 bytes, 8192 are allowed".to_owned(),
        ),
    ] {
        is_refused(&world.api, &[&format!("Bearer {token}")], &message).await;
    }
    // What all of them lack: without any fault, the same token opens.
    let data = world.api.data(&good_token(&good), QUERY, json!({})).await;
    assert_eq!(data, json!({ "viewer": { "subject": "eve" } }));
    // A clock may differ by a little.
    let data = world
        .api
        .data(&claim("nbf", json!(now + 2)), QUERY, json!({}))
        .await;
    assert_eq!(data, json!({ "viewer": { "subject": "eve" } }));
}

#[tokio::test]
async fn a_header_that_names_no_one_token_is_refused() {
    let world = World::start().await;
    let token = world.a.viewer();
    let bearer = format!("Bearer {token}");
    let one = "send one Authorization header, of ASCII text";
    for (headers, message) in [
        (&[][..], NO_TOKEN),
        (&[""], NOT_BEARER),
        (&["Bearer"], NOT_BEARER),
        (&["Basic dTpw"], NOT_BEARER),
        (&[&token], NOT_BEARER),
        (&["Bearer é"], one),
        (&[&bearer, &bearer], one),
        (&["Basic dTpw", &bearer], one),
        (&["Bearer "], NOT_BEARER),
        (&["Bearer x"], MALFORMED),
    ] {
        is_refused(&world.api, headers, message).await;
    }
}

/// A public key is no secret; and what a token says of its key is looked up, never followed.
#[tokio::test]
async fn a_token_cannot_choose_how_it_is_checked() {
    let world = World::start().await;
    let (rsa, other) = (
        IssuerKey::new(Algorithm::RS256, "rsa"),
        IssuerKey::new(Algorithm::RS256, "rsa"),
    );
    let ed = IssuerKey::new(Algorithm::EdDSA, "ed");
    let second = IssuerKey::new(Algorithm::EdDSA, "ed-2");
    let issuer = Issuer::start(&[&rsa, &ed, &second]).await;
    let mut config = world.config.clone();
    config.auth.jwks_url = Some(issuer.url().into());
    let replica = world.start_replica_with(config).await;
    let claims = token::claims(Role::Viewer, Some(world.a.id));
    world
        .api
        .data(&token::signed(&claims), QUERY, json!({}))
        .await;
    let value = serde_json::to_value(&claims).unwrap();
    let modulus = rsa.jwk()["n"].as_str().unwrap();
    let public = rsa.jwk().to_string();
    let named = |kid: &str| rsa.sign_as(&claims, Some(kid));
    for (token, message) in [
        (odd(Algorithm::HS256, &value, modulus), SIGNATURE),
        (odd(Algorithm::HS256, &value, &public), SIGNATURE),
        (odd(Algorithm::HS256, &value, ""), SIGNATURE),
        (with_own_key(&value, &rsa), SIGNATURE),
        (other.sign(&claims), SIGNATURE),
        // A key of the set, but of another algorithm than the token's.
        (named("ed"), UNKNOWN_KEY),
        (named("../../../../dev/null"), UNKNOWN_KEY),
        (named("' OR 1=1 --"), UNKNOWN_KEY),
        (named(&"k".repeat(3_000)), UNKNOWN_KEY),
        (named("http://127.0.0.1:1/keys"), UNKNOWN_KEY),
        (named(""), UNKNOWN_KEY),
        // None is named, and two would fit.
        (ed.sign_as(&claims, None), UNKNOWN_KEY),
    ] {
        is_refused(&replica.api, &[&format!("Bearer {token}")], message).await;
    }
    // One is enough to know which is meant.
    for token in [
        rsa.sign(&claims),
        ed.sign(&claims),
        rsa.sign_as(&claims, None),
    ] {
        replica.api.data(&token, QUERY, json!({})).await;
    }
    // Nothing is published for this one.
    is_refused(
        &world.api,
        &[&format!("Bearer {}", rsa.sign(&claims))],
        ALGORITHM,
    )
    .await;
    assert!(issuer.asked() <= 3, "asked {} times", issuer.asked());
    replica.stop().await;
}

fn good(world: &World) -> Value {
    let now = Utc::now().timestamp();
    json!({
        "sub": "eve", "tenant_id": world.a.id, "role": "viewer", "iss": "wisplink",
        "aud": "wisplink", "iat": now, "exp": now + 600,
    })
}

fn good_token(claims: &Value) -> String {
    odd(Algorithm::HS256, claims, SECRET)
}

fn changed(good: &Value, claim: &str, value: Value) -> String {
    let mut claims = good.clone();
    claims[claim] = value;
    good_token(&claims)
}

fn without(good: &Value, claim: &str) -> String {
    let mut claims = good.clone();
    claims.as_object_mut().unwrap().remove(claim);
    good_token(&claims)
}

/// A token with `alg: none`.
fn unsigned(claims: &Value) -> String {
    let part = |part: &Value| BASE64.encode(part.to_string());
    let header = json!({ "alg": "none", "typ": "JWT" });
    format!("{}.{}.", part(&header), part(claims))
}

/// A token that brings its key with it, and says where it were to be had.
fn with_own_key(claims: &Value, published: &IssuerKey) -> String {
    let own = IssuerKey::new(Algorithm::RS256, "rsa");
    let header = Header {
        jwk: serde_json::from_value(own.jwk().clone()).unwrap(),
        jku: Some("http://127.0.0.1:1/keys".to_owned()),
        kid: published.jwk()["kid"].as_str().map(str::to_owned),
        ..Header::new(Algorithm::RS256)
    };
    let key = EncodingKey::from_rsa_pem(own.pem().as_bytes()).unwrap();
    jsonwebtoken::encode(&header, claims, &key).unwrap()
}

async fn is_refused(api: &Api, authorization: &[&str], message: &str) {
    let mut request = api.post("/graphql").json(&json!({ "query": QUERY }));
    for value in authorization {
        request = request.header("authorization", value.as_bytes());
    }
    let answer = send(request).await;
    let said = ("UNAUTHENTICATED".to_owned(), message.to_owned());
    assert_eq!(answer.error(), said, "{authorization:?}");
    assert_eq!(answer.status, 401, "{authorization:?}");
    let challenge = answer.headers["www-authenticate"].to_str().unwrap();
    assert!(
        challenge.starts_with("Bearer realm=\"wisplink\""),
        "{challenge}"
    );
    assert!(answer.body.get("data").is_none_or(Value::is_null));
}
