//! Access points.

use rand::Rng as _;

use super::customer::{self, CpePlan, PhonePlan};
use super::device::{self, DevicePlan, InterfacePlan, Place};
use super::mac::Macs;
use crate::simulate::catalogue::{ApModel, Band, MIKROTIK, Region};
use crate::simulate::chance::{Chance, fate};

/// One access point, its customers and who else passes by.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ApPlan {
    pub(crate) fate: u64,
    pub(crate) device: DevicePlan,
    pub(crate) radios: Vec<RadioPlan>,
    pub(crate) cpes: Vec<CpePlan>,
    pub(crate) phones: Vec<PhonePlan>,
}

/// One of its radios.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RadioPlan {
    pub(crate) name: String,
    pub(crate) band: Band,
    pub(crate) width_mhz: u32,
    pub(crate) channel_width: &'static str,
    /// dBm, on a quiet day.
    pub(crate) noise_floor: i64,
    /// dBm.
    pub(crate) tx_power: i64,
}

/// Where an AP hangs.
pub(super) struct Sector<'a> {
    pub(super) region: &'a Region,
    pub(super) site: &'a str,
    pub(super) site_number: u16,
    pub(super) place: Place,
    pub(super) model: &'static ApModel,
    pub(super) index: u16,
    pub(super) sectors: u16,
}

impl Sector<'_> {
    /// `rigi-1`, `elm-creek-2` …: what hostnames are made of.
    pub(super) fn label(&self) -> String {
        let site = self.site.to_lowercase().replace(' ', "-");
        format!("{site}-{}", self.index + 1)
    }

    /// The degrees from north that the sector looks at.
    pub(super) fn bearing(&self) -> f64 {
        self.width() * f64::from(self.index)
    }

    /// How many degrees it covers.
    pub(super) fn width(&self) -> f64 {
        360.0 / f64::from(self.sectors.max(1))
    }
}

/// The AP of a sector, with about `cpes` customers.
pub(super) fn ap(sector: &Sector<'_>, own: u64, cpes: u16, macs: &mut Macs) -> ApPlan {
    let mut chance = Chance::of(own);
    let radios = radios(sector.model, &mut chance);
    let device = hardware(sector, &radios, macs, &mut chance);
    let fewest = cpes / 2;
    let count = chance.random_range(fewest..=cpes.saturating_add(fewest));
    let passers_by = if chance.random_bool(0.4) {
        chance.random_range(1..=2)
    } else {
        0
    };
    ApPlan {
        fate: own,
        device,
        cpes: (0..count)
            .map(|index| customer::cpe(sector, index, fate(own, index), macs))
            .collect(),
        phones: (0..passers_by)
            .map(|index| customer::phone(sector, index, fate(own, u16::MAX - index), macs))
            .collect(),
        radios,
    }
}

fn radios(model: &ApModel, chance: &mut Chance) -> Vec<RadioPlan> {
    let radios = model.radios.iter().zip(1..).map(|(radio, number)| {
        let (quiet, tx_power) = match radio.band {
            Band::Two => (-99, 20),
            Band::Five => (-104, 25),
        };
        RadioPlan {
            name: format!("wlan{number}"),
            band: radio.band,
            width_mhz: radio.width_mhz,
            channel_width: radio.channel_width,
            noise_floor: quiet + chance.random_range(0..=5),
            tx_power,
        }
    });
    radios.collect()
}

fn hardware(
    sector: &Sector<'_>,
    radios: &[RadioPlan],
    macs: &mut Macs,
    chance: &mut Chance,
) -> DevicePlan {
    let names: Vec<_> = radios.iter().map(|radio| radio.name.clone()).collect();
    let mut interfaces = device::interfaces(&MIKROTIK, &names, macs, chance);
    // A bridge has the address of one of its ports.
    let bridge = interfaces.first().map(|radio| InterfacePlan {
        name: "bridge".to_owned(),
        kind: "bridge",
        mac: radio.mac,
    });
    interfaces.extend(bridge);
    DevicePlan {
        hostname: format!("ap-{}", sector.label()),
        model: sector.model.name,
        serial_number: device::serial_number(chance),
        firmware: MIKROTIK.firmware,
        ip_address: device::ip_address(sector.site_number, sector.index, 1),
        place: sector.place,
        interfaces,
    }
}
