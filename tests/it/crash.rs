//! Two workers, one reading and one standing by, are killed again and again while polls stream in.
//! Afterwards an oracle that knows every acknowledged input looks for what was lost, done twice,
//! made up, or told out of order.
//!
//! The short form runs with all tests and kills at random moments. `make test-faults` runs the long
//! one, which also ends workers between any two steps of a message's way (`ingest::crash::POINTS`).

mod model;
pub(crate) mod network;
pub(crate) mod plan;
pub(crate) mod verdict;
pub(crate) mod workers;

use std::time::Duration;

use rand::SeedableRng as _;
use rand_chacha::ChaCha8Rng;
use wisplink_tests::harness::chance::seed;
use wisplink_tests::harness::world::World;

use network::Network;
use plan::{Plan, publish};
use workers::{Workers, drained};

/// How large the test is.
#[derive(Clone, Copy, Debug)]
struct Size {
    aps: usize,
    polls: usize,
    kills: usize,
    /// Between two kills, at most. A lease lasts 3 s: more kills than leases would only show that
    /// nobody gets to work.
    pause: Duration,
}

#[tokio::test]
async fn workers_that_are_killed_lose_nothing_and_do_nothing_twice() {
    let size = Size {
        aps: 10,
        polls: 30,
        kills: 4,
        pause: Duration::from_millis(300),
    };
    run(size, seed(), false).await;
}

#[tokio::test]
#[ignore = "takes minutes; run it with `make test-faults`"]
async fn a_hundred_kills_between_any_two_steps_lose_nothing_and_do_nothing_twice() {
    assert!(fail::has_failpoints(), "run this with `make test-faults`");
    let size = Size {
        aps: 167,
        polls: 40,
        kills: 100,
        pause: Duration::from_secs(6),
    };
    run(size, seed(), true).await;
}

async fn run(size: Size, seed: u64, failpoints: bool) {
    eprintln!("seed {seed}");
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut world = World::start().await;
    world.stop_worker().await;
    let network = Network::make(&world, size.aps).await;
    let plan = Plan::draw(&network, size.polls, &mut random);
    let watch = verdict::watch(&world, &network).await;
    let mut workers = Workers::start(&world, random.clone(), failpoints);
    let feeding = publish(
        &world,
        &network,
        &plan,
        size.pause * u32::try_from(size.kills).unwrap() / 2,
    );
    let killing = workers.kill_again_and_again(size.kills, size.pause);
    tokio::join!(feeding, killing);
    drained(&world).await;
    let found = verdict::look(&world, &network, &plan, watch).await;
    eprintln!("{found}");
    workers.stop().await;
    assert_eq!(found.faults(), Vec::<String>::new(), "seed {seed}");
}
