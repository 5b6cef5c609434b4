//! Where to start reading a stream, given where reading stopped. Pure.

use chrono::{DateTime, Utc};

use crate::position::lease::Position;

/// A stream as it is now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StreamState {
    /// When it was created.
    pub created: DateTime<Utc>,
    /// The first sequence it has, or would have.
    pub first_seq: u64,
    /// The last sequence it had; 0 = none.
    pub last_seq: u64,
}

/// Why reading cannot go on where it stopped. No link is missed for it: a gap is no miss.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gap {
    /// The stream was deleted and created again.
    Recreated,
    /// The stream is shorter than what was read of it: it was restored to an earlier state.
    RolledBack,
    /// Messages were dropped before they were read.
    Expired {
        /// How many, at most: some may have had other subjects.
        messages: u64,
    },
}

impl Gap {
    /// All names there are.
    pub const NAMES: [&str; 3] = ["expired", "recreated", "rolled_back"];

    /// The name in logs and metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Recreated => "recreated",
            Self::RolledBack => "rolled_back",
            Self::Expired { .. } => "expired",
        }
    }
}

/// The sequence to start at, and what lies between it and the position.
pub fn start(position: Position, stream: StreamState) -> (u64, Option<Gap>) {
    let first = stream.first_seq.max(1);
    let next = position.next_seq;
    match position.stream_created {
        None => (first, None),
        Some(created) if created != stream.created => (first, Some(Gap::Recreated)),
        Some(_) if next > stream.last_seq + 1 => (first, Some(Gap::RolledBack)),
        Some(_) if next < first => (
            first,
            Some(Gap::Expired {
                messages: first - next,
            }),
        ),
        Some(_) => (next, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(
        created: Option<i64>,
        next_seq: u64,
        first_seq: u64,
        last_seq: u64,
    ) -> (u64, Option<Gap>) {
        let time = |seconds| DateTime::from_timestamp(seconds, 0).unwrap();
        let position = Position {
            stream_created: created.map(time),
            next_seq,
        };
        start(
            position,
            StreamState {
                created: time(7),
                first_seq,
                last_seq,
            },
        )
    }

    #[test]
    fn reading_goes_on_where_it_stopped_or_says_why_not() {
        assert_eq!(
            from(None, 1, 0, 0),
            (1, None),
            "an empty stream, never read"
        );
        assert_eq!(from(None, 1, 40, 90), (40, None), "never read");
        assert_eq!(from(Some(7), 50, 40, 90), (50, None));
        assert_eq!(from(Some(7), 91, 40, 90), (91, None), "everything was read");
        assert_eq!(
            from(Some(7), 91, 91, 90),
            (91, None),
            "and has expired since"
        );
        assert_eq!(from(Some(6), 50, 40, 90), (40, Some(Gap::Recreated)));
        assert_eq!(from(Some(7), 92, 40, 90), (40, Some(Gap::RolledBack)));
        assert_eq!(
            from(Some(7), 30, 40, 90),
            (40, Some(Gap::Expired { messages: 10 }))
        );
    }
}
