//! How long a client has been associated, in the many ways RouterOS prints durations.

use entity::wire::scalar::Scalar;

use super::dropped::{Parsed, Refused};
use super::number::{float_thousandths, thousandths};

const SECOND: i64 = 1000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// `ms` stands before `m`, which it begins with.
const UNITS: [(&str, i64); 6] = [
    ("ms", 1),
    ("w", 7 * DAY),
    ("d", DAY),
    ("h", HOUR),
    ("m", MINUTE),
    ("s", SECOND),
];

/// Seconds: 3661, "3661", "3d12h5m7s", "2w6d13:21:53", "4s750ms". A bare 0 means not available,
/// while "0s" and "170ms" are those of a client that has just come: taking the former for the
/// latter would show a reconnect that was none.
pub(super) fn seconds(scalar: &Scalar<'_>) -> Parsed<i32> {
    let millis = match scalar {
        Scalar::Int(number) => return bare(*number),
        Scalar::Float(number) if number.is_finite() => {
            return bare(float_thousandths(*number) / 1000);
        }
        Scalar::Text(text) => match text.trim() {
            "" => return Ok(None),
            text => match text.parse() {
                Ok(number) => return bare(number),
                Err(_) => duration(text).ok_or(Refused)?,
            },
        },
        Scalar::Float(_) | Scalar::Unreadable => return Err(Refused),
    };
    i32::try_from(millis / SECOND)
        .map(Some)
        .map_err(|_| Refused)
}

fn bare(seconds: i64) -> Parsed<i32> {
    match i32::try_from(seconds) {
        Ok(0) => Ok(None),
        Ok(seconds @ 1..) => Ok(Some(seconds)),
        Ok(_) | Err(_) => Err(Refused),
    }
}

/// Milliseconds. Units stand in falling order, each at most once; a clock may end the text.
fn duration(text: &str) -> Option<i64> {
    let mut millis = 0_i64;
    let mut last_unit = i64::MAX;
    let mut rest = text;
    while !rest.is_empty() {
        if !rest.starts_with(|first: char| first.is_ascii_digit()) {
            return None;
        }
        let (number, behind) = thousandths(rest)?;
        if behind.starts_with(':') {
            return if last_unit > HOUR {
                millis.checked_add(clock(rest)?)
            } else {
                None
            };
        }
        let (unit, behind) = UNITS
            .iter()
            .find_map(|(name, unit)| Some((*unit, behind.strip_prefix(name)?)))?;
        if unit >= last_unit {
            return None;
        }
        last_unit = unit;
        millis = millis.checked_add(number.checked_mul(unit)? / 1000)?;
        rest = behind;
    }
    Some(millis)
}

/// Milliseconds of "13:21:53" or "00:00:00.060".
fn clock(text: &str) -> Option<i64> {
    let mut parts = text.split(':');
    let (hours, minutes, seconds) = (parts.next()?, parts.next()?, parts.next()?);
    let hours: u16 = hours.parse().ok()?;
    let minutes: u8 = minutes.parse().ok()?;
    let (seconds, behind) = thousandths(seconds)?;
    let is_clock = parts.next().is_none() && behind.is_empty() && minutes < 60;
    (is_clock && (0..MINUTE).contains(&seconds))
        .then(|| i64::from(hours) * HOUR + i64::from(minutes) * MINUTE + seconds)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn durations_as_captured() {
        for (text, expected) in [
            ("3d12h5m7s", 302_707),
            ("5h49m36s", 20_976),
            ("5d9m11s", 432_551),
            ("2d15h28m27s", 228_507),
            ("2w6d13:21:53", 1_776_113),
            ("00:00:00.060", 0),
            ("00:01:05", 65),
            ("170ms", 0),
            ("4s750ms", 4),
            ("2w2d16h56m20s890ms", 1_443_380),
            ("0s", 0),
            ("7.9s", 7),
            ("36h5m7s", 129_907),
            (" 1w ", 604_800),
            ("3661", 3661),
        ] {
            assert_eq!(seconds(&Scalar::from(text)), Ok(Some(expected)), "{text:?}");
        }
    }

    #[test]
    fn nothing_and_nonsense() {
        for scalar in [
            Scalar::from(""),
            Scalar::from("0"),
            Scalar::Int(0),
            Scalar::Float(0.5),
        ] {
            assert_eq!(seconds(&scalar), Ok(None), "{scalar:?}");
        }
        assert_eq!(seconds(&Scalar::Float(61.9)), Ok(Some(61)));
        for text in [
            "never",
            "5",
            "5x",
            "s",
            "5s5",
            "5m5h",
            "5s5s",
            "-5s",
            "5d-3h",
            "1:2",
            "00:00:60",
            "00:61:00",
            "1h00:00:00",
            "1:2:3:4",
            "00:00:00.060s",
            "9999999999999999w",
            "4000w",
        ] {
            let expected = if text == "5" {
                Ok(Some(5))
            } else {
                Err(Refused)
            };
            assert_eq!(seconds(&Scalar::from(text)), expected, "{text:?}");
        }
        for scalar in [
            Scalar::Int(-1),
            Scalar::Int(i64::MAX),
            Scalar::Float(f64::NAN),
            Scalar::Unreadable,
        ] {
            assert_eq!(seconds(&scalar), Err(Refused), "{scalar:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_printed_is_read(w in 0_i32..50, d in 0_i32..7, h in 0_i32..24, m in 0_i32..60, s in 0_i32..60) {
            let expected = (((w * 7 + d) * 24 + h) * 60 + m) * 60 + s;
            let units = format!("{w}w{d}d{h}h{m}m{s}s");
            let clock = format!("{w}w{d}d{h:02}:{m:02}:{s:02}");
            for text in [units, clock] {
                prop_assert_eq!(seconds(&Scalar::from(text)), Ok(Some(expected)));
            }
        }

        #[test]
        fn no_text_or_number_is_below_zero(text in "[0-9wdhms:.-]{0,24}", any in ".{0,12}", int: i64, float: f64) {
            for scalar in [Scalar::from(text), Scalar::from(any), Scalar::Int(int), Scalar::Float(float)] {
                prop_assert!(seconds(&scalar).ok().flatten().is_none_or(|seconds| seconds >= 0));
            }
        }
    }
}
