//! Three replicas behind a balancer are replaced one by one, while queries are asked, sockets follow
//! and polls stream in: nobody but the sockets notices, and these come back.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::json;
use tokio_util::sync::CancellationToken;
use wisplink_tests::harness::balancer::Balancer;
use wisplink_tests::harness::client::Api;
use wisplink_tests::harness::tenant::Tenant;
use wisplink_tests::harness::world::World;

use super::follower::Follower;
use super::load::Load;
use super::process::{Process, free_port};

/// Clients that ask, and clients that follow.
const CALLERS: usize = 4;
const FOLLOWERS: usize = 12;
/// From a close to being let in again.
const RESUME: Duration = Duration::from_secs(5);

#[tokio::test]
async fn replicas_are_replaced_without_a_failed_query() {
    let mut world = World::start().await;
    world.stop_worker().await;
    let load = Load::start(&world, 5).await;
    let ports: Vec<u16> = (0..3).map(|_| free_port()).collect();
    let start = |port: &u16| Process::start(&["serve", "--ingest"], settings(&world, *port));
    let mut replicas: Vec<Process> = ports.iter().map(start).collect();
    let balancer = Balancer::before(ports).await;
    balancer.has(3).await;

    let url = balancer.api().url().to_owned();
    let of = |number: usize| load.tenants()[number % load.tenants().len()].clone();
    let followers: Vec<_> = (0..FOLLOWERS)
        .map(of)
        .map(|tenant| (Follower::start(url.clone(), &tenant), tenant))
        .collect();
    let stop = CancellationToken::new();
    let asked = Arc::new(AtomicUsize::new(0));
    let callers: Vec<_> = (0..CALLERS)
        .map(|number| {
            let (api, tenant) = (balancer.api(), of(number));
            tokio::spawn(ask(api, tenant, Arc::clone(&asked), stop.clone()))
        })
        .collect();

    let mut longest_exit = Duration::ZERO;
    for replica in &mut replicas {
        balancer.has(3).await;
        longest_exit = longest_exit.max(replica.replace().await);
    }
    balancer.has(3).await;
    stop.cancel();
    let mut failed = Vec::new();
    for caller in callers {
        failed.extend(caller.await.unwrap());
    }
    let found = Box::pin(load.judged(&world)).await;
    let asked = asked.load(Ordering::Relaxed);
    assert_eq!(failed, Vec::<String>::new(), "of {asked} queries");
    let (longest_absence, cuts) = followed(&world, followers).await;
    eprintln!(
        "3 replicas replaced: {asked} queries, {} failed; {cuts} sockets closed, let in again after \
         {:.1} s at most; ended after {:.1} s at most; {found}",
        failed.len(),
        longest_absence.as_secs_f64(),
        longest_exit.as_secs_f64(),
    );
    assert!(cuts >= FOLLOWERS && asked > 100, "{cuts} {asked}");
    assert!(longest_absence <= RESUME, "{longest_absence:?}");
}

/// Every follower has heard all events once and in order. Returns the longest absence of one, and how
/// often they were cut.
async fn followed(world: &World, followers: Vec<(Follower, Tenant)>) -> (Duration, usize) {
    let (mut longest_absence, mut cuts) = (Duration::ZERO, 0);
    for (follower, tenant) in followers {
        let last = tenant.last_event(world).await;
        let heard = follower.up_to(last).await;
        assert!(heard.seqs.iter().copied().eq(1..=last), "{:?}", heard.seqs);
        longest_absence = longest_absence.max(heard.longest_absence);
        cuts += heard.cuts;
    }
    (longest_absence, cuts)
}

fn settings(world: &World, port: u16) -> Vec<(&'static str, String)> {
    vec![
        ("DATABASE_URL", world.database.url()),
        ("NATS_URL", world.nats.url()),
        ("WISPLINK_HTTP__LISTEN", format!("127.0.0.1:{port}")),
        ("WISPLINK_HTTP__LEAVE_S", "4".to_owned()),
        ("WISPLINK_HTTP__DRAIN_S", "4".to_owned()),
        ("WISPLINK_INGEST__LEASE_S", "3".to_owned()),
        ("WISPLINK_DATABASE__API_CONNECTIONS", "6".to_owned()),
    ]
}

/// Asks without pause, and says what failed. Nothing is asked twice.
async fn ask(
    api: Api,
    tenant: Tenant,
    asked: Arc<AtomicUsize>,
    stop: CancellationToken,
) -> Vec<String> {
    let query = "{ wirelessLinks(first: 20) { totalCount nodes { id state } } }";
    let mut failed = Vec::new();
    while !stop.is_cancelled() {
        let request = api.post("/graphql").bearer_auth(tenant.viewer());
        let answer = request.json(&json!({ "query": query })).send().await;
        asked.fetch_add(1, Ordering::Relaxed);
        match answer {
            Err(error) => failed.push(format!("{error:?}")),
            Ok(answer) => {
                let status = answer.status();
                let body = answer.text().await.unwrap_or_default();
                if !status.is_success() || body.contains("\"errors\"") {
                    failed.push(format!("{status}: {body}"));
                }
            }
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    failed
}
