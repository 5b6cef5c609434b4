//! The health of a link, and why it changed.

use crate::text_enum::text_enum;

text_enum! {
    /// The health state of a wireless link.
    pub enum LinkState {
        /// Seen, but not yet often enough to be believed.
        Discovered = "discovered",
        /// Seen regularly with a good signal.
        Active = "active",
        /// Seen regularly with a weak signal.
        Degraded = "degraded",
        /// No longer seen.
        Down = "down",
        /// Not seen for so long that it is probably gone.
        Stale = "stale",
    }
}

impl LinkState {
    /// Whether the CPE counts as connected: discovered, active or degraded.
    pub const fn is_connected(self) -> bool {
        matches!(self, Self::Discovered | Self::Active | Self::Degraded)
    }
}

text_enum! {
    /// Why a link has an event.
    pub enum EventReason {
        /// The first sighting ever.
        FirstSeen = "first_seen",
        /// Sighted often enough to be believed.
        Confirmed = "confirmed",
        /// Weak in too many of the last polls.
        SignalWeak = "signal_weak",
        /// Strong enough again, with margin.
        SignalRecovered = "signal_recovered",
        /// Missing from too many polls in a row.
        MissedPolls = "missed_polls",
        /// The AP itself was not heard.
        ApSilent = "ap_silent",
        /// The same client was sighted at another AP.
        Roamed = "roamed",
        /// The client's MAC now belongs to another device.
        Reassigned = "reassigned",
        /// Sighted again after having been down or stale.
        SeenAgain = "seen_again",
        /// Down for too long.
        Expired = "expired",
        /// The client re-associated between two polls; the state is unchanged.
        Reconnected = "reconnected",
        /// The link is gone: stale for long, or an operator took it or one of its devices away. The
        /// state is the last it had.
        Forgotten = "forgotten",
    }
}
