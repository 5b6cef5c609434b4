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

/// dB of gain that the largest antenna for a roof has.
pub(super) const MOST_GAIN_DBI: f64 = 27.0;

/// dB that the way takes: free space for the first hundred metres, and from there on by the
/// logarithm of the distance, the steeper the more stands in the way. Free space has 2.
pub(super) fn path_loss_db(distance_m: u32, band: Band, exponent: f64) -> f64 {
    let mhz = match band {
        Band::Two => 2_440.0_f64,
        Band::Five => 5_600.0,
    };
    let first = 20.0 * mhz.log10() + 12.44;
    first + 10.0 * exponent * (f64::from(distance_m.max(100)) / 100.0).log10()
}

/// dBm that an AP hears of a CPE with this antenna behind this loss.
pub(super) fn heard_dbm(band: Band, gain_dbi: f64, loss_db: f64) -> f64 {
    // The CPE's power, and the AP's antenna less the cables.
    let (power_dbm, ap_gain_dbi) = match band {
        Band::Two => (20.0, 13.0),
        Band::Five => (23.0, 16.0),
    };
    power_dbm + gain_dbi + ap_gain_dbi - loss_db
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

/// Bytes sent to a client and received from it since it associated: what people use, on average.
pub(super) fn traffic(fate: u64, uptime_s: i64) -> (i64, i64) {
    let mut chance = Chance::on(fate, 2);
    let a_second = chance.random_range(2_000..400_000);
    let share = chance.random_range(5..15);
    (a_second * uptime_s, a_second * uptime_s / share)
}

/// To the nearest.
#[expect(
    clippy::cast_possible_truncation,
    reason = "levels are small, and what is not saturates"
)]
pub(super) const fn whole(db: f64) -> i64 {
    db.round() as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loss_grows_with_the_distance_by_its_exponent() {
        let loss = |metres, exponent| path_loss_db(metres, Band::Five, exponent);
        assert!(
            (loss(1_000, 2.0) - 107.4).abs() < 0.1,
            "{}",
            loss(1_000, 2.0)
        );
        assert!((loss(2_000, 2.0) - loss(1_000, 2.0) - 6.02).abs() < 0.01);
        assert!((loss(10_000, 3.0) - loss(1_000, 3.0) - 30.0).abs() < 0.01);
        let heard = heard_dbm(Band::Five, 23.0, loss(5_000, 2.0));
        assert!((-62.0..-58.0).contains(&heard), "{heard} dBm over 5 km");
    }

    #[test]
    fn quality_follows_the_noise_and_not_the_signal_alone() {
        let quiet = read(-70.0, -102, &mut Chance::of(1));
        let loud = read(-70.0, -90, &mut Chance::of(1));
        assert_eq!(quiet.signal, loud.signal);
        assert!(
            loud.snr < quiet.snr && loud.ccq < quiet.ccq,
            "{loud:?} {quiet:?}"
        );
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
