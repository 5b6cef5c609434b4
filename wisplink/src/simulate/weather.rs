//! Rain, which comes in fronts and moves over a provider's sites one after the other.

use rand::Rng as _;

use super::catalogue::Band;
use super::chance::Chance;
use super::moment::Moment;
use super::plan::Place;
use super::schedule::Schedule;

/// A front crosses the region.
const FRONT: Schedule = Schedule {
    salt: 1,
    slot_s: 28_800,
    chance: 0.8,
    shortest_s: 10_800,
    longest_s: 21_600,
};

/// Heavy rain.
const HEAVY_MM_H: f64 = 40.0;
/// dB that heavy rain takes from a kilometre at 5 GHz. At these frequencies it is wet leaves and wet
/// radomes that weaken a link rather than drops.
const WET_DB_PER_KM: f64 = 1.4;
/// What it takes at 2.4 GHz, of that.
const LOWER_BAND: f64 = 0.5;
/// Beyond this a link is not wet all along.
const CELL_KM: f64 = 8.0;

/// The sky over a provider.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Sky {
    /// The provider's.
    pub(super) fate: u64,
    /// The middle of its towers.
    pub(super) centre: Place,
    /// How far they are from it at most.
    pub(super) radius_km: f64,
}

impl Sky {
    /// mm of rain an hour at this place.
    pub(super) fn rain_mm_h(&self, place: Place, now: Moment) -> f64 {
        let Some(front) = FRONT.current(self.fate, now) else {
            return 0.0;
        };
        let mut chance = Chance::on(self.fate, front.begins.0.cast_unsigned());
        let bearing = chance.random_range(0.0..std::f64::consts::TAU);
        let width_km = chance.random_range(8.0..16.0);
        let peak_mm_h = chance.random_range(0.5..1.2) * HEAVY_MM_H;
        let phase = chance.random_range(0.0..std::f64::consts::TAU);

        let (east, north) = self.centre.kilometres_to(place);
        let (sin, cos) = bearing.sin_cos();
        let (along, across) = (east * sin + north * cos, north * sin - east * cos);
        // It begins and ends where none of the sites has it.
        let reach = self.radius_km + 2.0 * width_km;
        let distance = along - reach * (2.0 * front.progress(now) - 1.0);
        // A front is no wall: it rains more here than there.
        let patch = 0.75 + 0.25 * (across / width_km + phase).sin();
        peak_mm_h * patch * (-(distance / width_km).powi(2)).exp()
    }
}

/// dB that so much rain takes from a link.
pub(super) fn rain_db(rain_mm_h: f64, distance_m: u32, band: Band) -> f64 {
    let kilometres = (f64::from(distance_m) / 1_000.0).min(CELL_KM);
    let band = match band {
        Band::Two => LOWER_BAND,
        Band::Five => 1.0,
    };
    WET_DB_PER_KM * band * kilometres * rain_mm_h / HEAVY_MM_H
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600_000;

    const SKY: Sky = Sky {
        fate: 5,
        centre: Place {
            latitude: 47.0,
            longitude: 8.5,
        },
        radius_km: 20.0,
    };

    /// When it rains most at a place in the days after 1970, and how much.
    fn peak(place: Place, days: i64) -> (i64, f64) {
        let rains = (0..days * 24 * 12).map(|slice| {
            let at = slice * HOUR / 12;
            (at, SKY.rain_mm_h(place, Moment(at)))
        });
        rains.max_by(|a, b| a.1.total_cmp(&b.1)).unwrap()
    }

    #[test]
    fn it_rains_now_and_then() {
        let slices = 30 * 24 * 4;
        let wet = (0..slices)
            .filter(|slice| SKY.rain_mm_h(SKY.centre, Moment(slice * HOUR / 4)) > 1.0)
            .count();
        let share = f64::from(u32::try_from(wet).unwrap()) / 2_880.0;
        assert!((0.1..0.4).contains(&share), "{share} of the time");
    }

    #[test]
    fn a_front_moves_over_the_region() {
        let west = SKY.centre.moved(15_000.0, 270.0);
        let east = SKY.centre.moved(15_000.0, 90.0);
        // The third part of a day has one front at most.
        let crossing = (0..90).find_map(|slot| {
            let hours = slot * 8..(slot + 1) * 8;
            let most = |place| {
                let rains = hours
                    .clone()
                    .flat_map(|hour| (0..60).map(move |minute| hour * 60 + minute))
                    .map(|minute| (minute, SKY.rain_mm_h(place, Moment(minute * 60_000))));
                rains.max_by(|a, b| a.1.total_cmp(&b.1)).unwrap()
            };
            let (west, east) = (most(west), most(east));
            let (first, then) = (west.0.min(east.0), west.0.max(east.0));
            (west.1 > 5.0 && east.1 > 5.0 && then - first > 20).then_some(then - first)
        });
        assert!(
            crossing.is_some(),
            "no front went from west to east or back"
        );
        assert!(peak(SKY.centre, 30).1 < 1.2 * HEAVY_MM_H);
    }

    #[test]
    fn rain_costs_by_the_way_it_falls_on() {
        assert!((rain_db(HEAVY_MM_H, 5_000, Band::Five) - 7.0).abs() < 1e-9);
        assert!((rain_db(HEAVY_MM_H, 5_000, Band::Two) - 3.5).abs() < 1e-9);
        assert!((rain_db(0.0, 5_000, Band::Five)).abs() < 1e-9);
    }
}
