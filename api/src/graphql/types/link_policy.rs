//! `LinkPolicy`: the thresholds that are in effect at a place, and where each comes from.

use async_graphql::{Description, Enum, Object, SimpleObject};
use chrono::{DateTime, Utc};
use entity::link_policy::{Policy, Threshold, deciding};
use entity::model::link_policy::{Model, PolicyScope};

use crate::link_policy::Place;

/// When the links of a tenant, of a site's APs, or of one AP count as weak, confirmed, down or
/// stale. Each value is the AP's own, or else its site's, or else the tenant's, or else the default;
/// `values` says which.
#[derive(Description)]
pub struct LinkPolicy {
    scope: PolicyScope,
    rows: Vec<Model>,
    effective: Policy,
}

impl LinkPolicy {
    /// What `rows`, all that concern `place`, make of it.
    pub fn new(place: Place, rows: Vec<Model>) -> Self {
        Self {
            scope: place.scope(),
            effective: Policy::settle(&rows),
            rows,
        }
    }

    /// The row of the place itself.
    fn own(&self) -> Option<&Model> {
        self.rows.iter().find(|row| row.scope == self.scope)
    }
}

#[Object(use_type_description)]
impl LinkPolicy {
    /// A sighting with a signal weaker than this is weak, in dBm.
    async fn degraded_below_dbm(&self) -> i32 {
        self.effective.degraded_below_dbm
    }

    /// While a link is degraded, a sighting is weak until its signal is stronger than
    /// `degradedBelowDbm` by more than this, in dB.
    async fn recover_margin_db(&self) -> i32 {
        self.effective.recover_margin_db
    }

    /// A link is degraded when so many of the last `windowPolls` polls were weak, and recovers when
    /// fewer are.
    async fn weak_polls(&self) -> u32 {
        self.effective.weak_polls
    }

    /// How many of the last polls are looked at. Polls without a reading of the signal do not count.
    async fn window_polls(&self) -> u32 {
        self.effective.window_polls
    }

    /// Sightings before a discovered link is active or degraded.
    async fn confirm_polls(&self) -> i32 {
        self.effective.confirm_polls
    }

    /// Polls in a row without the CPE before a link is down.
    async fn down_after_misses(&self) -> i32 {
        self.effective.down_after_misses
    }

    /// A poll that follows the last one sooner than this adds no miss, in seconds.
    async fn min_miss_spacing_s(&self) -> i32 {
        self.effective.min_miss_spacing_s
    }

    /// An AP that is not heard for so long takes its links down, in seconds. Null: three times the
    /// interval at which it is polled, 300 at least.
    async fn ap_silent_after_s(&self) -> Option<i32> {
        self.effective.ap_silent_after_s
    }

    /// Time in `DOWN` before a link is `STALE`, in seconds.
    async fn stale_after_s(&self) -> i32 {
        self.effective.stale_after_s
    }

    /// Time in `STALE` before a link is forgotten, in seconds. Its events are kept.
    async fn forget_after_s(&self) -> i32 {
        self.effective.forget_after_s
    }

    /// The same values, with all that a form needs: where each comes from, what is set at this
    /// place, what would be in effect without that, and what may be set.
    async fn values(&self) -> Vec<LinkPolicyValue> {
        let wider = self.rows.iter().filter(|row| row.scope != self.scope);
        let inherited = Policy::settle(&wider.cloned().collect::<Vec<_>>());
        let value = |&threshold: &Threshold| LinkPolicyValue {
            threshold: threshold.into(),
            value: self.effective.value(threshold),
            source: deciding(&self.rows, threshold).into(),
            own: self.own().and_then(|row| row.value(threshold)),
            inherited: inherited.value(threshold),
            default: Policy::default().value(threshold),
            minimum: *threshold.bounds().start(),
            maximum: *threshold.bounds().end(),
        };
        Threshold::ALL.iter().map(value).collect()
    }

    /// When something was last set or cleared at this very place; null when nothing is set there.
    async fn updated_at(&self) -> Option<DateTime<Utc>> {
        self.own().map(|row| row.updated_at)
    }
}

/// One value of a policy. Null stands for three times the interval at which an AP is polled, 300
/// seconds at least, and occurs with `AP_SILENT_AFTER_S` only, but for `own`.
#[derive(SimpleObject)]
pub struct LinkPolicyValue {
    /// Which value this is; the name ends in its unit.
    threshold: LinkPolicyThreshold,
    /// What is in effect.
    value: Option<i32>,
    /// Where that comes from.
    source: LinkPolicySource,
    /// What is set at this very place; null when nothing is.
    own: Option<i32>,
    /// What would be in effect if nothing were set at this place.
    inherited: Option<i32>,
    /// What is in effect where nobody has set anything.
    default: Option<i32>,
    /// The least that may be set.
    minimum: i32,
    /// The most that may be set.
    maximum: i32,
}

/// The values of a link policy. Each name ends in its unit: dBm, dB, polls, misses or seconds.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "Threshold")]
pub enum LinkPolicyThreshold {
    /// A sighting with a signal weaker than this is weak, in dBm.
    DegradedBelowDbm,
    /// How much stronger than that a degraded link must be to recover, in dB.
    RecoverMarginDb,
    /// How many of the last polls must be weak for a link to be degraded.
    WeakPolls,
    /// How many of the last polls are looked at.
    WindowPolls,
    /// Sightings before a discovered link is active or degraded.
    ConfirmPolls,
    /// Polls in a row without the CPE before a link is down.
    DownAfterMisses,
    /// A poll that follows the last one sooner than this adds no miss, in seconds.
    MinMissSpacingS,
    /// An AP that is not heard for so long takes its links down, in seconds.
    ApSilentAfterS,
    /// Time in `DOWN` before a link is `STALE`, in seconds.
    StaleAfterS,
    /// Time in `STALE` before a link is forgotten, in seconds.
    ForgetAfterS,
}

/// Where a value of a link policy comes from.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkPolicySource {
    /// Nobody has set it.
    Default,
    /// It is set for the tenant.
    Tenant,
    /// It is set for the site.
    Site,
    /// It is set for the device.
    Device,
}

impl From<Option<&Model>> for LinkPolicySource {
    fn from(deciding: Option<&Model>) -> Self {
        match deciding.map(|row| row.scope) {
            None => Self::Default,
            Some(PolicyScope::Tenant) => Self::Tenant,
            Some(PolicyScope::Site) => Self::Site,
            Some(PolicyScope::Device) => Self::Device,
        }
    }
}
