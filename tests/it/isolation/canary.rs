//! Everything A can read, searched for what is B's.

use std::collections::{HashMap, HashSet};

use chrono::{TimeDelta, Utc};
use serde_json::{Value, json};
use wisplink_tests::harness::everything::Everything;
use wisplink_tests::harness::poller::Poller;
use wisplink_tests::harness::rows;
use wisplink_tests::harness::tenant::Tenant;
use wisplink_tests::harness::world::{World, eventually};

/// Fields of `Query` that a viewer may not read. Each must be refused here.
const REFUSED: [&str; 2] = ["tenants", "apiKeys"];
/// Deep enough for links → link → device → links → link.
const DEPTH: usize = 5;

#[tokio::test]
async fn nothing_of_another_tenant_is_in_anything_a_tenant_can_read() {
    let world = World::start().await;
    for tenant in [&world.a, &world.b] {
        mirror(&world, tenant).await;
    }
    let mut db = world.database.session().await;
    let mut theirs: HashSet<String> = rows::ids(&mut db, &world.b).await.into_iter().collect();
    theirs.insert(world.b.name.clone());
    theirs.insert(world.b.feed_cursor(&world.api).await);
    let mut ours: HashSet<String> = rows::ids(&mut db, &world.a).await.into_iter().collect();

    for tenant in [&world.a, &world.b] {
        let everything = everything(&world, tenant).await;
        for field in everything.fields("Query") {
            if REFUSED.contains(&&*field) {
                continue;
            }
            for query in everything.below("Query", &field, DEPTH) {
                let answer = world
                    .api
                    .ask(&world.a.viewer(), &format!("{{ {query} }}"), json!({}))
                    .await;
                assert!(
                    answer.body.get("errors").is_none(),
                    "{query}\n{}",
                    answer.body["errors"]
                );
                let answer = answer.body.to_string();
                for canary in &theirs {
                    assert!(!answer.contains(canary), "{field} shows {canary}: {query}");
                }
                ours.retain(|id| !answer.contains(id));
            }
        }
    }
    // A sees all of its own, or the search would prove nothing.
    let mut events = sqlx::query("SELECT id::text FROM link_events")
        .fetch_all(&mut db)
        .await
        .unwrap();
    for event in events.drain(..) {
        ours.remove(&sqlx::Row::get::<String, _>(&event, 0));
    }
    assert_eq!(ours, HashSet::new(), "not even A was shown these");
}

#[tokio::test]
async fn fields_that_are_not_for_viewers_are_refused_to_them() {
    let world = World::start().await;
    let everything = everything(&world, &world.a).await;
    for field in REFUSED {
        for query in everything.below("Query", field, DEPTH) {
            let said = world
                .api
                .error(&world.a.viewer(), &format!("{{ {query} }}"), json!({}))
                .await;
            assert_eq!(said.0, "FORBIDDEN");
        }
    }
}

#[tokio::test]
async fn nothing_of_another_tenant_is_in_any_event_a_tenant_is_sent() {
    let world = World::start().await;
    let everything = everything(&world, &world.a).await;
    let mut db = world.database.session().await;
    let known = ["linkEvents", "linkUpdates", "linkSummary"];
    assert_eq!(
        everything.fields("Subscription"),
        known,
        "look at the new one here, too"
    );
    let from = format!(
        "linkEvents(after: {:?})",
        world.a.feed_cursor(&world.api).await
    );
    let mut sockets = Vec::new();
    for query in everything.below("Subscription", "linkEvents", DEPTH) {
        let query = query.replacen("linkEvents", &from, 1);
        let mut socket = world.api.subscriber(&world.a.viewer()).await;
        socket
            .subscribe("all", &format!("subscription {{ {query} }}"), json!({}))
            .await;
        sockets.push(socket);
    }
    let mut others = Vec::new();
    for field in &known[1..] {
        for query in everything.below("Subscription", field, DEPTH) {
            let mut socket = world.api.subscriber(&world.a.viewer()).await;
            let query = format!("subscription {{ {query} }}");
            socket.subscribe("all", &query, json!({})).await;
            others.push(socket);
        }
    }
    for tenant in [&world.b, &world.a] {
        mirror(&world, tenant).await;
    }
    let theirs = rows::ids(&mut db, &world.b).await;
    let mut seen = String::new();
    for mut socket in sockets {
        for event in socket.events(4).await {
            let event = event.to_string();
            for canary in &theirs {
                assert!(!event.contains(canary), "an event shows {canary}: {event}");
            }
            seen += &event;
        }
    }
    assert!(seen.contains(&world.a.aps[0].to_string()), "{seen}");
    for mut socket in others {
        while let Some(update) = socket.ready().await {
            let update = update.to_string();
            for canary in &theirs {
                assert!(
                    !update.contains(canary),
                    "an update shows {canary}: {update}"
                );
            }
        }
    }
}

/// Two polls with two clients: the same rows for each tenant, but for the ids.
async fn mirror(world: &World, tenant: &Tenant) {
    let poller = Poller::of(world, tenant).await;
    for minute in 0..2 {
        poller.poll(0, minute, &[(0, -62), (1, -71)]).await;
    }
    eventually("both polls are applied", async || {
        let links = tenant.links(&world.api).await;
        (links.len() == 2 && links.iter().all(|(_, state)| state == "ACTIVE")).then_some(())
    })
    .await;
}

/// All fields, looked up by what is `tenant`'s.
async fn everything(world: &World, tenant: &Tenant) -> Everything {
    let query = "{ wirelessLinks { nodes { id } } }";
    let links = world.api.data(&tenant.viewer(), query, json!({})).await;
    let link = match &links["wirelessLinks"]["nodes"][0]["id"] {
        Value::Null => json!(tenant.id),
        id => id.clone(),
    };
    let hour_ago = json!(Utc::now() - TimeDelta::hours(1)).to_string();
    let arguments = HashMap::from([
        ("wirelessLink.id", link.to_string()),
        ("node.id", link.to_string()),
        ("device.id", json!(tenant.aps[0]).to_string()),
        ("site.id", json!(tenant.site).to_string()),
        (
            "deviceInterfaces.mac",
            json!("6C:3B:6B:A2:00:01").to_string(),
        ),
        ("signalHistory.from", hour_ago.clone()),
        ("availability.from", hour_ago),
    ]);
    Everything::of(&world.api, &world.a.viewer(), arguments).await
}
