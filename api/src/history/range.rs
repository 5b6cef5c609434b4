//! The span of time a question is about.

use chrono::{DateTime, TimeDelta, Utc};

use crate::error::ApiError;
use crate::limits;

/// From a time up to, and without, a later one. In microseconds, as rows have them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TimeRange {
    from: DateTime<Utc>,
    to: DateTime<Utc>,
}

impl TimeRange {
    /// The range asked for, within the limits; up to `now` when its end is not given.
    pub fn new(
        from: DateTime<Utc>,
        to: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> Result<Self, ApiError> {
        let (from, to) = (in_micros(from), in_micros(to.unwrap_or(now)));
        if from >= to {
            return Err(ApiError::bad_input(
                "`from` must be before `to`, which is now when it is not given",
            ));
        }
        let range = Self { from, to };
        if range.length() > limits::HISTORY_RANGE {
            let days = range.length() + TimeDelta::days(1) - TimeDelta::microseconds(1);
            return Err(ApiError::limit(
                "days from `from` to `to`",
                usize::try_from(days.num_days()).unwrap_or(usize::MAX),
                usize::try_from(limits::HISTORY_RANGE.num_days()).unwrap_or_default(),
            ));
        }
        Ok(range)
    }

    /// Where it begins.
    pub const fn from(self) -> DateTime<Utc> {
        self.from
    }

    /// Where it ends; this moment is not part of it.
    pub const fn to(self) -> DateTime<Utc> {
        self.to
    }

    /// How long it is.
    pub fn length(self) -> TimeDelta {
        self.to - self.from
    }
}

fn in_micros(time: DateTime<Utc>) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(time.timestamp_micros()).unwrap_or(time)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Code;

    fn day(day: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::days(day)
    }

    #[test]
    fn a_range_goes_forward_and_is_bounded() {
        let now = day(1_000);
        for (from, to, refused) in [
            (day(999), None, None),
            (day(600), Some(day(1_000)), None),
            (day(1), Some(day(2)), None),
            (now, None, Some(Code::BadInput)),
            (day(1_001), None, Some(Code::BadInput)),
            (day(2), Some(day(1)), Some(Code::BadInput)),
            (day(599), Some(day(1_000)), Some(Code::LimitExceeded)),
            (day(0), None, Some(Code::LimitExceeded)),
        ] {
            let range = TimeRange::new(from, to, now);
            assert_eq!(
                range.err().map(|error| error.code()),
                refused,
                "{from} {to:?}"
            );
        }
    }

    #[test]
    fn the_error_says_how_much_too_long_it_is() {
        let barely = day(400) + TimeDelta::seconds(1);
        let error = TimeRange::new(day(0), Some(barely), day(0)).unwrap_err();
        assert_eq!(
            error.message(),
            "days from `from` to `to`: 401 asked for, 400 allowed"
        );
    }
}
