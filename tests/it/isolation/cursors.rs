//! Cursors of another tenant's pages: they lead to pages of one's own, or nowhere.

use std::collections::HashMap;

use serde_json::{Value, json};
use wisplink_tests::harness::everything::Everything;
use wisplink_tests::harness::rows;

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
    for field in pages {
        let ends = format!("{{ {field}(first: 1) {{ pageInfo {{ startCursor endCursor }} }} }}");
        let of_b = world.api.data(&world.b.viewer(), &ends, json!({})).await;
        for end in ["startCursor", "endCursor"] {
            let Value::String(cursor) = &of_b[&field]["pageInfo"][end] else {
                panic!("{field} has no {end}: {of_b}");
            };
            for arguments in [
                format!("first: 20, after: {cursor:?}"),
                format!("last: 20, before: {cursor:?}"),
            ] {
                for part in schema.below("Query", &field, 4) {
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
