//! Shows how many connections of a kind are open.

use metrics::{Gauge, gauge};

/// One open connection, until it is dropped, however it ends.
pub struct Open(Gauge);

impl Open {
    /// Shows that none is open yet.
    pub fn none() {
        drop((Self::socket(), Self::event_stream()));
    }

    /// A WebSocket.
    pub fn socket() -> Self {
        Self::count(gauge!("wisplink_sockets"))
    }

    /// An event stream.
    pub fn event_stream() -> Self {
        Self::count(gauge!("wisplink_event_streams"))
    }

    fn count(gauge: Gauge) -> Self {
        gauge.increment(1);
        Self(gauge)
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.decrement(1);
    }
}
