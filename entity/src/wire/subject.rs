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
/// Notices that links of an AP were changed or removed by something else than a poll, of all tenants;
/// plain NATS, no stream.
pub const CHANGES: &str = "wisplink.changes.>";

/// The subject of a link's events.
pub fn events(tenant: TenantId, ap: DeviceId) -> String {
    format!("wisplink.events.{tenant}.{ap}")
}

/// The subjects of all of a tenant's link events.
pub fn events_of(tenant: TenantId) -> String {
    format!("wisplink.events.{tenant}.>")
}

/// The subject of an AP's measurements.
pub fn telemetry(tenant: TenantId, ap: DeviceId) -> String {
    format!("wisplink.telemetry.{tenant}.{ap}")
}

/// The subject of a notice that links of this AP were changed or removed. The message is empty:
/// whoever shows these links reads them anew.
pub fn changes(tenant: TenantId, ap: DeviceId) -> String {
    format!("wisplink.changes.{tenant}.{ap}")
}

/// The tenant and the AP that end one of our subjects.
pub fn tenant_and_ap(subject: &str) -> Option<(TenantId, DeviceId)> {
    let (rest, ap) = subject.rsplit_once('.')?;
    let (_, tenant) = rest.rsplit_once('.')?;
    Some((tenant.parse().ok()?, ap.parse().ok()?))
}

/// The subject of the letter for one message: there is one letter for each.
pub fn dead_letter(origin: &Origin, seq: u64) -> String {
    let Origin { stream, created } = origin;
    format!(
        "wisplink.dead.{stream}.{}.{seq}",
        created.timestamp_micros()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_tells_whose_it_is() {
        let (tenant, ap) = (TenantId::new(), DeviceId::new());
        for subject in [
            telemetry(tenant, ap),
            changes(tenant, ap),
            events(tenant, ap),
        ] {
            assert_eq!(tenant_and_ap(&subject), Some((tenant, ap)));
        }
        assert_eq!(tenant_and_ap("wisplink.changes.x.y"), None);
        assert_eq!(tenant_and_ap(""), None);
    }
}
