//! A client that two APs list: which of them has it?
//!
//! A client has one association. It roams when it makes a new one, and the AP it left may go on
//! listing it for minutes, in some systems for hours. So the younger association wins, not the poll
//! that comes last.

use chrono::{DateTime, TimeDelta, Utc};

use super::link::Link;
use crate::message::Reading;

/// Clocks of APs and the times of polls are not exact.
const SLACK: TimeDelta = TimeDelta::seconds(5);

/// What a sighting at one AP says of a connected link of the same client at another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The client left the other AP for this one.
    Roamed,
    /// The client is at the other AP still; this one lists what is left of an older association.
    Leftover,
}

/// Compares a sighting at time `at` with `rival`. `own` is the link that would be sighted, if there
/// is one already.
pub fn judge(reading: &Reading, at: DateTime<Utc>, own: Option<&Link>, rival: &Link) -> Verdict {
    let here = association(reading.uptime_s, at);
    let there = association(rival.uptime_s, rival.last_seen);
    match (here, there) {
        (Some(here), Some(there)) if here > there + SLACK => Verdict::Roamed,
        (Some(here), Some(there)) if here + SLACK < there => Verdict::Leftover,
        // Nothing tells them apart but the order of the sightings. A client that went away comes
        // back when the other AP has missed it; otherwise two lists of it would flap for ever.
        _ if at < rival.last_seen => Verdict::Leftover,
        _ if own.is_some_and(|own| !own.state.is_connected()) && rival.missed_polls == 0 => {
            Verdict::Leftover
        }
        _ => Verdict::Roamed,
    }
}

/// When the client associated, as far as the AP tells.
fn association(uptime_s: Option<i32>, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
    at.checked_sub_signed(TimeDelta::seconds(uptime_s?.into()))
}

#[cfg(test)]
mod tests {
    use entity::ids::{DeviceId, LinkId};
    use entity::link_state::LinkState::{self, Active, Down};
    use entity::mac::MacAddress;
    use uuid::Uuid;

    use super::*;

    fn second(second: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(second)
    }

    fn reading(uptime_s: Option<i32>) -> Reading {
        Reading {
            uptime_s,
            ..Reading::default()
        }
    }

    fn link(state: LinkState, last_seen: i64, uptime_s: Option<i32>) -> Link {
        Link {
            id: LinkId(Uuid::nil()),
            ap: DeviceId(Uuid::nil()),
            cpe: DeviceId(Uuid::nil()),
            client_mac: MacAddress::new([2; 6]),
            state,
            state_since: second(0),
            sightings: 2,
            missed_polls: 0,
            weak_polls: 0,
            discovered_at: second(0),
            last_seen: second(last_seen),
            updated_at: second(last_seen),
            uptime_s,
            remote_signal: None,
            reading: None,
        }
    }

    #[test]
    fn the_younger_association_wins_whichever_poll_comes_last() {
        let rival = link(Active, 1_000, Some(900));
        for (at, uptime, verdict) in [
            (1_060, 30, Verdict::Roamed),
            (990, 30, Verdict::Roamed),
            (1_060, 5_000, Verdict::Leftover),
            (990, 5_000, Verdict::Leftover),
            // The same association at both: the later sighting has it.
            (1_060, 960, Verdict::Roamed),
            (990, 890, Verdict::Leftover),
        ] {
            let found = judge(&reading(Some(uptime)), second(at), None, &rival);
            assert_eq!(found, verdict, "at {at} after {uptime} s");
        }
    }

    #[test]
    fn without_uptimes_a_client_comes_back_when_the_other_ap_has_missed_it() {
        let mut rival = link(Active, 1_000, None);
        let (own, new) = (link(Down, 900, None), None);
        assert_eq!(
            judge(&reading(None), second(1_060), new, &rival),
            Verdict::Roamed
        );
        assert_eq!(
            judge(&reading(None), second(940), new, &rival),
            Verdict::Leftover
        );
        assert_eq!(
            judge(&reading(None), second(1_060), Some(&own), &rival),
            Verdict::Leftover
        );
        rival.missed_polls = 1;
        assert_eq!(
            judge(&reading(None), second(1_060), Some(&own), &rival),
            Verdict::Roamed
        );
    }
}
