//! Whether a device is reached, as pollers send it.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::scalar;

/// One device's status.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Status<'a> {
    /// The device.
    #[serde(borrow, default, deserialize_with = "scalar::text_or_empty")]
    pub device_id: Cow<'a, str>,
    /// Its tenant.
    #[serde(borrow, default, deserialize_with = "scalar::text_or_empty")]
    pub tenant_id: Cow<'a, str>,
    /// `online` or `offline`.
    #[serde(borrow, default, deserialize_with = "scalar::text_or_empty")]
    pub status: Cow<'a, str>,
    /// The model.
    #[serde(
        borrow,
        default,
        deserialize_with = "scalar::text",
        skip_serializing_if = "Option::is_none"
    )]
    pub board_name: Option<Cow<'a, str>>,
    /// The serial number.
    #[serde(
        borrow,
        default,
        deserialize_with = "scalar::text",
        skip_serializing_if = "Option::is_none"
    )]
    pub serial_number: Option<Cow<'a, str>>,
    /// The boot loader's version.
    #[serde(
        borrow,
        default,
        deserialize_with = "scalar::text",
        skip_serializing_if = "Option::is_none"
    )]
    pub firmware_version: Option<Cow<'a, str>>,
    /// The operating system's version.
    #[serde(
        borrow,
        default,
        deserialize_with = "scalar::text",
        skip_serializing_if = "Option::is_none"
    )]
    pub routeros_version: Option<Cow<'a, str>>,
    /// When the device was last reached, RFC 3339.
    #[serde(borrow, default, deserialize_with = "scalar::text_or_empty")]
    pub last_seen: Cow<'a, str>,
}
