//! What there is in the simulated network: providers, sites, access points and customers, all drawn
//! from one seed.
//!
//! # Invariants
//! - The same seed and size make the same plan. A larger size keeps a smaller one's names and addresses.
//! - No two devices share a MAC address, and the radio's is none of the ports'.
//! - Of a customer only what every poll needs is kept, in some 50 bytes; [`DevicePlan`]s are drawn
//!   when they are asked for.
//!
//! Not here: what happens to it all ([`super::trouble`], [`super::weather`]), and ids, which wisplink
//! gives ([`super::network`]).

mod mac;
mod device;
mod access;
mod customer;

use rand::Rng as _;

use self::access::Sector;
use self::mac::Block;
use super::Size;
use super::catalogue::{AP_MODELS, ApModel, REGIONS, Region};
use super::chance::{self, Chance};
use super::moment::Moment;
use super::weather::Sky;

pub(super) use self::access::{ApPlan, RadioPlan};
pub(super) use self::customer::{CpePlan, PhonePlan, Weakness};
pub(super) use self::device::{DevicePlan, Place};

/// A provider.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct TenantPlan {
    pub(super) name: &'static str,
    pub(super) sky: Sky,
    pub(super) sites: Vec<SitePlan>,
}

/// A tower with its sectors.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct SitePlan {
    pub(super) region: &'static Region,
    pub(super) number: u16,
    pub(super) name: String,
    pub(super) place: Place,
    pub(super) elevation_m: i32,
    pub(super) model: &'static ApModel,
    pub(super) aps: Vec<ApPlan>,
}

impl SitePlan {
    /// All devices of the site as they are now, each AP before its customers'.
    pub(super) fn devices(&self, now: Moment) -> impl Iterator<Item = DevicePlan> {
        self.aps.iter().flat_map(move |ap| {
            let customers = ap.cpes.iter().map(move |cpe| cpe.device(self, ap, now));
            std::iter::once(ap.device(self)).chain(customers)
        })
    }
}

/// The plan of all providers.
pub(super) fn plan(seed: u64, size: Size) -> Vec<TenantPlan> {
    let tenants = REGIONS.iter().zip(0_u16..).map(|(region, index)| {
        let own = chance::fate(seed, index);
        let numbers = 0..size.sites;
        let sites: Vec<_> = numbers
            .map(|number| site(region, number, size, own, Block::of(seed, index, number)))
            .collect();
        TenantPlan {
            name: region.tenant,
            sky: sky(own, region, &sites),
            sites,
        }
    });
    tenants.collect()
}

fn sky(fate: u64, region: &Region, sites: &[SitePlan]) -> Sky {
    let towers = region.towers.iter();
    let count = towers.clone().map(|_| 1.0).sum::<f64>().max(1.0);
    let centre = Place {
        latitude: towers.clone().map(|tower| tower.latitude).sum::<f64>() / count,
        longitude: towers.map(|tower| tower.longitude).sum::<f64>() / count,
    };
    let distances = sites.iter().map(|site| {
        let (east, north) = centre.kilometres_to(site.place);
        east.hypot(north)
    });
    Sky {
        fate,
        centre,
        radius_km: distances.fold(0.0, f64::max),
    }
}

fn site(region: &'static Region, number: u16, size: Size, tenant: u64, block: Block) -> SitePlan {
    let own = chance::fate(tenant, number);
    let mut chance = Chance::of(own);
    let towers = region.towers.len();
    let tower = &region.towers[usize::from(number) % towers];
    let round = usize::from(number) / towers;
    let name = match round {
        0 => tower.name.to_owned(),
        _ => format!("{} {}", tower.name, round + 1),
    };
    let mut place = Place {
        latitude: tower.latitude,
        longitude: tower.longitude,
    };
    if round > 0 {
        place = place.moved(
            chance.random_range(4_000.0..40_000.0),
            chance.random_range(0.0..360.0),
        );
    }
    // One model a site, so that a client finds its band at the neighbour, too.
    let model = &AP_MODELS[chance.random_range(0..AP_MODELS.len())];
    let sectors = sectors(number, size.aps_per_site);
    let aps = (0..sectors).map(|index| {
        let sector = Sector {
            site: &name,
            model,
            index,
            sectors,
            block: block.ap(index),
        };
        access::ap(&sector, chance::fate(own, index), size.cpes_per_ap)
    });
    SitePlan {
        region,
        number,
        place,
        elevation_m: tower.elevation_m,
        model,
        aps: aps.collect(),
        name,
    }
}

/// Every other site has one sector less.
fn sectors(number: u16, most: u16) -> u16 {
    let less = number % 2;
    most.saturating_sub(less).max(most.min(1))
}

#[cfg(test)]
mod tests;
