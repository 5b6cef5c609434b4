//! What may be asked of the past.

use chrono::{TimeDelta, Utc};
use serde_json::{Value, json};

use super::{History as _, linked, text};

#[tokio::test]
async fn questions_without_sense_or_measure_are_refused_with_words() {
    let world = linked().await;
    let now = Utc::now();
    let before = |days| text(now - TimeDelta::days(days));
    for (from, to, buckets, code, words) in [
        (
            before(1),
            before(2),
            10,
            "BAD_INPUT",
            "`from` must be before `to`",
        ),
        (
            before(-1),
            String::new(),
            10,
            "BAD_INPUT",
            "`from` must be before `to`",
        ),
        (
            before(1),
            before(0),
            0,
            "BAD_INPUT",
            "`buckets` must be 1 or more",
        ),
        (
            before(1),
            before(0),
            -5,
            "BAD_INPUT",
            "`buckets` must be 1 or more",
        ),
        (
            before(1),
            before(0),
            1_001,
            "LIMIT_EXCEEDED",
            "1001 asked for, 1000 allowed",
        ),
        (
            before(402),
            before(1),
            10,
            "LIMIT_EXCEEDED",
            "401 asked for, 400 allowed",
        ),
    ] {
        let to = if to.is_empty() {
            Value::Null
        } else {
            json!(to)
        };
        let asked = json!({ "from": from, "to": to, "buckets": buckets });
        let (found, message) = world
            .api
            .error(&world.a.viewer(), super::SIGNAL, asked)
            .await;
        assert_eq!(found, code, "{from} {to} {buckets}");
        assert!(message.contains(words), "{message}");
    }
}

#[tokio::test]
async fn availability_has_the_same_limits() {
    let world = linked().await;
    let before = |days| text(Utc::now() - TimeDelta::days(days));
    let availability = "query($from: DateTime!) {
        wirelessLinks { nodes { availability(from: $from) { percent } } } }";
    for (from, code) in [(before(401), "LIMIT_EXCEEDED"), (before(-1), "BAD_INPUT")] {
        let asked = json!({ "from": from });
        let (found, _) = world
            .api
            .error(&world.a.viewer(), availability, asked)
            .await;
        assert_eq!(found, code);
    }
}

#[tokio::test]
async fn a_range_without_polls_is_told_in_full() {
    let world = linked().await;
    let (from, to) = (super::days_ago(30), super::days_ago(20));
    let told = world.signal(&world.a, from, to, 10).await;
    assert_eq!(told.len(), 10);
    for bucket in &told {
        let known = bucket.as_object().unwrap().iter();
        let known = known.filter(|(key, value)| *key != "samples" && !value.is_null());
        let known: Vec<_> = known.map(|(key, _)| key.as_str()).collect();
        assert_eq!(known, ["end", "start"]);
        assert_eq!(bucket["samples"], 0);
    }
    let standard = "query($from: DateTime!) { wirelessLinks { nodes {
        signalHistory(from: $from) { samples } } } }";
    let asked = json!({ "from": text(Utc::now() - TimeDelta::hours(3)) });
    let data = world.api.data(&world.a.viewer(), standard, asked).await;
    let buckets = data["wirelessLinks"]["nodes"][0]["signalHistory"].as_array();
    assert_eq!(buckets.map(Vec::len), Some(120));
    assert_eq!(super::samples(buckets.unwrap()), 1);
}
