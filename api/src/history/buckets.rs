//! Equal spans of a range, and what was measured in each.

use chrono::{DateTime, TimeDelta, Utc};

use super::range::TimeRange;
use crate::error::ApiError;
use crate::limits;

/// A range cut into equal buckets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Buckets {
    range: TimeRange,
    count: u32,
}

/// Sums over the samples of a bucket. Each has its own number of samples: what a poll did not tell
/// does not count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    /// Polls that listed the client.
    pub samples: i64,
    /// dBm.
    pub signal: Sum,
    /// The weakest, in dBm.
    pub signal_min: Option<i16>,
    /// The strongest, in dBm.
    pub signal_max: Option<i16>,
    /// Percent.
    pub ccq: Sum,
    /// kbit/s towards the client.
    pub tx_kbps: Sum,
    /// kbit/s from the client.
    pub rx_kbps: Sum,
}

/// A sum, and of how many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    /// How many.
    pub samples: i64,
    /// The sum.
    pub sum: i64,
}

impl Buckets {
    /// `count` buckets, within the limits.
    pub fn new(range: TimeRange, count: i32) -> Result<Self, ApiError> {
        let count = u32::try_from(count).unwrap_or_default();
        if count == 0 {
            return Err(ApiError::bad_input("`buckets` must be 1 or more"));
        }
        if count > limits::HISTORY_BUCKETS {
            return Err(ApiError::limit(
                "buckets",
                count as usize,
                limits::HISTORY_BUCKETS as usize,
            ));
        }
        if range.length() < TimeDelta::seconds(count.into()) {
            return Err(ApiError::bad_input(
                "a bucket cannot be shorter than a second: ask for fewer `buckets`, or a longer range",
            ));
        }
        Ok(Self { range, count })
    }

    /// How many there are.
    pub const fn count(self) -> u32 {
        self.count
    }

    /// What they are cut from.
    pub const fn range(self) -> TimeRange {
        self.range
    }

    /// Where each starts, in order. It ends where the next one starts, the last one where the range
    /// ends.
    pub fn starts(self) -> Vec<DateTime<Utc>> {
        (0..self.count).map(|index| self.edge(index)).collect()
    }

    /// Start and end of each, in order.
    pub fn spans(self) -> impl Iterator<Item = (DateTime<Utc>, DateTime<Utc>)> {
        (0..self.count).map(move |index| (self.edge(index), self.edge(index + 1)))
    }

    fn edge(self, index: u32) -> DateTime<Utc> {
        let length = self.range.length().num_microseconds().unwrap_or(i64::MAX);
        let offset = i128::from(length) * i128::from(index) / i128::from(self.count);
        self.range.from() + TimeDelta::microseconds(i64::try_from(offset).unwrap_or(length))
    }
}

impl Sums {
    /// Counts `more` in.
    pub fn add(&mut self, more: &Self) {
        self.samples += more.samples;
        self.signal.add(more.signal);
        self.signal_min = self.signal_min.into_iter().chain(more.signal_min).min();
        self.signal_max = self.signal_max.into_iter().chain(more.signal_max).max();
        self.ccq.add(more.ccq);
        self.tx_kbps.add(more.tx_kbps);
        self.rx_kbps.add(more.rx_kbps);
    }
}

impl Sum {
    fn add(&mut self, more: Self) {
        self.samples += more.samples;
        self.sum += more.sum;
    }

    /// The average; none of nothing.
    #[expect(
        clippy::cast_precision_loss,
        reason = "sums of a bucket are far below 2^53"
    )]
    pub fn average(self) -> Option<f64> {
        (self.samples > 0).then(|| self.sum as f64 / self.samples as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Code;

    fn range(seconds: i64) -> TimeRange {
        let from = DateTime::UNIX_EPOCH;
        TimeRange::new(from, Some(from + TimeDelta::seconds(seconds)), from).unwrap()
    }

    #[test]
    fn buckets_are_bounded() {
        for (seconds, count, refused) in [
            (3_600, 1, None),
            (3_600, 1_000, None),
            (1_000, 1_000, None),
            (3_600, 0, Some(Code::BadInput)),
            (3_600, -1, Some(Code::BadInput)),
            (3_600, 1_001, Some(Code::LimitExceeded)),
            (999, 1_000, Some(Code::BadInput)),
        ] {
            let buckets = Buckets::new(range(seconds), count);
            let code = buckets.err().map(|error| error.code());
            assert_eq!(code, refused, "{count} in {seconds} s");
        }
    }

    #[test]
    fn buckets_lie_side_by_side_and_fill_the_range() {
        for (seconds, count) in [(10, 1), (10, 3), (86_400, 7), (400 * 86_400, 1_000)] {
            let range = range(seconds);
            let buckets = Buckets::new(range, count).unwrap();
            let spans: Vec<_> = buckets.spans().collect();
            assert_eq!(spans.len(), usize::try_from(count).unwrap());
            assert_eq!(spans[0].0, range.from());
            assert_eq!(spans[spans.len() - 1].1, range.to());
            assert!(spans.windows(2).all(|pair| pair[0].1 == pair[1].0));
            let lengths = spans.iter().map(|(start, end)| *end - *start);
            let (least, most) = (lengths.clone().min(), lengths.max());
            let apart = most.unwrap() - least.unwrap();
            assert!(apart <= TimeDelta::microseconds(1), "{apart}");
            let starts: Vec<_> = spans.iter().map(|(start, _)| *start).collect();
            assert_eq!(buckets.starts(), starts);
        }
    }

    #[test]
    fn what_nobody_told_does_not_count() {
        let quiet = Sums {
            samples: 1,
            ..Sums::default()
        };
        let told = |signal: i16| Sums {
            samples: 1,
            signal: Sum {
                samples: 1,
                sum: signal.into(),
            },
            signal_min: Some(signal),
            signal_max: Some(signal),
            ..Sums::default()
        };
        let mut sums = Sums::default();
        assert_eq!(sums.signal.average(), None);
        for more in [quiet, told(-60), told(-71), quiet] {
            sums.add(&more);
        }
        assert_eq!(sums.samples, 4);
        assert_eq!(sums.signal.average(), Some(-65.5));
        assert_eq!((sums.signal_min, sums.signal_max), (Some(-71), Some(-60)));
        assert_eq!(sums.ccq.average(), None);
    }
}
