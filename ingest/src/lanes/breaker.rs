//! Stops reading while the database is in trouble: what was read waits in memory.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

/// Failures in a row after which reading stops.
const LIMIT: u32 = 3;
/// How long to wait before trying again, at first and at most.
const BACK_OFF: (Duration, Duration) = (Duration::from_millis(200), Duration::from_secs(5));

const OPEN: &str = "wisplink_ingest_breaker_open";

/// Counts temporary failures in a row, over all lanes.
#[derive(Clone, Debug)]
pub struct Breaker(Arc<watch::Sender<u32>>);

impl Default for Breaker {
    fn default() -> Self {
        metrics::gauge!(OPEN).set(0.0);
        Self(Arc::new(watch::Sender::new(0)))
    }
}

impl Breaker {
    /// A transaction was committed.
    pub fn succeeded(&self) {
        let had_failed = |failures: &mut u32| std::mem::take(failures) > 0;
        if self.0.send_if_modified(had_failed) {
            metrics::gauge!(OPEN).set(0.0);
        }
    }

    /// A transaction failed, and may succeed later.
    pub fn failed(&self) {
        self.0
            .send_modify(|failures| *failures = failures.saturating_add(1));
        if *self.0.borrow() >= LIMIT {
            metrics::gauge!(OPEN).set(1.0);
        }
    }

    /// Waits while the database is in trouble.
    pub async fn closed(&self) {
        // The sender lives as long as `self`.
        let _ = self
            .0
            .subscribe()
            .wait_for(|failures| *failures < LIMIT)
            .await;
    }
}

/// The pause before the `attempt`-th retry, counted from 0.
pub fn pause(attempt: u32) -> Duration {
    let factor = 2_u32.saturating_pow(attempt);
    BACK_OFF.0.saturating_mul(factor).min(BACK_OFF.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn reading_stops_at_three_failures_until_one_success() {
        let breaker = Breaker::default();
        breaker.failed();
        breaker.failed();
        breaker.closed().await;
        breaker.failed();
        let mut waiting = Box::pin(breaker.closed());
        assert!(futures::poll!(&mut waiting).is_pending());
        breaker.succeeded();
        waiting.await;
    }

    #[test]
    fn pauses_grow_to_five_seconds() {
        assert_eq!(
            [0, 1, 4, 99].map(|attempt| pause(attempt).as_millis()),
            [200, 400, 3200, 5000]
        );
    }
}
