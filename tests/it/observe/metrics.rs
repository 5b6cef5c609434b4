//! `/metrics` of a wisplink that does its work.

use std::collections::BTreeMap;
use std::process::Stdio;

use api::auth::role::Role;
use serde_json::json;
use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;
use wisplink::health::catalogue;
use wisplink_tests::harness::poller::Poller;
use wisplink_tests::harness::subscriber::Subscriber;
use wisplink_tests::harness::tenant::CURSORS;
use wisplink_tests::harness::token;
use wisplink_tests::harness::world::{World, eventually};

#[tokio::test]
async fn the_running_program_shows_what_the_list_of_metrics_promises() {
    let world = World::start().await;
    let _socket = work(&world).await;
    // What comes last.
    let page = eventually("the age of an event is measured", async || {
        let page = page(&world).await;
        page.contains("wisplink_live_event_age_seconds_count ")
            .then_some(page)
    })
    .await;
    let is_missing = |name: &&str| !page.contains(&format!("# TYPE {name} "));
    let names = catalogue::all().map(|metric| metric.name);
    let missing: Vec<_> = names.filter(is_missing).collect();
    assert!(missing.is_empty(), "/metrics lacks {missing:?}");
    let shown = Families::of(&page);
    for (name, family) in &shown.0 {
        let known = catalogue::all().find(|metric| metric.name == name);
        let known = known.unwrap_or_else(|| panic!("{name} is in no list"));
        assert_eq!(family.kind, known.kind.as_str(), "{name}");
        assert_eq!(family.help, known.help, "{name}");
        let promised: Vec<_> = known.labels.iter().map(|label| label.name).collect();
        for labels in &family.labels {
            assert_eq!(*labels, promised, "{name}");
        }
    }
    approve(&page).await;
}

/// What each series stands at after [`work`].
const NUMBERS: &[(&str, &str)] = &[
    (
        r#"wisplink_ingest_messages_total{source="registrations"}"#,
        "4",
    ),
    (r#"wisplink_ingest_lease_held{source="registrations"}"#, "1"),
    (r#"wisplink_ingest_lease_held{source="status"}"#, "1"),
    ("wisplink_ingest_clients_total", "4"),
    (
        r#"wisplink_ingest_unknown_clients_total{reason="unmanaged"}"#,
        "1",
    ),
    (r#"wisplink_ingest_events_total{reason="first_seen"}"#, "1"),
    (r#"wisplink_ingest_events_total{reason="confirmed"}"#, "1"),
    (r#"wisplink_ingest_events_total{reason="reconnected"}"#, "1"),
    ("wisplink_ingest_polls_outdated_total", "1"),
    ("wisplink_ingest_breaker_open", "0"),
    ("wisplink_live_bound", "1"),
    ("wisplink_live_events_total", "3"),
    ("wisplink_sockets", "1"),
    ("wisplink_nats_connected", "1"),
    (
        r#"wisplink_database_connections_max{role="wisplink_auth"}"#,
        "2",
    ),
    (
        r#"wisplink_graphql_operations_total{operation="Sites",outcome="ok"}"#,
        "2",
    ),
    (
        r#"wisplink_graphql_operations_total{operation="Again",outcome="CONFLICT"}"#,
        "1",
    ),
    (
        r#"wisplink_graphql_operations_total{operation="unnamed",outcome="subscribed"}"#,
        "1",
    ),
    (
        r#"wisplink_graphql_operation_duration_seconds_count{operation="Sites"}"#,
        "2",
    ),
    (
        r#"wisplink_graphql_refused_total{code="UNAUTHENTICATED"}"#,
        "1",
    ),
    (r#"wisplink_database_errors_total{sqlstate="23505"}"#, "1"),
];

#[tokio::test]
async fn numbers_tell_what_happened() {
    let world = World::start().await;
    let _socket = work(&world).await;
    let page = eventually("everything is counted", async || {
        let page = page(&world).await;
        let behind = value(
            &page,
            r#"wisplink_ingest_lag_messages{source="registrations"}"#,
        );
        let aged = number(&page, "wisplink_live_event_age_seconds_count");
        (behind == "0" && aged >= 1.0).then_some(page)
    })
    .await;
    for &(series, expected) in NUMBERS {
        assert_eq!(value(&page, series), expected, "{series}");
    }
    assert!(number(&page, "process_resident_memory_bytes") > 1_000_000.0);
}

#[tokio::test]
async fn what_waits_for_the_database_shows_as_lag() {
    let world = World::start().await;
    let poller = Poller::of(&world, &world.a).await;
    poller.poll(0, 0, &[(0, -60)]).await;
    poller.settle(&world).await;
    let mut session = world.database.session().await;
    let lock = "BEGIN; LOCK TABLE ap_polls IN ACCESS EXCLUSIVE MODE";
    sqlx::raw_sql(lock).execute(&mut session).await.unwrap();
    for minute in 1..=5 {
        poller.poll(0, minute, &[(0, -60)]).await;
    }
    let messages = r#"wisplink_ingest_lag_messages{source="registrations"}"#;
    let seconds = r#"wisplink_ingest_lag_seconds{source="registrations"}"#;
    eventually("five messages are behind, for a second", async || {
        let page = page(&world).await;
        let behind = value(&page, messages) == "5" && number(&page, seconds) > 1.0;
        behind.then_some(())
    })
    .await;
    sqlx::raw_sql("ROLLBACK")
        .execute(&mut session)
        .await
        .unwrap();
    eventually("nothing is behind", async || {
        let page = page(&world).await;
        (value(&page, messages) == "0" && value(&page, seconds) == "0").then_some(())
    })
    .await;
}

/// Does something of everything once, and leaves a socket open.
async fn work(world: &World) -> Subscriber {
    world.api.listens().await;
    let poller = Poller::of(world, &world.a).await;
    let start = world.a.feed_cursor(&world.api).await;
    let mut socket = world.api.subscriber(&world.a.viewer()).await;
    socket
        .subscribe("feed", CURSORS, json!({ "after": start }))
        .await;
    let mut table = poller.table(0, poller.minute(0), &[(0, -60), (1, -60)]);
    table["registrations"][1]["mac_address"] = "02:00:00:00:00:99".into();
    poller.publish_poll(0, table.clone()).await;
    poller.publish_poll(0, table).await;
    poller.poll(0, 1, &[(0, -60)]).await;
    socket.events(2).await;
    // By now it is told live.
    poller.restless(0, 200..201, &[(0, -60)]).await;
    socket.events(1).await;

    let operator = token::tenant(Role::Operator, world.a.id);
    let sites = "query Sites { sites(first: 5) { nodes { name } } }";
    world.api.data(&operator, sites, json!({})).await;
    world.api.data(&operator, sites, json!({})).await;
    let again = r#"mutation Again { createSite(input: { name: "North tower" }) { id } }"#;
    let (code, _) = world.api.error(&operator, again, json!({})).await;
    assert_eq!(code, "CONFLICT");
    let (code, _) = world.api.error("nonsense", sites, json!({})).await;
    assert_eq!(code, "UNAUTHENTICATED");
    socket
}

async fn page(world: &World) -> String {
    let page = world.api.get("/metrics").send().await.unwrap();
    page.text().await.unwrap()
}

/// What `series` stands at.
fn value<'a>(page: &'a str, series: &str) -> &'a str {
    let mut lines = page.lines();
    let value = lines.find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
    value.unwrap_or("nothing")
}

/// The same as a number; not a number while there is none.
fn number(page: &str, series: &str) -> f64 {
    value(page, series).parse().unwrap_or(f64::NAN)
}

/// What the page says, by metric.
struct Families(BTreeMap<String, Family>);

#[derive(Default)]
struct Family {
    kind: String,
    help: String,
    /// The names of each sample's labels.
    labels: Vec<Vec<String>>,
}

impl Families {
    fn of(page: &str) -> Self {
        let mut families: BTreeMap<String, Family> = BTreeMap::new();
        for line in page.lines().filter(|line| !line.is_empty()) {
            if let Some((name, help)) = comment(line, "# HELP ") {
                families.entry(name).or_default().help = help;
            } else if let Some((name, kind)) = comment(line, "# TYPE ") {
                families.entry(name).or_default().kind = kind;
            } else {
                let (series, _) = line.rsplit_once(' ').unwrap();
                let (name, labels) = series.split_once('{').unwrap_or((series, ""));
                let ending = ["_bucket", "_sum", "_count"];
                let base = ending.iter().find_map(|ending| name.strip_suffix(ending));
                let base = base.filter(|base| families.contains_key(*base));
                let family = families.entry(base.unwrap_or(name).to_owned()).or_default();
                let names = labels
                    .split("\",")
                    .filter_map(|label| label.split_once('='));
                let names = names.map(|(name, _)| name.to_owned());
                family
                    .labels
                    .push(names.filter(|name| name != "le").collect());
            }
        }
        Self(families)
    }
}

fn comment(line: &str, kind: &str) -> Option<(String, String)> {
    let (name, rest) = line.strip_prefix(kind)?.split_once(' ')?;
    Some((name.to_owned(), rest.to_owned()))
}

/// Lets Prometheus' own tool judge the page, where it is installed.
async fn approve(page: &str) {
    let tool = Command::new("promtool")
        .args(["check", "metrics"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let Ok(mut tool) = tool else {
        eprintln!("promtool is not installed: what it would say of /metrics is not known");
        return;
    };
    let mut asked = tool.stdin.take().unwrap();
    asked.write_all(page.as_bytes()).await.unwrap();
    drop(asked);
    let said = tool.wait_with_output().await.unwrap();
    let text = String::from_utf8_lossy(&said.stderr).into_owned();
    assert!(said.status.success(), "{text}");
}
