//! What can be observed of a link.

use std::sync::Arc;

use entity::ids::DeviceId;

use crate::message::Reading;

/// One observation. The time comes beside it.
#[derive(Clone, Debug, PartialEq)]
pub enum Observation {
    /// A good poll of the AP lists the client.
    Sighted(Arc<Reading>),
    /// A good poll of the AP does not list it.
    Missed,
    /// The AP was not heard for too long, or is reported offline past the limit.
    ApSilent,
    /// The same client was sighted later at this other AP.
    Roamed {
        /// The AP it went to.
        to: DeviceId,
    },
    /// The CPE itself was polled, and told how it hears the AP, in dBm.
    HeardBack(Option<i16>),
    /// The client's MAC now belongs to another device.
    Reassigned,
    /// Time passed without anything being heard.
    TimePassed,
}
