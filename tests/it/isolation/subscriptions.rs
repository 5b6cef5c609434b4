//! Every place in the schema where a subscription can say an id, tried with every kind of another
//! tenant's ids while both tenants' links change: what comes is what comes for an id nobody has.

use std::collections::HashMap;

use serde_json::{Value, json};
use uuid::Uuid;
use wisplink_tests::harness::everything::Everything;
use wisplink_tests::harness::ids::Place;
use wisplink_tests::harness::poller::Poller;
use wisplink_tests::harness::rows;
use wisplink_tests::harness::subscriber::{Incoming, Subscriber};
use wisplink_tests::harness::tenant::CURSORS;
use wisplink_tests::harness::world::World;

use super::filled;
use super::lookup::{first_link, plain};

#[tokio::test]
async fn another_tenants_id_is_an_id_nobody_has_to_those_who_follow() {
    let (world, mut db) = filled::world().await;
    let link = first_link(&world, &world.b).await;
    first_link(&world, &world.a).await;
    let ago = json!("2026-01-01T00:00:00Z").to_string();
    let arguments = HashMap::from([
        ("signalHistory.from", ago.clone()),
        ("availability.from", ago),
    ]);
    let canaries = rows::ids(&mut db, &world.b).await;
    let schema = Everything::of(&world.api, &world.a.viewer(), arguments).await;
    let places = Place::followed(&schema);
    assert!(places.len() > 5, "{places:?}");
    let theirs = [
        link,
        world.b.aps[0].to_string(),
        world.b.cpes[0].to_string(),
        world.b.site.to_string(),
    ];
    let mut followed = Vec::new();
    for place in &places {
        for theirs in &theirs {
            let nobodys = Uuid::now_v7().to_string();
            followed.push(Followed::start(&world, &schema, place, [theirs, &nobodys]).await);
        }
    }
    // A's own feed tells when what happened to both has come through.
    let mut own = world.api.subscriber(&world.a.viewer()).await;
    let after = world.a.feed_cursor(&world.api).await;
    let start = json!({ "after": after });
    own.subscribe("own", CURSORS, start).await;
    for tenant in [&world.b, &world.a] {
        let poller = Poller::of(&world, tenant).await;
        poller.restless(0, 61..64, &[(0, -60)]).await;
        poller.settle(&world).await;
    }
    let last = world.a.feed_cursor(&world.api).await;
    assert_ne!(last, after);
    while own.events(1).await[0]["cursor"] != last {}
    for mut followed in followed {
        let (to_theirs, to_nobodys) = followed.told().await;
        assert_eq!(to_theirs, to_nobodys, "{}", followed.operation);
        for canary in &canaries {
            let said = followed.operation.contains(canary);
            let told = to_theirs.iter().any(|told| told.contains(canary));
            assert!(said || !told, "{} shows {canary}", followed.operation);
        }
    }
}

/// One subscription twice on a socket: with an id of B's, and with an id nobody has.
struct Followed {
    socket: Subscriber,
    operation: String,
    ids: [String; 2],
}

impl Followed {
    async fn start(world: &World, schema: &Everything, place: &Place, ids: [&str; 2]) -> Self {
        let mut socket = world.api.subscriber(&world.a.viewer()).await;
        let operations = ids.map(|id| place.operation(schema, id, id));
        for (name, operation) in ["theirs", "nobodys"].iter().zip(&operations) {
            socket.subscribe(name, operation, json!({})).await;
        }
        let [operation, _] = operations;
        Self {
            socket,
            operation,
            ids: ids.map(str::to_owned),
        }
    }

    /// What each has brought by now. The answer to a ping comes behind what was there before it.
    async fn told(&mut self) -> (Vec<String>, Vec<String>) {
        self.socket.say(json!({ "type": "ping" })).await;
        let (mut theirs, mut nobodys) = (Vec::new(), Vec::new());
        loop {
            match self.socket.hear().await {
                Incoming::Message(message) if message["type"] == "pong" => break,
                Incoming::Message(message) if message["id"] == "theirs" => {
                    theirs.push(self.plain(&message));
                }
                Incoming::Message(message) => nobodys.push(self.plain(&message)),
                closed @ Incoming::Closed(..) => panic!("{}: {closed:?}", self.operation),
            }
        }
        // The same, however it was cut into parts.
        theirs.dedup();
        nobodys.dedup();
        (theirs, nobodys)
    }

    fn plain(&self, message: &Value) -> String {
        let told = json!([message["type"], message["payload"]]);
        let [theirs, nobodys] = &self.ids;
        let told = plain(&told, theirs);
        plain(&told, nobodys).to_string()
    }
}
