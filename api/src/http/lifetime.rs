//! How long a connection may last: until its caller's time is over, or the program stops.

use std::time::Duration;

use chrono::Utc;
use futures::FutureExt as _;
use tokio::time::{Instant, sleep};

use crate::auth::principal::Principal;
use crate::auth::standing::Withdrawal;
use crate::http::protocol::Close;
use crate::limits;
use crate::server::AppState;

/// A token without end in sight would overflow the clock.
const LONGEST: Duration = Duration::from_hours(30 * 24);

/// When `principal` is believed no more.
pub fn end(principal: &Principal) -> Instant {
    let remaining = principal.valid_until().map_or(LONGEST, |until| {
        (until - Utc::now()).to_std().unwrap_or_default()
    });
    Instant::now() + remaining.min(LONGEST)
}

/// Waits until the program stops, and then for as long as falls to this connection: clients that
/// were closed all at once would come back all at once.
pub async fn farewell(state: &AppState) {
    state.shutdown().cancelled().await;
    let over = limits::FAREWELLS.min(state.settings().drain / 2);
    sleep(over.mul_f64(rand::random())).await;
}

/// Waits until whoever opened a socket is believed no more.
pub async fn withdrawn(principal: Option<&Principal>) -> Withdrawal {
    match principal {
        Some(principal) => principal.withdrawn().await,
        None => std::future::pending().await,
    }
}

/// Whether a socket may go on whose caller's time is over at `deadline`; if not, how it ends.
pub fn goes_on(
    state: &AppState,
    principal: Option<&Principal>,
    deadline: Instant,
) -> Result<(), Close> {
    if state.shutdown().is_cancelled() {
        return Err(Close::restarting());
    }
    if Instant::now() >= deadline {
        return Err(Close::expired());
    }
    match withdrawn(principal).now_or_never() {
        Some(why) => Err(Close::withdrawn(why)),
        None => Ok(()),
    }
}
