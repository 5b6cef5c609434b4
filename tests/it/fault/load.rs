//! Polls that stream in, each until the stream has it.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use async_nats::jetstream;
use async_nats::jetstream::message::PublishMessage;
use futures::future::join_all;
use rand::SeedableRng as _;
use rand_chacha::ChaCha8Rng;
use tokio::sync::{Mutex, OwnedMutexGuard};
use tokio::task::JoinHandle;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use wisplink_tests::harness::chance::seed;
use wisplink_tests::harness::tenant::Tenant;
use wisplink_tests::harness::world::World;

use crate::crash::network::Network;
use crate::crash::plan::{Plan, Poll, message};
use crate::crash::verdict::{self, Watch};
use crate::crash::workers::drained;

/// Between two handfuls.
const PAUSE: Duration = Duration::from_millis(250);
/// Polls of each AP, one a minute, more than any test lasts, and fewer than there are minutes until
/// links that are down expire.
const POLLS: usize = 1_000;
/// How long the stream may take to have a poll before it is sent again.
const ACK: Duration = Duration::from_secs(1);

/// Polls of a network that stream in until it is said to stop, and the oracle that knows them.
pub(super) struct Load {
    network: Arc<Network>,
    plan: Arc<Plan>,
    /// While it is locked, nothing is published.
    gate: Arc<Mutex<()>>,
    stop: CancellationToken,
    /// How many polls of the plan the stream has, and the longest time it took to take some.
    feeding: JoinHandle<(usize, Duration)>,
    watch: Watch,
    seed: u64,
}

impl Load {
    /// Makes three tenants with so many APs each, follows their feeds, and begins.
    pub(super) async fn start(world: &World, aps: usize) -> Self {
        let seed = seed();
        let network = Arc::new(Network::make(world, aps).await);
        let plan = Plan::draw(&network, POLLS, &mut ChaCha8Rng::seed_from_u64(seed));
        let plan = Arc::new(plan);
        let watch = verdict::watch(world, &network).await;
        let (gate, stop) = (Arc::default(), CancellationToken::new());
        let feed = feed(
            jetstream::new(world.nats_client().await),
            (Arc::clone(&network), Arc::clone(&plan)),
            Arc::clone(&gate),
            stop.clone(),
        );
        Self {
            network,
            plan,
            gate,
            stop,
            feeding: tokio::spawn(feed),
            watch,
            seed,
        }
    }

    /// Whose APs are polled.
    pub(super) fn tenants(&self) -> &[Tenant] {
        &self.network.tenants
    }

    /// Holds the polls back, and waits until everything there is was applied and published.
    pub(super) async fn still(&self, world: &World) -> OwnedMutexGuard<()> {
        let held = Arc::clone(&self.gate).lock_owned().await;
        drained(world).await;
        held
    }

    /// Stops, and waits until everything was applied. Whatever was lost, done twice, made up or told
    /// out of order fails the test. Returns how much was looked at.
    pub(super) async fn judged(self, world: &World) -> String {
        self.stop.cancel();
        let (published, longest) = self.feeding.await.unwrap();
        drained(world).await;
        let plan = Plan {
            polls: self.plan.polls[..published].to_vec(),
            messy: self.plan.messy.clone(),
        };
        let found = verdict::look(world, &self.network, &plan, self.watch).await;
        assert_eq!(found.faults(), Vec::<String>::new(), "seed {}", self.seed);
        let longest = longest.as_secs_f64();
        format!("{found}; pollers waited {longest:.1} s at most")
    }
}

async fn feed(
    jetstream: jetstream::Context,
    (network, plan): (Arc<Network>, Arc<Plan>),
    gate: Arc<Mutex<()>>,
    stop: CancellationToken,
) -> (usize, Duration) {
    let (mut published, mut longest) = (0, Duration::ZERO);
    while published < plan.polls.len() && !stop.is_cancelled() {
        let handful = handful(&plan.polls[published..]);
        {
            let _may = gate.lock().await;
            let begun = Instant::now();
            let numbered = (published..).zip(handful);
            join_all(numbered.map(|(number, poll)| insist(&jetstream, &network, number, poll)))
                .await;
            longest = longest.max(begun.elapsed());
        }
        published += handful.len();
        tokio::time::sleep(PAUSE).await;
    }
    (published, longest)
}

/// The next polls, none of an AP that is among them already: they may overtake each other.
fn handful(polls: &[Poll]) -> &[Poll] {
    let mut aps = HashSet::new();
    let length = polls.iter().take_while(|poll| aps.insert(poll.ap)).count();
    &polls[..length]
}

async fn insist(jetstream: &jetstream::Context, network: &Network, number: usize, poll: &Poll) {
    let (subject, payload) = message(network, poll);
    loop {
        let message = PublishMessage::build()
            .payload(payload.clone().into())
            .message_id(number.to_string());
        let sent = async {
            let ack = jetstream.send_publish(subject.clone(), message).await;
            ack.ok()?.await.ok()
        };
        if let Ok(Some(_)) = tokio::time::timeout(ACK, sent).await {
            return;
        }
        // What was refused at once is refused again at once.
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
