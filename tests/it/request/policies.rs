//! Link policies as the API tells and takes them.

mod refusals;

use std::collections::BTreeMap;

use entity::link_policy::Threshold;
use futures::future::join_all;
use serde_json::{Value, json};
use wisplink_tests::harness::tenant::Tenant;
use wisplink_tests::harness::world::World;

use crate::contract::camel_case;

const SHOW: &str = "query($site: ID, $device: ID) { linkPolicy(siteId: $site, deviceId: $device) {
    degradedBelowDbm recoverMarginDb weakPolls windowPolls confirmPolls downAfterMisses
    minMissSpacingS apSilentAfterS staleAfterS forgetAfterS updatedAt
    values { threshold value source own inherited default minimum maximum } } }";
const SET: &str = "mutation($input: SetLinkPolicyInput!) { setLinkPolicy(input: $input) {
    values { threshold value source own inherited } } }";
const CLEAR: &str = "mutation($site: ID, $device: ID) {
    clearLinkPolicy(siteId: $site, deviceId: $device) { values { threshold value source own } } }";

async fn set(world: &World, tenant: &Tenant, input: Value) -> Value {
    let variables = json!({ "input": input });
    let data = world.api.data(&tenant.operator(), SET, variables).await;
    data["setLinkPolicy"].clone()
}

/// What is not a default, a line each: value, source, and what is set at the place itself.
fn deviations(policy: &Value) -> Vec<String> {
    let values = policy["values"].as_array().unwrap();
    let set = values.iter().filter(|value| value["source"] != "DEFAULT");
    set.map(|value| {
        let text = |field: &str| value[field].as_str().unwrap().to_owned();
        format!(
            "{} {} from {}, own {}",
            text("threshold"),
            value["value"],
            text("source"),
            value["own"]
        )
    })
    .collect()
}

fn field(threshold: Threshold) -> String {
    camel_case(threshold.as_str())
}

#[tokio::test]
async fn without_anything_set_the_defaults_are_in_effect_everywhere() {
    let world = World::start().await;
    for place in [
        json!({}),
        json!({ "site": world.a.site }),
        json!({ "device": world.a.aps[0] }),
    ] {
        let data = world.api.data(&world.a.viewer(), SHOW, place).await;
        let policy = &data["linkPolicy"];
        assert_eq!(policy["degradedBelowDbm"], -80);
        assert_eq!(policy["apSilentAfterS"], Value::Null);
        assert_eq!(policy["updatedAt"], Value::Null);
        assert_eq!(
            policy["values"][0],
            json!({
                "threshold": "DEGRADED_BELOW_DBM", "value": -80, "source": "DEFAULT", "own": null,
                "inherited": -80, "default": -80, "minimum": -120, "maximum": -10,
            })
        );
        for (value, &threshold) in policy["values"]
            .as_array()
            .unwrap()
            .iter()
            .zip(Threshold::ALL)
        {
            assert_eq!(value["threshold"], threshold.as_str().to_uppercase());
            assert_eq!(value["value"], policy[field(threshold)], "{threshold}");
        }
        assert!(deviations(policy).is_empty());
    }
}

#[tokio::test]
async fn only_what_is_given_is_set_and_null_clears() {
    let world = World::start().await;
    let (site, ap) = (world.a.site, world.a.aps[0]);
    set(
        &world,
        &world.a,
        json!({ "weakPolls": 4, "staleAfterS": 3600 }),
    )
    .await;
    set(&world, &world.a, json!({ "siteId": site, "weakPolls": 2 })).await;
    let policy = set(
        &world,
        &world.a,
        json!({ "deviceId": ap, "confirmPolls": 1, "weakPolls": 5 }),
    )
    .await;
    assert_eq!(
        deviations(&policy),
        [
            "WEAK_POLLS 5 from DEVICE, own 5",
            "CONFIRM_POLLS 1 from DEVICE, own 1",
            "STALE_AFTER_S 3600 from TENANT, own null",
        ]
    );
    assert_eq!(policy["values"][2]["inherited"], 2, "the site's");

    let policy = set(
        &world,
        &world.a,
        json!({ "deviceId": ap, "weakPolls": null }),
    )
    .await;
    assert_eq!(
        deviations(&policy),
        [
            "WEAK_POLLS 2 from SITE, own null",
            "CONFIRM_POLLS 1 from DEVICE, own 1",
            "STALE_AFTER_S 3600 from TENANT, own null",
        ]
    );
    let nothing_new = set(&world, &world.a, json!({ "deviceId": ap })).await;
    assert_eq!(deviations(&nothing_new), deviations(&policy));

    let clear = json!({ "site": site });
    let operator = world.a.operator();
    let cleared = world.api.data(&operator, CLEAR, clear.clone()).await;
    let again = world.api.data(&operator, CLEAR, clear).await;
    assert_eq!(cleared, again);
    assert_eq!(
        deviations(&cleared["clearLinkPolicy"]),
        [
            "WEAK_POLLS 4 from TENANT, own null",
            "STALE_AFTER_S 3600 from TENANT, own null",
        ]
    );
    let other = world.api.data(&world.b.viewer(), SHOW, json!({})).await;
    assert!(deviations(&other["linkPolicy"]).is_empty());
}

#[tokio::test]
async fn who_sets_different_values_at_once_loses_none() {
    let world = World::start().await;
    let wanted: BTreeMap<String, i32> = Threshold::ALL
        .iter()
        .map(|&threshold| match threshold {
            // The least would be too narrow for as long as the weak polls are not set.
            Threshold::WindowPolls => (field(threshold), *threshold.bounds().end()),
            _ => (field(threshold), *threshold.bounds().start()),
        })
        .collect();
    let ap = world.a.aps[1];
    let setting = wanted.iter().map(|(name, value)| {
        let input = json!({ "deviceId": ap, name.clone(): value });
        set(&world, &world.a, input)
    });
    join_all(setting).await;
    let place = json!({ "device": ap });
    let data = world.api.data(&world.a.viewer(), SHOW, place).await;
    for (name, value) in wanted {
        assert_eq!(data["linkPolicy"][&name], value, "{name}");
    }
}
