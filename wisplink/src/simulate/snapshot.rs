//! What a poller says of a device itself: its status and its interfaces.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use entity::ids::{DeviceId, TenantId};
use entity::model::device::DeviceStatus;
use entity::wire::interfaces::{Interface, Interfaces};
use entity::wire::status::Status;

use super::plan::DevicePlan;
use super::print;

/// Whether the device is reached, and when it last was.
pub(super) fn status(
    tenant: TenantId,
    id: DeviceId,
    device: &DevicePlan,
    status: DeviceStatus,
    last_seen: DateTime<Utc>,
) -> Status<'_> {
    Status {
        device_id: id.to_string().into(),
        tenant_id: tenant.to_string().into(),
        status: status.as_str().into(),
        board_name: Some(device.model.into()),
        serial_number: Some(Cow::Borrowed(&device.serial_number)),
        firmware_version: Some(device.firmware.into()),
        routeros_version: None,
        last_seen: print::time(last_seen).into(),
    }
}

/// All its interfaces.
pub(super) fn interfaces(
    tenant: TenantId,
    id: DeviceId,
    device: &DevicePlan,
    at: DateTime<Utc>,
) -> Interfaces<'_> {
    let interfaces = device.interfaces.iter().map(|interface| Interface {
        name: Cow::Borrowed(&interface.name),
        mac_address: Some(interface.mac.to_string().into()),
        r#type: Some(interface.kind.into()),
        running: true,
    });
    Interfaces {
        device_id: id.to_string().into(),
        tenant_id: tenant.to_string().into(),
        collected_at: print::time(at).into(),
        interfaces: interfaces.collect(),
    }
}
