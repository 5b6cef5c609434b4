//! What happens to devices: power cuts, reboots, roaming, new radios, APs that do not answer.
//!
//! Times are those of the simulated world. The rates are those of a network that needs attention: a
//! third of the customers has a weakness that shows once or twice a day. Someone who watches some
//! 250 links at sixty times the speed sees about one transition every two seconds, of all kinds,
//! while most links are well.

use super::chance::Chance;
use super::moment::Moment;
use super::plan::Weakness;
use super::schedule::{Schedule, Spell};

/// An AP's registration table cannot be read.
const FAILURE: Schedule = Schedule {
    salt: 2,
    slot_s: 72_000,
    chance: 0.8,
    shortest_s: 1_500,
    longest_s: 4_800,
};
/// An AP is off for so long that it counts as silent.
const BLACKOUT: Schedule = Schedule {
    salt: 3,
    slot_s: 1_296_000,
    chance: 0.7,
    shortest_s: 22_800,
    longest_s: 30_000,
};
/// A customer without power.
const POWER_CUT: Schedule = Schedule {
    salt: 4,
    slot_s: 36_000,
    chance: 0.75,
    shortest_s: 2_700,
    longest_s: 9_600,
};
/// A CPE restarts; it is back before it is missed.
const REBOOT: Schedule = Schedule {
    salt: 5,
    slot_s: 32_400,
    chance: 0.9,
    shortest_s: 360,
    longest_s: 1_080,
};
/// A CPE uses the site's next AP.
const DETOUR: Schedule = Schedule {
    salt: 6,
    slot_s: 36_000,
    chance: 0.8,
    shortest_s: 5_400,
    longest_s: 14_400,
};
/// A phone is within reach.
const VISIT: Schedule = Schedule {
    salt: 7,
    slot_s: 25_200,
    chance: 0.7,
    shortest_s: 3_600,
    longest_s: 18_000,
};
/// When a CPE was last associated anew without any trouble; for uptimes of days and weeks.
const ASSOCIATION: Schedule = Schedule {
    salt: 8,
    slot_s: 1_728_000,
    chance: 1.0,
    shortest_s: 0,
    longest_s: 0,
};
/// A CPE's radio is replaced by another one of the same model.
const REPLACEMENT: Schedule = Schedule {
    salt: 9,
    slot_s: 2_592_000,
    chance: 0.6,
    shortest_s: 2_400,
    longest_s: 7_200,
};
/// Somebody else transmits on an AP's channel.
const INTERFERENCE: Schedule = Schedule {
    salt: 10,
    slot_s: 86_400,
    chance: 0.8,
    shortest_s: 7_200,
    longest_s: 21_600,
};

/// How it is with an AP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// It says whom it hears.
    Table,
    /// It is reached, but its table is not to be had.
    Failure,
    /// It is not reached.
    None,
}

/// Where a client is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Whereabouts {
    /// At no AP.
    Gone,
    /// At the AP it was mounted for.
    Home {
        /// When it associated.
        since: Moment,
    },
    /// At the next AP of its site.
    Neighbour {
        /// When it associated.
        since: Moment,
    },
}

/// An AP's power, as its clients notice it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Power {
    cut: Option<Spell>,
}

/// How it is with an AP.
pub(super) fn answer(ap: u64, now: Moment) -> Answer {
    if BLACKOUT.current(ap, now).is_some() {
        Answer::None
    } else if FAILURE.current(ap, now).is_some() {
        Answer::Failure
    } else {
        Answer::Table
    }
}

/// dB that others add to an AP's noise.
pub(super) fn interference_db(ap: u64, now: Moment) -> f64 {
    INTERFERENCE.current(ap, now).map_or(0.0, |spell| {
        let strength = Chance::on(ap, spell.begins.0.cast_unsigned()).bell().abs();
        (4.0 + 4.0 * strength) * (spell.progress(now) * std::f64::consts::PI).sin()
    })
}

/// The power of an AP, for [`whereabouts`].
pub(super) fn power(ap: u64, now: Moment) -> Power {
    Power {
        cut: BLACKOUT.latest(ap, now),
    }
}

/// Where a CPE is, which has `home` for its AP.
pub(super) fn whereabouts(cpe: u64, weakness: Weakness, home: Power, now: Moment) -> Whereabouts {
    let exchange = REPLACEMENT.latest(cpe, now);
    if exchange.is_some_and(|exchange| now < exchange.ends) {
        return Whereabouts::Gone;
    }
    let trouble = match weakness {
        Weakness::None => None,
        Weakness::Power => POWER_CUT.latest(cpe, now),
        Weakness::Reboots => REBOOT.latest(cpe, now),
        Weakness::Roams => DETOUR.latest(cpe, now),
    };
    let on = |spell: &Spell| now < spell.ends;
    let away = trouble.filter(on);
    let dark = home.cut.filter(on);
    match (weakness, away, dark) {
        (Weakness::Roams, Some(spell), _) | (Weakness::Roams, None, Some(spell)) => {
            Whereabouts::Neighbour {
                since: spell.begins,
            }
        }
        (_, Some(_), _) | (_, _, Some(_)) => Whereabouts::Gone,
        (_, None, None) => {
            let anew = ASSOCIATION.latest(cpe, now);
            let ends = [anew, exchange, trouble, home.cut].into_iter().flatten();
            let since = ends.map(|spell| spell.ends).max();
            Whereabouts::Home {
                since: since.unwrap_or(now),
            }
        }
    }
}

/// How often a CPE's radio was replaced: each number is another radio.
pub(super) fn generation(cpe: u64, now: Moment) -> u64 {
    let exchange = REPLACEMENT.latest(cpe, now);
    exchange.map_or(0, |exchange| {
        exchange.begins.0.cast_unsigned() / (REPLACEMENT.slot_s.cast_unsigned() * 1_000)
    })
}

/// Since when a phone has been here, if it is.
pub(super) fn visit(phone: u64, now: Moment) -> Option<Moment> {
    VISIT.current(phone, now).map(|visit| visit.begins)
}

#[cfg(test)]
mod tests;
