//! Every place in the schema where an id can be said, tried with every kind of another tenant's ids.

use std::collections::{BTreeSet, HashMap};

use api::auth::role::Role;
use serde_json::json;
use uuid::Uuid;
use wisplink_tests::harness::everything::Everything;
use wisplink_tests::harness::ids::Place;
use wisplink_tests::harness::tenant::Tenant;
use wisplink_tests::harness::token;
use wisplink_tests::harness::world::World;

use super::filled;
use super::lookup::{first_link, plain};

#[tokio::test]
async fn another_tenants_id_is_an_id_nobody_has_wherever_it_is_said() {
    let (world, _db) = filled::world().await;
    let mut ids = Vec::new();
    for tenant in [&world.a, &world.b] {
        let link = first_link(&world, tenant).await;
        ids.push(ids_of(tenant, link));
    }
    let (own, theirs) = (&ids[0], &ids[1]);
    let admin = token::tenant(Role::Admin, world.a.id);
    let arguments = hints(own);
    let schema = Everything::of(&world.api, &admin, arguments).await;
    let mut places = Place::all(&schema);
    assert!(places.len() > 15, "{places:?}");
    // What takes things away comes last, and devices go last of all: the others need them.
    places.sort_by_key(|place| {
        let ends = ["clear", "revoke", "forget", "delete"];
        ends.iter().position(|end| place.field.starts_with(end))
    });
    for place in places {
        let nobodys = Uuid::now_v7().to_string();
        let mut told = BTreeSet::new();
        for (own, theirs) in own
            .iter()
            .flat_map(|own| theirs.iter().map(move |theirs| (own, theirs)))
        {
            let foreign = place.operation(&schema, theirs, own);
            let nobody = place.operation(&schema, &nobodys, own);
            if !told.insert(foreign.clone()) {
                continue;
            }
            let to_nobodys = answer(&world, &admin, &nobody, &nobodys).await;
            let to_theirs = answer(&world, &admin, &foreign, theirs).await;
            assert_eq!(to_theirs, to_nobodys, "{foreign}");
        }
        // Its own ids do make a difference, or the comparison would prove nothing.
        let mut differs = false;
        for id in own {
            let mine = place.operation(&schema, id, id);
            let nobody = place.operation(&schema, &nobodys, id);
            let to_nobodys = answer(&world, &admin, &nobody, &nobodys).await;
            differs |= answer(&world, &admin, &mine, id).await != to_nobodys;
        }
        assert!(differs, "no id of any kind does anything in {place:?}");
    }
}

/// One id of each kind.
fn ids_of(tenant: &Tenant, link: String) -> Vec<String> {
    let devices = [tenant.cpes[0].to_string(), tenant.aps[0].to_string()];
    let mut ids = vec![link, tenant.site.to_string(), tenant.id.to_string()];
    ids.splice(1..1, devices);
    ids
}

/// Values for what must be given deeper down.
fn hints(own: &[String]) -> HashMap<&'static str, String> {
    let ago = json!("2026-01-01T00:00:00Z").to_string();
    HashMap::from([
        ("signalHistory.from", ago.clone()),
        ("availability.from", ago),
        ("node.id", json!(own[0]).to_string()),
    ])
}

async fn answer(world: &World, token: &str, operation: &str, id: &str) -> serde_json::Value {
    let answer = world.api.ask(token, operation, json!({})).await;
    plain(&json!([answer.status.as_u16(), answer.body]), id)
}
