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
    /// When the message was published that stands where the position's mark stood; none where there
    /// is no message or no mark.
    pub at_mark: Option<DateTime<Utc>>,
}

/// Why reading cannot go on where it stopped. No link is missed for it: a gap is no miss.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gap {
    /// The stream was deleted and created again.
    Recreated,
    /// The stream is shorter than what was read of it, or has other messages there: it was restored to
    /// an earlier state.
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
        Some(_) if next > stream.last_seq + 1 || is_other(position, stream) => {
            (first, Some(Gap::RolledBack))
        }
        Some(_) if next < first => (
            first,
            Some(Gap::Expired {
                messages: first - next,
            }),
        ),
        Some(_) => (next, None),
    }
}

/// Whether another message stands where one that was read has stood.
fn is_other(position: Position, stream: StreamState) -> bool {
    let known = position.mark.zip(stream.at_mark);
    known.is_some_and(|(mark, found)| mark.published != found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use entity::direct::Mark;

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
            mark: None,
        };
        start(
            position,
            StreamState {
                created: time(7),
                first_seq,
                last_seq,
                at_mark: None,
            },
        )
    }

    #[test]
    fn a_stream_that_grew_again_is_known_by_what_stands_at_the_mark() {
        let time = |seconds| DateTime::from_timestamp(seconds, 0).unwrap();
        let position = Position {
            stream_created: Some(time(7)),
            next_seq: 50,
            mark: Some(Mark {
                seq: 49,
                published: time(100),
            }),
        };
        for (at_mark, expected) in [
            (Some(100), (50, None)),
            // It was deleted, or has expired.
            (None, (50, None)),
            (Some(101), (40, Some(Gap::RolledBack))),
        ] {
            let stream = StreamState {
                created: time(7),
                first_seq: 40,
                last_seq: 90,
                at_mark: at_mark.map(time),
            };
            assert_eq!(start(position, stream), expected);
        }
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
