use std::fmt::Write as _;

use super::*;

fn minute(minute: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::minutes(minute)
}

/// `up@10 missed@20 silent@30`: changes at minutes, as they were stored.
fn changes(story: &str) -> Vec<Change> {
    let change = |word: &str| {
        let (what, at) = word.split_once('@').unwrap();
        let (to, reason) = match what {
            "first" => (LinkState::Discovered, EventReason::FirstSeen),
            "up" => (LinkState::Active, EventReason::SeenAgain),
            "weak" => (LinkState::Degraded, EventReason::SeenAgain),
            "missed" => (LinkState::Down, EventReason::MissedPolls),
            "silent" => (LinkState::Down, EventReason::ApSilent),
            "roamed" => (LinkState::Down, EventReason::Roamed),
            other => panic!("{other}"),
        };
        let at = minute(at.parse().unwrap());
        Change { at, to, reason }
    };
    story.split_whitespace().map(change).collect()
}

/// What is computed of minutes 100 to 200 at minute `now`, in a line.
fn told(story: &str, now: i64) -> String {
    let range = TimeRange::new(minute(100), Some(minute(200)), minute(0)).unwrap();
    let found = Availability::of(&changes(story), range, minute(now));
    let percent = found.percent().map(|percent| format!("{percent:.1}"));
    let mut line = format!(
        "{} % up {} down {} silent {}",
        percent.as_deref().unwrap_or("?"),
        found.connected.num_minutes(),
        found.down.num_minutes(),
        found.ap_silent.num_minutes()
    );
    let minutes = |time: DateTime<Utc>| (time - DateTime::UNIX_EPOCH).num_minutes();
    for outage in &found.outages {
        let end = outage.end.map(|end| minutes(end).to_string());
        let end = end.as_deref().unwrap_or("");
        let _ = write!(line, ", {} {}-{end}", outage.reason, minutes(outage.start));
    }
    line
}

#[test]
fn every_moment_is_counted_once() {
    for (story, expected) in [
        // Never heard of; discovered later; discovered at the border.
        ("", "? % up 0 down 0 silent 0"),
        ("first@200", "? % up 0 down 0 silent 0"),
        ("first@100", "100.0 % up 100 down 0 silent 0"),
        // The time before the discovery does not count.
        ("first@150", "100.0 % up 50 down 0 silent 0"),
        (
            "first@150 missed@175",
            "50.0 % up 25 down 25 silent 0, missed_polls 175-",
        ),
        // The state at the beginning is the one before it.
        ("up@50", "100.0 % up 100 down 0 silent 0"),
        (
            "missed@50",
            "0.0 % up 0 down 100 silent 0, missed_polls 50-",
        ),
        (
            "missed@50 up@110",
            "90.0 % up 90 down 10 silent 0, missed_polls 50-110",
        ),
        ("missed@50 up@100", "100.0 % up 100 down 0 silent 0"),
        (
            "first@10 missed@100 up@101",
            "99.0 % up 99 down 1 silent 0, missed_polls 100-101",
        ),
        // An outage is shown whole, and counted inside of the range only.
        (
            "up@50 missed@190 up@300",
            "90.0 % up 90 down 10 silent 0, missed_polls 190-300",
        ),
        ("up@50 missed@200 up@300", "100.0 % up 100 down 0 silent 0"),
        // Degraded is connected; a roam leaves this link without its client.
        (
            "weak@50 roamed@120 weak@140",
            "80.0 % up 80 down 20 silent 0, roamed 120-140",
        ),
        // What nobody could see is neither up nor down.
        (
            "up@50 silent@120 up@160",
            "100.0 % up 60 down 0 silent 40, ap_silent 120-160",
        ),
        ("silent@50", "? % up 0 down 0 silent 100, ap_silent 50-"),
        (
            "up@50 silent@110 up@120 missed@140 up@160",
            "77.8 % up 70 down 20 silent 10, ap_silent 110-120, missed_polls 140-160",
        ),
        // Stored in this order: the silence counted from 150, then a poll of 145 came late.
        ("up@50 silent@150 up@145", "100.0 % up 100 down 0 silent 0"),
    ] {
        assert_eq!(told(story, 1_000), expected, "{story}");
    }
}

#[test]
fn the_time_to_come_does_not_count() {
    for (now, expected) in [
        (50, "? % up 0 down 0 silent 0"),
        (100, "? % up 0 down 0 silent 0"),
        (120, "100.0 % up 20 down 0 silent 0"),
        (160, "83.3 % up 50 down 10 silent 0, missed_polls 150-"),
        (200, "50.0 % up 50 down 50 silent 0, missed_polls 150-"),
        (999, "50.0 % up 50 down 50 silent 0, missed_polls 150-"),
    ] {
        assert_eq!(told("up@50 missed@150", now), expected, "at {now}");
    }
}
