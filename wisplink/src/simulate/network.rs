//! The simulated network as it stands in wisplink: the plan, and the ids that wisplink gave.

use std::collections::HashMap;
use std::fmt;

use entity::ids::{DeviceId, TenantId};

use super::error::SimulateError;
use super::moment::Moment;
use super::plan::{ApPlan, CpePlan, DevicePlan, SitePlan, TenantPlan};
use super::weather::Sky;

/// Providers that are ready to be polled. Made by [`super::prepare`].
#[derive(Clone, Debug)]
pub struct Network {
    pub(super) tenants: Vec<Tenant>,
}

/// A provider. Shown as "Alpine Wireless: 4 sites, 10 APs, 120 CPEs".
#[derive(Clone, Debug)]
pub struct Tenant {
    /// Its id.
    pub id: TenantId,
    /// Its name.
    pub name: String,
    /// Whether any of its devices had to be made: it was not here before.
    pub(super) is_new: bool,
    pub(super) sky: Sky,
    pub(super) sites: Vec<Site>,
}

/// A tower whose APs are neighbours of each other.
#[derive(Clone, Debug)]
pub(super) struct Site {
    /// Without its APs, which stand beside it with their ids.
    pub(super) plan: SitePlan,
    pub(super) aps: Vec<Ap>,
}

/// An access point and its customers.
#[derive(Clone, Debug)]
pub(super) struct Ap {
    pub(super) id: DeviceId,
    pub(super) plan: ApPlan,
    /// In the order of the plan.
    pub(super) cpes: Box<[DeviceId]>,
}

/// Where an AP hangs.
#[derive(Clone, Copy)]
pub(super) struct Spot<'a> {
    pub(super) tenant: &'a Tenant,
    pub(super) site: &'a Site,
    index: usize,
}

impl Network {
    /// The providers.
    pub fn tenants(&self) -> impl Iterator<Item = &Tenant> {
        self.tenants.iter()
    }

    /// Whether wisplink knew nothing of it before.
    pub fn is_new(&self) -> bool {
        self.tenants.iter().all(|tenant| tenant.is_new)
    }

    /// What every device is called.
    pub fn hostnames(&self) -> impl Iterator<Item = (DeviceId, String)> {
        self.tenants.iter().flat_map(|tenant| {
            tenant.sites.iter().flat_map(|site| {
                site.aps.iter().flat_map(|ap| {
                    let cpes = ap.cpes.iter().zip(&ap.plan.cpes);
                    let cpes = cpes.map(|(id, cpe)| (*id, cpe.hostname(&site.plan, &ap.plan)));
                    std::iter::once((ap.id, ap.plan.hostname())).chain(cpes)
                })
            })
        })
    }

    /// A network whose ids nobody gave.
    #[cfg(test)]
    pub(super) fn example(seed: u64, size: super::Size) -> Self {
        let tenants = super::plan::plan(seed, size).into_iter().map(|plan| {
            let devices = plan.sites.iter();
            let devices = devices.flat_map(|site| site.devices(Moment(0)));
            let ids = devices
                .map(|device| (device.hostname, DeviceId::new()))
                .collect();
            Tenant::new(TenantId::new(), plan, &ids, true)
        });
        Self {
            tenants: tenants.collect::<Result<_, _>>().unwrap(),
        }
    }

    /// Where every AP hangs.
    pub(super) fn spots(&self) -> impl Iterator<Item = Spot<'_>> {
        self.tenants.iter().flat_map(|tenant| {
            tenant.sites.iter().flat_map(move |site| {
                (0..site.aps.len()).map(move |index| Spot {
                    tenant,
                    site,
                    index,
                })
            })
        })
    }
}

impl Tenant {
    /// How many sites it has.
    pub const fn sites(&self) -> usize {
        self.sites.len()
    }

    /// How many access points it has.
    pub fn aps(&self) -> usize {
        self.sites.iter().map(|site| site.aps.len()).sum()
    }

    /// How many customer devices it has.
    pub fn clients(&self) -> usize {
        self.sites
            .iter()
            .flat_map(|site| &site.aps)
            .map(|ap| ap.cpes.len())
            .sum()
    }

    /// Joins a plan with the ids of its devices, by host name.
    pub(super) fn new(
        id: TenantId,
        plan: TenantPlan,
        devices: &HashMap<String, DeviceId>,
        is_new: bool,
    ) -> Result<Self, SimulateError> {
        let sites = plan.sites.into_iter().map(|site| Site::new(site, devices));
        Ok(Self {
            id,
            name: plan.name.to_owned(),
            is_new,
            sky: plan.sky,
            sites: sites.collect::<Result<_, _>>()?,
        })
    }

    /// Every device as it is now.
    pub(super) fn devices(&self, now: Moment) -> impl Iterator<Item = (DeviceId, DevicePlan)> {
        self.sites.iter().flat_map(move |site| {
            site.aps.iter().flat_map(move |ap| {
                let cpes = ap.cpes.iter().zip(&ap.plan.cpes);
                let device = move |cpe: &CpePlan| cpe.device(&site.plan, &ap.plan, now);
                let cpes = cpes.map(move |(id, cpe)| (*id, device(cpe)));
                std::iter::once((ap.id, ap.plan.device(&site.plan))).chain(cpes)
            })
        })
    }
}

impl fmt::Display for Tenant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sites, aps, clients) = (self.sites(), self.aps(), self.clients());
        write!(f, "{}: {sites} sites, {aps} APs, {clients} CPEs", self.name)
    }
}

impl<'a> Spot<'a> {
    /// The AP that hangs there.
    pub(super) fn ap(self) -> &'a Ap {
        &self.site.aps[self.index]
    }

    /// The AP whose customers come here when they roam. A lone AP is its own neighbour.
    pub(super) fn before(self) -> &'a Ap {
        let aps = &self.site.aps;
        &aps[(self.index + aps.len() - 1) % aps.len()]
    }
}

impl Site {
    fn new(mut plan: SitePlan, devices: &HashMap<String, DeviceId>) -> Result<Self, SimulateError> {
        let aps = std::mem::take(&mut plan.aps).into_iter().map(|ap| {
            let cpes = ap.cpes.iter();
            let cpes = cpes.map(|cpe| id_of(cpe.hostname(&plan, &ap), devices));
            Ok(Ap {
                id: id_of(ap.hostname(), devices)?,
                cpes: cpes.collect::<Result<_, _>>()?,
                plan: ap,
            })
        });
        let aps = aps.collect::<Result<_, SimulateError>>()?;
        Ok(Self { plan, aps })
    }
}

fn id_of(hostname: String, devices: &HashMap<String, DeviceId>) -> Result<DeviceId, SimulateError> {
    let id = devices.get(&hostname).copied();
    id.ok_or(SimulateError::Gone { hostname })
}
