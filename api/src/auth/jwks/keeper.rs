//! Keeps the published keys up to date: now and then, and when a token names one that is not known.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, watch};
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

use super::source::Reader;
use super::{Jwks, Known};
use crate::error::chain;
use crate::limits;
use crate::settings::JwksSettings;

/// Asks the source; whoever looks keys up has the other half.
pub(crate) struct Keeper {
    reader: Reader,
    refresh: Duration,
    known: watch::Sender<Known>,
    wanted: Arc<Notify>,
}

impl Keeper {
    /// A keeper, and the keys it will keep. Nothing is read yet.
    pub(in crate::auth) fn new(settings: JwksSettings) -> Result<(Self, Jwks), reqwest::Error> {
        let (known, seen) = watch::channel(Known::default());
        let wanted = Arc::new(Notify::new());
        let jwks = Jwks {
            known: seen,
            wanted: Arc::clone(&wanted),
        };
        let keeper = Self {
            reader: Reader::new(settings.source)?,
            refresh: settings.refresh,
            known,
            wanted,
        };
        Ok((keeper, jwks))
    }

    /// Reads the keys again and again until `shutdown`.
    pub(crate) async fn run(self, shutdown: CancellationToken) {
        loop {
            let read = tokio::select! {
                read = self.read() => read,
                () = shutdown.cancelled() => return,
            };
            let pause = if read {
                self.refresh
            } else {
                limits::JWKS_PAUSE
            };
            let next = Instant::now() + pause;
            tokio::select! {
                () = sleep_until(next) => {}
                () = self.wish() => {}
                () = shutdown.cancelled() => return,
            }
        }
    }

    /// Waits until somebody wants a key that is not known, and the source was not asked lately.
    async fn wish(&self) {
        loop {
            self.wanted.notified().await;
            if !self.known.borrow().is_fresh(Instant::now()) {
                return;
            }
        }
    }

    /// Whether the keys were to be had.
    async fn read(&self) -> bool {
        let read = self.reader.read().await;
        let fresh = match read {
            Ok(keys) => Some(Arc::new(keys)),
            Err(error) => {
                metrics::counter!("wisplink_jwks_failures_total").increment(1);
                let keys = self
                    .known
                    .borrow()
                    .keys
                    .as_ref()
                    .map_or(0, |keys| keys.count());
                tracing::warn!(
                    error = %chain(&error),
                    keys,
                    "the keys of auth.jwks_url or auth.jwks_file are not to be had; those that \
                     are known go on serving"
                );
                None
            }
        };
        let got = fresh.is_some();
        self.known.send_modify(|known| {
            known.asked = Some(Instant::now());
            if fresh.is_some() {
                known.keys = fresh;
            }
        });
        got
    }
}
