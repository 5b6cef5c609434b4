//! `SignalBucket`: a link's signal in a span of time.

use async_graphql::SimpleObject;
use chrono::{DateTime, Utc};

use crate::history::buckets::{Buckets, Sums};
use crate::loader::signal_by_link::Signal;

/// Aggregated poll values of a link over a time span. Null if no poll reported the value.
#[derive(SimpleObject)]
pub struct SignalBucket {
    /// Start of the span.
    start: DateTime<Utc>,
    /// End of the span, exclusive.
    end: DateTime<Utc>,
    /// How many polls listed the CPE.
    samples: i64,
    /// The weakest signal as the AP heard the CPE, in dBm.
    min_signal_strength: Option<i16>,
    /// The average signal as the AP heard the CPE, in dBm.
    avg_signal_strength: Option<f64>,
    /// The strongest signal as the AP heard the CPE, in dBm.
    max_signal_strength: Option<i16>,
    /// The average client connection quality (CCQ) of the AP's transmissions, in percent, 1 to
    /// 100.
    avg_tx_ccq: Option<f64>,
    /// The average data rate towards the CPE, in kbit/s.
    avg_tx_rate_kbps: Option<f64>,
    /// The average data rate from the CPE, in kbit/s.
    avg_rx_rate_kbps: Option<f64>,
}

impl SignalBucket {
    /// All buckets in order, also those of which `signal` knows nothing.
    pub fn all(buckets: Buckets, signal: &Signal) -> Vec<Self> {
        (0..)
            .zip(buckets.spans())
            .map(|(number, span)| {
                let sums = signal.get(&number).copied().unwrap_or_default();
                Self::new(span, &sums)
            })
            .collect()
    }

    fn new((start, end): (DateTime<Utc>, DateTime<Utc>), sums: &Sums) -> Self {
        Self {
            start,
            end,
            samples: sums.samples,
            min_signal_strength: sums.signal_min,
            avg_signal_strength: sums.signal.average(),
            max_signal_strength: sums.signal_max,
            avg_tx_ccq: sums.ccq.average(),
            avg_tx_rate_kbps: sums.tx_kbps.average(),
            avg_rx_rate_kbps: sums.rx_kbps.average(),
        }
    }
}
