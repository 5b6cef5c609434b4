//! Polls as they come: so many a second, evenly, over all APs of the tenants. In each some clients
//! have associated anew, which makes one event for each of them.

use std::time::{Duration, Instant};

use async_nats::jetstream;
use chrono::{DateTime, Utc};

use crate::failure::{Doing as _, Failure};
use crate::fleet::Fleet;
use crate::polls;

/// How polls come.
#[derive(Clone, Copy, Debug)]
pub(super) struct Traffic {
    fleet: Fleet,
    rate: u32,
    anew: u32,
    sent: u32,
}

impl Traffic {
    /// So many polls a second, in each of which `anew` clients associate anew.
    pub(super) const fn new(fleet: Fleet, rate: u32, anew: u32) -> Self {
        Self {
            fleet,
            rate,
            anew,
            sent: 0,
        }
    }

    /// Goes on publishing for `time`. The sample's time is the moment before it is sent.
    pub(super) async fn publish(
        &mut self,
        jetstream: &jetstream::Context,
        time: Duration,
    ) -> Result<(), Failure> {
        let client = jetstream.client();
        let (begin, first) = (Instant::now(), self.sent);
        let last = first + self.rate * u32::try_from(time.as_secs()).unwrap_or(0);
        while self.sent < last {
            let due = begin + Duration::from_secs(1) * (self.sent - first) / self.rate;
            tokio::time::sleep_until(due.into()).await;
            let (tenant, ap, round) = self.place(self.sent);
            let at = now();
            let poll = polls::restless(self.fleet, (tenant, ap), round, self.anew, at);
            let published = client
                .publish(polls::subject(tenant, ap), poll.into())
                .await;
            published.doing("publishing a poll")?;
            self.sent += 1;
        }
        client.flush().await.doing("publishing polls")
    }

    /// Tenants in turn, then their APs, then the next round.
    fn place(self, number: u32) -> (u32, u32, u32) {
        let Fleet {
            first,
            tenants,
            aps,
            ..
        } = self.fleet;
        let ap = number / tenants;
        (first + number % tenants, ap % aps, ap / aps)
    }
}

/// The time in the database's precision.
fn now() -> DateTime<Utc> {
    DateTime::from_timestamp_micros(Utc::now().timestamp_micros()).unwrap_or_default()
}
