//! The simulated network as it stands in wisplink: the plan, and the ids that wisplink gave.

use std::collections::HashMap;
use std::fmt;
use std::time::Duration;

use entity::ids::{DeviceId, TenantId};

use super::error::SimulateError;
use super::plan::{ApPlan, DevicePlan, SitePlan, TenantPlan};
use super::poll::Target;

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
    pub(super) sites: Vec<Site>,
}

/// A tower whose APs are neighbours of each other.
#[derive(Clone, Debug)]
pub(super) struct Site {
    pub(super) fate: u64,
    pub(super) aps: Vec<Ap>,
}

/// An access point and its customers.
#[derive(Clone, Debug)]
pub(super) struct Ap {
    pub(super) id: DeviceId,
    pub(super) plan: ApPlan,
    /// In the order of the plan.
    pub(super) cpes: Vec<DeviceId>,
}

impl Network {
    /// The providers.
    pub fn tenants(&self) -> impl Iterator<Item = &Tenant> {
        self.tenants.iter()
    }

    /// What every device is called.
    pub fn hostnames(&self) -> impl Iterator<Item = (DeviceId, &str)> {
        let devices = self.tenants.iter().flat_map(Tenant::devices);
        devices.map(|(id, device)| (id, device.hostname.as_str()))
    }

    /// A network whose ids nobody gave.
    #[cfg(test)]
    pub(super) fn example(seed: u64, size: super::Size) -> Self {
        let tenants = super::plan::plan(seed, size).into_iter().map(|plan| {
            let devices = plan.sites.iter().flat_map(SitePlan::devices);
            let ids = devices
                .map(|device| (device.hostname.clone(), DeviceId::new()))
                .collect();
            Tenant::new(TenantId::new(), plan, &ids)
        });
        Self {
            tenants: tenants.collect::<Result<_, _>>().unwrap(),
        }
    }

    /// Every AP, to be polled once an interval.
    pub(super) fn targets(&self, interval: Duration) -> impl Iterator<Item = Target<'_>> {
        self.tenants.iter().flat_map(move |tenant| {
            tenant.sites.iter().flat_map(move |site| {
                let aps = site.aps.iter();
                aps.map(move |ap| Target {
                    tenant: tenant.id,
                    site,
                    ap,
                    interval,
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
    ) -> Result<Self, SimulateError> {
        let sites = plan.sites.into_iter().map(|site| Site::new(site, devices));
        Ok(Self {
            id,
            name: plan.name.to_owned(),
            sites: sites.collect::<Result<_, _>>()?,
        })
    }

    /// Every device.
    pub(super) fn devices(&self) -> impl Iterator<Item = (DeviceId, &DevicePlan)> {
        self.sites.iter().flat_map(|site| &site.aps).flat_map(|ap| {
            let cpes = ap
                .cpes
                .iter()
                .zip(&ap.plan.cpes)
                .map(|(id, cpe)| (*id, &cpe.device));
            std::iter::once((ap.id, &ap.plan.device)).chain(cpes)
        })
    }
}

impl fmt::Display for Tenant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sites, aps, clients) = (self.sites(), self.aps(), self.clients());
        write!(f, "{}: {sites} sites, {aps} APs, {clients} CPEs", self.name)
    }
}

impl Site {
    /// The APs, each with its neighbour. A lone AP is its own.
    pub(super) fn neighbours(&self) -> impl Iterator<Item = (&Ap, &Ap)> {
        self.aps.iter().zip(self.aps.iter().cycle().skip(1))
    }

    fn new(plan: SitePlan, devices: &HashMap<String, DeviceId>) -> Result<Self, SimulateError> {
        let aps = plan.aps.into_iter().map(|ap| {
            let cpes = ap.cpes.iter().map(|cpe| id_of(&cpe.device, devices));
            Ok(Ap {
                id: id_of(&ap.device, devices)?,
                cpes: cpes.collect::<Result<_, _>>()?,
                plan: ap,
            })
        });
        Ok(Self {
            fate: plan.fate,
            aps: aps.collect::<Result<_, SimulateError>>()?,
        })
    }
}

fn id_of(
    device: &DevicePlan,
    devices: &HashMap<String, DeviceId>,
) -> Result<DeviceId, SimulateError> {
    let id = devices.get(&device.hostname);
    id.copied().ok_or_else(|| SimulateError::Gone {
        hostname: device.hostname.clone(),
    })
}
