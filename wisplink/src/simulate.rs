//! A simulated WISP, for the demo and for load.
//!
//! It is a client of wisplink like any other. What there is is planned from a seed (`plan`) and set
//! up by GraphQL, which gives it ids ([`prepare`]). Then a poller runs ([`run()`]): it asks `trouble`
//! where everybody is, `weather` and `radio` how well they are heard, makes of that what a RouterOS
//! poller would read (`poll`, `snapshot`), and publishes it on JetStream.
//!
//! # Invariants
//! - Everything but `seed`, `publish` and `run` is a function of seed and time.

mod moment;
mod chance;
mod catalogue;
mod plan;
mod error;
mod graphql;
mod seed;
mod network;
mod schedule;
mod weather;
mod trouble;
mod radio;
mod print;
mod poll;
mod snapshot;
mod publish;
mod tally;
mod run;
#[cfg(test)]
mod hour;

use std::fmt;
use std::time::Duration;

use chrono::Utc;

pub use error::SimulateError;
pub use moment::Speed;
pub use network::{Network, Tenant};
pub use run::{retell, run};
pub use tally::Tally;

use self::graphql::GraphqlClient;

/// What is simulated, and in which wisplink.
#[derive(Clone)]
pub struct Settings {
    /// wisplink's address, like `http://127.0.0.1:8080`.
    pub url: String,
    /// A token of the platform role.
    pub token: String,
    /// How often every access point is polled.
    pub interval: Duration,
    /// How many times as fast as life things happen.
    pub speed: Speed,
    /// How large the network is.
    pub size: Size,
    /// What everything is drawn from.
    pub seed: u64,
}

/// How large each provider is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Sites of a provider.
    pub sites: u16,
    /// Access points of a site; every other site has one less.
    pub aps_per_site: u16,
    /// Customers of an access point, on average.
    pub cpes_per_ap: u16,
}

impl Default for Size {
    /// Some 240 customers: as many as one can watch.
    fn default() -> Self {
        Self {
            sites: 4,
            aps_per_site: 3,
            cpes_per_ap: 12,
        }
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("url", &self.url)
            .field("token", &"***")
            .field("interval", &self.interval)
            .field("speed", &self.speed)
            .field("size", &self.size)
            .field("seed", &self.seed)
            .finish()
    }
}

/// Sets the network up in wisplink. What is there already stays as it is.
pub async fn prepare(settings: &Settings) -> Result<Network, SimulateError> {
    let client = GraphqlClient::new(&settings.url, &settings.token)?;
    let plans = plan::plan(settings.seed, settings.size);
    seed::seed(&client, plans, settings.speed.moment(Utc::now())).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_is_not_shown() {
        let settings = Settings {
            url: "http://127.0.0.1:8080".to_owned(),
            token: "geheim".to_owned(),
            interval: Duration::from_secs(5),
            speed: Speed::new(60),
            size: Size::default(),
            seed: 1,
        };
        assert!(!format!("{settings:?}").contains("geheim"));
    }
}
