//! A registration table as pollers send it.
//!
//! Field names and forms are those of the `RouterOS` poller of "The Other Dude"; other fields are
//! ignored. Values that pollers spell in several ways are kept as [`Scalar`]s here. A field of the
//! wrong type reads as not available, a row that is no object as an empty one.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::row;
use super::scalar::{self, Scalar};

/// One poll of one AP. A reader may name a type of its own for the rows, to turn each into what it
/// wants as it comes: a table of 2,000 rows need not stand in memory twice.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(bound(deserialize = "Rows: Deserialize<'de>"))]
pub struct Registrations<'a, Rows = Vec<Registration<'a>>> {
    /// The AP.
    #[serde(borrow, default, deserialize_with = "scalar::text_or_empty")]
    pub device_id: Cow<'a, str>,
    /// Its tenant.
    #[serde(borrow, default, deserialize_with = "scalar::text_or_empty")]
    pub tenant_id: Cow<'a, str>,
    /// When the table was read, RFC 3339.
    #[serde(borrow, default, deserialize_with = "scalar::text_or_empty")]
    pub collected_at: Cow<'a, str>,
    /// The clients. None when the poller had no table to send.
    #[serde(default = "Option::default")]
    pub registrations: Option<Rows>,
    /// The radios.
    #[serde(
        borrow,
        default,
        deserialize_with = "row::optional_rows",
        skip_serializing_if = "Option::is_none"
    )]
    pub rf_stats: Option<Vec<RfStats<'a>>>,
    /// `ok`, `failed` or `unsupported`; not every poller says.
    #[serde(
        borrow,
        default,
        deserialize_with = "scalar::text",
        skip_serializing_if = "Option::is_none"
    )]
    pub poll: Option<Cow<'a, str>>,
    /// Seconds between polls; not every poller says.
    #[serde(
        default,
        deserialize_with = "scalar::count",
        skip_serializing_if = "Option::is_none"
    )]
    pub interval_s: Option<u32>,
}

/// One client as the AP lists it.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct Registration<'a> {
    /// The AP's interface.
    #[serde(borrow, default, deserialize_with = "scalar::text")]
    pub interface: Option<Cow<'a, str>>,
    /// The client's radio.
    #[serde(borrow, default, deserialize_with = "scalar::text")]
    pub mac_address: Option<Cow<'a, str>>,
    /// dBm, as the AP hears the client: −67, "-67" or "-62@1Mbps". 0 = not available.
    #[serde(borrow, default)]
    pub signal_strength: Option<Scalar<'a>>,
    /// dBm, as the client hears the AP. 0 = not available.
    #[serde(borrow, default)]
    pub tx_signal_strength: Option<Scalar<'a>>,
    /// dB.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub signal_to_noise: Option<Scalar<'a>>,
    /// Percent, up to 113 seen. 0 = not available.
    #[serde(borrow, default)]
    pub tx_ccq: Option<Scalar<'a>>,
    /// "130Mbps-40MHz/2S/SGI", or bit/s as a number.
    #[serde(borrow, default)]
    pub tx_rate: Option<Scalar<'a>>,
    /// As `tx_rate`.
    #[serde(borrow, default)]
    pub rx_rate: Option<Scalar<'a>>,
    /// "3d12h5m7s".
    #[serde(borrow, default)]
    pub uptime: Option<Scalar<'a>>,
    /// Metres. 0 = not available.
    #[serde(borrow, default)]
    pub distance: Option<Scalar<'a>>,
    /// The client's last IP address.
    #[serde(borrow, default, deserialize_with = "scalar::text")]
    pub last_ip: Option<Cow<'a, str>>,
    /// The listed peer is itself an AP.
    #[serde(
        default,
        deserialize_with = "scalar::flag",
        skip_serializing_if = "Option::is_none"
    )]
    pub ap: Option<bool>,
    /// Whether the client may pass data.
    #[serde(
        default,
        deserialize_with = "scalar::flag",
        skip_serializing_if = "Option::is_none"
    )]
    pub authorized: Option<bool>,
}

/// One radio of the AP.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct RfStats<'a> {
    /// The AP's interface.
    #[serde(borrow, default, deserialize_with = "scalar::text")]
    pub interface: Option<Cow<'a, str>>,
    /// dBm. 0 = not available.
    #[serde(borrow, default)]
    pub noise_floor: Option<Scalar<'a>>,
    /// "20MHz" or "5180/20-Ce/ac".
    #[serde(borrow, default)]
    pub channel_width: Option<Scalar<'a>>,
    /// dBm. 0 = not available.
    #[serde(borrow, default)]
    pub tx_power: Option<Scalar<'a>>,
    /// How many clients the radio has.
    #[serde(borrow, default)]
    pub registered_clients: Option<Scalar<'a>>,
}
