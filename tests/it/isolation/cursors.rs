//! Cursors of another tenant's pages: they lead to pages of one's own, or nowhere.

use std::collections::{BTreeSet, HashMap};

use serde_json::{Value, json};
use wisplink_tests::harness::everything::Everything;
use wisplink_tests::harness::rows;
use wisplink_tests::harness::tenant::Tenant;
use wisplink_tests::harness::world::World;

use super::filled;
use super::lookup::first_link;

/// Pages that a viewer is refused.
const REFUSED: [&str; 2] = ["tenants", "apiKeys"];

#[tokio::test]
async fn another_tenants_cursor_leads_to_nothing_of_its_tenant() {
    let (world, mut db) = filled::world().await;
    for tenant in [&world.a, &world.b] {
        first_link(&world, tenant).await;
    }
    let theirs = rows::ids(&mut db, &world.b).await;
    let ago = json!("2026-01-01T00:00:00Z").to_string();
    let arguments = HashMap::from([
        ("signalHistory.from", ago.clone()),
        ("availability.from", ago),
    ]);
    let schema = Everything::of(&world.api, &world.a.viewer(), arguments).await;
    let mut pages = schema.fields_with("Query", "after");
    pages.retain(|field| !REFUSED.contains(&&**field));
    assert!(pages.len() >= 3, "{pages:?}");
    for field in &pages {
        let ends = format!("{{ {field}(first: 1) {{ pageInfo {{ startCursor endCursor }} }} }}");
        let of_b = world.api.data(&world.b.viewer(), &ends, json!({})).await;
        for end in ["startCursor", "endCursor"] {
            let Value::String(cursor) = &of_b[field]["pageInfo"][end] else {
                panic!("{field} has no {end}: {of_b}");
            };
            for arguments in [
                format!("first: 20, after: {cursor:?}"),
                format!("last: 20, before: {cursor:?}"),
            ] {
                for part in schema.below("Query", field, 4) {
                    let (_, selection) = part.split_once(") ").unwrap();
                    let query = format!("{{ {field}({arguments}) {selection} }}");
                    let answer = world.api.ask(&world.a.viewer(), &query, json!({})).await;
                    let answer = answer.body.to_string();
                    assert!(!answer.contains("INTERNAL"), "{query}: {answer}");
                    for canary in &theirs {
                        assert!(!answer.contains(canary), "{query} shows {canary}");
                    }
                }
            }
        }
    }
}

/// Where the pages hang that are not at the top: by type, how a tenant's objects of it are had.
fn holders(tenant: &Tenant, link: &str) -> Vec<(&'static str, String)> {
    let devices = [tenant.aps[0], tenant.cpes[0]];
    let mut holders: Vec<_> = devices
        .iter()
        .map(|id| ("Device", format!("device(id: \"{id}\")")))
        .collect();
    holders.push(("Site", format!("site(id: \"{}\")", tenant.site)));
    holders.push(("WirelessLink", format!("wirelessLink(id: \"{link}\")")));
    holders
}

#[tokio::test]
async fn another_tenants_cursor_leads_to_nothing_of_its_tenant_deeper_down_either() {
    let (world, mut db) = filled::world().await;
    let link_of_a = first_link(&world, &world.a).await;
    let link_of_b = first_link(&world, &world.b).await;
    let theirs = rows::ids(&mut db, &world.b).await;
    let schema = Everything::of(&world.api, &world.a.viewer(), HashMap::new()).await;
    let own = holders(&world.a, &link_of_a);
    let others = holders(&world.b, &link_of_b);
    let (mut tried, mut of_nothing) = (BTreeSet::new(), BTreeSet::new());
    for holder in schema.types_with("after") {
        for field in schema.fields_with(&holder, "after") {
            assert!(
                own.iter().any(|(of, _)| *of == holder),
                "say how a {holder} is had: it has {field}"
            );
            let cursors = cursors_of(&world, &others, &holder, &field).await;
            let place = format!("{holder}.{field}");
            if cursors.is_empty() {
                of_nothing.insert(place);
                continue;
            }
            tried.insert(place);
            for (_, had) in own.iter().filter(|(of, _)| *of == holder) {
                for cursor in &cursors {
                    let page = format!(
                        "{field}(first: 20, after: {cursor:?}) {{ __typename pageInfo {{ startCursor
                            endCursor hasNextPage }} edges {{ cursor node {{ __typename }} }} }}"
                    );
                    let query = format!("{{ {had} {{ {page} }} }}");
                    let answer = world.api.ask(&world.a.viewer(), &query, json!({})).await;
                    let answer = answer.body.to_string();
                    assert!(!answer.contains("INTERNAL"), "{query}: {answer}");
                    for canary in &theirs {
                        assert!(!answer.contains(canary), "{query} shows {canary}");
                    }
                }
            }
        }
    }
    assert!(tried.len() >= 3, "{tried:?}");
    assert_eq!(of_nothing, BTreeSet::new(), "B has nothing there to try");
}

/// The cursors of these pages of B's.
async fn cursors_of(
    world: &World,
    holders: &[(&'static str, String)],
    holder: &str,
    field: &str,
) -> BTreeSet<String> {
    let mut cursors = BTreeSet::new();
    for (_, had) in holders.iter().filter(|(of, _)| *of == holder) {
        let page = format!("{field}(first: 1) {{ pageInfo {{ startCursor endCursor }} }}");
        let query = format!("{{ {had} {{ {page} }} }}");
        let data = world.api.data(&world.b.viewer(), &query, json!({})).await;
        let (_, object) = data.as_object().unwrap().iter().next().unwrap();
        for end in ["startCursor", "endCursor"] {
            let cursor = object[field]["pageInfo"][end].as_str();
            cursors.extend(cursor.map(str::to_owned));
        }
    }
    cursors
}
