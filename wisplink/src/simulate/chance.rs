//! Chance that can be asked again.
//!
//! The simulated world is a function of its seed and of time: nothing is remembered between polls,
//! and a run that starts anew finds the world where the last one left it. So a number is drawn for
//! a subject and an occasion, and the same two always get the same numbers.

use rand::rand_core::impls::fill_bytes_via_next;
use rand::{Rng as _, RngCore};

use super::moment::{Moment, ratio};

/// `SplitMix64`: cheap enough to be made for every question, and the same in every version of `rand`.
pub(super) struct Chance(u64);

impl Chance {
    /// The numbers of `fate`: what a subject's own are drawn with.
    pub(super) const fn of(fate: u64) -> Self {
        Self(fate)
    }

    /// The numbers of `fate` on this occasion, unrelated to those on any other.
    pub(super) const fn on(fate: u64, occasion: u64) -> Self {
        Self(scattered(fate ^ scattered(occasion)))
    }

    /// About normal, around 0 with a deviation of 1.
    pub(super) fn bell(&mut self) -> f64 {
        (0..3).map(|_| self.random_range(-1.0..=1.0)).sum()
    }
}

impl RngCore for Chance {
    fn next_u32(&mut self) -> u32 {
        (self.next_u64() >> 32) as u32
    }

    fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        scattered(self.0)
    }

    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        fill_bytes_via_next(self, bytes);
    }
}

/// The fate of the `index`-th of the subjects that belong to one of fate `parent`.
pub(super) fn fate(parent: u64, index: u16) -> u64 {
    Chance::on(parent, index.into()).next_u64()
}

/// Something that comes and goes around 0 with a deviation of about 1, each fate on its own. It
/// remembers: what is `period_ms` apart is unrelated, what is closer is the more alike.
pub(super) fn drift(fate: u64, period_ms: i64, now: Moment) -> f64 {
    let cell = now.0.div_euclid(period_ms);
    let height = |cell: i64| Chance::on(fate, cell.cast_unsigned()).bell();
    let way = ratio(now.0.rem_euclid(period_ms), period_ms);
    let eased = way * way * (3.0 - 2.0 * way);
    height(cell) * (1.0 - eased) + height(cell + 1) * eased
}

const fn scattered(mut bits: u64) -> u64 {
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^ (bits >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_question_has_the_same_answer() {
        assert_eq!(Chance::on(7, 3).next_u64(), Chance::on(7, 3).next_u64());
        assert_ne!(Chance::on(7, 3).next_u64(), Chance::on(7, 4).next_u64());
        assert_ne!(Chance::on(7, 3).next_u64(), Chance::on(8, 3).next_u64());
    }

    #[test]
    fn neighbouring_occasions_are_unrelated() {
        let heads = (0..10_000).filter(|&occasion| Chance::on(1, occasion).random_bool(0.3));
        let heads = heads.count();
        assert!((2_800..3_200).contains(&heads), "{heads} of 10,000 at 30 %");
    }

    #[test]
    fn the_bell_has_the_width_it_says() {
        let mut chance = Chance::of(1);
        let squares: f64 = (0..10_000).map(|_| chance.bell().powi(2)).sum();
        let variance = squares / 10_000.0;
        assert!((0.9..1.1).contains(&variance), "{variance}");
    }
    #[test]
    fn a_drift_remembers_and_forgets() {
        let drifts = |lag_ms: i64| {
            let both = (0..5_000).map(|hour| {
                let now = Moment(hour * 3_600_000);
                drift(1, 600_000, now) * drift(1, 600_000, Moment(now.0 + lag_ms))
            });
            both.sum::<f64>() / 5_000.0
        };
        let (variance, soon, later) = (drifts(0), drifts(60_000), drifts(1_800_000));
        assert!((0.6..1.1).contains(&variance), "{variance}");
        assert!(soon > 0.8 * variance, "{soon} of {variance} a minute later");
        assert!(later.abs() < 0.1, "{later} half an hour later");
    }
}
