//! Why a message is refused for good. The codes are part of what operators see: in metrics, logs
//! and the headers of dead letters.

use std::fmt;

/// Enough for a person to see what is wrong, and short enough for a message header.
const MAX_DETAIL: usize = 256;

/// The kind of fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RejectCode {
    /// The payload is no JSON.
    InvalidJson,
    /// The payload is JSON of another shape: no object, no list of rows, a field missing.
    WrongType,
    /// More bytes than are read.
    TooLarge,
    /// No tenant id, or one that is no UUID.
    NoTenant,
    /// No device id, or one that is no UUID.
    NoDevice,
    /// The subject names another device than the payload, or none.
    SubjectMismatch,
    /// No time, one that cannot be read, or one of an unset clock.
    BadTime,
    /// A time too far ahead: it would hold back all that comes after it.
    FutureTime,
    /// Neither `online` nor `offline`.
    BadStatus,
    /// There are rows, but no row has a readable MAC address.
    UnreadableMacs,
    /// There is no such tenant.
    UnknownTenant,
    /// The tenant has no such device; another tenant may have it.
    UnknownDevice,
    /// The database refuses the data.
    Unstorable,
}

impl RejectCode {
    /// Every code, in the order of declaration.
    pub const ALL: &'static [Self] = &[
        Self::InvalidJson,
        Self::WrongType,
        Self::TooLarge,
        Self::NoTenant,
        Self::NoDevice,
        Self::SubjectMismatch,
        Self::BadTime,
        Self::FutureTime,
        Self::BadStatus,
        Self::UnreadableMacs,
        Self::UnknownTenant,
        Self::UnknownDevice,
        Self::Unstorable,
    ];

    /// The text that stands for this code in metrics, logs and headers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidJson => "invalid_json",
            Self::WrongType => "wrong_type",
            Self::TooLarge => "too_large",
            Self::NoTenant => "no_tenant",
            Self::NoDevice => "no_device",
            Self::SubjectMismatch => "subject_mismatch",
            Self::BadTime => "bad_time",
            Self::FutureTime => "future_time",
            Self::BadStatus => "bad_status",
            Self::UnreadableMacs => "unreadable_macs",
            Self::UnknownTenant => "unknown_tenant",
            Self::UnknownDevice => "unknown_device",
            Self::Unstorable => "unstorable",
        }
    }
}

impl fmt::Display for RejectCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A message that is refused for good: reading it again would end the same way.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {detail}")]
pub struct Reject {
    /// The kind of fault.
    pub code: RejectCode,
    /// What was found, for a person to read.
    pub detail: String,
}

impl Reject {
    /// A refusal. The detail is made fit for a header: one line, of bounded length.
    pub fn new(code: RejectCode, detail: &str) -> Self {
        let one_line = |character: char| {
            if character.is_control() {
                ' '
            } else {
                character
            }
        };
        Self {
            code,
            detail: detail.chars().map(one_line).take(MAX_DETAIL).collect(),
        }
    }
}

impl From<serde_json::Error> for Reject {
    fn from(error: serde_json::Error) -> Self {
        let code = match error.classify() {
            serde_json::error::Category::Data => RejectCode::WrongType,
            serde_json::error::Category::Syntax
            | serde_json::error::Category::Eof
            | serde_json::error::Category::Io => RejectCode::InvalidJson,
        };
        Self::new(code, &error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn codes_are_distinct_and_fit_for_labels() {
        let texts: HashSet<_> = RejectCode::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(texts.len(), RejectCode::ALL.len());
        for text in texts {
            assert!(
                text.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'),
                "{text}"
            );
        }
    }

    #[test]
    fn a_detail_is_one_short_line() {
        let reject = Reject::new(RejectCode::WrongType, &"a\r\nb\0".repeat(1000));
        assert_eq!(reject.detail.chars().count(), MAX_DETAIL);
        assert!(
            reject.to_string().starts_with("wrong_type: a  b "),
            "{reject}"
        );
        assert!(!reject.detail.contains(char::is_control));
    }
}
