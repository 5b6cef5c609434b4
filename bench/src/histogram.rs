//! How long things took, counted by many tasks at once.

use std::sync::atomic::{AtomicU32, Ordering};

/// Tenths of a millisecond, up to ten seconds; what took longer counts as that.
const BUCKETS: usize = 100_000;

/// Times, by tenths of a millisecond.
pub(crate) struct Histogram(Box<[AtomicU32]>);

impl Histogram {
    /// Nothing was counted yet.
    pub(crate) fn new() -> Self {
        Self((0..BUCKETS).map(|_| AtomicU32::new(0)).collect())
    }

    /// Counts one.
    pub(crate) fn add(&self, micros: i64) {
        let bucket = usize::try_from(micros / 100).unwrap_or(0).min(BUCKETS - 1);
        self.0[bucket].fetch_add(1, Ordering::Relaxed);
    }

    /// Forgets what was counted.
    pub(crate) fn clear(&self) {
        for count in &self.0 {
            count.store(0, Ordering::Relaxed);
        }
    }

    /// How many were counted.
    pub(crate) fn count(&self) -> u64 {
        self.counts().sum()
    }

    /// Milliseconds that `share` of all did not exceed.
    pub(crate) fn percentile_ms(&self, share: f64) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "fewer than 2^52")]
        let (mut left, mut tenths) = (self.count() as f64 * share, 0.0);
        for count in self.counts() {
            #[expect(clippy::cast_precision_loss, reason = "fewer than 2^52")]
            let count = count as f64;
            left -= count;
            tenths += 1.0;
            if left <= 0.0 {
                return tenths / 10.0;
            }
        }
        f64::NAN
    }

    fn counts(&self) -> impl Iterator<Item = u64> {
        self.0
            .iter()
            .map(|count| count.load(Ordering::Relaxed).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_those_of_what_was_counted() {
        let histogram = Histogram::new();
        for micros in 1..=1_000 {
            histogram.add(micros * 100 - 1);
        }
        assert_eq!(histogram.count(), 1_000);
        assert!((histogram.percentile_ms(0.5) - 50.0).abs() < 0.2);
        assert!((histogram.percentile_ms(0.99) - 99.0).abs() < 0.2);
    }
}
