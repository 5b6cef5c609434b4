//! The enums of the schema, and their counterparts in the rows.

use async_graphql::Enum;
use entity::link_state as row;
use entity::model::api_key as api_key_row;
use entity::model::device as device_row;

/// The health state of a wireless link.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "row::LinkState")]
pub enum LinkState {
    /// Seen, but not yet often enough to be believed.
    Discovered,
    /// Seen regularly with a good signal.
    Active,
    /// Seen regularly with a weak signal.
    Degraded,
    /// No longer seen.
    Down,
    /// Down for so long that the link is probably gone.
    Stale,
}

/// Why a link has an event.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "row::EventReason")]
pub enum LinkEventReason {
    /// The first sighting ever.
    FirstSeen,
    /// Sighted often enough to be confirmed.
    Confirmed,
    /// Weak in too many of the last polls.
    SignalWeak,
    /// Strong enough again, with margin.
    SignalRecovered,
    /// Missing from too many polls in a row.
    MissedPolls,
    /// No poll of the AP arrived for too long.
    ApSilent,
    /// The same client was sighted at another AP.
    Roamed,
    /// The client's MAC now belongs to another device.
    Reassigned,
    /// Sighted again after having been down or stale.
    SeenAgain,
    /// Down for too long.
    Expired,
    /// The client re-associated between two polls; the state is unchanged.
    Reconnected,
    /// The link was removed: it was stale for too long, or an operator removed it or one of its
    /// devices. `fromState` and `toState` are both its last state. If the client is sighted again,
    /// a new link with a new id is created.
    Forgotten,
}

/// Whether a poller can reach a device.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "device_row::DeviceStatus")]
pub enum DeviceStatus {
    /// Not reported yet.
    Unknown,
    /// Reachable.
    Online,
    /// Not reachable.
    Offline,
}

/// What an API key permits. No key has the platform role.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "api_key_row::ApiKeyRole")]
pub enum ApiKeyRole {
    /// Read access to everything of the tenant.
    Viewer,
    /// Can also change sites, devices and policies.
    Operator,
    /// Can also manage API keys.
    Admin,
}
