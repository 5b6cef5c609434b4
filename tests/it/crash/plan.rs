//! What pollers send: a tenth twice, a tenth out of order.

use std::time::Duration;

use async_nats::jetstream;
use chrono::{DateTime, TimeDelta, Utc};
use rand::Rng as _;
use rand::seq::SliceRandom as _;
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};
use wisplink_tests::harness::poller::registration;
use wisplink_tests::harness::world::World;

use super::network::{CLIENTS, Network};

/// Messages published together.
const CHUNK: usize = 200;

/// One poll: what each client's signal is, and none when it is not listed.
#[derive(Clone, Debug)]
pub(crate) struct Poll {
    /// Which AP of the network.
    pub(crate) ap: usize,
    pub(crate) at: DateTime<Utc>,
    pub(crate) signals: [Option<i16>; CLIENTS],
}

/// All messages in the order in which they are published.
pub(crate) struct Plan {
    pub(crate) polls: Vec<Poll>,
    /// Which APs have polls out of order. What becomes of their links may depend on what the worker
    /// finds together in its queue; that the newest poll has the last word does not.
    pub(crate) messy: Vec<bool>,
}

impl Plan {
    /// Draws `polls` polls for each AP.
    pub(crate) fn draw(network: &Network, polls: usize, random: &mut ChaCha8Rng) -> Self {
        // All of it is past, and no AP is silent for long by the time it is told of.
        let minutes = i64::try_from(polls).unwrap() + 60;
        let start = Utc::now() - TimeDelta::minutes(minutes);
        let start = DateTime::from_timestamp_micros(start.timestamp_micros()).unwrap();
        let messy: Vec<bool> = network
            .aps
            .iter()
            .map(|_| random.random_ratio(1, 4))
            .collect();
        let mut all = Vec::new();
        for round in 0..polls {
            let at = start + TimeDelta::minutes(i64::try_from(round).unwrap());
            let mut aps: Vec<usize> = (0..network.aps.len()).collect();
            aps.shuffle(random);
            all.extend(aps.into_iter().map(|ap| {
                let shift = TimeDelta::microseconds(i64::try_from(ap).unwrap());
                let signals = std::array::from_fn(|_| signal(random));
                Poll {
                    ap,
                    at: at + shift,
                    signals,
                }
            }));
        }
        let mut plan = Self { polls: all, messy };
        plan.disorder(network.aps.len(), random);
        plan.repeat(random);
        plan
    }

    /// Lets polls of messy APs change places with the AP's next one.
    fn disorder(&mut self, round: usize, random: &mut ChaCha8Rng) {
        for earlier in 0..self.polls.len() {
            let ap = self.polls[earlier].ap;
            if !self.messy[ap] || !random.random_ratio(4, 10) {
                continue;
            }
            let behind = (earlier + 1..self.polls.len().min(earlier + 2 * round))
                .find(|later| self.polls[*later].ap == ap);
            if let Some(later) = behind {
                self.polls.swap(earlier, later);
            }
        }
    }

    fn repeat(&mut self, random: &mut ChaCha8Rng) {
        let mut repeated = Vec::with_capacity(self.polls.len() * 11 / 10);
        for (index, poll) in self.polls.iter().enumerate() {
            repeated.push(poll.clone());
            if random.random_ratio(1, 10) {
                let earlier = random.random_range(index.saturating_sub(500)..=index);
                repeated.push(self.polls[earlier].clone());
            }
        }
        self.polls = repeated;
    }
}

/// Publishes everything within about `long`; returns when all of it is acknowledged.
pub(crate) async fn publish(world: &World, network: &Network, plan: &Plan, long: Duration) {
    let jetstream = jetstream::new(world.nats_client().await);
    let chunks = plan.polls.chunks(CHUNK);
    let pause = long / u32::try_from(chunks.len()).unwrap();
    for chunk in chunks {
        let mut acks = Vec::with_capacity(CHUNK);
        for poll in chunk {
            let (subject, payload) = message(network, poll);
            acks.push(jetstream.publish(subject, payload.into()).await.unwrap());
        }
        for ack in acks {
            ack.await.unwrap();
        }
        tokio::time::sleep(pause).await;
    }
}

/// The subject and the payload of a poll.
pub(crate) fn message(network: &Network, poll: &Poll) -> (String, Vec<u8>) {
    let ap = &network.aps[poll.ap];
    let rows: Vec<Value> = ap
        .radios
        .iter()
        .zip(poll.signals)
        .filter_map(|(radio, signal)| Some(registration(&radio.to_string(), signal?)))
        .collect();
    let payload = json!({
        "device_id": ap.id, "tenant_id": ap.tenant,
        "collected_at": poll.at.to_rfc3339(), "registrations": rows,
    });
    (
        format!("wireless.registrations.{}", ap.id),
        payload.to_string().into_bytes(),
    )
}

/// Mostly good, sometimes weak, sometimes not there.
pub(crate) fn signal(random: &mut ChaCha8Rng) -> Option<i16> {
    match random.random_range(0..10) {
        0..=4 => Some(-60),
        5 => Some(-78),
        6 | 7 => Some(-90),
        _ => None,
    }
}
