//! `LinkPolicy`: the thresholds that are in effect at a place, and where each comes from.

use async_graphql::{Description, Enum, Object, SimpleObject};
use chrono::{DateTime, Utc};
use entity::link_policy::{Policy, Threshold, deciding};
use entity::model::link_policy::{Model, PolicyScope};

use crate::link_policy::Place;

/// Thresholds that decide when links count as weak, confirmed, down or stale, for a tenant, for
/// the APs of a site, or for one AP. Each value is the AP's own, else its site's, else the
/// tenant's, else the default; `values` says which.
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

    /// A link becomes degraded when this many of the last `windowPolls` polls were weak, and
    /// recovers when fewer are.
    async fn weak_polls(&self) -> u32 {
        self.effective.weak_polls
    }

    /// How many of the last polls are considered. Polls without a signal reading do not count.
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

    /// A poll sooner than this after the previous one adds no miss, in seconds.
    async fn min_miss_spacing_s(&self) -> i32 {
        self.effective.min_miss_spacing_s
    }

    /// The links of an AP go down if no poll of it arrives for this long, in seconds. Null: three
    /// times its polling interval, at least 300.
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

    /// The same values with what a form needs: the source of each, the value set for this scope,
    /// the inherited value, the default and the allowed range.
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

    /// When a value was last set or cleared for this scope; null if none is set.
    async fn updated_at(&self) -> Option<DateTime<Utc>> {
        self.own().map(|row| row.updated_at)
    }
}

/// One value of a policy. Null for `AP_SILENT_AFTER_S` means three times the polling interval of
/// the AP, at least 300 seconds; other values are null in `own` only.
#[derive(SimpleObject)]
pub struct LinkPolicyValue {
    /// Which value this is; the name ends with the unit.
    threshold: LinkPolicyThreshold,
    /// The effective value.
    value: Option<i32>,
    /// Where the effective value comes from.
    source: LinkPolicySource,
    /// The value set for this scope; null if none is set.
    own: Option<i32>,
    /// The value that would be in effect if none were set for this scope.
    inherited: Option<i32>,
    /// The default.
    default: Option<i32>,
    /// The minimum.
    minimum: i32,
    /// The maximum.
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
    /// How many of the last polls are considered.
    WindowPolls,
    /// Sightings before a discovered link is active or degraded.
    ConfirmPolls,
    /// Polls in a row without the CPE before a link is down.
    DownAfterMisses,
    /// A poll sooner than this after the previous one adds no miss, in seconds.
    MinMissSpacingS,
    /// The links of an AP go down if no poll of it arrives for this long, in seconds.
    ApSilentAfterS,
    /// Time in `DOWN` before a link is `STALE`, in seconds.
    StaleAfterS,
    /// Time in `STALE` before a link is forgotten, in seconds.
    ForgetAfterS,
}

/// Where a value of a link policy comes from.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkPolicySource {
    /// Not set anywhere.
    Default,
    /// Set for the tenant.
    Tenant,
    /// Set for the site.
    Site,
    /// Set for the device.
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
