//! The example permissions of `deploy/nats`: wisplink works under them, and nobody can do more than
//! its work takes.

use std::fmt::Write as _;

use async_nats::Event;
use serde_json::json;
use tokio::sync::mpsc;
use wisplink::config::NatsConfig;
use wisplink_tests::harness::TestNats;
use wisplink_tests::harness::poller::Poller;
use wisplink_tests::harness::tenant::FEED;
use wisplink_tests::harness::world::{PATIENCE, World, eventually};

const EXAMPLE: &str = include_str!("../../../deploy/nats/wisplink.conf");

/// A server of the example, with passwords that are the users' names spelt out.
pub(crate) async fn server() -> TestNats {
    // Where it listens and keeps its data is said on the command line.
    let mut config = EXAMPLE.to_owned();
    for user in ["poller", "worker", "api", "operator"] {
        let variable = format!("$NATS_{}_PASSWORD", user.to_uppercase());
        assert!(config.contains(&variable), "{variable}");
        config = config.replace(&variable, &format!("\"password of {user}\""));
    }
    TestNats::start_configured(&config).await.unwrap()
}

/// How `user` logs in, as an operator would write it.
pub(crate) fn login(nats: &TestNats, user: &str) -> NatsConfig {
    let prefix = format!("_INBOX_{user}");
    NatsConfig {
        url: nats.url().into(),
        user: Some(user.to_owned()),
        password_file: Some(nats.file(user, &format!("password of {user}\n"))),
        inbox_prefix: (user != "poller").then_some(prefix),
        ..NatsConfig::default()
    }
}

#[tokio::test]
async fn wisplink_works_under_the_example_permissions() {
    let nats = server().await;
    let logins = ["api", "worker", "operator", "poller"].map(|user| login(&nats, user));
    let world = Box::pin(World::start_as(nats, logins)).await;
    let after = world.a.feed_cursor(&world.api).await;
    let mut socket = world.api.subscriber(&world.a.viewer()).await;
    socket
        .subscribe("feed", FEED, json!({ "after": after }))
        .await;
    let poller = Poller::of(&world, &world.a).await;
    poller.restless(0, 0..3, &[(0, -60)]).await;
    socket.events(3).await;

    // What cannot be read is kept, with its bytes.
    let subject = format!("wireless.registrations.{}", world.a.aps[0]);
    poller.publish(&subject, b"no json".to_vec()).await;
    let operator = world.operator_client().await;
    let jetstream = async_nats::jetstream::new(operator);
    eventually("the dead letter is kept", async || {
        let mut letters = jetstream.get_stream("WISPLINK_DEAD_LETTERS").await.ok()?;
        let kept = letters.info().await.ok()?.state.messages;
        (kept == 1).then_some(())
    })
    .await;
    let log = std::fs::read_to_string(world.nats.log()).unwrap();
    let complaints: Vec<_> = log
        .lines()
        .filter(|line| line.contains("iolation"))
        .collect();
    assert_eq!(complaints, Vec::<&str>::new());
}

/// What each user tries.
const TRIED: [&str; 26] = [
    "publish wireless.registrations.d",
    "publish device.interfaces.d",
    "publish device.status.d",
    "publish wisplink.events.t.a",
    "publish wisplink.telemetry.t.a",
    "publish wisplink.changes.t.a",
    "publish wisplink.dead.s.1.2",
    "publish $JS.API.STREAM.INFO.WISPLINK_EVENTS",
    "publish $JS.API.STREAM.INFO.WIRELESS_REGISTRATIONS",
    "publish $JS.API.STREAM.MSG.GET.WISPLINK_EVENTS",
    "publish $JS.API.STREAM.MSG.GET.WIRELESS_REGISTRATIONS",
    "publish $JS.API.DIRECT.GET.WISPLINK_EVENTS",
    "publish $JS.API.DIRECT.GET.WIRELESS_REGISTRATIONS",
    "publish $JS.API.CONSUMER.CREATE.WISPLINK_EVENTS.c",
    "publish $JS.API.CONSUMER.CREATE.WIRELESS_REGISTRATIONS.c",
    "publish $JS.API.CONSUMER.CREATE.WISPLINK_DEAD_LETTERS.c",
    "publish $JS.API.STREAM.DELETE.WISPLINK_EVENTS",
    "publish $JS.API.STREAM.PURGE.WIRELESS_REGISTRATIONS",
    "publish $JS.API.STREAM.CREATE.MINE",
    "publish _INBOX_api.x",
    "subscribe >",
    "subscribe wireless.>",
    "subscribe wisplink.events.>",
    "subscribe wisplink.telemetry.>",
    "subscribe wisplink.changes.>",
    "subscribe _INBOX.>",
];

#[tokio::test]
async fn nobody_can_do_more_on_nats_than_its_work_takes() {
    let nats = server().await;
    let mut told = String::new();
    for user in ["poller", "worker", "api", "operator"] {
        let refused = refused(&login(&nats, user), &TRIED).await;
        let allowed = TRIED.iter().filter(|act| !refused.contains(act));
        for act in allowed {
            let _ = writeln!(told, "{user} may {act}");
        }
    }
    insta::assert_snapshot!(told, @r"
    poller may publish wireless.registrations.d
    poller may publish device.interfaces.d
    poller may publish device.status.d
    poller may subscribe _INBOX.>
    worker may publish wisplink.events.t.a
    worker may publish wisplink.telemetry.t.a
    worker may publish wisplink.dead.s.1.2
    worker may publish $JS.API.STREAM.INFO.WISPLINK_EVENTS
    worker may publish $JS.API.STREAM.INFO.WIRELESS_REGISTRATIONS
    worker may publish $JS.API.STREAM.MSG.GET.WISPLINK_EVENTS
    worker may publish $JS.API.STREAM.MSG.GET.WIRELESS_REGISTRATIONS
    worker may publish $JS.API.DIRECT.GET.WIRELESS_REGISTRATIONS
    worker may publish $JS.API.CONSUMER.CREATE.WIRELESS_REGISTRATIONS.c
    api may publish wisplink.changes.t.a
    api may publish $JS.API.STREAM.INFO.WISPLINK_EVENTS
    api may publish $JS.API.STREAM.MSG.GET.WISPLINK_EVENTS
    api may publish $JS.API.DIRECT.GET.WISPLINK_EVENTS
    api may publish $JS.API.CONSUMER.CREATE.WISPLINK_EVENTS.c
    api may subscribe wisplink.telemetry.>
    api may subscribe wisplink.changes.>
    operator may publish wireless.registrations.d
    operator may publish device.interfaces.d
    operator may publish device.status.d
    operator may publish $JS.API.STREAM.INFO.WISPLINK_EVENTS
    operator may publish $JS.API.STREAM.INFO.WIRELESS_REGISTRATIONS
    operator may publish $JS.API.STREAM.MSG.GET.WISPLINK_EVENTS
    operator may publish $JS.API.STREAM.MSG.GET.WIRELESS_REGISTRATIONS
    operator may publish $JS.API.DIRECT.GET.WISPLINK_EVENTS
    operator may publish $JS.API.DIRECT.GET.WIRELESS_REGISTRATIONS
    operator may publish $JS.API.CONSUMER.CREATE.WISPLINK_EVENTS.c
    operator may publish $JS.API.CONSUMER.CREATE.WIRELESS_REGISTRATIONS.c
    operator may publish $JS.API.CONSUMER.CREATE.WISPLINK_DEAD_LETTERS.c
    operator may publish $JS.API.STREAM.DELETE.WISPLINK_EVENTS
    operator may publish $JS.API.STREAM.PURGE.WIRELESS_REGISTRATIONS
    operator may publish $JS.API.STREAM.CREATE.MINE
    ");
}

/// Which of the `acts` the server refuses whoever logs in so.
async fn refused(login: &NatsConfig, acts: &[&'static str]) -> Vec<&'static str> {
    const MARK: &str = "nobody.may.publish.this";

    let (heard, mut complaints) = mpsc::unbounded_channel();
    let options = login.options().unwrap().event_callback(move |event| {
        if let Event::ServerError(error) = event {
            let _ = heard.send(error.to_string().to_lowercase());
        }
        std::future::ready(())
    });
    let client = options.connect(login.servers().unwrap()).await.unwrap();
    let mut kept = Vec::new();
    for act in acts {
        let (verb, subject) = act.split_once(' ').unwrap();
        if verb == "publish" {
            client.publish(subject, "{}".into()).await.unwrap();
        } else {
            kept.push(client.subscribe(subject).await.unwrap());
        }
    }
    // Complaints come in order: behind the mark's there is none of the others'.
    client.flush().await.unwrap();
    client.publish(MARK, "".into()).await.unwrap();
    let mut said = Vec::new();
    while !said.last().is_some_and(|last: &String| last.contains(MARK)) {
        let next = tokio::time::timeout(PATIENCE, complaints.recv());
        said.push(next.await.unwrap().unwrap());
    }
    let quoted = |act: &str| {
        let (verb, subject) = act.split_once(' ').unwrap();
        let verb = verb
            .replace("publish", "publish to")
            .replace("subscribe", "subscription to");
        format!("{verb} \"{}\"", subject.to_lowercase())
    };
    let mut refused = acts.to_vec();
    refused.retain(|act| said.iter().any(|error| error.contains(&quoted(act))));
    refused
}
