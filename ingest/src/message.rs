//! What a message says, in typed values. Made by [`crate::decode`] only.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use entity::ids::{DeviceId, TenantId};
use entity::mac::MacAddress;
use entity::model::ap_poll::{PollOutcome, Radio};
use entity::model::device::DeviceStatus;

use crate::decode::Kind;

/// A message from a poller.
#[derive(Clone, Debug, PartialEq)]
pub enum Message {
    /// The registration table of an AP.
    Poll(Poll),
    /// All interfaces of a device.
    Interfaces(InterfaceSnapshot),
    /// Whether a device is reached.
    Status(StatusReport),
}

impl Message {
    /// Which source brings such messages.
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Poll(_) => Kind::Registrations,
            Self::Interfaces(_) => Kind::Interfaces,
            Self::Status(_) => Kind::Status,
        }
    }

    /// The tenant the message names.
    pub const fn tenant(&self) -> TenantId {
        match self {
            Self::Poll(poll) => poll.tenant,
            Self::Interfaces(snapshot) => snapshot.tenant,
            Self::Status(report) => report.tenant,
        }
    }

    /// The device it is about.
    pub const fn device(&self) -> DeviceId {
        match self {
            Self::Poll(poll) => poll.ap,
            Self::Interfaces(snapshot) => snapshot.device,
            Self::Status(report) => report.device,
        }
    }
}

/// One poll of one AP.
#[derive(Clone, Debug, PartialEq)]
pub struct Poll {
    /// The tenant.
    pub tenant: TenantId,
    /// The AP.
    pub ap: DeviceId,
    /// When the table was read.
    pub collected_at: DateTime<Utc>,
    /// What came of it. Only an `Ok` poll can miss a link.
    pub outcome: PollOutcome,
    /// Seconds between polls, when the poller says so.
    pub interval_s: Option<u32>,
    /// The clients listed. Empty unless the outcome is `Ok`.
    pub clients: Vec<Client>,
    /// The radios.
    pub radios: Vec<Radio>,
}

/// One client an AP lists.
#[derive(Clone, Debug, PartialEq)]
pub struct Client {
    /// The client's radio.
    pub mac: MacAddress,
    /// The listed peer is itself an AP: the reporting device is the station.
    pub is_ap: bool,
    /// False: associated, but not passing data. Not a sighting.
    pub is_authorized: bool,
    /// What was measured.
    pub reading: Arc<Reading>,
}

/// What a poll measures of one client. None = not available.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reading {
    /// The AP's interface.
    pub interface: Option<String>,
    /// dBm, as the AP hears the client; within −120 to −10.
    pub signal: Option<i16>,
    /// dBm, as the client hears the AP; within −120 to −10.
    pub remote_signal: Option<i16>,
    /// dB.
    pub snr: Option<i16>,
    /// Percent as reported, up to 255.
    pub ccq: Option<i16>,
    /// Towards the client.
    pub tx_rate: Option<Rate>,
    /// From the client.
    pub rx_rate: Option<Rate>,
    /// Metres.
    pub distance_m: Option<i32>,
    /// Seconds since the client associated.
    pub uptime_s: Option<i32>,
    /// The client's last IP address.
    pub last_ip: Option<String>,
}

/// A data rate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rate {
    /// As reported.
    pub text: String,
    /// kbit/s, when the text can be read.
    pub kbps: Option<i32>,
}

/// All interfaces of one device.
#[derive(Clone, Debug, PartialEq)]
pub struct InterfaceSnapshot {
    /// The tenant.
    pub tenant: TenantId,
    /// The device.
    pub device: DeviceId,
    /// When the set was read.
    pub collected_at: DateTime<Utc>,
    /// The set, without interfaces that have no MAC; each name once.
    pub interfaces: Vec<Interface>,
}

/// One interface.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interface {
    /// `wlan1`, `ether1`, `bridge` …
    pub name: String,
    /// Its address.
    pub mac: MacAddress,
    /// `wlan`, `wifi`, `ether`, `bridge` …
    pub kind: String,
    /// Whether it is up.
    pub running: bool,
}

/// Whether a device is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusReport {
    /// The tenant.
    pub tenant: TenantId,
    /// The device.
    pub device: DeviceId,
    /// Reached or not.
    pub status: DeviceStatus,
    /// The model, when told.
    pub model: Option<String>,
    /// The serial number, when told.
    pub serial_number: Option<String>,
    /// The operating system's version, or else the boot loader's, when told.
    pub firmware_version: Option<String>,
    /// When the device was last reached.
    pub last_seen: DateTime<Utc>,
}
