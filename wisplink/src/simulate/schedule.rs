//! When things happen that happen now and then, such as rain or a power cut.
//!
//! Time is cut into slots, and in each slot there is at most one spell, which begins and ends
//! within it. So what is now, and what was last, can be told from the time alone.

use rand::{Rng as _, RngCore as _};

use super::chance::Chance;
use super::moment::{Moment, ratio};

/// So many slots without a spell, and there was none.
const LOOK_BACK: i64 = 64;

/// How often, and for how long.
#[derive(Clone, Copy, Debug)]
pub(super) struct Schedule {
    /// Tells the schedules of one subject apart.
    pub(super) salt: u64,
    /// The length of a slot.
    pub(super) slot_s: i64,
    /// How probable a spell is in a slot.
    pub(super) chance: f64,
    /// How long a spell lasts, at least.
    pub(super) shortest_s: i64,
    /// How long it lasts at most; no longer than the slot.
    pub(super) longest_s: i64,
}

/// One time that it happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Spell {
    pub(super) begins: Moment,
    pub(super) ends: Moment,
}

impl Schedule {
    /// The spell that is on at this time.
    pub(super) fn current(&self, fate: u64, now: Moment) -> Option<Spell> {
        self.spell(fate, self.slot(now))
            .filter(|spell| (spell.begins..spell.ends).contains(&now))
    }

    /// The last spell that began before this time, over or not.
    pub(super) fn latest(&self, fate: u64, now: Moment) -> Option<Spell> {
        let this = self.slot(now);
        (0..LOOK_BACK)
            .filter_map(|back| self.spell(fate, this - back))
            .find(|spell| spell.begins <= now)
    }

    const fn slot(&self, now: Moment) -> i64 {
        now.0.div_euclid(self.slot_s * 1000)
    }

    fn spell(&self, fate: u64, slot: i64) -> Option<Spell> {
        let own = Chance::on(fate, self.salt).next_u64();
        let mut chance = Chance::on(own, slot.cast_unsigned());
        if !chance.random_bool(self.chance) {
            return None;
        }
        let lasts = chance.random_range(self.shortest_s * 1000..=self.longest_s * 1000);
        let latest_begin = (self.slot_s * 1000 - lasts).max(0);
        let begins = slot * self.slot_s * 1000 + chance.random_range(0..=latest_begin);
        Some(Spell {
            begins: Moment(begins),
            ends: Moment(begins + lasts),
        })
    }
}

impl Spell {
    /// How far it has come, from 0 to 1.
    pub(super) fn progress(&self, now: Moment) -> f64 {
        ratio(now.0 - self.begins.0, self.ends.0 - self.begins.0).clamp(0.0, 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOURLY: Schedule = Schedule {
        salt: 1,
        slot_s: 3600,
        chance: 0.5,
        shortest_s: 60,
        longest_s: 120,
    };

    const BEGIN: i64 = 1_772_323_200_000;

    #[test]
    fn spells_are_as_long_and_as_frequent_as_said() {
        let mut spells: Vec<_> = (0..24 * 60)
            .filter_map(|minute| HOURLY.latest(7, Moment(BEGIN + minute * 60_000)))
            .collect();
        spells.dedup();
        assert!(
            (6..=18).contains(&spells.len()),
            "{} spells in a day",
            spells.len()
        );
        assert!(
            spells
                .iter()
                .all(|spell| (60_000..=120_000).contains(&(spell.ends.0 - spell.begins.0)))
        );
        assert!(spells.windows(2).all(|pair| pair[0].ends <= pair[1].begins));
    }

    #[test]
    fn the_current_spell_is_the_latest_until_it_ends() {
        for second in 0..7200 {
            let now = Moment(BEGIN + second * 1_000);
            let latest = HOURLY.latest(7, now).filter(|spell| now < spell.ends);
            assert_eq!(HOURLY.current(7, now), latest, "after {second} s");
        }
    }
}
