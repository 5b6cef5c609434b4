//! Customers' devices, and the phones of people who pass by.

use std::net::Ipv4Addr;
use std::ops::Range;

use entity::mac::MacAddress;
use rand::Rng as _;

use super::SitePlan;
use super::access::ApPlan;
use super::device::{self, DevicePlan, InterfacePlan};
use super::mac::{self, Owner};
use crate::simulate::catalogue::{ApModel, CPE_MODELS, CpeModel};
use crate::simulate::chance::Chance;
use crate::simulate::moment::Moment;
use crate::simulate::radio::{MOST_GAIN_DBI, heard_dbm, path_loss_db};
use crate::simulate::trouble;

/// A customer's device.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct CpePlan {
    pub(crate) fate: u64,
    pub(crate) model: &'static CpeModel,
    /// How the AP hears it on a fine day.
    pub(crate) mean_dbm: f64,
    pub(crate) distance_m: u32,
    index: u16,
    pub(crate) fading: Fading,
    pub(crate) weakness: Weakness,
}

/// How a link comes and goes on its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fading {
    /// A free line of sight.
    Calm,
    /// Trees in the way.
    Restless,
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
    /// The last part of its IP address.
    pub(crate) host: u16,
    pub(crate) mean_dbm: f64,
}

impl Fading {
    /// dB by which it deviates, and what it remembers, in milliseconds.
    pub(crate) const fn swing(self) -> (f64, i64) {
        match self {
            Self::Calm => (1.0, 7_200_000),
            Self::Restless => (3.5, 1_200_000),
        }
    }
}

/// The `index`-th customer of a sector whose AP is of this model.
pub(super) fn cpe(ap: &ApModel, index: u16, own: u64) -> CpePlan {
    let mut chance = Chance::of(own);
    let model = fitting_model(ap, &mut chance);
    // As many to the acre near the tower as far from it, but nobody below it.
    let distance = chance.random_range(0.0..=1.0_f64).sqrt() * 8_700.0 + 300.0;
    let distance_m = whole_metres(distance);
    let (mean_dbm, fading) = mount(model, distance_m, &mut chance);
    CpePlan {
        fate: own,
        model,
        mean_dbm,
        distance_m,
        index,
        fading,
        weakness: weakness(fading, &mut chance),
    }
}

impl CpePlan {
    /// Its radio's address. Another radio has another one.
    pub(crate) fn radio(&self, ap: &ApPlan, now: Moment) -> MacAddress {
        let generation = trouble::generation(self.fate, now);
        let ouis = self.model.vendor.ouis;
        let count = u64::try_from(ouis.len()).unwrap_or(1);
        let place = usize::try_from((self.fate % count + generation % count) % count);
        ap.block
            .address(Owner::Radio(self.index), ouis[place.unwrap_or(0)])
    }

    /// Its address in the management network.
    pub(crate) fn ip_address(&self, site: &SitePlan, ap: &ApPlan) -> Ipv4Addr {
        device::ip_address(site.number, ap.index, 10 + self.index % 240)
    }

    /// The customer's name, and where it lives.
    pub(crate) fn hostname(&self, site: &SitePlan, ap: &ApPlan) -> String {
        let surnames = site.region.surnames;
        let surname = surnames[Chance::on(self.fate, 3).random_range(0..surnames.len())];
        format!("{surname}-{}-{:02}", ap.label, self.index + 1)
    }

    /// The device itself.
    pub(crate) fn device(&self, site: &SitePlan, ap: &ApPlan, now: Moment) -> DevicePlan {
        let mut chance = Chance::on(self.fate, 1);
        let vendor = &self.model.vendor;
        let aside = chance.random_range(-0.5..0.5) * ap.width;
        let radio = self.radio(ap, now);
        let [a, b, c, ..] = radio.bytes();
        DevicePlan {
            hostname: self.hostname(site, ap),
            model: self.model.name,
            serial_number: device::serial_number(&mut chance),
            firmware: vendor.firmware,
            ip_address: self.ip_address(site, ap),
            place: site
                .place
                .moved(f64::from(self.distance_m), ap.bearing + aside),
            interfaces: vec![
                InterfacePlan {
                    name: vendor.radio.to_owned(),
                    kind: "wlan",
                    mac: radio,
                },
                InterfacePlan {
                    name: vendor.port.to_owned(),
                    kind: "ether",
                    mac: ap.block.address(Owner::Port(self.index), [a, b, c]),
                },
            ],
        }
    }
}

impl PhonePlan {
    /// What the AP's network gives it.
    pub(crate) fn ip_address(&self, site: &SitePlan, ap: &ApPlan) -> Ipv4Addr {
        device::ip_address(site.number, ap.index, self.host)
    }
}

/// A phone that comes near a sector.
pub(super) fn phone(own: u64, host: u16) -> PhonePlan {
    let mut chance = Chance::of(own);
    PhonePlan {
        fate: own,
        mac: mac::stranger(&mut chance),
        host,
        mean_dbm: chance.random_range(-86.0..-62.0),
    }
}

/// A model with a radio for one of the AP's bands; every AP has 5 GHz.
fn fitting_model(ap: &ApModel, chance: &mut Chance) -> &'static CpeModel {
    let fits = |model: &&CpeModel| ap.radios.iter().any(|radio| radio.band == model.band);
    let fitting: Vec<_> = CPE_MODELS.iter().filter(fits).collect();
    fitting[chance.random_range(0..fitting.len())]
}

/// How the AP hears what was mounted there. Installers take the antenna that the way needs; most
/// ways are free, some are not, some customers live at the edge of coverage where trees come and go
/// between them and the tower, and a few should never have been sold.
fn mount(model: &CpeModel, distance_m: u32, chance: &mut Chance) -> (f64, Fading) {
    const GOOD_DBM: f64 = -60.0;

    let (exponent, edge, fading): (_, Option<Range<f64>>, _) = match chance.random_range(0..100) {
        0..6 => (2.6, Some(-79.5..-77.5), Fading::Restless),
        6..12 => (2.6, Some(-77.0..-74.0), Fading::Calm),
        12..14 => (2.9, Some(-86.0..-83.0), Fading::Calm),
        14..40 => (2.35, None, Fading::Calm),
        _ => (2.05, None, Fading::Calm),
    };
    let loss = path_loss_db(distance_m, model.band, exponent) + 2.5 * chance.bell();
    let small = heard_dbm(model.band, 0.0, loss);
    let gain = (GOOD_DBM - small).clamp(10.0, MOST_GAIN_DBI);
    let aside = chance.random_range(0.0..5.0_f64);
    let heard = (small + gain - aside).clamp(-73.0, -42.0);
    let dbm = edge.map_or(heard, |edge| chance.random_range(edge).min(heard));
    (dbm, fading)
}

fn weakness(fading: Fading, chance: &mut Chance) -> Weakness {
    if fading == Fading::Restless {
        return Weakness::None;
    }
    match chance.random_range(0..100) {
        0..18 => Weakness::Power,
        18..30 => Weakness::Reboots,
        30..36 => Weakness::Roams,
        _ => Weakness::None,
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "distances are positive and below 10 km, and what is not saturates"
)]
const fn whole_metres(metres: f64) -> u32 {
    metres.round() as u32
}
