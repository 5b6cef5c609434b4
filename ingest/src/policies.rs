//! Which policy holds for which AP. Pure.

use std::collections::HashMap;

use entity::ids::DeviceId;
use entity::link_policy::Policy;
use entity::model::link_policy;

/// The policies of some APs, as they stood when they were read.
#[derive(Debug, Default)]
pub struct Policies {
    settled: HashMap<DeviceId, Policy>,
    otherwise: Policy,
}

impl Policies {
    /// Settles the policy of each AP from the rows that concern it.
    pub fn settle(rows: impl IntoIterator<Item = (DeviceId, link_policy::Model)>) -> Self {
        let mut by_ap: HashMap<DeviceId, Vec<link_policy::Model>> = HashMap::new();
        for (ap, row) in rows {
            by_ap.entry(ap).or_default().push(row);
        }
        let settled = by_ap
            .into_iter()
            .map(|(ap, rows)| (ap, Policy::settle(&rows)));
        Self {
            settled: settled.collect(),
            otherwise: Policy::default(),
        }
    }

    /// What holds for `ap`: the defaults, when no row concerns it.
    pub fn of(&self, ap: DeviceId) -> &Policy {
        self.settled.get(&ap).unwrap_or(&self.otherwise)
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use entity::ids::TenantId;
    use entity::model::link_policy::PolicyScope;
    use uuid::Uuid;

    use super::*;

    fn ap(number: u128) -> DeviceId {
        DeviceId(Uuid::from_u128(number))
    }

    fn misses(scope: PolicyScope, down_after_misses: i32) -> link_policy::Model {
        link_policy::Model {
            tenant_id: TenantId(Uuid::nil()),
            scope,
            scope_id: Uuid::nil(),
            degraded_below_dbm: None,
            recover_margin_db: None,
            weak_polls: None,
            window_polls: None,
            confirm_polls: None,
            down_after_misses: Some(down_after_misses),
            min_miss_spacing_s: None,
            ap_silent_after_s: None,
            stale_after_s: None,
            forget_after_s: None,
            updated_at: DateTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn each_ap_has_its_own_policy_and_one_without_rows_the_defaults() {
        let policies = Policies::settle([
            (ap(1), misses(PolicyScope::Tenant, 5)),
            (ap(2), misses(PolicyScope::Tenant, 5)),
            (ap(1), misses(PolicyScope::Device, 7)),
        ]);
        assert_eq!(policies.of(ap(1)).down_after_misses, 7);
        assert_eq!(policies.of(ap(2)).down_after_misses, 5);
        assert_eq!(*policies.of(ap(3)), Policy::default());
    }
}
