//! A device's interfaces as pollers send them: the whole set, each time.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::{row, scalar};

/// All interfaces of one device.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Interfaces<'a> {
    /// The device.
    #[serde(borrow, default, deserialize_with = "scalar::text_or_empty")]
    pub device_id: Cow<'a, str>,
    /// Its tenant.
    #[serde(borrow, default, deserialize_with = "scalar::text_or_empty")]
    pub tenant_id: Cow<'a, str>,
    /// When the set was read, RFC 3339.
    #[serde(borrow, default, deserialize_with = "scalar::text_or_empty")]
    pub collected_at: Cow<'a, str>,
    /// The set.
    #[serde(borrow, deserialize_with = "row::rows")]
    pub interfaces: Vec<Interface<'a>>,
}

/// One interface.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct Interface<'a> {
    /// `wlan1`, `ether1`, `bridge` …
    #[serde(borrow, default, deserialize_with = "scalar::text_or_empty")]
    pub name: Cow<'a, str>,
    /// Empty or missing for interfaces without one.
    #[serde(borrow, default, deserialize_with = "scalar::text")]
    pub mac_address: Option<Cow<'a, str>>,
    /// `wlan`, `wifi`, `ether`, `bridge` …
    #[serde(borrow, default, deserialize_with = "scalar::text")]
    pub r#type: Option<Cow<'a, str>>,
    /// Whether it is up.
    #[serde(default, deserialize_with = "scalar::flag_or_false")]
    pub running: bool,
}
