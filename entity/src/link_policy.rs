//! The thresholds of the link state machine: their defaults, their bounds, and which row of
//! `link_policies` decides each.
//!
//! A value falls through: a device's row goes before its site's, that before the tenant's, and that
//! before the default.

use std::ops::RangeInclusive;

use crate::model::link_policy::Model;
use crate::text_enum::text_enum;

/// When a link counts as weak, confirmed, down or stale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// A sighting weaker than this, in dBm, is weak.
    pub degraded_below_dbm: i32,
    /// While degraded, a sighting is weak until it is stronger than the threshold by this, in dB.
    pub recover_margin_db: i32,
    /// Degraded when at least so many of the window's polls were weak.
    pub weak_polls: u32,
    /// How many of the last sightings with a reading are looked at; 31 at most.
    pub window_polls: u32,
    /// Sightings before a discovered link becomes active or degraded.
    pub confirm_polls: i32,
    /// Misses in a row before a link is down.
    pub down_after_misses: i32,
    /// A poll nearer than this, in seconds, to the last counted one adds no miss.
    pub min_miss_spacing_s: i32,
    /// An AP unheard for so long, in seconds, takes its links down. None: three observed
    /// intervals, 300 at least.
    pub ap_silent_after_s: Option<i32>,
    /// Seconds in `down` before `stale`.
    pub stale_after_s: i32,
    /// Seconds in `stale` before the link is forgotten.
    pub forget_after_s: i32,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            degraded_below_dbm: -80,
            recover_margin_db: 3,
            weak_polls: 3,
            window_polls: 5,
            confirm_polls: 2,
            down_after_misses: 3,
            min_miss_spacing_s: 10,
            ap_silent_after_s: None,
            stale_after_s: 86_400,
            forget_after_s: 7_776_000,
        }
    }
}

text_enum! {
    /// One value of a policy. Its text is the column's name.
    pub enum Threshold {
        /// [`Policy::degraded_below_dbm`]
        DegradedBelowDbm = "degraded_below_dbm",
        /// [`Policy::recover_margin_db`]
        RecoverMarginDb = "recover_margin_db",
        /// [`Policy::weak_polls`]
        WeakPolls = "weak_polls",
        /// [`Policy::window_polls`]
        WindowPolls = "window_polls",
        /// [`Policy::confirm_polls`]
        ConfirmPolls = "confirm_polls",
        /// [`Policy::down_after_misses`]
        DownAfterMisses = "down_after_misses",
        /// [`Policy::min_miss_spacing_s`]
        MinMissSpacingS = "min_miss_spacing_s",
        /// [`Policy::ap_silent_after_s`]
        ApSilentAfterS = "ap_silent_after_s",
        /// [`Policy::stale_after_s`]
        StaleAfterS = "stale_after_s",
        /// [`Policy::forget_after_s`]
        ForgetAfterS = "forget_after_s",
    }
}

impl Threshold {
    /// What may be set. The table's checks allow at least this.
    pub const fn bounds(self) -> RangeInclusive<i32> {
        match self {
            Self::DegradedBelowDbm => -120..=-10,
            Self::RecoverMarginDb => 0..=40,
            // The window is kept as the bits of a 32-bit integer.
            Self::WeakPolls | Self::WindowPolls => 1..=31,
            Self::ConfirmPolls | Self::DownAfterMisses => 1..=1_000,
            Self::MinMissSpacingS => 0..=86_400,
            // No AP is called silent sooner than that.
            Self::ApSilentAfterS => 10..=i32::MAX,
            Self::StaleAfterS | Self::ForgetAfterS => 1..=i32::MAX,
        }
    }
}

/// Of `rows`, which concern one place, the one that decides `threshold`: the narrowest that says
/// anything of it. None: the default holds.
pub fn deciding(rows: &[Model], threshold: Threshold) -> Option<&Model> {
    rows.iter()
        .filter(|row| row.value(threshold).is_some())
        .max_by_key(|row| row.scope)
}

impl Policy {
    /// The policy that `rows` make, which concern one place, in any order.
    ///
    /// Whatever they hold, the machine can work with it: a value out of bounds counts as the
    /// nearest bound. Wanting more weak polls than the window has counts as wanting them all; two
    /// scopes may come to that together, though each makes sense by itself.
    pub fn settle(rows: &[Model]) -> Self {
        let mut policy = Self::default();
        for &threshold in Threshold::ALL {
            let row = deciding(rows, threshold);
            if let Some(value) = row.and_then(|row| row.value(threshold)) {
                policy.set(threshold, value);
            }
        }
        policy.weak_polls = policy.weak_polls.min(policy.window_polls);
        policy
    }

    /// The value of `threshold`. None: [`Policy::ap_silent_after_s`] follows the observed interval.
    pub const fn value(&self, threshold: Threshold) -> Option<i32> {
        Some(match threshold {
            Threshold::DegradedBelowDbm => self.degraded_below_dbm,
            Threshold::RecoverMarginDb => self.recover_margin_db,
            Threshold::WeakPolls => self.weak_polls.cast_signed(),
            Threshold::WindowPolls => self.window_polls.cast_signed(),
            Threshold::ConfirmPolls => self.confirm_polls,
            Threshold::DownAfterMisses => self.down_after_misses,
            Threshold::MinMissSpacingS => self.min_miss_spacing_s,
            Threshold::ApSilentAfterS => return self.ap_silent_after_s,
            Threshold::StaleAfterS => self.stale_after_s,
            Threshold::ForgetAfterS => self.forget_after_s,
        })
    }

    fn set(&mut self, threshold: Threshold, value: i32) {
        let bounds = threshold.bounds();
        let value = value.clamp(*bounds.start(), *bounds.end());
        match threshold {
            Threshold::DegradedBelowDbm => self.degraded_below_dbm = value,
            Threshold::RecoverMarginDb => self.recover_margin_db = value,
            Threshold::WeakPolls => self.weak_polls = value.unsigned_abs(),
            Threshold::WindowPolls => self.window_polls = value.unsigned_abs(),
            Threshold::ConfirmPolls => self.confirm_polls = value,
            Threshold::DownAfterMisses => self.down_after_misses = value,
            Threshold::MinMissSpacingS => self.min_miss_spacing_s = value,
            Threshold::ApSilentAfterS => self.ap_silent_after_s = Some(value),
            Threshold::StaleAfterS => self.stale_after_s = value,
            Threshold::ForgetAfterS => self.forget_after_s = value,
        }
    }
}

#[cfg(test)]
mod tests;
