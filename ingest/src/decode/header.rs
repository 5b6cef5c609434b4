//! What all messages have in common: whose they are and of when.
//!
//! # Invariants
//! - The device is the subject's and the payload's: who may publish for a device is a matter of
//!   subjects, so a payload must not name another one.
//! - Times are cut to microseconds, the database's precision: a message read again is not newer
//!   than its own stored time.

use chrono::{DateTime, TimeDelta, Utc};
use entity::ids::{DeviceId, TenantId};

use super::dropped::Short;
use super::reject::{Reject, RejectCode};

/// How far clocks of pollers may be ahead.
const MAX_AHEAD: TimeDelta = TimeDelta::minutes(5);

/// 2015-01-01. Earlier times are those of a clock that was never set, or of a program's "none".
const EARLIEST: i64 = 1_420_070_400;

/// Whose a message is, and of when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) tenant: TenantId,
    pub(super) device: DeviceId,
    pub(super) at: DateTime<Utc>,
}

/// The texts a header is made of.
pub(super) struct Texts<'a> {
    pub(super) subject: &'a str,
    pub(super) tenant: &'a str,
    pub(super) device: &'a str,
    pub(super) at: &'a str,
}

impl Header {
    pub(super) fn read(texts: &Texts<'_>, now: DateTime<Utc>) -> Result<Self, Reject> {
        let tenant = id(texts.tenant, RejectCode::NoTenant, "tenant_id")?;
        let device = id(texts.device, RejectCode::NoDevice, "device_id")?;
        match_subject(texts.subject, device)?;
        Ok(Self {
            tenant,
            device,
            at: time(texts.at, now)?,
        })
    }
}

fn id<Id: std::str::FromStr>(
    text: &str,
    code: RejectCode,
    field: &'static str,
) -> Result<Id, Reject> {
    text.trim()
        .parse()
        .map_err(|_| Reject::new(code, &format!("{field} is no UUID: {:?}", Short(text))))
}

fn match_subject(subject: &str, device: DeviceId) -> Result<(), Reject> {
    let last = subject.rsplit('.').next().unwrap_or_default();
    if last.parse() == Ok(device) {
        return Ok(());
    }
    let detail = format!("device_id is {device}, the subject is {:?}", Short(subject));
    Err(Reject::new(RejectCode::SubjectMismatch, &detail))
}

/// RFC 3339, with `T` or a space. A time without a zone is refused: taken for UTC it could be hours
/// off, and either be from the future or age every link at once.
fn time(text: &str, now: DateTime<Utc>) -> Result<DateTime<Utc>, Reject> {
    let bad = |what: &str| Reject::new(RejectCode::BadTime, &format!("{what}: {:?}", Short(text)));
    let read = DateTime::parse_from_rfc3339(text.trim())
        .map_err(|_| bad("the time is not RFC 3339 with a zone"))?;
    let at = DateTime::from_timestamp_micros(read.timestamp_micros())
        .ok_or_else(|| bad("there is no such time"))?;
    if at.timestamp() < EARLIEST {
        return Err(bad("the time is of a clock that was not set"));
    }
    if at.signed_duration_since(now) > MAX_AHEAD {
        let detail = format!("{at} is more than {} min ahead", MAX_AHEAD.num_minutes());
        return Err(Reject::new(RejectCode::FutureTime, &detail));
    }
    Ok(at)
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone as _;

    use super::*;

    const DEVICE: &str = "0198c0de-0000-7000-8000-000000000001";

    fn now() -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2026, 3, 1, 12, 0, 0).unwrap()
    }

    #[test]
    fn times_with_a_zone_are_read() {
        for (text, expected) in [
            ("2026-03-01T11:59:00Z", "2026-03-01T11:59:00Z"),
            ("2026-03-01t11:59:00z", "2026-03-01T11:59:00Z"),
            ("2026-03-01 11:59:00Z", "2026-03-01T11:59:00Z"),
            ("2026-03-01T13:59:00+02:00", "2026-03-01T11:59:00Z"),
            (" 2026-03-01T06:59:00.5-05:00 ", "2026-03-01T11:59:00.500Z"),
            (
                "2026-03-01T11:59:00.123456789Z",
                "2026-03-01T11:59:00.123456Z",
            ),
            ("2026-03-01T12:05:00Z", "2026-03-01T12:05:00Z"),
            ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"),
        ] {
            assert_eq!(time(text, now()), Ok(expected.parse().unwrap()), "{text}");
        }
    }

    #[test]
    fn other_times_are_refused() {
        for (text, code) in [
            ("", RejectCode::BadTime),
            ("now", RejectCode::BadTime),
            ("1772366340", RejectCode::BadTime),
            ("2026-03-01", RejectCode::BadTime),
            ("2026-03-01T11:59:00", RejectCode::BadTime),
            ("2026-03-01 11:59:00", RejectCode::BadTime),
            ("2026-02-30T11:59:00Z", RejectCode::BadTime),
            ("0001-01-01T00:00:00Z", RejectCode::BadTime),
            ("1970-01-02T00:00:00Z", RejectCode::BadTime),
            ("2026-03-01T12:05:00.000001Z", RejectCode::FutureTime),
            ("2099-01-01T00:00:00Z", RejectCode::FutureTime),
            ("9999-12-31T23:59:59-23:59", RejectCode::FutureTime),
        ] {
            assert_eq!(time(text, now()).unwrap_err().code, code, "{text}");
        }
    }

    #[test]
    fn the_subject_names_the_device() {
        let device: DeviceId = DEVICE.parse().unwrap();
        for good in [
            DEVICE.to_owned(),
            DEVICE.to_uppercase(),
            format!("a.b.{DEVICE}"),
        ] {
            assert_eq!(match_subject(&good, device), Ok(()), "{good}");
        }
        let other = DEVICE.replace("001", "002");
        for bad in [
            "",
            "a.b",
            "a.b.",
            &format!("a.{other}"),
            &format!("a.{DEVICE}.b"),
        ] {
            let reject = match_subject(bad, device).unwrap_err();
            assert_eq!(reject.code, RejectCode::SubjectMismatch, "{bad}");
        }
    }

    #[test]
    fn a_header_needs_every_part() {
        let texts = |tenant, device, at| Texts {
            subject: DEVICE,
            tenant,
            device,
            at,
        };
        let code = |texts: Texts<'_>| Header::read(&texts, now()).map_err(|reject| reject.code);
        let at = "2026-03-01T11:59:00Z";
        assert!(code(texts(DEVICE, DEVICE, at)).is_ok());
        assert_eq!(code(texts("", DEVICE, at)), Err(RejectCode::NoTenant));
        assert_eq!(code(texts("acme", DEVICE, at)), Err(RejectCode::NoTenant));
        assert_eq!(code(texts(DEVICE, "", at)), Err(RejectCode::NoDevice));
        assert_eq!(code(texts(DEVICE, DEVICE, "")), Err(RejectCode::BadTime));
    }
}
