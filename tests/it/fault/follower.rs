//! A client that follows its tenant's feed and comes back whenever it is cut, as browsers do.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use api::live::cursor::FeedCursor;
use entity::ids::Epoch;
use serde_json::json;
use tokio::task::JoinHandle;
use tokio::time::Instant;
use wisplink_tests::harness::subscriber::{Incoming, Subscriber};
use wisplink_tests::harness::tenant::{CURSORS, Tenant, seq};
use wisplink_tests::harness::world::eventually;

/// What a follower has been through.
#[derive(Clone, Debug, Default)]
pub(super) struct Heard {
    pub(super) seqs: Vec<i64>,
    /// The longest time between two events, and from a cut to being let in again.
    pub(super) longest_gap: Duration,
    pub(super) longest_absence: Duration,
    pub(super) cuts: usize,
}

/// The client.
pub(super) struct Follower {
    heard: Arc<Mutex<Heard>>,
    task: JoinHandle<()>,
}

impl Follower {
    /// Follows from the feed's very begin, at the API at `url`.
    pub(super) fn start(url: String, tenant: &Tenant) -> Self {
        let heard = Arc::<Mutex<Heard>>::default();
        let start = FeedCursor {
            epoch: Epoch::first(tenant.id),
            seq: 0,
        };
        let follow = follow(url, tenant.viewer(), start, Arc::clone(&heard));
        Self {
            heard,
            task: tokio::spawn(follow),
        }
    }

    /// Waits until it has heard this event, and says how it went.
    pub(super) async fn up_to(self, last: i64) -> Heard {
        eventually("a follower has heard every event", async || {
            assert!(!self.task.is_finished(), "it gave up");
            let heard = self.heard.lock().unwrap();
            (heard.seqs.last() == Some(&last)).then_some(())
        })
        .await;
        self.task.abort();
        self.heard.lock().unwrap().clone()
    }
}

async fn follow(url: String, token: String, start: FeedCursor, heard: Arc<Mutex<Heard>>) {
    let (mut cursor, mut before) = (start.encode(), None::<Instant>);
    let mut cut = None::<Instant>;
    loop {
        let Some(mut socket) = enter(&url, &token, &cursor).await else {
            tokio::time::sleep(Duration::from_millis(100)).await;
            continue;
        };
        if let Some(cut) = cut.take() {
            let mut heard = heard.lock().unwrap();
            heard.longest_absence = heard.longest_absence.max(cut.elapsed());
        }
        loop {
            match socket.hear_at_last().await {
                Incoming::Message(message) if message["type"] == "next" => {
                    let event = &message["payload"]["data"]["linkEvents"];
                    let mut heard = heard.lock().unwrap();
                    heard.seqs.push(seq(event));
                    event["cursor"].as_str().unwrap().clone_into(&mut cursor);
                    let gap = before.map(|before| before.elapsed()).unwrap_or_default();
                    heard.longest_gap = heard.longest_gap.max(gap);
                    before = Some(Instant::now());
                }
                Incoming::Message(_) | Incoming::Closed(..) => break,
            }
        }
        cut = Some(Instant::now());
        heard.lock().unwrap().cuts += 1;
    }
}

/// Opens a socket and subscribes, if it is let in.
async fn enter(url: &str, token: &str, cursor: &str) -> Option<Subscriber> {
    let protocol = ("sec-websocket-protocol", "graphql-transport-ws");
    let mut socket = Subscriber::try_open(url, &[protocol]).await.ok()?;
    let payload = json!({ "authorization": format!("Bearer {token}") });
    let init = json!({ "type": "connection_init", "payload": payload });
    socket.try_say(&init).await?;
    match socket.hear_at_last().await {
        Incoming::Message(message) if message["type"] == "connection_ack" => {}
        _ => return None,
    }
    let payload = json!({ "query": CURSORS, "variables": { "after": cursor } });
    let subscribe = json!({ "type": "subscribe", "id": "feed", "payload": payload });
    socket.try_say(&subscribe).await?;
    Some(socket)
}
