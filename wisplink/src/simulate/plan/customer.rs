//! Customers' devices, and the phones of people who pass by.

use std::net::Ipv4Addr;

use entity::mac::MacAddress;
use rand::Rng as _;

use super::access::Sector;
use super::device::{self, DevicePlan};
use super::mac::Macs;
use crate::simulate::catalogue::{Band, CPE_MODELS, CpeModel};
use crate::simulate::chance::Chance;
use crate::simulate::radio::clear_sky_dbm;

/// A customer's device.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct CpePlan {
    pub(crate) fate: u64,
    pub(crate) device: DevicePlan,
    pub(crate) radio: MacAddress,
    pub(crate) band: Band,
    pub(crate) distance_m: u32,
    /// How the AP hears it on a fine day.
    pub(crate) mean_dbm: f64,
    pub(crate) fading: Fading,
    pub(crate) weakness: Weakness,
    pub(crate) tells_remote_signal: bool,
}

/// How a link comes and goes on its own.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Fading {
    pub(crate) swing_db: f64,
    pub(crate) period_s: u32,
}

/// What keeps going wrong with a CPE. Most are well; trouble has its regulars.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Weakness {
    None,
    Power,
    Reboots,
    Roams,
}

/// A phone. It is nobody's device.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct PhonePlan {
    pub(crate) fate: u64,
    pub(crate) mac: MacAddress,
    pub(crate) ip_address: Ipv4Addr,
    pub(crate) mean_dbm: f64,
}

const CALM: Fading = Fading {
    swing_db: 1.5,
    period_s: 400,
};
const RESTLESS: Fading = Fading {
    swing_db: 5.5,
    period_s: 110,
};

/// The `index`-th customer of a sector.
pub(super) fn cpe(sector: &Sector<'_>, index: u16, own: u64, macs: &mut Macs) -> CpePlan {
    let mut chance = Chance::of(own);
    let model = fitting_model(sector, &mut chance);
    let distance_m = chance.random_range(300..=9_000);
    let (wanted_dbm, fading) = alignment(&mut chance);
    let names = [model.vendor.radio.to_owned()];
    let interfaces = device::interfaces(&model.vendor, &names, macs, &mut chance);
    let surnames = sector.region.surnames;
    let surname = surnames[chance.random_range(0..surnames.len())];
    let aside = chance.random_range(-0.5..0.5) * sector.width();
    CpePlan {
        fate: own,
        radio: interfaces[0].mac,
        band: model.band,
        distance_m,
        // No antenna makes a link better than free space allows.
        mean_dbm: clear_sky_dbm(distance_m, model.band).min(wanted_dbm),
        fading,
        weakness: weakness(fading, &mut chance),
        tells_remote_signal: model.vendor.tells_remote_signal,
        device: DevicePlan {
            hostname: format!("{surname}-{}-{:02}", sector.label(), index + 1),
            model: model.name,
            serial_number: device::serial_number(&mut chance),
            firmware: model.vendor.firmware,
            ip_address: device::ip_address(sector.site_number, sector.index, 10 + index % 240),
            place: sector
                .place
                .moved(f64::from(distance_m), sector.bearing() + aside),
            interfaces,
        },
    }
}

/// The `index`-th phone that comes near a sector.
pub(super) fn phone(sector: &Sector<'_>, index: u16, own: u64, macs: &mut Macs) -> PhonePlan {
    let mut chance = Chance::of(own);
    PhonePlan {
        fate: own,
        mac: macs.invented(&mut chance),
        ip_address: device::ip_address(sector.site_number, sector.index, 250 + index),
        mean_dbm: chance.random_range(-86.0..-62.0),
    }
}

/// A model with a radio for one of the AP's bands; every AP has 5 GHz.
fn fitting_model(sector: &Sector<'_>, chance: &mut Chance) -> &'static CpeModel {
    let fits = |model: &&CpeModel| {
        sector
            .model
            .radios
            .iter()
            .any(|radio| radio.band == model.band)
    };
    let fitting: Vec<_> = CPE_MODELS.iter().filter(fits).collect();
    fitting[chance.random_range(0..fitting.len())]
}

/// How well it was mounted: most well, some at the edge of coverage, some that come and go there,
/// and a few that should never have been sold.
fn alignment(chance: &mut Chance) -> (f64, Fading) {
    match chance.random_range(0..100) {
        0..5 => (chance.random_range(-79.0..-78.0), RESTLESS),
        5..12 => (chance.random_range(-77.0..-74.0), CALM),
        12..15 => (chance.random_range(-86.0..-83.0), CALM),
        _ => (chance.random_range(-73.0..-55.0), CALM),
    }
}

fn weakness(fading: Fading, chance: &mut Chance) -> Weakness {
    if fading == RESTLESS {
        return Weakness::None;
    }
    match chance.random_range(0..100) {
        0..18 => Weakness::Power,
        18..30 => Weakness::Reboots,
        30..36 => Weakness::Roams,
        _ => Weakness::None,
    }
}
