//! Streams and subjects: their default names, and how ours are put together.

use super::dead_letter::Origin;
use crate::ids::{DeviceId, TenantId};

/// The stream with the registration tables.
pub const REGISTRATIONS_STREAM: &str = "WIRELESS_REGISTRATIONS";
/// Registration tables, one subject a device.
pub const REGISTRATIONS: &str = "wireless.registrations.>";
/// The stream with interface snapshots and device status.
pub const DEVICE_EVENTS_STREAM: &str = "DEVICE_EVENTS";
/// Interface snapshots, one subject a device.
pub const INTERFACES: &str = "device.interfaces.>";
/// Device status, one subject a device.
pub const STATUS: &str = "device.status.>";
/// The stream with what happened to links.
pub const EVENTS_STREAM: &str = "WISPLINK_EVENTS";
/// Link events of all tenants.
pub const EVENTS: &str = "wisplink.events.>";
/// The stream with messages that could not be understood.
pub const DEAD_LETTERS_STREAM: &str = "WISPLINK_DEAD_LETTERS";
/// Dead letters of all sources.
pub const DEAD_LETTERS: &str = "wisplink.dead.>";
/// Measurements of all tenants; plain NATS, no stream.
pub const TELEMETRY: &str = "wisplink.telemetry.>";

/// The subject of a link's events.
pub fn events(tenant: TenantId, ap: DeviceId) -> String {
    format!("wisplink.events.{tenant}.{ap}")
}

/// The subject of an AP's measurements.
pub fn telemetry(tenant: TenantId, ap: DeviceId) -> String {
    format!("wisplink.telemetry.{tenant}.{ap}")
}

/// The subject of the letter for one message: there is one letter for each.
pub fn dead_letter(origin: &Origin, seq: u64) -> String {
    let Origin { stream, created } = origin;
    format!(
        "wisplink.dead.{stream}.{}.{seq}",
        created.timestamp_micros()
    )
}
