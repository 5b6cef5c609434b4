//! Whose MAC address it is.
//!
//! # Invariants
//! - A MAC that several devices claim names none of them, unless only one claims it for a radio:
//!   registration tables list radios, and routers repeat a radio's address on bridges and VLANs.

use std::collections::HashMap;

use entity::args;
use entity::ids::DeviceId;
use entity::mac::MacAddress;
use entity::tx::TenantTx;
use sqlx::Row as _;

/// Who has a MAC address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// This device.
    Device(DeviceId),
    /// Several devices, and nothing tells which one is meant.
    Ambiguous,
}

/// The owners of the addresses asked for. An address without owner is not in it.
#[derive(Debug, Default)]
pub struct Owners(HashMap<MacAddress, Owner>);

/// An interface of `device` has the address `mac`.
#[derive(Clone, Copy, Debug)]
struct Claim {
    mac: MacAddress,
    device: DeviceId,
    is_radio: bool,
}

const CLAIMS: &str = "
    SELECT mac_address, device_id, type FROM device_interfaces
    WHERE tenant_id = $1 AND mac_address = ANY($2)";

impl Owners {
    /// The owner of `mac`, if any device has it.
    pub fn of(&self, mac: MacAddress) -> Option<Owner> {
        self.0.get(&mac).copied()
    }

    /// Looks up the owners of `macs` in one statement.
    pub async fn find(tx: &TenantTx, macs: &[MacAddress]) -> Result<Self, sqlx::Error> {
        if macs.is_empty() {
            return Ok(Self::default());
        }
        let rows = tx.rows(CLAIMS, args![tx.tenant(), macs]?).await?;
        let claims = rows
            .iter()
            .map(|row| {
                Ok(Claim {
                    mac: row.try_get(0)?,
                    device: row.try_get(1)?,
                    is_radio: is_radio(row.try_get(2)?),
                })
            })
            .collect::<Result<Vec<_>, sqlx::Error>>()?;
        Ok(Self::settle(claims))
    }

    /// Radios, each of one device.
    #[cfg(test)]
    pub(crate) fn of_radios(radios: &[(MacAddress, DeviceId)]) -> Self {
        let claims = radios.iter().map(|&(mac, device)| Claim {
            mac,
            device,
            is_radio: true,
        });
        Self::settle(claims.collect())
    }

    fn settle(claims: Vec<Claim>) -> Self {
        let mut by_mac: HashMap<MacAddress, Vec<Claim>> = HashMap::new();
        for claim in claims {
            by_mac.entry(claim.mac).or_default().push(claim);
        }
        let owners = by_mac
            .into_iter()
            .filter_map(|(mac, claims)| Some((mac, owner(&claims)?)));
        Self(owners.collect())
    }
}

fn owner(claims: &[Claim]) -> Option<Owner> {
    let some_radio = claims.iter().any(|claim| claim.is_radio);
    let mut devices = claims
        .iter()
        .filter(|claim| claim.is_radio == some_radio)
        .map(|claim| claim.device);
    let first = devices.next()?;
    Some(if devices.all(|device| device == first) {
        Owner::Device(first)
    } else {
        Owner::Ambiguous
    })
}

/// Whether devices call an interface of this type a radio: `wlan`, `wifi`, `wifiwave2`, `cap`,
/// `w60g`, `ath0` …
fn is_radio(kind: &str) -> bool {
    const BEGINNINGS: [&str; 6] = ["wl", "wifi", "wireless", "cap", "w60g", "ath"];
    let is = |beginning: &&str| {
        kind.get(..beginning.len())
            .is_some_and(|head| head.eq_ignore_ascii_case(beginning))
    };
    BEGINNINGS.iter().any(is)
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn owner_of(claims: &[(u128, &str)]) -> Option<Owner> {
        let mac = MacAddress::new([2; 6]);
        let claims = claims.iter().map(|&(device, kind)| Claim {
            mac,
            device: DeviceId(Uuid::from_u128(device)),
            is_radio: is_radio(kind),
        });
        Owners::settle(claims.collect()).of(mac)
    }

    const fn device(id: u128) -> Owner {
        Owner::Device(DeviceId(Uuid::from_u128(id)))
    }

    #[test]
    fn a_bridge_that_repeats_its_radio_is_no_conflict() {
        assert_eq!(
            owner_of(&[(1, "wlan"), (1, "bridge"), (1, "vlan")]),
            Some(device(1))
        );
        assert_eq!(owner_of(&[]), None);
    }

    #[test]
    fn a_radio_is_preferred_and_two_of_a_kind_are_ambiguous() {
        assert_eq!(owner_of(&[(1, "ether"), (2, "wifi")]), Some(device(2)));
        assert_eq!(
            owner_of(&[(1, "wlan"), (2, "wlan")]),
            Some(Owner::Ambiguous)
        );
        assert_eq!(
            owner_of(&[(1, "ether"), (2, "ether")]),
            Some(Owner::Ambiguous)
        );
    }
}
