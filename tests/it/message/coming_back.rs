//! Links that come back, and clients that re-associate.

use serde_json::Value;

use super::story::{Story, but, client, empty, hears, lists, minutely, play};

const FOUND: &str = "0:00 cpe-1: none → DISCOVERED (FIRST_SEEN)";
const CONFIRMED: &str = "1:00 cpe-1: DISCOVERED → ACTIVE (CONFIRMED)";
const DOWN: &str = "4:00 cpe-1: ACTIVE → DOWN (MISSED_POLLS)";

fn down_and_then(polls: &[Value]) -> Vec<(i64, Value)> {
    let down = [hears(-60), hears(-60), empty(), empty(), empty()];
    minutely(down.iter().chain(polls).cloned().collect())
}

#[tokio::test]
async fn a_link_that_was_down_comes_back_by_its_signal() {
    play(vec![
        Story {
            name: "strong",
            polls: down_and_then(&[hears(-70)]),
            events: &[
                FOUND,
                CONFIRMED,
                DOWN,
                "5:00 cpe-1: DOWN → ACTIVE (SEEN_AGAIN)",
            ],
            links: &["cpe-1: ACTIVE since 5:00, seen 5:00, 0 missed, -70 dBm"],
        },
        Story {
            name: "weak, and strong again after three",
            polls: down_and_then(&[hears(-85), hears(-70), hears(-70), hears(-70)]),
            events: &[
                FOUND,
                CONFIRMED,
                DOWN,
                "5:00 cpe-1: DOWN → DEGRADED (SEEN_AGAIN)",
                "8:00 cpe-1: DEGRADED → ACTIVE (SIGNAL_RECOVERED)",
            ],
            links: &["cpe-1: ACTIVE since 8:00, seen 8:00, 0 missed, -70 dBm"],
        },
        Story {
            name: "down once, however long it is missing",
            polls: down_and_then(&[empty(), empty(), empty(), empty(), empty()]),
            events: &[FOUND, CONFIRMED, DOWN],
            links: &["cpe-1: DOWN since 4:00, seen 1:00, 3 missed, -60 dBm"],
        },
    ])
    .await;
}

#[tokio::test]
async fn an_uptime_that_fell_tells_of_a_reconnect() {
    let up = |uptime: &str| lists([but(client(0, -60), "uptime", uptime)]);
    play(vec![
        Story {
            name: "it fell twice, and grew otherwise",
            polls: minutely(vec![
                up("3d12h5m7s"),
                up("3d12h6m7s"),
                up("12s"),
                up("1m12s"),
                up("0s"),
                up("1w2d13:21:53"),
            ]),
            events: &[
                FOUND,
                CONFIRMED,
                "2:00 cpe-1: ACTIVE → ACTIVE (RECONNECTED)",
                "4:00 cpe-1: ACTIVE → ACTIVE (RECONNECTED)",
            ],
            links: &["cpe-1: ACTIVE since 1:00, seen 5:00, 0 missed, -60 dBm"],
        },
        Story {
            name: "an uptime that is not told is no lower one",
            polls: minutely(vec![up("1h"), up("1h1m"), up(""), up("soon"), up("5m")]),
            events: &[FOUND, CONFIRMED],
            links: &["cpe-1: ACTIVE since 1:00, seen 4:00, 0 missed, -60 dBm"],
        },
    ])
    .await;
}
