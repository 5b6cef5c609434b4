//! What happens to links, a line an event.

use std::collections::HashMap;
use std::time::Duration;

use chrono::Utc;
use entity::ids::DeviceId;
use entity::link_state::{EventReason, LinkState};
use entity::wire::link_event::LinkEvent;
use futures::StreamExt as _;
use tokio_util::sync::CancellationToken;

use super::screen::Screen;
use crate::simulate::Network;

/// How many polls it takes until every link is confirmed, and one more.
const GREETING_POLLS: u32 = 3;

/// Link events as they are published, and the names of the devices they are about.
pub(super) struct Feed {
    events: Option<async_nats::Subscriber>,
    hostnames: HashMap<DeviceId, String>,
}

impl Feed {
    /// Listens from now on.
    pub(super) async fn open(
        nats: &async_nats::Client,
        subject: &'static str,
        network: &Network,
    ) -> Self {
        // Fails only when the client is closed, and then there is nothing to show either.
        let events = nats.subscribe(subject).await.ok();
        let hostnames = network.hostnames().collect();
        Self { events, hostnames }
    }

    /// Shows events until `shutdown`, those from now on. For the first few polls every link is news,
    /// which is only counted: what changes is what there is to see.
    pub(super) async fn show(
        self,
        screen: &Screen,
        interval: Duration,
        shutdown: &CancellationToken,
    ) {
        let Self { events, hostnames } = self;
        let Some(mut events) = events else { return };
        let found = tokio::time::sleep(interval * GREETING_POLLS);
        tokio::pin!(found);
        let (begin, mut greeted) = (Utc::now(), 0_u32);
        loop {
            let message = tokio::select! {
                message = events.next() => message,
                () = &mut found, if !found.is_elapsed() => {
                    if greeted > 0 {
                        screen.say(&format!("  {greeted} links found"));
                    }
                    continue;
                }
                () = shutdown.cancelled() => return,
            };
            let Some(message) = message else { return };
            let Ok(event) = serde_json::from_slice::<LinkEvent>(&message.payload) else {
                continue;
            };
            match event.reason {
                _ if event.at < begin => {}
                EventReason::FirstSeen | EventReason::Confirmed if !found.is_elapsed() => {
                    greeted += u32::from(event.reason == EventReason::FirstSeen);
                }
                _ => screen.say(&line(&event, &hostnames, screen)),
            }
        }
    }
}

fn line(event: &LinkEvent, hostnames: &HashMap<DeviceId, String>, screen: &Screen) -> String {
    let name = |device| hostnames.get(device).map_or("?", String::as_str);
    let ends = format!(
        "{} at {}",
        name(&event.cpe_device_id),
        name(&event.ap_device_id)
    );
    let from = event.from_state.map_or("new", LinkState::as_str);
    let to = event.to_state.as_str();
    let to = screen.coloured(colour(event.to_state), &format!("{to:<10}"));
    let signal = event
        .signal_strength
        .map(|dbm| format!("{dbm} dBm"))
        .unwrap_or_default();
    let time = event.at.with_timezone(&chrono::Local).format("%H:%M:%S");
    let reason = event.reason.as_str().to_uppercase();
    format!("  {time}  {ends:<44} {from:>10} → {to} {reason:<16} {signal}")
}

const fn colour(state: LinkState) -> u8 {
    match state {
        LinkState::Discovered => 36,
        LinkState::Active => 32,
        LinkState::Degraded => 33,
        LinkState::Down => 31,
        LinkState::Stale => 90,
    }
}
