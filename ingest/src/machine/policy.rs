//! The thresholds of the machine.

/// When a link counts as weak, confirmed, down or stale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// A sighting weaker than this, in dBm, is weak.
    pub degraded_below_dbm: i16,
    /// While degraded, a sighting is weak until it is stronger than the threshold by this, in dB.
    pub recover_margin_db: i16,
    /// Degraded when at least so many of the window's polls were weak.
    pub weak_polls: u32,
    /// How many of the last sightings with a reading are looked at; 31 at most.
    pub window_polls: u32,
    /// Sightings before a discovered link becomes active or degraded.
    pub confirm_polls: i32,
    /// Misses in a row before a link is down.
    pub down_after_misses: i32,
    /// A poll nearer than this, in seconds, to the last counted one adds no miss.
    pub min_miss_spacing_s: i64,
    /// An AP unheard for so long, in seconds, takes its links down. None: three observed
    /// intervals, 300 at least.
    pub ap_silent_after_s: Option<i64>,
    /// Seconds in `down` before `stale`.
    pub stale_after_s: i64,
    /// Seconds in `stale` before the link is forgotten.
    pub forget_after_s: i64,
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
