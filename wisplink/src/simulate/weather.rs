//! What happens to the network: rain, power cuts, reboots, roaming, APs that do not answer.
//!
//! The rates are chosen for someone who watches some 250 links: about one transition every two
//! seconds, of all kinds, while most links are well. They hold for polls every ten seconds or less;
//! with longer intervals everything is slowed in proportion, since an outage shorter than three
//! polls would never be seen.

use std::time::Duration;

use chrono::{DateTime, Utc};

use super::chance::wave;
use super::plan::{Fading, Weakness};
use super::schedule::{Schedule, Spell};

/// A shower over a site.
const SHOWER: Schedule = Schedule {
    salt: 1,
    slot_s: 720,
    chance: 0.8,
    shortest_s: 120,
    longest_s: 240,
};
/// An AP's registration table cannot be read.
const FAILURE: Schedule = Schedule {
    salt: 2,
    slot_s: 1200,
    chance: 0.8,
    shortest_s: 25,
    longest_s: 80,
};
/// An AP is off for so long that it counts as silent.
const BLACKOUT: Schedule = Schedule {
    salt: 3,
    slot_s: 21_600,
    chance: 0.7,
    shortest_s: 380,
    longest_s: 500,
};
/// A customer without power.
const POWER_CUT: Schedule = Schedule {
    salt: 4,
    slot_s: 600,
    chance: 0.75,
    shortest_s: 45,
    longest_s: 160,
};
/// A CPE restarts; it is back before it is missed.
const REBOOT: Schedule = Schedule {
    salt: 5,
    slot_s: 540,
    chance: 0.9,
    shortest_s: 6,
    longest_s: 18,
};
/// A CPE uses the site's next AP.
const DETOUR: Schedule = Schedule {
    salt: 6,
    slot_s: 600,
    chance: 0.8,
    shortest_s: 90,
    longest_s: 240,
};
/// A phone is within reach.
const VISIT: Schedule = Schedule {
    salt: 7,
    slot_s: 420,
    chance: 0.7,
    shortest_s: 60,
    longest_s: 300,
};
/// When a CPE was last associated anew without any trouble; for uptimes of days and weeks.
const ASSOCIATION: Schedule = Schedule {
    salt: 8,
    slot_s: 1_728_000,
    chance: 1.0,
    shortest_s: 0,
    longest_s: 0,
};

/// dB that the heaviest rain takes from a link of 8 km.
const DOWNPOUR_DB: f64 = 11.0;

/// The pace for a poll a day.
const SLOWEST: u64 = 8_640;

/// Whatever happens, as a function of fate and time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Weather {
    /// How many times as slow as the schedules say.
    pace: u32,
}

/// Where a client is. Times are milliseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Whereabouts {
    /// At no AP.
    Gone,
    /// At the AP it was mounted for.
    Home {
        /// When it associated.
        since: i64,
    },
    /// At the next AP of its site.
    Neighbour {
        /// When it associated.
        since: i64,
    },
}

impl Weather {
    /// The weather for polls of this interval.
    pub(super) fn new(interval: Duration) -> Self {
        let pace = interval.as_secs().div_ceil(10).clamp(1, SLOWEST);
        Self {
            pace: u32::try_from(pace).unwrap_or(1),
        }
    }

    /// dB that rain takes from a link of 8 km at the site. At these frequencies it is wet leaves
    /// and wet radomes that weaken a link rather than drops.
    pub(super) fn rain_db(self, site: u64, at: DateTime<Utc>) -> f64 {
        let shower = SHOWER.slowed(self.pace).current(site, at);
        shower.map_or(0.0, |shower| {
            DOWNPOUR_DB * (shower.progress(at) * std::f64::consts::PI).sin()
        })
    }

    /// dB that a link is above or below its mean.
    pub(super) fn fading_db(self, fate: u64, fading: Fading, at: DateTime<Utc>) -> f64 {
        let period_s = f64::from(fading.period_s) * f64::from(self.pace);
        fading.swing_db * wave(fate, period_s, at)
    }

    /// Whether the AP answers its poller.
    pub(super) fn answers(self, ap: u64, at: DateTime<Utc>) -> bool {
        [FAILURE, BLACKOUT]
            .iter()
            .all(|trouble| trouble.slowed(self.pace).current(ap, at).is_none())
    }

    /// Where a CPE is.
    pub(super) fn whereabouts(
        self,
        cpe: u64,
        weakness: Weakness,
        at: DateTime<Utc>,
    ) -> Whereabouts {
        let since = ASSOCIATION.latest(cpe, at).map_or(0, |spell| spell.ends);
        let trouble = match weakness {
            Weakness::None => return Whereabouts::Home { since },
            Weakness::Power => POWER_CUT,
            Weakness::Reboots => REBOOT,
            Weakness::Roams => DETOUR,
        };
        let Some(Spell { begins, ends }) = trouble.slowed(self.pace).latest(cpe, at) else {
            return Whereabouts::Home { since };
        };
        if ends <= at.timestamp_millis() {
            return Whereabouts::Home {
                since: since.max(ends),
            };
        }
        match weakness {
            Weakness::None | Weakness::Power | Weakness::Reboots => Whereabouts::Gone,
            Weakness::Roams => Whereabouts::Neighbour { since: begins },
        }
    }

    /// Since when a phone has been here, if it is.
    pub(super) fn visit(self, phone: u64, at: DateTime<Utc>) -> Option<i64> {
        VISIT
            .slowed(self.pace)
            .current(phone, at)
            .map(|visit| visit.begins)
    }
}
