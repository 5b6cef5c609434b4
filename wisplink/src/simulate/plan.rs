//! What there is in the simulated network: providers, sites, access points and customers, all drawn
//! from one seed.
//!
//! # Invariants
//! - The same seed and size make the same plan. A larger size keeps a smaller one's names and addresses.
//! - No two devices share a MAC address, and the radio's is none of the ports'.
//!
//! Not here: what happens to it all ([`super::weather`]), and ids, which wisplink gives
//! ([`super::network`]).

mod mac;
mod device;
mod access;
mod customer;

use rand::Rng as _;

use self::access::Sector;
use self::mac::Macs;
use super::Size;
use super::catalogue::{AP_MODELS, REGIONS, Region};
use super::chance::{self, Chance};

pub(super) use self::access::{ApPlan, RadioPlan};
pub(super) use self::customer::{CpePlan, Fading, PhonePlan, Weakness};
pub(super) use self::device::{DevicePlan, Place};

/// A provider.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct TenantPlan {
    pub(super) name: &'static str,
    pub(super) sites: Vec<SitePlan>,
}

/// A tower with its sectors.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct SitePlan {
    pub(super) fate: u64,
    pub(super) name: String,
    pub(super) place: Place,
    pub(super) elevation_m: i32,
    pub(super) aps: Vec<ApPlan>,
}

impl SitePlan {
    /// All devices of the site, each AP before its customers'.
    pub(super) fn devices(&self) -> impl Iterator<Item = &DevicePlan> {
        self.aps.iter().flat_map(|ap| {
            let customers = ap.cpes.iter().map(|cpe| &cpe.device);
            std::iter::once(&ap.device).chain(customers)
        })
    }
}

/// The plan of all providers.
pub(super) fn plan(seed: u64, size: Size) -> Vec<TenantPlan> {
    let mut macs = Macs::default();
    let tenants = REGIONS
        .iter()
        .zip(0_u16..)
        .map(|(region, index)| TenantPlan {
            name: region.tenant,
            sites: (0..size.sites)
                .map(|number| site(region, number, size, chance::fate(seed, index), &mut macs))
                .collect(),
        });
    tenants.collect()
}

fn site(region: &Region, number: u16, size: Size, tenant: u64, macs: &mut Macs) -> SitePlan {
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
    let elevation_m = tower.elevation_m;
    // One model a site, so that a client finds its band at the neighbour, too.
    let model = &AP_MODELS[chance.random_range(0..AP_MODELS.len())];
    let sectors = sectors(number, size.aps_per_site);
    let aps = (0..sectors).map(|index| {
        let sector = Sector {
            region,
            site: &name,
            site_number: number,
            place,
            model,
            index,
            sectors,
        };
        access::ap(&sector, chance::fate(own, index), size.cpes_per_ap, macs)
    });
    let aps = aps.collect();
    SitePlan {
        fate: own,
        name,
        place,
        elevation_m,
        aps,
    }
}

/// Every other site has one sector less.
fn sectors(number: u16, most: u16) -> u16 {
    let less = number % 2;
    most.saturating_sub(less).max(most.min(1))
}

#[cfg(test)]
mod tests;
