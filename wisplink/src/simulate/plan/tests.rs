use std::collections::{HashMap, HashSet};

use super::*;

const NEW: Moment = Moment(0);

fn devices(plan: &[TenantPlan]) -> Vec<DevicePlan> {
    plan.iter()
        .flat_map(|tenant| &tenant.sites)
        .flat_map(|site| site.devices(NEW))
        .collect()
}

fn hostnames(tenant: &TenantPlan) -> HashSet<String> {
    let sites = tenant.sites.iter();
    sites
        .flat_map(|site| site.devices(NEW))
        .map(|device| device.hostname)
        .collect()
}

#[test]
fn a_seed_makes_one_plan() {
    assert_eq!(plan(1, Size::default()), plan(1, Size::default()));
    assert_ne!(plan(1, Size::default()), plan(2, Size::default()));
}

#[test]
fn a_larger_size_adds() {
    let small = plan(1, Size::default());
    let large = plan(
        1,
        Size {
            sites: 20,
            ..Size::default()
        },
    );
    for (small, large) in small.iter().zip(&large) {
        assert_eq!(small.sites[..], large.sites[..small.sites.len()]);
        let names: HashSet<_> = large.sites.iter().map(|site| &site.name).collect();
        assert_eq!(names.len(), 20);
    }
}

#[test]
fn names_keep_their_addresses_in_a_larger_network() {
    let small = plan(1, Size::default());
    let large = plan(
        1,
        Size {
            sites: 5,
            aps_per_site: 4,
            cpes_per_ap: 20,
        },
    );
    let large: HashMap<_, _> = devices(&large)
        .into_iter()
        .map(|device| (device.hostname, device.interfaces))
        .collect();
    for device in devices(&small) {
        assert_eq!(
            large.get(&device.hostname),
            Some(&device.interfaces),
            "{}",
            device.hostname
        );
    }
}

#[test]
fn names_and_addresses_are_unique() {
    let plan = plan(
        1,
        Size {
            sites: 12,
            aps_per_site: 4,
            cpes_per_ap: 30,
        },
    );
    for tenant in &plan {
        let devices = tenant
            .sites
            .iter()
            .flat_map(|site| site.devices(NEW))
            .count();
        assert_eq!(hostnames(tenant).len(), devices, "{}", tenant.name);
    }
    let phones = plan
        .iter()
        .flat_map(|tenant| &tenant.sites)
        .flat_map(|site| &site.aps);
    let phones: Vec<_> = phones
        .flat_map(|ap| &ap.phones)
        .map(|phone| phone.mac)
        .collect();
    let mut macs: Vec<_> = devices(&plan)
        .into_iter()
        .flat_map(|device| device.interfaces)
        .filter(|interface| interface.kind != "bridge")
        .map(|interface| interface.mac)
        .collect();
    assert!(
        macs.iter()
            .all(|mac| mac.is_identity() && !mac.is_locally_administered())
    );
    assert!(!phones.is_empty());
    assert!(phones.iter().all(|mac| mac.is_identity()));
    let invented = |mac: &&entity::mac::MacAddress| mac.is_locally_administered();
    let invented = phones.iter().filter(invented).count();
    assert!(
        (1..phones.len()).contains(&invented),
        "{invented} of {}",
        phones.len()
    );
    macs.extend(phones);
    assert_eq!(macs.iter().collect::<HashSet<_>>().len(), macs.len());
}

#[test]
fn the_default_is_as_large_as_a_screen_can_show() {
    for seed in 0..20 {
        let plan = plan(seed, Size::default());
        let aps: Vec<_> = plan
            .iter()
            .flat_map(|tenant| &tenant.sites)
            .flat_map(|site| &site.aps)
            .collect();
        let cpes: usize = aps.iter().map(|ap| ap.cpes.len()).sum();
        assert_eq!(aps.len(), 20, "seed {seed}");
        assert!((180..=320).contains(&cpes), "{cpes} CPEs with seed {seed}");
    }
}

#[test]
fn no_size_is_too_small() {
    assert_eq!(
        devices(&plan(
            1,
            Size {
                sites: 0,
                aps_per_site: 1,
                cpes_per_ap: 1
            }
        ))
        .len(),
        0
    );
    assert_eq!(
        devices(&plan(
            1,
            Size {
                sites: 2,
                aps_per_site: 1,
                cpes_per_ap: 0
            }
        ))
        .len(),
        4
    );
    assert_eq!(
        devices(&plan(
            1,
            Size {
                sites: 2,
                aps_per_site: 0,
                cpes_per_ap: 9
            }
        ))
        .len(),
        0
    );
}

#[test]
fn a_customer_takes_little_memory() {
    assert!(size_of::<CpePlan>() <= 48, "{}", size_of::<CpePlan>());
}

#[test]
fn another_radio_has_another_address_and_is_the_same_device() {
    let plan = plan(1, Size::default());
    let month = Moment(31 * 86_400_000);
    let (mut replaced, mut all) = (0, 0);
    for site in &plan[0].sites {
        for (old, new) in site.devices(NEW).zip(site.devices(month)) {
            assert_eq!(old.hostname, new.hostname);
            assert_eq!(old.serial_number, new.serial_number);
            all += 1;
            replaced += usize::from(old.interfaces[0].mac != new.interfaces[0].mac);
        }
    }
    assert!(
        (all / 4..all).contains(&replaced),
        "{replaced} of {all} in a month"
    );
}
