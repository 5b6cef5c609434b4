//! Connections that come back by themselves, and say so.

use std::time::Duration;

use async_nats::jetstream;
use async_nats::{Client, Event, ServerAddr, rustls};

use crate::config::{ConfigError, NatsConfig};

/// NATS is pinged this often; two pings without an answer and the connection is made anew. A server
/// that hangs is left after six seconds at most: the others of its cluster have long elected a leader.
const PING: Duration = Duration::from_millis(1_500);
/// How long a server may take to greet. One that hangs takes connections and says nothing; then another
/// is tried.
const GREETING: Duration = Duration::from_secs(2);
/// How long `JetStream` may take to answer a question. A stream without a leader does not answer.
const ANSWER: Duration = Duration::from_secs(2);
/// How long to wait before connecting again, at first and at most.
const BACK_OFF: (Duration, Duration) = (Duration::from_millis(200), Duration::from_secs(5));

/// Why there is no NATS client.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The address is wrong.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The options contradict each other.
    #[error("preparing the connection to NATS at {address}")]
    Nats {
        /// Where.
        address: String,
        /// What the client said.
        source: async_nats::ConnectError,
    },
}

/// A client of NATS. It connects beside, and again whenever the connection is lost: a server that
/// is away is no reason not to start.
pub async fn nats(config: &NatsConfig, name: &'static str) -> Result<Client, ConnectError> {
    let servers: Vec<ServerAddr> = config.servers()?;
    choose_cryptography();
    let address = config.url.to_string();
    let told = address.clone();
    config
        .options()?
        .name(name)
        .ping_interval(PING)
        .connection_timeout(GREETING)
        .retry_on_initial_connect()
        .reconnect_delay_callback(pause)
        .event_callback(move |event| {
            tell(&told, &event);
            std::future::ready(())
        })
        .connect(servers)
        .await
        .map_err(|source| ConnectError::Nats { address, source })
}

/// Two libraries for cryptography are linked, and the NATS client asks for the one that is the
/// process's: without a choice it would panic at the first connection with TLS.
fn choose_cryptography() {
    // Fails when it was chosen already.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
}

/// `JetStream` over `client`.
pub fn jetstream(config: &NatsConfig, client: Client) -> jetstream::Context {
    let mut jetstream = match &config.domain {
        Some(domain) => jetstream::with_domain(client, domain),
        None => jetstream::new(client),
    };
    jetstream.set_timeout(ANSWER);
    jetstream
}

/// The pause before the `attempt`-th try, counted from 1. The first comes at once.
fn pause(attempt: usize) -> Duration {
    let doublings = u32::try_from(attempt).unwrap_or(u32::MAX).saturating_sub(2);
    match attempt {
        0 | 1 => Duration::ZERO,
        _ => BACK_OFF
            .0
            .saturating_mul(2_u32.saturating_pow(doublings))
            .min(BACK_OFF.1),
    }
}

fn tell(address: &str, event: &Event) {
    match event {
        Event::Connected => tracing::info!(address, "connected to NATS"),
        Event::Disconnected => {
            tracing::warn!(address, "the connection to NATS is lost; trying again");
        }
        Event::ClientError(error) => {
            tracing::warn!(address, %error, "NATS is not reachable; see that it runs and that nats.url (NATS_URL) is right; trying again");
        }
        Event::ServerError(error) => tracing::warn!(address, %error, "NATS complains"),
        Event::SlowConsumer(_) => {
            metrics::counter!("wisplink_nats_slow_consumer_total").increment(1);
            tracing::warn!(
                address,
                "NATS sends faster than it is read; messages were dropped"
            );
        }
        Event::LameDuckMode => tracing::info!(address, "this NATS server is about to stop"),
        Event::Draining | Event::Closed => tracing::debug!(address, %event, "NATS"),
    }
}
