//! Access points.

use rand::Rng as _;

use super::SitePlan;
use super::customer::{self, CpePlan, PhonePlan};
use super::device::{self, DevicePlan, InterfacePlan};
use super::mac::{Block, Owner};
use crate::simulate::catalogue::{ApModel, Band, MIKROTIK};
use crate::simulate::chance::{Chance, fate};

/// One access point, its customers and who else passes by.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ApPlan {
    pub(crate) fate: u64,
    pub(super) index: u16,
    /// `rigi-1`, `elm-creek-2` …: what hostnames are made of.
    pub(super) label: String,
    /// The degrees from north that it looks at.
    pub(super) bearing: f64,
    /// How many degrees it covers.
    pub(super) width: f64,
    pub(super) block: Block,
    pub(crate) radios: Vec<RadioPlan>,
    pub(crate) cpes: Box<[CpePlan]>,
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
    pub(super) site: &'a str,
    pub(super) model: &'static ApModel,
    pub(super) index: u16,
    pub(super) sectors: u16,
    pub(super) block: Block,
}

/// The AP of a sector, with about `cpes` customers.
pub(super) fn ap(sector: &Sector<'_>, own: u64, cpes: u16) -> ApPlan {
    let mut chance = Chance::of(own);
    let radios = radios(sector.model, &mut chance);
    let fewest = cpes / 2;
    let count = chance.random_range(fewest..=cpes.saturating_add(fewest));
    let passers_by = if chance.random_bool(0.4) {
        chance.random_range(1..=2)
    } else {
        0
    };
    let site = sector.site.to_lowercase().replace(' ', "-");
    let width = 360.0 / f64::from(sector.sectors.max(1));
    ApPlan {
        fate: own,
        index: sector.index,
        label: format!("{site}-{}", sector.index + 1),
        bearing: width * f64::from(sector.index),
        width,
        block: sector.block,
        cpes: (0..count)
            .map(|index| customer::cpe(sector.model, index, fate(own, index)))
            .collect(),
        phones: (0..passers_by)
            .map(|index| customer::phone(fate(own, u16::MAX - index), 250 + index))
            .collect(),
        radios,
    }
}

impl ApPlan {
    /// What the device is called.
    pub(crate) fn hostname(&self) -> String {
        format!("ap-{}", self.label)
    }

    /// The device itself.
    pub(crate) fn device(&self, site: &SitePlan) -> DevicePlan {
        let mut chance = Chance::on(self.fate, 1);
        let oui = MIKROTIK.ouis[chance.random_range(0..MIKROTIK.ouis.len())];
        let interface = |(name, kind, number): (&str, _, _)| InterfacePlan {
            name: name.to_owned(),
            kind,
            mac: self.block.address(Owner::Ap(number), oui),
        };
        let radios = self.radios.iter().zip(1..);
        let radios = radios.map(|(radio, number)| interface((&radio.name, "wlan", number)));
        // A bridge has the address of one of its ports.
        let others = [(MIKROTIK.port, "ether", 0), ("bridge", "bridge", 1)];
        DevicePlan {
            hostname: self.hostname(),
            model: site.model.name,
            serial_number: device::serial_number(&mut chance),
            firmware: MIKROTIK.firmware,
            ip_address: device::ip_address(site.number, self.index, 1),
            place: site.place,
            interfaces: radios.chain(others.map(interface)).collect(),
        }
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
