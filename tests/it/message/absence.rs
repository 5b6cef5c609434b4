//! Who is missing from a table, and what is no table.

use serde_json::{Value, json};

use super::story::{Story, but, client, empty, hears, lists, minutely, play};

const FOUND: &str = "0:00 cpe-1: none → DISCOVERED (FIRST_SEEN)";
const CONFIRMED: &str = "1:00 cpe-1: DISCOVERED → ACTIVE (CONFIRMED)";
const DOWN: &str = "4:00 cpe-1: ACTIVE → DOWN (MISSED_POLLS)";

/// Two sightings, then `poll` three times.
fn then_thrice(poll: &Value) -> Vec<(i64, Value)> {
    let mut polls = vec![hears(-60), hears(-60)];
    polls.extend(std::iter::repeat_n(poll.clone(), 3));
    minutely(polls)
}

/// No table, and radios with so many clients.
fn radios(clients: &[Value]) -> Value {
    let radios: Vec<_> = clients
        .iter()
        .map(|clients| json!({ "interface": "wlan1", "registered_clients": clients }))
        .collect();
    json!({ "registrations": null, "rf_stats": radios })
}

#[tokio::test]
async fn three_tables_without_the_client_take_its_link_down() {
    let tables = [
        ("an empty table", empty()),
        (
            "a table of others",
            lists([registration("DA:A1:19:00:00:01")]),
        ),
        ("no table, but an idle radio", radios(&[0.into()])),
        ("no table, but idle radios", radios(&[0.into(), "0".into()])),
        (
            "a client that may not pass data",
            lists([but(client(0, -60), "authorized", false)]),
        ),
        (
            "a peer that is an AP",
            lists([but(client(0, -60), "ap", true)]),
        ),
        (
            "an empty table that is said to be fine",
            json!({ "registrations": [], "poll": "ok" }),
        ),
    ];
    let story = |(name, poll): (&'static str, Value)| Story {
        name,
        polls: then_thrice(&poll),
        events: &[FOUND, CONFIRMED, DOWN],
        links: &["cpe-1: DOWN since 4:00, seen 1:00, 3 missed, -60 dBm"],
    };
    play(tables.map(story).into()).await;
}

fn registration(mac: &str) -> Value {
    wisplink_tests::harness::poller::registration(mac, -60)
}

#[tokio::test]
async fn what_is_no_table_misses_nobody() {
    let no_tables = [
        ("null", json!({ "registrations": null })),
        ("nothing", json!({})),
        ("a radio with clients", radios(&[1.into()])),
        (
            "one radio of two with clients",
            radios(&[0.into(), 12.into()]),
        ),
        ("a radio that does not say", radios(&[Value::Null])),
        ("radios, but none", radios(&[])),
        ("failed", json!({ "registrations": null, "poll": "failed" })),
        (
            "failed, with an empty table",
            json!({ "registrations": [], "poll": "failed" }),
        ),
        (
            "failed, with an idle radio",
            json!({ "rf_stats": [{ "registered_clients": 0 }], "poll": "failed" }),
        ),
        (
            "unsupported",
            json!({ "registrations": null, "poll": "unsupported" }),
        ),
        (
            "unsupported, with an empty table",
            json!({ "registrations": [], "poll": "unsupported" }),
        ),
        (
            "failed, with a table: no sighting either",
            json!({ "registrations": [client(0, -85), client(1, -60)], "poll": "failed" }),
        ),
    ];
    let story = |(name, poll): (&'static str, Value)| Story {
        name,
        polls: then_thrice(&poll),
        events: &[FOUND, CONFIRMED],
        links: &["cpe-1: ACTIVE since 1:00, seen 1:00, 0 missed, -60 dBm"],
    };
    play(no_tables.map(story).into()).await;
}

#[tokio::test]
async fn misses_count_in_a_row_and_not_closer_than_ten_seconds() {
    let ups = [(0, hears(-60)), (60, hears(-60))];
    let missed_at = |seconds: &[i64]| -> Vec<(i64, Value)> {
        let misses = seconds.iter().map(|second| (*second, empty()));
        ups.iter().cloned().chain(misses).collect()
    };
    play(vec![
        Story {
            name: "three polls within a second are one miss",
            polls: missed_at(&[120, 121, 122]),
            events: &[FOUND, CONFIRMED],
            links: &["cpe-1: ACTIVE since 1:00, seen 1:00, 1 missed, -60 dBm"],
        },
        Story {
            name: "a poll right behind the sighting is none",
            polls: missed_at(&[69]),
            events: &[FOUND, CONFIRMED],
            links: &["cpe-1: ACTIVE since 1:00, seen 1:00, 0 missed, -60 dBm"],
        },
        Story {
            name: "ten seconds apart they all count",
            polls: missed_at(&[70, 80, 90]),
            events: &[FOUND, CONFIRMED, "1:30 cpe-1: ACTIVE → DOWN (MISSED_POLLS)"],
            links: &["cpe-1: DOWN since 1:30, seen 1:00, 3 missed, -60 dBm"],
        },
        Story {
            name: "a sighting forgives",
            polls: minutely(vec![
                hears(-60),
                hears(-60),
                empty(),
                empty(),
                hears(-60),
                empty(),
                empty(),
            ]),
            events: &[FOUND, CONFIRMED],
            links: &["cpe-1: ACTIVE since 1:00, seen 4:00, 2 missed, -60 dBm"],
        },
    ])
    .await;
}

#[tokio::test]
async fn discovered_and_degraded_links_go_down_too() {
    play(vec![Story {
        name: "one of each",
        polls: minutely(vec![
            lists([client(0, -60), client(1, -85)]),
            lists([client(1, -85)]),
            empty(),
            empty(),
            empty(),
        ]),
        events: &[
            FOUND,
            "0:00 cpe-2: none → DISCOVERED (FIRST_SEEN)",
            "1:00 cpe-2: DISCOVERED → DEGRADED (CONFIRMED)",
            "3:00 cpe-1: DISCOVERED → DOWN (MISSED_POLLS)",
            "4:00 cpe-2: DEGRADED → DOWN (MISSED_POLLS)",
        ],
        links: &[
            "cpe-1: DOWN since 3:00, seen 0:00, 3 missed, -60 dBm",
            "cpe-2: DOWN since 4:00, seen 1:00, 3 missed, -85 dBm",
        ],
    }])
    .await;
}
