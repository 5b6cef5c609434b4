//! Whether a device is reached, and what it says about itself.

use chrono::{DateTime, Utc};
use entity::model::device::DeviceStatus;
use entity::wire::status::Status;

use super::dropped::{Dropped, Short};
use super::header::{Header, Texts};
use super::reject::{Reject, RejectCode};
use crate::message::StatusReport;

pub(super) fn read(
    subject: &str,
    payload: &[u8],
    now: DateTime<Utc>,
    dropped: &mut Dropped,
) -> Result<StatusReport, Reject> {
    let wire: Status<'_> = serde_json::from_slice(payload)?;
    let texts = Texts {
        subject,
        tenant: &wire.tenant_id,
        device: &wire.device_id,
        at: &wire.last_seen,
    };
    let header = Header::read(&texts, now)?;
    let status = match wire.status.trim() {
        "online" => DeviceStatus::Online,
        "offline" => DeviceStatus::Offline,
        _ => {
            let detail = format!("status is {:?}", Short(&wire.status));
            return Err(Reject::new(RejectCode::BadStatus, &detail));
        }
    };
    let system = dropped.text("routeros_version", wire.routeros_version, |_| true);
    let loader = dropped.text("firmware_version", wire.firmware_version, |_| true);
    Ok(StatusReport {
        tenant: header.tenant,
        device: header.device,
        status,
        model: dropped.text("board_name", wire.board_name, |_| true),
        serial_number: dropped.text("serial_number", wire.serial_number, |_| true),
        firmware_version: system.or(loader),
        last_seen: header.at,
    })
}
