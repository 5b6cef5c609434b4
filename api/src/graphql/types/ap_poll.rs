//! `ApPoll` and `RadioStats`: what is known of an AP's last poll.

use std::sync::Arc;

use async_graphql::{Description, Enum, Object, SimpleObject};
use chrono::{DateTime, Utc};
use entity::model::ap_poll::{self, Radio};

/// What came of a poll of an AP.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "ap_poll::PollOutcome")]
pub enum PollOutcome {
    /// The registration table was read.
    Ok,
    /// Reading it failed: nothing is known of the clients since the last good poll.
    Failed,
    /// The device has no registration table.
    Unsupported,
}

/// The last successful poll of an AP, and whether later ones failed.
#[derive(Description)]
pub struct ApPoll {
    row: Arc<ap_poll::Model>,
}

impl ApPoll {
    /// The poll in a row.
    pub const fn new(row: Arc<ap_poll::Model>) -> Self {
        Self { row }
    }
}

#[Object(use_type_description)]
impl ApPoll {
    /// When the AP's registration table was last read.
    async fn at(&self) -> DateTime<Utc> {
        self.row.last_poll_at
    }

    /// When it was read the time before; null if it was read once.
    async fn previous_at(&self) -> Option<DateTime<Utc>> {
        self.row.prev_poll_at
    }

    /// Time between polls, as the poller tells it or as it was observed, in seconds.
    async fn interval_s(&self) -> Option<i32> {
        self.row.interval_s
    }

    /// Result of the latest poll. `FAILED`: that poll is later than `at`.
    async fn outcome(&self) -> PollOutcome {
        self.row.outcome.into()
    }

    /// How many clients the AP listed, managed or not.
    async fn client_count(&self) -> i32 {
        self.row.clients
    }
}

/// A radio of an AP at its last successful poll.
#[derive(SimpleObject)]
pub struct RadioStats {
    /// The AP's interface.
    pub interface: Option<String>,
    /// The noise floor, in dBm.
    pub noise_floor: Option<i16>,
    /// The channel width, in MHz.
    pub channel_width_mhz: Option<i32>,
    /// The transmit power, in dBm.
    pub tx_power: Option<i16>,
    /// How many clients are registered on it.
    pub registered_clients: Option<i32>,
}

impl From<Radio> for RadioStats {
    fn from(radio: Radio) -> Self {
        Self {
            interface: radio.interface,
            noise_floor: radio.noise_floor,
            channel_width_mhz: radio.channel_width_mhz,
            tx_power: radio.tx_power,
            registered_clients: radio.registered_clients,
        }
    }
}
