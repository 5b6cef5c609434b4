//! The links that followers were told, each as it was told last.

use std::collections::HashMap;
use std::sync::Arc;

use entity::ids::{DeviceId, LinkId};
use entity::model::wireless_link::Model;

use crate::error::ApiError;
use crate::limits;

/// The links told, by AP.
#[derive(Debug, Default)]
pub struct Known {
    aps: HashMap<DeviceId, HashMap<LinkId, Told>>,
    count: usize,
}

#[derive(Debug)]
struct Told {
    link: Arc<Model>,
    /// Whether it is still to be met in what is being read.
    is_expected: bool,
}

impl Known {
    /// How many links were told.
    pub const fn count(&self) -> usize {
        self.count
    }

    /// All of them.
    pub fn all(&self) -> Vec<Arc<Model>> {
        let told = self.aps.values().flat_map(HashMap::values);
        told.map(|told| Arc::clone(&told.link)).collect()
    }

    /// All links are about to be read: those that are not met are gone.
    pub fn expect_all(&mut self) {
        for links in self.aps.values_mut() {
            expect(links);
        }
    }

    /// The links of `aps` are about to be read.
    pub fn expect(&mut self, aps: &[DeviceId]) {
        for ap in aps {
            self.aps.get_mut(ap).map(expect);
        }
    }

    /// Takes links that were read, and returns those that are new or different.
    pub fn learn(&mut self, links: Vec<Arc<Model>>) -> Result<Vec<Arc<Model>>, ApiError> {
        let mut different = Vec::new();
        for link in links {
            let told = Told {
                link: Arc::clone(&link),
                is_expected: false,
            };
            let known = self.aps.entry(link.ap_device_id).or_default();
            let before = known.insert(link.id, told);
            self.count += usize::from(before.is_none());
            if before.is_none_or(|before| before.link != link) {
                different.push(link);
            }
        }
        if self.count > limits::LINKS_FOLLOWED {
            return Err(ApiError::limit(
                "links followed at once; narrow the filter",
                self.count,
                limits::LINKS_FOLLOWED,
            ));
        }
        Ok(different)
    }

    /// Forgets the links that were expected and not met, and returns them.
    pub fn forget_unmet(&mut self) -> Vec<LinkId> {
        let mut gone = Vec::new();
        self.aps.retain(|_, links| {
            links.retain(|id, told| {
                if told.is_expected {
                    gone.push(*id);
                }
                !told.is_expected
            });
            !links.is_empty()
        });
        self.count -= gone.len();
        gone.sort_unstable();
        gone
    }
}

fn expect(links: &mut HashMap<LinkId, Told>) {
    for told in links.values_mut() {
        told.is_expected = true;
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta};
    use entity::ids::TenantId;
    use entity::link_state::LinkState;
    use entity::mac::MacAddress;
    use uuid::Uuid;

    use super::*;

    fn link(id: u128, ap: u128, minute: i64) -> Arc<Model> {
        let at = DateTime::UNIX_EPOCH;
        Arc::new(Model {
            tenant_id: TenantId(Uuid::nil()),
            id: LinkId(Uuid::from_u128(id)),
            ap_device_id: DeviceId(Uuid::from_u128(ap)),
            cpe_device_id: DeviceId(Uuid::nil()),
            interface: None,
            client_mac: MacAddress::new([2; 6]),
            signal_strength: None,
            remote_signal_strength: None,
            signal_to_noise: None,
            tx_ccq: None,
            tx_rate: None,
            rx_rate: None,
            tx_rate_kbps: None,
            rx_rate_kbps: None,
            distance_m: None,
            uptime_s: None,
            last_ip: None,
            state: LinkState::Active,
            state_since: at,
            sightings: 0,
            missed_polls: 0,
            weak_polls: 0,
            discovered_at: at,
            last_seen: at,
            updated_at: at + TimeDelta::minutes(minute),
        })
    }

    fn learn(known: &mut Known, links: &[(u128, u128, i64)]) -> Vec<u128> {
        let links = links.iter().map(|&(id, ap, minute)| link(id, ap, minute));
        let different = known.learn(links.collect()).unwrap();
        different.iter().map(|link| link.id.0.as_u128()).collect()
    }

    fn gone(known: &mut Known) -> Vec<u128> {
        let gone = known.forget_unmet();
        gone.iter().map(|id| id.0.as_u128()).collect()
    }

    #[test]
    fn only_what_is_new_or_different_is_told_and_what_is_not_met_is_gone() {
        let mut known = Known::default();
        assert_eq!(
            learn(&mut known, &[(1, 1, 0), (2, 1, 0), (3, 2, 0)]),
            [1, 2, 3]
        );
        known.expect(&[DeviceId(Uuid::from_u128(1))]);
        assert_eq!(learn(&mut known, &[(1, 1, 1), (4, 1, 0)]), [1, 4]);
        assert_eq!(gone(&mut known), [2]);
        assert_eq!(known.count(), 3);
        let mut all: Vec<_> = known.all().iter().map(|link| link.id.0.as_u128()).collect();
        all.sort_unstable();
        assert_eq!(all, [1, 3, 4]);
        known.expect_all();
        assert_eq!(learn(&mut known, &[(3, 2, 0), (4, 1, 0)]), [0_u128; 0]);
        assert_eq!(gone(&mut known), [1]);
        assert_eq!(gone(&mut known), [0_u128; 0]);
    }
}
