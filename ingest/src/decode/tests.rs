//! Whole messages: what each means, and why it is refused.

use chrono::{DateTime, TimeZone as _, Utc};
use entity::model::ap_poll::PollOutcome;
use entity::model::ap_poll::Radio;
use entity::model::device::DeviceStatus;
use serde_json::{Value, json};

use super::*;
use crate::message::{Poll, StatusReport};

const TENANT: &str = "0198c0de-0000-7000-8000-00000000000a";
const DEVICE: &str = "0198c0de-0000-7000-8000-000000000001";
pub(super) const KINDS: [Kind; 3] = [Kind::Registrations, Kind::Interfaces, Kind::Status];

pub(super) fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 3, 1, 12, 0, 0).unwrap()
}

fn read(kind: Kind, payload: &[u8]) -> Result<Decoded, Reject> {
    decode(kind, &format!("some.subject.{DEVICE}"), payload, now())
}

/// Reads a message with the fields of `body`, and the usual ones where `body` has no others.
pub(super) fn message(kind: Kind, body: &Value) -> Result<Decoded, Reject> {
    let mut full = json!({
        "device_id": DEVICE, "tenant_id": TENANT,
        "collected_at": "2026-03-01T11:59:00Z", "last_seen": "2026-03-01T11:59:00Z",
    });
    let fields = full.as_object_mut().unwrap();
    fields.extend(body.as_object().unwrap().clone());
    read(kind, full.to_string().as_bytes())
}

pub(super) fn text(kind: Kind, body: &str) -> Result<Decoded, Reject> {
    message(kind, &serde_json::from_str(body).unwrap())
}

fn poll(body: &str) -> Poll {
    match text(Kind::Registrations, body).unwrap().message {
        Message::Poll(poll) => poll,
        other => panic!("{other:?}"),
    }
}

fn status(body: &str) -> StatusReport {
    match text(Kind::Status, body).unwrap().message {
        Message::Status(report) => report,
        other => panic!("{other:?}"),
    }
}

pub(super) fn code(kind: Kind, body: &str) -> RejectCode {
    text(kind, body).unwrap_err().code
}

fn assert_outcomes(table: &[(&str, PollOutcome, usize)]) {
    let row = r#"[{"mac_address":"6C:3B:6B:A2:00:FC","signal_strength":-67}]"#;
    for (body, outcome, clients) in table {
        let poll = poll(
            &body
                .replace("ROW", row)
                .replace("COUNT", "registered_clients"),
        );
        assert_eq!(
            (poll.outcome, poll.clients.len()),
            (*outcome, *clients),
            "{body}"
        );
    }
}

#[test]
fn what_a_table_means() {
    assert_outcomes(&[
        (r#"{"registrations":ROW}"#, PollOutcome::Ok, 1),
        (r#"{"registrations":ROW,"poll":"OK"}"#, PollOutcome::Ok, 1),
        (r#"{"registrations":ROW,"poll":" "}"#, PollOutcome::Ok, 1),
        (r#"{"registrations":[]}"#, PollOutcome::Ok, 0),
        (
            r#"{"registrations":ROW,"poll":"failed"}"#,
            PollOutcome::Failed,
            0,
        ),
        (
            r#"{"registrations":[],"poll":"timeout"}"#,
            PollOutcome::Failed,
            0,
        ),
        (
            r#"{"registrations":[],"poll":"unsupported"}"#,
            PollOutcome::Unsupported,
            0,
        ),
    ]);
}

#[test]
fn what_a_missing_table_means() {
    assert_outcomes(&[
        (
            r#"{"rf_stats":[{"COUNT":0},{"COUNT":"0"}]}"#,
            PollOutcome::Ok,
            0,
        ),
        (
            r#"{"registrations":null,"rf_stats":[{"COUNT":0}]}"#,
            PollOutcome::Ok,
            0,
        ),
        (
            r#"{"rf_stats":[{"COUNT":0},{"COUNT":3}]}"#,
            PollOutcome::Failed,
            0,
        ),
        (
            r#"{"rf_stats":[{"COUNT":0},{"COUNT":null}]}"#,
            PollOutcome::Failed,
            0,
        ),
        (r#"{"rf_stats":[]}"#, PollOutcome::Failed, 0),
        (r#"{"rf_stats":null}"#, PollOutcome::Failed, 0),
        (
            r#"{"registrations":null,"poll":"ok"}"#,
            PollOutcome::Failed,
            0,
        ),
        (
            r#"{"registrations":null,"poll":"unsupported"}"#,
            PollOutcome::Unsupported,
            0,
        ),
        ("{}", PollOutcome::Failed, 0),
    ]);
}

#[test]
fn a_poll_says_whose_it_is_and_what_its_radios_do() {
    let found = poll(
        r#"{"registrations":[],"interval_s":60,"rf_stats":[7,{"interface":"wlan1",
            "noise_floor":-112,"channel_width":"20MHz","tx_power":0,"registered_clients":2}]}"#,
    );
    let radio = Radio {
        interface: Some("wlan1".to_owned()),
        noise_floor: Some(-112),
        channel_width_mhz: Some(20),
        tx_power: None,
        registered_clients: Some(2),
    };
    let expected = Poll {
        tenant: TENANT.parse().unwrap(),
        ap: DEVICE.parse().unwrap(),
        collected_at: "2026-03-01T11:59:00Z".parse().unwrap(),
        outcome: PollOutcome::Ok,
        interval_s: Some(60),
        clients: Vec::new(),
        radios: vec![radio],
    };
    assert_eq!(found, expected);
    for bad in ["0", "86401", "-1", r#""soon""#] {
        let found = poll(&format!(r#"{{"registrations":[],"interval_s":{bad}}}"#));
        assert_eq!(found.interval_s, None, "{bad}");
    }
}

#[test]
fn a_table_of_masked_rows_is_refused_unless_it_was_not_to_be_used() {
    let masked = r#"{"registrations":[{"mac_address":"XX:XX:XX:XX:XX:XX"}],"poll":"POLL"}"#;
    let refused = code(Kind::Registrations, &masked.replace("POLL", "ok"));
    assert_eq!(refused, RejectCode::UnreadableMacs);
    assert_eq!(
        poll(&masked.replace("POLL", "failed")).outcome,
        PollOutcome::Failed
    );
}

#[test]
fn a_status_prefers_the_system_version() {
    let full = status(
        r#"{"status":"online","board_name":"hAP ac²","serial_number":"HC1","uptime":"1d",
            "firmware_version":"6.49","routeros_version":"7.14.2 (stable)"}"#,
    );
    let expected = StatusReport {
        tenant: TENANT.parse().unwrap(),
        device: DEVICE.parse().unwrap(),
        status: DeviceStatus::Online,
        model: Some("hAP ac²".to_owned()),
        serial_number: Some("HC1".to_owned()),
        firmware_version: Some("7.14.2 (stable)".to_owned()),
        last_seen: "2026-03-01T11:59:00Z".parse().unwrap(),
    };
    assert_eq!(full, expected);
    let brief = status(r#"{"status":"offline","routeros_version":"","firmware_version":"6.49"}"#);
    assert_eq!((brief.status, brief.model), (DeviceStatus::Offline, None));
    assert_eq!(brief.firmware_version.as_deref(), Some("6.49"));
}

#[test]
fn bad_messages_are_refused_with_their_reason() {
    let future = r#"{"status":"online","last_seen":"2099-01-01T00:00:00Z"}"#;
    for (kind, body, expected) in [
        (
            Kind::Registrations,
            r#"{"tenant_id":null}"#,
            RejectCode::NoTenant,
        ),
        (
            Kind::Registrations,
            r#"{"device_id":5}"#,
            RejectCode::NoDevice,
        ),
        (
            Kind::Registrations,
            r#"{"device_id":"TENANT"}"#,
            RejectCode::SubjectMismatch,
        ),
        (
            Kind::Registrations,
            r#"{"collected_at":null}"#,
            RejectCode::BadTime,
        ),
        (
            Kind::Interfaces,
            r#"{"collected_at":"","interfaces":[]}"#,
            RejectCode::BadTime,
        ),
        (
            Kind::Registrations,
            r#"{"registrations":"none"}"#,
            RejectCode::WrongType,
        ),
        (
            Kind::Registrations,
            r#"{"registrations":{}}"#,
            RejectCode::WrongType,
        ),
        (
            Kind::Status,
            r#"{"status":"unknown"}"#,
            RejectCode::BadStatus,
        ),
        (Kind::Status, "{}", RejectCode::BadStatus),
        (Kind::Status, future, RejectCode::FutureTime),
    ] {
        let body = body.replace("TENANT", TENANT);
        assert_eq!(code(kind, &body), expected, "{body}");
    }
}

#[test]
fn what_is_no_object_is_refused() {
    for kind in KINDS {
        for (payload, expected) in [
            (&b""[..], RejectCode::InvalidJson),
            (b"{", RejectCode::InvalidJson),
            (b"\xff", RejectCode::InvalidJson),
            (b"7", RejectCode::WrongType),
            (b"null", RejectCode::WrongType),
        ] {
            assert_eq!(
                read(kind, payload).unwrap_err().code,
                expected,
                "{kind:?} {payload:?}"
            );
        }
        let large = vec![b' '; MAX_PAYLOAD + 1];
        assert_eq!(read(kind, &large).unwrap_err().code, RejectCode::TooLarge);
    }
}
