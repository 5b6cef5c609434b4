//! The time of the simulated world, which may pass faster than ours.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

/// How many times as fast as life things happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Speed(u16);

/// A moment in the simulated world, in its milliseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Moment(pub(super) i64);

impl Speed {
    /// The fastest: an hour a second.
    pub const FASTEST: u16 = 3_600;

    /// `factor` times as fast, within reason.
    pub fn new(factor: u16) -> Self {
        Self(factor.clamp(1, Self::FASTEST))
    }

    /// Slow enough for pollers with this interval to see what happens: between two polls no more
    /// than five minutes pass, as long as the interval is not longer than that itself.
    pub fn suiting(interval: Duration) -> Self {
        const SEEN_EVERY_S: u64 = 300;
        const LIVELY: u16 = 60;

        let factor = SEEN_EVERY_S / interval.as_secs().max(1);
        Self::new(u16::try_from(factor).unwrap_or(LIVELY).min(LIVELY))
    }

    /// What the simulated world calls this time.
    pub(super) fn moment(self, at: DateTime<Utc>) -> Moment {
        Moment(at.timestamp_millis() * i64::from(self.0))
    }

    /// How many of our seconds are between two moments.
    pub(super) fn seconds(self, from: Moment, to: Moment) -> i64 {
        (to.0 - from.0).div_euclid(1_000 * i64::from(self.0))
    }
}

/// What `part` is of `whole`, both in milliseconds.
pub(super) fn ratio(part: i64, whole: i64) -> f64 {
    let seconds = |millis| TimeDelta::milliseconds(millis).as_seconds_f64();
    seconds(part) / seconds(whole.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_intervals_have_their_speed() {
        for (seconds, factor) in [(0, 60), (5, 60), (10, 30), (60, 5), (300, 1), (3_600, 1)] {
            let speed = Speed::suiting(Duration::from_secs(seconds));
            assert_eq!(speed, Speed(factor), "{seconds} s");
        }
    }

    #[test]
    fn seconds_are_ours() {
        let (at, speed) = (
            DateTime::UNIX_EPOCH + TimeDelta::days(20_000),
            Speed::new(60),
        );
        let later = speed.moment(at + TimeDelta::seconds(7));
        assert_eq!(speed.seconds(speed.moment(at), later), 7);
        assert_eq!(later.0 - speed.moment(at).0, 420_000);
    }
}
