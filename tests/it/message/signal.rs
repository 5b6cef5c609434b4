//! What the signal makes of a link: confirmed as active or degraded, weak, recovered.

use super::story::{Story, but, client, hears, lists, minutely, play};

/// The first two polls, and what they tell.
const FOUND: &str = "0:00 cpe-1: none → DISCOVERED (FIRST_SEEN)";
const CONFIRMED: &str = "1:00 cpe-1: DISCOVERED → ACTIVE (CONFIRMED)";

fn heard(signals: &[i16]) -> Vec<(i64, serde_json::Value)> {
    minutely(signals.iter().copied().map(hears).collect())
}

#[tokio::test]
async fn the_second_sighting_confirms_by_its_signal() {
    play(vec![
        Story {
            name: "one sighting discovers",
            polls: heard(&[-60]),
            events: &[FOUND],
            links: &["cpe-1: DISCOVERED since 0:00, seen 0:00, 0 missed, -60 dBm"],
        },
        Story {
            name: "a good second one confirms as active",
            polls: heard(&[-60, -80]),
            events: &[FOUND, CONFIRMED],
            links: &["cpe-1: ACTIVE since 1:00, seen 1:00, 0 missed, -80 dBm"],
        },
        Story {
            name: "a weak second one confirms as degraded",
            polls: heard(&[-60, -81]),
            events: &[FOUND, "1:00 cpe-1: DISCOVERED → DEGRADED (CONFIRMED)"],
            links: &["cpe-1: DEGRADED since 1:00, seen 1:00, 0 missed, -81 dBm"],
        },
        Story {
            name: "a poll that misses it in between does not count against it",
            polls: minutely(vec![hears(-60), lists([client(1, -60)]), hears(-60)]),
            events: &[
                FOUND,
                "1:00 cpe-2: none → DISCOVERED (FIRST_SEEN)",
                "2:00 cpe-1: DISCOVERED → ACTIVE (CONFIRMED)",
            ],
            links: &[
                "cpe-1: ACTIVE since 2:00, seen 2:00, 0 missed, -60 dBm",
                "cpe-2: DISCOVERED since 1:00, seen 1:00, 1 missed, -60 dBm",
            ],
        },
    ])
    .await;
}

#[tokio::test]
async fn three_weak_polls_of_five_degrade_and_only_the_margin_recovers() {
    const WEAK: &str = "4:00 cpe-1: ACTIVE → DEGRADED (SIGNAL_WEAK)";
    play(vec![
        Story {
            name: "two weak ones of five do not",
            polls: heard(&[-60, -60, -81, -60, -81, -60, -60, -81, -60, -81]),
            events: &[FOUND, CONFIRMED],
            links: &["cpe-1: ACTIVE since 1:00, seen 9:00, 0 missed, -81 dBm"],
        },
        Story {
            name: "three do, with good ones among them",
            polls: heard(&[-60, -60, -81, -60, -81, -60, -81]),
            events: &[
                FOUND,
                CONFIRMED,
                "6:00 cpe-1: ACTIVE → DEGRADED (SIGNAL_WEAK)",
            ],
            links: &["cpe-1: DEGRADED since 6:00, seen 6:00, 0 missed, -81 dBm"],
        },
        Story {
            name: "better, but not by the margin",
            polls: heard(&[-60, -60, -81, -81, -81, -77, -77, -77, -77, -77]),
            events: &[FOUND, CONFIRMED, WEAK],
            links: &["cpe-1: DEGRADED since 4:00, seen 9:00, 0 missed, -77 dBm"],
        },
        Story {
            name: "better by the margin",
            polls: heard(&[-60, -60, -81, -81, -81, -76, -76, -76]),
            events: &[
                FOUND,
                CONFIRMED,
                WEAK,
                "7:00 cpe-1: DEGRADED → ACTIVE (SIGNAL_RECOVERED)",
            ],
            links: &["cpe-1: ACTIVE since 7:00, seen 7:00, 0 missed, -76 dBm"],
        },
        Story {
            name: "forty polls around the threshold are one transition",
            polls: heard(&[-79, -81].repeat(20)),
            events: &[FOUND, "1:00 cpe-1: DISCOVERED → DEGRADED (CONFIRMED)"],
            links: &["cpe-1: DEGRADED since 1:00, seen 39:00, 0 missed, -81 dBm"],
        },
    ])
    .await;
}

#[tokio::test]
async fn a_sighting_without_a_signal_is_no_evidence() {
    let silent = |value: serde_json::Value| lists([but(client(0, 0), "signal_strength", value)]);
    play(vec![
        Story {
            name: "the window stays, the link is seen",
            polls: minutely(vec![
                hears(-60),
                hears(-60),
                hears(-85),
                hears(-85),
                silent(0.into()),
                silent("".into()),
                silent("loud".into()),
                silent((-121).into()),
                hears(-85),
            ]),
            events: &[
                FOUND,
                CONFIRMED,
                "8:00 cpe-1: ACTIVE → DEGRADED (SIGNAL_WEAK)",
            ],
            links: &["cpe-1: DEGRADED since 8:00, seen 8:00, 0 missed, -85 dBm"],
        },
        Story {
            name: "none at all confirms as active",
            polls: minutely(vec![silent(0.into()), silent(0.into())]),
            events: &[FOUND, CONFIRMED],
            links: &["cpe-1: ACTIVE since 1:00, seen 1:00, 0 missed, null dBm"],
        },
    ])
    .await;
}
