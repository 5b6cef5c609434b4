//! What is planned of any device, AP or CPE.

use std::net::Ipv4Addr;

use entity::mac::MacAddress;
use rand::Rng as _;

use crate::simulate::chance::Chance;

const METRES_PER_DEGREE: f64 = 111_320.0;

/// A point on the map.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Place {
    /// Degrees north.
    pub(crate) latitude: f64,
    /// Degrees east.
    pub(crate) longitude: f64,
}

/// A managed device.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct DevicePlan {
    pub(crate) hostname: String,
    pub(crate) model: &'static str,
    pub(crate) serial_number: String,
    pub(crate) firmware: &'static str,
    pub(crate) ip_address: Ipv4Addr,
    pub(crate) place: Place,
    pub(crate) interfaces: Vec<InterfacePlan>,
}

/// One of its interfaces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct InterfacePlan {
    pub(crate) name: String,
    pub(crate) kind: &'static str,
    pub(crate) mac: MacAddress,
}

impl Place {
    /// How far east and how far north of here the other place is, in kilometres.
    pub(crate) fn kilometres_to(self, other: Self) -> (f64, f64) {
        let kilometres = METRES_PER_DEGREE / 1_000.0;
        let shrink = self.latitude.to_radians().cos();
        (
            (other.longitude - self.longitude) * kilometres * shrink,
            (other.latitude - self.latitude) * kilometres,
        )
    }

    /// The place so far away, at a bearing in degrees from north. Good to some metres within 50 km.
    pub(crate) fn moved(self, metres: f64, bearing: f64) -> Self {
        let (east, north) = bearing.to_radians().sin_cos();
        let degrees = metres / METRES_PER_DEGREE;
        let shrink = self.latitude.to_radians().cos();
        Self {
            latitude: rounded(self.latitude + degrees * north),
            longitude: rounded(self.longitude + degrees * east / shrink),
        }
    }
}

/// Nobody measures a roof to the millimetre.
fn rounded(degrees: f64) -> f64 {
    (degrees * 1e5).round() / 1e5
}

/// Twelve hex digits, as on the label.
pub(super) fn serial_number(chance: &mut Chance) -> String {
    format!("{:012X}", chance.random::<u64>() >> 16)
}

/// The address `host` in the management network of an AP. Networks repeat themselves in networks
/// of more than 256 sites; nothing depends on them.
pub(super) fn ip_address(site: u16, ap: u16, host: u16) -> Ipv4Addr {
    let byte = |number: u16| number.to_le_bytes()[0];
    Ipv4Addr::new(10, byte(site), byte(ap), byte(host))
}
