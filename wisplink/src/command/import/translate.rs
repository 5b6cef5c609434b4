//! The Other Dude's rows as rows of ours, and what could not be made of them. No I/O, no clock.

use std::collections::HashSet;
use std::net::IpAddr;

use entity::ids::{DeviceId, SiteId, TenantId};
use entity::link_state::LinkState;
use entity::mac::MacAddress;
use entity::model::device::DeviceStatus;
use entity::model::{device, device_interface, site, tenant, wireless_link};

use super::report::Remarks;
use super::tod::{Device, Fleet, Interface, Link, Site};

/// A tenant's rows, as they should be here.
pub(super) struct Rows {
    pub(super) tenant: tenant::Model,
    pub(super) sites: Vec<site::Model>,
    pub(super) devices: Vec<device::Model>,
    pub(super) interfaces: Vec<device_interface::Model>,
    pub(super) links: Vec<wireless_link::Model>,
}

/// As long as names may be here.
const NAME: usize = 200;
const HOSTNAME: usize = 253;
/// Enough sightings to be believed, by any policy's default.
const CONFIRMED: i32 = 2;
/// Weak in the last three polls.
const WEAK: i32 = 0b111;

/// Translates a tenant; every row that is left out, and every value, has a remark.
pub(super) fn translate(fleet: Fleet) -> (Rows, Remarks) {
    let mut remarks = Remarks::default();
    let tenant = tenant::Model {
        id: fleet.tenant.id,
        name: fleet.tenant.name.trim().to_owned(),
        created_at: fleet.tenant.created_at,
        updated_at: fleet.tenant.updated_at,
    };
    let mut translator = Translator {
        tenant: tenant.id,
        remarks: &mut remarks,
    };
    let sites: Vec<_> = every(fleet.sites, |site| translator.site(site));
    let known: HashSet<SiteId> = sites.iter().map(|site| site.id).collect();
    let devices: Vec<_> = every(fleet.devices, |device| translator.device(device, &known));
    let known: HashSet<DeviceId> = devices.iter().map(|device| device.id).collect();
    let interfaces = every(fleet.interfaces, |row| translator.interface(&row, &known));
    let mut radios = HashSet::new();
    let links = every(fleet.links, |link| {
        translator.link(link, &known, &mut radios)
    });
    let rows = Rows {
        tenant,
        sites,
        devices,
        interfaces,
        links,
    };
    (rows, remarks)
}

fn every<T, U>(rows: Vec<T>, translate: impl FnMut(T) -> Option<U>) -> Vec<U> {
    rows.into_iter().filter_map(translate).collect()
}

struct Translator<'a> {
    tenant: TenantId,
    remarks: &'a mut Remarks,
}

impl Translator<'_> {
    fn site(&mut self, site: Site) -> Option<site::Model> {
        let what = format!("site {} {:?}", site.id, site.name);
        let name = self.name(&what, "the name", &site.name, NAME)?;
        Some(site::Model {
            tenant_id: self.tenant,
            id: site.id,
            name,
            latitude: self.degrees(&what, "latitude", site.latitude, 90.0),
            longitude: self.degrees(&what, "longitude", site.longitude, 180.0),
            address: filled(site.address),
            elevation_m: self.elevation(&what, site.elevation),
            created_at: site.created_at,
            updated_at: site.updated_at,
        })
    }

    fn device(&mut self, device: Device, sites: &HashSet<SiteId>) -> Option<device::Model> {
        let what = format!("device {} {:?}", device.id, device.hostname);
        let hostname = self.name(&what, "the host name", &device.hostname, HOSTNAME)?;
        let address = device.ip_address.trim();
        let ip: Option<IpAddr> = address.parse().ok();
        if ip.is_none() && !address.is_empty() {
            self.remarks
                .without(&what, format!("ip_address {address:?} is no address"));
        }
        let site_id = device.site_id.filter(|site| sites.contains(site));
        if let (Some(site), None) = (device.site_id, site_id) {
            self.remarks
                .without(&what, format!("its site {site} is not among the tenant's"));
        }
        let status = device.status.parse().unwrap_or_else(|_| {
            let said = format!("status {:?} is none", device.status);
            self.remarks.without(&what, said);
            DeviceStatus::Unknown
        });
        Some(device::Model {
            tenant_id: self.tenant,
            id: device.id,
            site_id,
            hostname,
            ip_address: ip.map(Into::into),
            model: filled(device.model),
            serial_number: filled(device.serial_number),
            firmware_version: filled(device.version),
            status,
            last_seen: device.last_seen,
            interfaces_at: None,
            latitude: self.degrees(&what, "latitude", device.latitude, 90.0),
            longitude: self.degrees(&what, "longitude", device.longitude, 180.0),
            created_at: device.created_at,
            updated_at: device.updated_at,
        })
    }

    fn interface(
        &mut self,
        row: &Interface,
        devices: &HashSet<DeviceId>,
    ) -> Option<device_interface::Model> {
        let what = format!("interface {} {:?}", row.id, row.name);
        if !devices.contains(&row.device_id) {
            return self.foreign(&what, "device", row.device_id);
        }
        let mac_address = self.mac(&what, &row.mac_address)?;
        Some(device_interface::Model {
            tenant_id: self.tenant,
            id: row.id,
            device_id: row.device_id,
            name: self.name(&what, "the name", &row.name, NAME)?,
            mac_address,
            r#type: self.name(&what, "the type", &row.kind, NAME)?,
            running: row.running,
            updated_at: row.updated_at,
        })
    }

    /// The radio and the state of a link that can be taken over.
    fn radio(
        &mut self,
        what: &str,
        link: &Link,
        devices: &HashSet<DeviceId>,
    ) -> Option<(MacAddress, LinkState)> {
        for (end, device) in [("AP", link.ap_device_id), ("CPE", link.cpe_device_id)] {
            if !devices.contains(&device) {
                return self.foreign(what, end, device);
            }
        }
        if link.ap_device_id == link.cpe_device_id {
            return self.remarks.left_out(what, "AP and CPE are one device");
        }
        let mac = self.mac(what, &link.client_mac)?;
        if !mac.is_identity() {
            let why = "many devices share this MAC address by design";
            return self.remarks.left_out(what, why);
        }
        let Ok(state) = link.state.parse() else {
            let why = format!("state {:?} is none", link.state);
            return self.remarks.left_out(what, why);
        };
        Some((mac, state))
    }

    fn link(
        &mut self,
        link: Link,
        devices: &HashSet<DeviceId>,
        radios: &mut HashSet<(DeviceId, MacAddress)>,
    ) -> Option<wireless_link::Model> {
        let what = format!("link {} of {:?}", link.id, link.client_mac);
        let (client_mac, state) = self.radio(&what, &link, devices)?;
        if !radios.insert((link.ap_device_id, client_mac)) {
            let why = "a link seen later has the same AP and MAC address";
            return self.remarks.left_out(&what, why);
        }
        let signal_strength = self.signal(&what, link.signal_strength);
        let connected = state.is_connected();
        Some(wireless_link::Model {
            tenant_id: self.tenant,
            id: link.id,
            ap_device_id: link.ap_device_id,
            cpe_device_id: link.cpe_device_id,
            interface: filled(link.interface),
            client_mac,
            signal_strength,
            remote_signal_strength: None,
            signal_to_noise: None,
            tx_ccq: ccq(link.tx_ccq),
            tx_rate: filled(link.tx_rate),
            rx_rate: filled(link.rx_rate),
            tx_rate_kbps: None,
            rx_rate_kbps: None,
            distance_m: None,
            uptime_s: None,
            last_ip: None,
            state,
            state_since: if connected {
                link.discovered_at
            } else {
                link.last_seen
            },
            sightings: if state == LinkState::Discovered {
                1
            } else {
                CONFIRMED
            },
            missed_polls: link.missed_polls.max(0),
            weak_polls: if state == LinkState::Degraded {
                WEAK
            } else {
                0
            },
            discovered_at: link.discovered_at.min(link.last_seen),
            last_seen: link.last_seen,
            updated_at: link.last_seen,
        })
    }

    fn foreign<T>(&mut self, what: &str, end: &str, device: DeviceId) -> Option<T> {
        let why = format!("its {end} {device} is not among the tenant's");
        self.remarks.left_out(what, why)
    }

    fn mac(&mut self, what: &str, text: &str) -> Option<MacAddress> {
        match text.parse() {
            Ok(mac) => Some(mac),
            Err(error) => self.remarks.left_out(what, format!("{error}")),
        }
    }

    fn name(&mut self, what: &str, of: &str, text: &str, longest: usize) -> Option<String> {
        let text = text.trim();
        let why = match text.chars().count() {
            0 => format!("{of} is empty"),
            length if length > longest => format!("{of} has more than {longest} characters"),
            _ => return Some(text.to_owned()),
        };
        self.remarks.left_out(what, why)
    }

    fn degrees(&mut self, what: &str, of: &str, value: Option<f64>, most: f64) -> Option<f64> {
        let usable = value.filter(|value| value.abs() <= most);
        if let (Some(value), None) = (value, usable) {
            let why = format!("{of} {value} lies beyond {most} degrees");
            self.remarks.without(what, why);
        }
        usable
    }

    fn elevation(&mut self, what: &str, metres: Option<f64>) -> Option<i32> {
        let metres = metres?;
        // Beyond the deepest and the highest place on Earth, and NaN.
        if !(-500.0..=9_000.0).contains(&metres) {
            let why = format!("elevation {metres} m is nowhere on Earth");
            self.remarks.without(what, why);
            return None;
        }
        #[expect(clippy::cast_possible_truncation, reason = "within the bounds above")]
        Some(metres.round() as i32)
    }

    /// 0 means there: not available.
    fn signal(&mut self, what: &str, dbm: Option<i32>) -> Option<i16> {
        let dbm = dbm.filter(|dbm| *dbm != 0)?;
        let usable = i16::try_from(dbm)
            .ok()
            .filter(|dbm| (-120..=-10).contains(dbm));
        if usable.is_none() {
            self.remarks
                .without(what, format!("signal_strength {dbm} is no dBm of a radio"));
        }
        usable
    }
}

fn ccq(percent: Option<i32>) -> Option<i16> {
    percent
        .filter(|percent| (1..=255).contains(percent))
        .and_then(|percent| i16::try_from(percent).ok())
}

fn filled(text: Option<String>) -> Option<String> {
    text.map(|text| text.trim().to_owned())
        .filter(|text| !text.is_empty())
}
