//! Keeps a lease while a source is read, and writes the position down beside.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::Utc;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::gauges::Gauges;
use crate::crash::crash_point;
use crate::position::lease::{Lease, Position};
use crate::position::progress::Progress;

/// How often the position is written down, when it has moved.
const SAVE: Duration = Duration::from_secs(1);

/// What is being read at the moment, if anything is.
#[derive(Clone, Debug, Default)]
pub struct Current(Arc<Mutex<Option<Arc<Progress>>>>);

impl Current {
    /// Another life of the stream is read from now on.
    pub fn set(&self, reading: Arc<Progress>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(reading);
    }

    /// What is read.
    pub fn get(&self) -> Option<Arc<Progress>> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// How far it is read: where to go on, unless the stream is another one by then.
    pub fn read_up_to(&self) -> Option<Position> {
        self.get().map(|reading| Position {
            stream_created: Some(reading.origin().created),
            next_seq: reading.next(),
            mark: reading.mark(),
        })
    }

    /// How far it is applied.
    pub fn position(&self) -> Option<Position> {
        self.get().map(|reading| Position {
            stream_created: Some(reading.origin().created),
            next_seq: reading.position(),
            mark: reading.mark(),
        })
    }
}

/// Renews `lease` and writes down the position until `stop`. Cancels `lost` and ends when another
/// worker may have the lease, or when the database went back behind what was written down. Shows in
/// `gauges` how far reading has come. Returns what was written down last.
pub(super) async fn keep(
    lease: Lease,
    current: Current,
    gauges: Gauges,
    lost: CancellationToken,
    stop: CancellationToken,
) -> Option<Position> {
    let mut renewed = Instant::now();
    let mut written = None;
    let mut tick = tokio::time::interval(SAVE);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.cancelled() => return written,
            _ = tick.tick() => {}
        }
        gauges.show(current.get().as_deref(), Utc::now());
        let position = current
            .position()
            .filter(|position| Some(*position) != written);
        if position.is_none() && renewed.elapsed() < lease.duration() / 3 {
            continue;
        }
        crash_point!("before-position");
        let asked = Instant::now();
        match lease.renew(written, position).await {
            Ok(true) => {
                renewed = asked;
                written = position.or(written);
            }
            Ok(false) => {
                lost.cancel();
                return written;
            }
            Err(error) => tracing::warn!(%error, "the lease was not renewed; trying again"),
        }
        if renewed.elapsed() > lease.duration() {
            lost.cancel();
            return written;
        }
    }
}
