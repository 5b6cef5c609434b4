//! Three nats-servers, two workers and three APIs, all of them processes. The server that leads the
//! stream of polls is killed and stopped in turn while polls stream in: nothing is lost, and nobody
//! waits long.

use std::time::Duration;

use async_nats::jetstream;
use wisplink::config::NatsConfig;
use wisplink_tests::harness::TestDatabase;
use wisplink_tests::harness::cluster::Cluster;
use wisplink_tests::harness::world::{World, eventually};

use super::follower::Follower;
use super::load::Load;
use super::process::{Process, Settings, free_port, ready};

/// The longest time without an event while polls stream in. A stream has a new leader within 9 s, and the
/// aim is 10 s. nats-server 2.9 now and then takes longer to elect the leader of a stream when the old one
/// comes back.
const GAP: Duration = Duration::from_secs(25);

#[tokio::test]
async fn a_cluster_loses_its_leader_and_nothing_else() {
    Box::pin(run(2, Duration::from_secs(3), false)).await;
}

#[tokio::test]
#[ignore = "takes minutes; run it with `make test-faults`"]
async fn long_a_cluster_loses_its_leader_and_nothing_else() {
    Box::pin(run(10, Duration::from_secs(12), true)).await;
}

async fn run(times: usize, stopped: Duration, is_long: bool) {
    let (first, mut cluster, logins) = Cluster::start().await;
    let database = TestDatabase::create().await.unwrap();
    let url = database.url();
    let [api, worker, ..] = logins.clone();
    let world = World::start_on((database, url), first, logins, |config| {
        config.streams.replicas = 3;
    });
    let mut world = Box::pin(world).await;
    world.stop_worker().await;
    let start_worker = || Process::start(&["ingest"], settings(&world, &worker));
    let _workers = [start_worker(), start_worker()];
    let ports = [0; 3].map(|_| free_port());
    let _apis = ports.map(|port| {
        let mut settings = settings(&world, &api);
        settings.push(("WISPLINK_HTTP__LISTEN", format!("127.0.0.1:{port}")));
        Process::start(&["serve"], settings)
    });
    let mut urls = Vec::new();
    for port in ports {
        urls.push(ready(port).await.url().to_owned());
    }

    let load = Load::start(&world, 20).await;
    let followers: Vec<_> = std::iter::zip(load.tenants().to_vec(), urls)
        .map(|(tenant, url)| (Follower::start(url, &tenant), tenant))
        .collect();
    world
        .database
        .records()
        .until("EXISTS (SELECT FROM link_events)")
        .await;
    hurt(&mut world, &mut cluster, times, stopped).await;
    let found = Box::pin(load.judged(&world)).await;
    let mut longest_gap = Duration::ZERO;
    for (follower, tenant) in followers {
        let last = tenant.last_event(&world).await;
        let heard = follower.up_to(last).await;
        assert!(heard.seqs.iter().copied().eq(1..=last), "{:?}", heard.seqs);
        longest_gap = longest_gap.max(heard.longest_gap);
    }
    eprintln!(
        "the leader of three killed and stopped, {times} times: {found}; longest time without an \
         event {:.1} s",
        longest_gap.as_secs_f64()
    );
    assert!(!is_long || longest_gap <= GAP, "{longest_gap:?}");
}

/// Kills the leader and stops it for a while, in turn.
async fn hurt(world: &mut World, cluster: &mut Cluster, times: usize, stopped: Duration) {
    for time in 0..times {
        let leader = leader(world).await;
        let server = cluster.server(&mut world.nats, &leader);
        if time % 2 == 0 {
            server.kill().await;
            // As long as a service manager takes.
            tokio::time::sleep(Duration::from_secs(1)).await;
            server.resume().await.unwrap();
        } else {
            server.freeze();
            tokio::time::sleep(stopped).await;
            server.thaw();
        }
        is_whole(world).await;
    }
}

/// The server that leads the stream of polls.
async fn leader(world: &World) -> String {
    let jetstream = jetstream::new(world.operator_client().await);
    eventually("the stream has a leader", async || {
        let stream = jetstream.get_stream("WIRELESS_REGISTRATIONS").await.ok()?;
        stream.cached_info().cluster.as_ref()?.leader.clone()
    })
    .await
}

/// Waits until all servers have everything again: more than one at a time may not be lost.
async fn is_whole(world: &World) {
    let jetstream = jetstream::new(world.operator_client().await);
    for name in ["WIRELESS_REGISTRATIONS", "WISPLINK_EVENTS"] {
        eventually("every replica of a stream is current", async || {
            let stream = jetstream.get_stream(name).await.ok()?;
            let cluster = stream.cached_info().cluster.clone()?;
            let is_whole = cluster.leader.is_some()
                && cluster.replicas.len() == 2
                && cluster.replicas.iter().all(|replica| replica.current);
            is_whole.then_some(())
        })
        .await;
    }
}

fn settings(world: &World, login: &NatsConfig) -> Settings {
    let file = login.password_file.as_ref().unwrap();
    vec![
        ("DATABASE_URL", world.database.url()),
        ("NATS_URL", login.url.as_str().to_owned()),
        ("WISPLINK_NATS__USER", login.user.clone().unwrap()),
        ("WISPLINK_NATS__PASSWORD_FILE", file.display().to_string()),
        (
            "WISPLINK_NATS__INBOX_PREFIX",
            login.inbox_prefix.clone().unwrap(),
        ),
        ("WISPLINK_STREAMS__REPLICAS", "3".to_owned()),
        ("WISPLINK_INGEST__LEASE_S", "3".to_owned()),
        ("WISPLINK_DATABASE__API_CONNECTIONS", "6".to_owned()),
    ]
}
