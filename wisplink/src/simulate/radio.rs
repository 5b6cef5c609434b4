//! What radios hear.

use rand::Rng as _;

use super::catalogue::Band;
use super::chance::Chance;

/// What an AP measures of a client at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Reading {
    /// dBm, as the AP hears the client.
    pub(super) signal: i64,
    /// dBm, as the client hears the AP.
    pub(super) remote_signal: i64,
    /// dB above the AP's noise.
    pub(super) snr: i64,
    /// Percent.
    pub(super) ccq: i64,
}

/// dBm that an AP hears over so many metres of free space.
pub(super) fn clear_sky_dbm(distance_m: u32, band: Band) -> f64 {
    // Transmit power and both antennas, less the cables.
    let (mhz, power_and_gain_db) = match band {
        Band::Two => (2_440.0_f64, 48.0),
        Band::Five => (5_600.0_f64, 62.0),
    };
    let kilometres = f64::from(distance_m.max(1)) / 1000.0;
    let free_space_loss_db = 20.0 * kilometres.log10() + 20.0 * mhz.log10() + 32.44;
    power_and_gain_db - free_space_loss_db
}

/// What is measured where `dbm` should be heard.
pub(super) fn read(dbm: f64, noise_floor: i64, chance: &mut Chance) -> Reading {
    // Below this a client would not stay associated; above, receivers are saturated.
    const LIMITS: std::ops::RangeInclusive<i64> = -95..=-38;
    // APs transmit somewhat louder than CPEs.
    const AP_ADVANTAGE_DB: f64 = 2.0;

    let limited = |dbm: f64| whole(dbm).clamp(*LIMITS.start(), *LIMITS.end());
    let signal = limited(dbm + 0.9 * chance.bell());
    let snr = (signal - noise_floor).max(0);
    Reading {
        signal,
        remote_signal: limited(dbm + AP_ADVANTAGE_DB + 0.9 * chance.bell()),
        snr,
        ccq: (3 * snr - 4 - chance.random_range(0..=6)).clamp(5, 100),
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "levels are small, and what is not saturates"
)]
const fn whole(db: f64) -> i64 {
    db.round() as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn free_space_costs_six_db_for_twice_the_distance() {
        let near = clear_sky_dbm(1_000, Band::Five);
        let far = clear_sky_dbm(2_000, Band::Five);
        assert!((-50.0..-40.0).contains(&near), "{near} dBm at 1 km");
        assert!((near - far - 6.02).abs() < 0.01, "{near} and {far} dBm");
    }

    #[test]
    fn whatever_is_heard_can_be_reported() {
        for dbm in [-300.0, -85.0, -60.0, 0.0] {
            for seed in 0..100 {
                let reading = read(dbm, -102, &mut Chance::of(seed));
                assert!((-95..=-38).contains(&reading.signal), "{reading:?}");
                assert!((5..=100).contains(&reading.ccq), "{reading:?}");
                assert_eq!(reading.snr, reading.signal + 102);
            }
        }
    }
}
