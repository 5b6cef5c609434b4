//! One trace, from a poller's message to a browser's socket.

use async_nats::HeaderMap;
use async_nats::jetstream;
use opentelemetry_proto::tonic::trace::v1::Span;
use serde_json::{Value, json};
use wisplink_tests::harness::collector::Collector;
use wisplink_tests::harness::poller::Poller;
use wisplink_tests::harness::subscriber::Subscriber;
use wisplink_tests::harness::tenant::CURSORS;
use wisplink_tests::harness::world::{World, eventually};

const TRACE: u128 = 0x0af7_6519_16cd_43dd_8448_eb21_1c80_319c;
const OTHER: u128 = 0x4bf9_2f35_77b3_4da6_a3ce_929d_0e0e_4736;
const SPAN: u64 = 0x00f0_67aa_0ba9_02b7;

#[tokio::test]
async fn a_trace_goes_from_the_message_to_the_socket() {
    let collector = Collector::start(0.0).await;
    let world = World::start().await;
    let mut socket = live(&world).await;
    let poller = Poller::of(&world, &world.a).await;
    publish(
        &world,
        Some(header(TRACE)),
        poller.table(0, poller.minute(1), &[(1, -60)]),
    )
    .await;
    socket.events(1).await;

    let trace = TRACE.to_be_bytes();
    let mut names = ["message", "batch", "transaction", "publish", "hub", "write"].into_iter();
    let mut spans = Vec::new();
    for name in names.by_ref() {
        spans.push(collector.span(name, Some(&trace)).await);
    }
    let [message, batch, transaction, publish, hub, write] = spans.as_slice() else {
        panic!("{spans:?}");
    };
    assert_eq!(message.parent_span_id, SPAN.to_be_bytes());
    for (below, above) in [
        (batch, message),
        (transaction, batch),
        (publish, message),
        (hub, publish),
        (write, hub),
    ] {
        assert_eq!(below.parent_span_id, above.span_id, "{}", below.name);
        assert!(below.start_time_unix_nano >= above.start_time_unix_nano);
    }
    // Of the others, none was to be kept.
    let spans = collector.spans();
    let foreign: Vec<_> = spans.iter().filter(|span| span.trace_id != trace).collect();
    assert!(foreign.is_empty(), "{foreign:#?}");
}

#[tokio::test]
async fn a_batch_is_linked_to_all_traces_in_it() {
    let collector = Collector::start(0.0).await;
    let world = World::start().await;
    let poller = Poller::of(&world, &world.a).await;
    poller.settle(&world).await;
    let mut session = world.database.session().await;
    let lock = "BEGIN; LOCK TABLE ap_polls IN ACCESS EXCLUSIVE MODE";
    sqlx::raw_sql(lock).execute(&mut session).await.unwrap();
    // The first one waits for the table, the next two for the first.
    poller.poll(0, 1, &[(0, -60)]).await;
    eventually("the first one waits for the table", async || {
        let waiting = "SELECT count(*) FROM pg_locks
            WHERE NOT granted AND relation = 'ap_polls'::regclass";
        let waiting = sqlx::query_scalar::<_, i64>(waiting);
        let count = waiting.fetch_one(&mut session).await.unwrap();
        (count > 0).then_some(())
    })
    .await;
    for (minute, trace) in [(2, TRACE), (3, OTHER)] {
        let table = poller.table(0, poller.minute(minute), &[(0, -60)]);
        publish(&world, Some(header(trace)), table).await;
    }
    let queued = "wisplink_ingest_queue_messages";
    eventually("three messages wait", async || {
        (world.api.counted(queued).await == 3).then_some(())
    })
    .await;
    sqlx::raw_sql("ROLLBACK")
        .execute(&mut session)
        .await
        .unwrap();
    let batch = collector.span("batch", Some(&TRACE.to_be_bytes())).await;
    let linked: Vec<_> = batch
        .links
        .iter()
        .map(|link| link.trace_id.clone())
        .collect();
    assert_eq!(linked, [OTHER.to_be_bytes()]);
}

#[tokio::test]
async fn a_message_without_a_trace_begins_one() {
    let collector = Collector::start(1.0).await;
    let world = World::start().await;
    let mut socket = live(&world).await;
    let poller = Poller::of(&world, &world.a).await;
    poller.poll(0, 1, &[(1, -60)]).await;
    socket.events(1).await;
    let write = collector.span("write", None).await;
    let message = collector.span("message", Some(&write.trace_id)).await;
    assert!(message.parent_span_id.is_empty());
}

#[tokio::test]
async fn a_request_is_part_of_its_callers_trace() {
    let collector = Collector::start(0.0).await;
    let world = World::start().await;
    let request = world.api.post("/graphql").bearer_auth(world.a.viewer());
    let asked = json!({ "query": "query Who { viewer { role } }" });
    let request = request.header("traceparent", header(TRACE)).json(&asked);
    assert!(request.send().await.unwrap().status().is_success());
    let trace = TRACE.to_be_bytes();
    let request = collector.span("request", Some(&trace)).await;
    let graphql = collector.span("graphql", Some(&trace)).await;
    assert_eq!(request.parent_span_id, SPAN.to_be_bytes());
    assert_eq!(graphql.parent_span_id, request.span_id);
    assert_eq!(attribute(&graphql, "graphql.operation.name"), "Who");
    assert_eq!(attribute(&request, "url.path"), "/graphql");
}

#[tokio::test]
async fn without_a_collector_a_trace_is_passed_on_as_it_came() {
    let world = World::start().await;
    let poller = Poller::of(&world, &world.a).await;
    for (minute, sent) in [
        (1, Some(header(TRACE))),
        (2, Some("nonsense".to_owned())),
        (3, None),
    ] {
        // Each poll sees one client more: one event each, and a second one for those before.
        let rows: Vec<_> = (0..usize::try_from(minute).unwrap())
            .map(|cpe| (cpe, -60))
            .collect();
        publish(&world, sent, poller.table(0, poller.minute(minute), &rows)).await;
    }
    poller.settle(&world).await;
    let jetstream = jetstream::new(world.operator_client().await);
    let stream = jetstream.get_stream("WISPLINK_EVENTS").await.unwrap();
    let passed_on = eventually("the events are published", async || {
        let mut passed_on = Vec::new();
        for seq in 1..=5 {
            let message = stream.get_raw_message(seq).await.ok()?;
            let trace = message.headers.get("traceparent").map(ToString::to_string);
            passed_on.push(trace);
        }
        Some(passed_on)
    })
    .await;
    assert_eq!(passed_on, [Some(header(TRACE)), None, None, None, None]);
}

/// A socket that has heard an event, so that it hears the next one live.
async fn live(world: &World) -> Subscriber {
    world.api.listens().await;
    let poller = Poller::of(world, &world.a).await;
    let start = world.a.feed_cursor(&world.api).await;
    let mut socket = world.api.subscriber(&world.a.viewer()).await;
    let after = json!({ "after": start });
    socket.subscribe("feed", CURSORS, after).await;
    poller.poll(1, 0, &[(0, -60)]).await;
    socket.events(1).await;
    socket
}

/// Publishes `table`, the way a poller does that traces.
async fn publish(world: &World, trace: Option<String>, table: Value) {
    let jetstream = jetstream::new(world.nats_client().await);
    let subject = format!("wireless.registrations.{}", world.a.aps[0]);
    let mut headers = HeaderMap::new();
    if let Some(trace) = trace {
        headers.insert("traceparent", trace);
    }
    let payload = table.to_string().into();
    let sent = jetstream
        .publish_with_headers(subject, headers, payload)
        .await;
    sent.unwrap().await.unwrap();
}

fn header(trace: u128) -> String {
    format!("00-{trace:032x}-{SPAN:016x}-01")
}

fn attribute(span: &Span, name: &str) -> String {
    use opentelemetry_proto::tonic::common::v1::any_value::Value::StringValue;
    let mut attributes = span.attributes.iter();
    let value = attributes.find(|attribute| attribute.key == name);
    let value = value.and_then(|attribute| attribute.value.clone()?.value);
    match value {
        Some(StringValue(text)) => text,
        other => panic!("{name}: {other:?}"),
    }
}
