//! The whole transition table, and what must not happen.

mod story;

use entity::link_state::EventReason::{
    ApSilent, Confirmed, Expired, FirstSeen, Forgotten, MissedPolls, Reassigned, Reconnected,
    Roamed, SeenAgain, SignalRecovered, SignalWeak,
};
use entity::link_state::LinkState::{Active, Degraded, Discovered, Down, Stale};
use proptest::prelude::*;

use super::*;
use story::{POLICY, Story, minute, other_ap, reading, sighted};

#[test]
fn a_first_sighting_discovers_and_a_second_confirms() {
    let mut story = Story::begin(-60);
    assert_eq!(story.told, [(Discovered, FirstSeen)]);
    story.then(sighted(-61));
    assert_eq!(story.told, [(Discovered, FirstSeen), (Active, Confirmed)]);
    assert_eq!(story.link.state_since, minute(1));
}

#[test]
fn a_weak_client_is_confirmed_as_degraded_and_recovers_like_any_other() {
    let mut story = Story::begin(-85);
    story.then(sighted(-85));
    assert_eq!(story.told[1], (Degraded, Confirmed));
    story.signals(&[-70, -70]);
    assert_eq!(story.link.state, Degraded);
    story.signals(&[-70]);
    assert_eq!(story.told[2], (Active, SignalRecovered));
}

#[test]
fn with_one_sighting_wanted_the_first_confirms() {
    let policy = Policy {
        confirm_polls: 1,
        ..POLICY
    };
    let link = Story::begin(-60).link;
    let ends = Ends {
        ap: link.ap,
        cpe: link.cpe,
        client_mac: link.client_mac,
    };
    let (link, events) = discover(link.id, ends, reading(Some(-60)), &policy, minute(0));
    assert_eq!(link.state, Active);
    assert_eq!(
        events.iter().map(|event| event.reason).collect::<Vec<_>>(),
        [FirstSeen, Confirmed]
    );
}

#[test]
fn three_weak_of_five_degrade_and_the_margin_is_needed_to_recover() {
    let mut story = Story::active();
    story.signals(&[-81, -79, -81]);
    assert!(story.told.is_empty());
    story.signals(&[-81]);
    assert_eq!(story.told, [(Degraded, SignalWeak)]);
    story.signals(&[-78, -77, -78, -77, -78]);
    assert_eq!(
        story.link.state, Degraded,
        "stronger, but not by the margin"
    );
    story.signals(&[-76, -76]);
    assert_eq!(story.link.state, Degraded);
    story.signals(&[-76]);
    assert_eq!(
        story.told,
        [(Degraded, SignalWeak), (Active, SignalRecovered)]
    );
}

#[test]
fn a_signal_around_the_threshold_makes_one_transition_at_most() {
    let mut story = Story::active();
    for _ in 0..30 {
        story.signals(&[-79, -81]);
    }
    assert_eq!(story.told, [(Degraded, SignalWeak)]);
}

#[test]
fn a_sighting_without_a_signal_is_no_evidence() {
    let mut story = Story::active();
    story.signals(&[-85, -85]);
    let window = story.link.weak_polls;
    story.then(Observation::Sighted(reading(None)));
    assert_eq!(story.link.weak_polls, window);
    assert_eq!((story.link.state, story.link.missed_polls), (Active, 0));
    assert_eq!(story.link.last_seen, minute(story.now));
}

#[test]
fn three_misses_in_a_row_take_down_every_connected_state() {
    for state in [Discovered, Active, Degraded] {
        let mut story = Story::in_state(state);
        story.then(Observation::Missed);
        story.then(Observation::Missed);
        assert_eq!((story.link.state, story.link.missed_polls), (state, 2));
        let events = story.then(Observation::Missed);
        assert_eq!(story.told, [(Down, MissedPolls)]);
        assert_eq!((events[0].from, events[0].signal), (Some(state), None));
    }
}

#[test]
fn a_sighting_in_between_forgives_the_misses() {
    let mut story = Story::active();
    for _ in 0..5 {
        story.then(Observation::Missed);
        story.then(Observation::Missed);
        story.then(sighted(-60));
    }
    assert!(story.told.is_empty());
}

#[test]
fn polls_that_come_too_close_are_one_miss() {
    let link = Story::active().link;
    let soon = link.updated_at + TimeDelta::seconds(9);
    let same = step(link.clone(), Observation::Missed, &POLICY, soon);
    assert_eq!(same, Step::Unchanged(link.clone()));
    let later = link.updated_at + TimeDelta::seconds(10);
    let Step::Changed(missed, _) = step(link, Observation::Missed, &POLICY, later) else {
        panic!("a miss that counts")
    };
    assert_eq!(missed.missed_polls, 1);
}

#[test]
fn other_ways_down_and_why() {
    for state in [Discovered, Active, Degraded] {
        for (observation, why, other) in [
            (Observation::ApSilent, ApSilent, None),
            (
                Observation::Roamed { to: other_ap() },
                Roamed,
                Some(other_ap()),
            ),
            (Observation::Reassigned, Reassigned, None),
        ] {
            let mut story = Story::in_state(state);
            let events = story.then(observation);
            assert_eq!(story.told, [(Down, why)]);
            assert_eq!((events[0].from, events[0].other_ap), (Some(state), other));
        }
    }
}

#[test]
fn what_is_down_or_stale_cannot_go_down_again() {
    for state in [Down, Stale] {
        for observation in [
            Observation::Missed,
            Observation::ApSilent,
            Observation::Roamed { to: other_ap() },
            Observation::Reassigned,
        ] {
            let mut story = Story::in_state(state);
            story.then(observation);
            assert!(story.told.is_empty());
        }
    }
}

#[test]
fn down_and_stale_come_back_by_their_signal_with_a_fresh_window() {
    for state in [Down, Stale] {
        for (signal, to) in [(-60, Active), (-85, Degraded)] {
            let mut story = Story::in_state(state);
            story.link.weak_polls = 0b11111;
            story.then(sighted(signal));
            assert_eq!(story.told, [(to, SeenAgain)]);
            story.then(sighted(signal));
            assert_eq!(story.told.len(), 1);
        }
    }
}

#[test]
fn down_expires_by_the_time_it_went_down() {
    let day = 24 * 60;
    let mut story = Story::in_state(Down);
    story.link.state_since = minute(0);
    story.at(day - 1, Observation::TimePassed);
    assert!(story.told.is_empty());
    story.at(day, Observation::TimePassed);
    assert_eq!(story.told, [(Stale, Expired)]);
    for state in [Discovered, Active, Degraded, Stale] {
        let mut story = Story::in_state(state);
        story.at(9 * day, Observation::TimePassed);
        assert!(story.told.is_empty(), "{state} does not expire");
    }
}

#[test]
fn an_uptime_that_fell_tells_of_a_reconnect_without_a_transition() {
    let mut story = Story::active();
    let up = |uptime_s| {
        Observation::Sighted(Arc::new(Reading {
            uptime_s: Some(uptime_s),
            signal: Some(-60),
            ..Reading::default()
        }))
    };
    story.then(up(5 * 86_400));
    story.then(up(5 * 86_400 + 60));
    assert!(story.told.is_empty());
    let events = story.then(up(540));
    assert_eq!(story.told, [(Active, Reconnected)]);
    assert_eq!(events[0].from, Some(Active));
    assert_eq!(story.link.state_since, minute(1));
}

fn observation() -> impl Strategy<Value = Observation> {
    prop_oneof![
        6 => (-120_i16..-10).prop_map(sighted),
        1 => Just(Observation::Sighted(reading(None))),
        4 => Just(Observation::Missed),
        1 => Just(Observation::ApSilent),
        1 => Just(Observation::Reassigned),
        1 => Just(Observation::TimePassed),
    ]
}

proptest! {
    #[test]
    fn every_event_is_in_the_table(observations in prop::collection::vec(observation(), 1..80)) {
        let mut story = Story::begin(-70);
        for observation in observations {
            for Event { from, to, reason, .. } in story.then(observation) {
                let from = from.unwrap();
                let allowed = match reason {
                    // A first sighting comes from nothing, and no machine forgets.
                    FirstSeen | Forgotten => false,
                    Confirmed => from == Discovered && matches!(to, Active | Degraded),
                    SignalWeak => from == Active && to == Degraded,
                    SignalRecovered => from == Degraded && to == Active,
                    MissedPolls | ApSilent | Roamed | Reassigned => from.is_connected() && to == Down,
                    SeenAgain => !from.is_connected() && matches!(to, Active | Degraded),
                    Expired => from == Down && to == Stale,
                    Reconnected => from == to,
                };
                prop_assert!(allowed, "{from} to {to} by {reason}");
            }
        }
    }
}
