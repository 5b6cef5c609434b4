//! What is to be written: what is not here yet, and what is called or stands otherwise there. No I/O.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;

use entity::ids::{DeviceId, InterfaceId, SiteId, TenantId};
use entity::mac::MacAddress;
use entity::model::{device, device_interface, site, tenant, wireless_link};

use super::report::Remarks;
use super::translate::Rows;

/// What is here of a tenant.
#[derive(Default)]
pub(super) struct There {
    pub(super) tenant: Option<tenant::Model>,
    /// The names of all other tenants.
    pub(super) names: HashSet<String>,
    pub(super) sites: Vec<site::Model>,
    pub(super) devices: Vec<device::Model>,
    pub(super) interfaces: Vec<device_interface::Model>,
    pub(super) links: Vec<wireless_link::Model>,
    /// The APs whose polls were applied.
    pub(super) polled: HashSet<DeviceId>,
}

/// Rows of one kind.
pub(super) struct Changes<T> {
    pub(super) new: Vec<T>,
    pub(super) changed: Vec<T>,
    pub(super) same: usize,
}

/// Everything to be written of a tenant.
pub(super) struct TenantChanges {
    pub(super) id: TenantId,
    pub(super) tenant: Changes<tenant::Model>,
    pub(super) sites: Changes<site::Model>,
    pub(super) devices: Changes<device::Model>,
    pub(super) interfaces: Changes<device_interface::Model>,
    pub(super) links: Changes<wireless_link::Model>,
}

impl<T> Default for Changes<T> {
    fn default() -> Self {
        Self {
            new: Vec::new(),
            changed: Vec::new(),
            same: 0,
        }
    }
}

impl<T: PartialEq> Changes<T> {
    /// `wanted` comes in place of `there`.
    fn add(&mut self, there: Option<&T>, wanted: T) {
        match there {
            None => self.new.push(wanted),
            Some(there) if *there == wanted => self.same += 1,
            Some(_) => self.changed.push(wanted),
        }
    }
}

/// Compares. None: the tenant itself cannot be taken over.
pub(super) fn compare(rows: Rows, there: &There, remarks: &mut Remarks) -> Option<TenantChanges> {
    let id = rows.tenant.id;
    let tenant = compare_tenant(rows.tenant, there, remarks)?;
    let sites = compare_sites(rows.sites, &there.sites, remarks);
    let sites_here = kept(&sites, &there.sites, |site| site.id);
    let devices = compare_devices(rows.devices, &there.devices, &sites_here, remarks);
    let devices_here = kept(&devices, &there.devices, |device| device.id);
    let interfaces = compare_interfaces(rows.interfaces, there, &devices_here);
    let links = compare_links(rows.links, there, &devices_here);
    Some(TenantChanges {
        id,
        tenant,
        sites,
        devices,
        interfaces,
        links,
    })
}

fn compare_tenant(
    wanted: tenant::Model,
    there: &There,
    remarks: &mut Remarks,
) -> Option<Changes<tenant::Model>> {
    let what = format!("tenant {} {:?}", wanted.id, wanted.name);
    if wanted.name.is_empty() || wanted.name.chars().count() > 200 {
        return remarks.left_out(&what, "its name is empty or has more than 200 characters");
    }
    if there.names.contains(&wanted.name) {
        let why = "another tenant has this name here, with another id";
        return remarks.left_out(&what, why);
    }
    let mut changes = Changes::default();
    let wanted = match &there.tenant {
        Some(there) if there.name == wanted.name => there.clone(),
        _ => wanted,
    };
    changes.add(there.tenant.as_ref(), wanted);
    Some(changes)
}

fn compare_sites(
    wanted: Vec<site::Model>,
    there: &[site::Model],
    remarks: &mut Remarks,
) -> Changes<site::Model> {
    let by_id: HashMap<SiteId, _> = there.iter().map(|site| (site.id, site)).collect();
    let by_name: HashMap<&str, SiteId> = there.iter().map(|s| (&*s.name, s.id)).collect();
    let mut changes = Changes::default();
    for mut site in wanted {
        if by_name.get(&*site.name).is_some_and(|id| *id != site.id) {
            let what = format!("site {} {:?}", site.id, site.name);
            remarks.drop(&what, "another site of the tenant has this name here");
            continue;
        }
        let there = by_id.get(&site.id).copied();
        if let Some(there) = there {
            site.created_at = there.created_at;
            let updated = std::mem::replace(&mut site.updated_at, there.updated_at);
            if site != *there {
                site.updated_at = updated.max(there.updated_at);
            }
        }
        changes.add(there, site);
    }
    changes
}

/// Names, places and addresses are taken over; what pollers tell stays as it is here.
fn compare_devices(
    wanted: Vec<device::Model>,
    there: &[device::Model],
    sites: &HashSet<SiteId>,
    remarks: &mut Remarks,
) -> Changes<device::Model> {
    let by_id: HashMap<DeviceId, _> = there.iter().map(|device| (device.id, device)).collect();
    let by_name: HashMap<&str, DeviceId> = there.iter().map(|d| (&*d.hostname, d.id)).collect();
    let mut changes = Changes::default();
    for mut device in wanted {
        if by_name
            .get(&*device.hostname)
            .is_some_and(|id| *id != device.id)
        {
            let what = format!("device {} {:?}", device.id, device.hostname);
            remarks.drop(&what, "another device of the tenant has this name here");
            continue;
        }
        device.site_id = device.site_id.filter(|site| sites.contains(site));
        let there = by_id.get(&device.id).copied();
        if let Some(there) = there {
            let updated = device.updated_at;
            device = device::Model {
                site_id: device.site_id,
                hostname: device.hostname,
                ip_address: device.ip_address,
                latitude: device.latitude,
                longitude: device.longitude,
                model: there.model.clone().or(device.model),
                serial_number: there.serial_number.clone().or(device.serial_number),
                ..there.clone()
            };
            if device != *there {
                device.updated_at = updated.max(there.updated_at);
            }
        }
        changes.add(there, device);
    }
    changes
}

/// Once a poller has told a device's interfaces, these are its interfaces.
fn compare_interfaces(
    wanted: Vec<device_interface::Model>,
    there: &There,
    devices: &HashSet<DeviceId>,
) -> Changes<device_interface::Model> {
    let told: HashSet<DeviceId> = there
        .devices
        .iter()
        .filter(|device| device.interfaces_at.is_some())
        .map(|device| device.id)
        .collect();
    let by_id: HashMap<InterfaceId, _> = there.interfaces.iter().map(|i| (i.id, i)).collect();
    let by_name: HashMap<(DeviceId, &str), InterfaceId> = there
        .interfaces
        .iter()
        .map(|row| ((row.device_id, &*row.name), row.id))
        .collect();
    let mut changes = Changes::default();
    for row in wanted {
        if !devices.contains(&row.device_id) {
            continue;
        }
        let taken = by_name.get(&(row.device_id, &*row.name));
        if told.contains(&row.device_id) || taken.is_some_and(|id| *id != row.id) {
            changes.same += 1;
            continue;
        }
        changes.add(by_id.get(&row.id).copied(), row);
    }
    changes
}

/// A link that is here stays as it is here, and so do all of an AP whose polls are heard.
fn compare_links(
    wanted: Vec<wireless_link::Model>,
    there: &There,
    devices: &HashSet<DeviceId>,
) -> Changes<wireless_link::Model> {
    let ids: HashSet<_> = there.links.iter().map(|link| link.id).collect();
    let radios: HashSet<(DeviceId, MacAddress)> = there
        .links
        .iter()
        .map(|link| (link.ap_device_id, link.client_mac))
        .collect();
    let mut changes = Changes::default();
    for link in wanted {
        if !devices.contains(&link.ap_device_id) || !devices.contains(&link.cpe_device_id) {
            continue;
        }
        let here = ids.contains(&link.id)
            || radios.contains(&(link.ap_device_id, link.client_mac))
            || there.polled.contains(&link.ap_device_id);
        if here {
            changes.same += 1;
        } else {
            changes.new.push(link);
        }
    }
    changes
}

/// The ids that will be here.
fn kept<T, Id: Eq + Hash>(changes: &Changes<T>, there: &[T], id: impl Fn(&T) -> Id) -> HashSet<Id> {
    changes.new.iter().chain(there).map(id).collect()
}
