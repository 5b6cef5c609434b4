//! What of link policies the API refuses, and in which words.

use api::auth::role::Role;
use entity::ids::{DeviceId, SiteId};
use entity::link_policy::Threshold;
use serde_json::{Value, json};
use wisplink_tests::harness::token;
use wisplink_tests::harness::world::World;

use super::{CLEAR, SET, SHOW, deviations, field, set};

async fn refused(world: &World, token: &str, input: Value) -> (String, String) {
    world.api.error(token, SET, json!({ "input": input })).await
}

#[tokio::test]
async fn every_bound_can_be_set_and_nothing_beyond() {
    let world = World::start().await;
    // The window first, and alone: the weak polls must fit into it.
    set(&world, &world.a, json!({ "windowPolls": 31 })).await;
    for &threshold in Threshold::ALL {
        let (least, greatest) = threshold.bounds().into_inner();
        let name = field(threshold);
        for value in [greatest, least] {
            if threshold == Threshold::WindowPolls {
                set(&world, &world.a, json!({ "weakPolls": 1 })).await;
            }
            let policy = set(&world, &world.a, json!({ name.clone(): value })).await;
            let values = policy["values"].as_array().unwrap();
            let shown = values
                .iter()
                .find(|value| value["threshold"] == threshold.as_str().to_uppercase());
            assert_eq!(shown.unwrap()["value"], value, "{threshold}");
        }
        let beyond = [Some(least - 1), greatest.checked_add(1)];
        for value in beyond.into_iter().flatten() {
            let input = json!({ name.clone(): value });
            let (code, message) = refused(&world, &world.a.operator(), input).await;
            assert_eq!(code, "BAD_INPUT");
            let words = format!("{name} is {value}; it must lie within {least} and {greatest} ");
            assert!(message.starts_with(&words), "{message}");
        }
    }
}

#[tokio::test]
async fn more_weak_polls_than_the_effective_window_are_refused_whole() {
    let world = World::start().await;
    let operator = world.a.operator();
    let site = json!(world.a.site);
    set(&world, &world.a, json!({ "windowPolls": 4 })).await;
    for input in [
        json!({ "weakPolls": 5, "staleAfterS": 60 }),
        json!({ "siteId": site, "weakPolls": 5, "staleAfterS": 60 }),
        json!({ "siteId": site, "windowPolls": 2 }),
        json!({ "weakPolls": 7, "windowPolls": 6 }),
    ] {
        let (code, message) = refused(&world, &operator, input).await;
        assert_eq!(code, "BAD_INPUT");
        assert!(message.starts_with("weakPolls would be "), "{message}");
    }
    let data = world
        .api
        .data(&operator, SHOW, json!({ "site": world.a.site }))
        .await;
    assert_eq!(
        deviations(&data["linkPolicy"]),
        ["WINDOW_POLLS 4 from TENANT, own null"],
        "nothing of what was refused is kept"
    );

    // A wider scope may pass by a narrower one; that must not lock the narrower one up.
    set(&world, &world.a, json!({ "siteId": site, "weakPolls": 4 })).await;
    set(&world, &world.a, json!({ "windowPolls": 3 })).await;
    let policy = set(
        &world,
        &world.a,
        json!({ "siteId": site, "confirmPolls": 3 }),
    )
    .await;
    assert_eq!(
        deviations(&policy),
        [
            "WEAK_POLLS 3 from SITE, own 4",
            "WINDOW_POLLS 3 from TENANT, own null",
            "CONFIRM_POLLS 3 from SITE, own 3",
        ]
    );
}

#[tokio::test]
async fn places_of_others_are_not_found_and_tell_nothing() {
    let world = World::start().await;
    set(
        &world,
        &world.b,
        json!({ "siteId": world.b.site, "weakPolls": 1 }),
    )
    .await;
    let operator = world.a.operator();
    for (kind, strangers) in [
        ("site", [json!(world.b.site), json!(SiteId::new())]),
        ("device", [json!(world.b.aps[0]), json!(DeviceId::new())]),
    ] {
        for id in strangers {
            let place = json!({ kind: id });
            let input = json!({ format!("{kind}Id"): id, "weakPolls": 2 });
            let expected = (
                "NOT_FOUND".to_owned(),
                format!("there is no {kind} {}", id.as_str().unwrap()),
            );
            let viewer = world.a.viewer();
            assert_eq!(
                world.api.error(&viewer, SHOW, place.clone()).await,
                expected
            );
            assert_eq!(world.api.error(&operator, CLEAR, place).await, expected);
            assert_eq!(refused(&world, &operator, input).await, expected);
        }
    }
    let place = json!({ "site": world.b.site });
    let data = world.api.data(&world.b.viewer(), SHOW, place).await;
    assert_eq!(
        deviations(&data["linkPolicy"]),
        ["WEAK_POLLS 1 from SITE, own 1"]
    );
}

#[tokio::test]
async fn viewers_may_look_and_two_places_at_once_are_none() {
    let world = World::start().await;
    let viewer = world.a.viewer();
    let (code, message) = refused(&world, &viewer, json!({ "weakPolls": 2 })).await;
    assert_eq!(code, "FORBIDDEN", "{message}");
    assert_eq!(
        world.api.error(&viewer, CLEAR, json!({})).await.0,
        "FORBIDDEN"
    );
    let admin = token::tenant(Role::Admin, world.a.id);
    world.api.data(&admin, CLEAR, json!({})).await;

    for place in [
        json!({ "site": world.a.site, "device": world.a.aps[0] }),
        json!({ "site": "north tower" }),
    ] {
        assert_eq!(world.api.error(&viewer, SHOW, place).await.0, "BAD_INPUT");
    }
}
