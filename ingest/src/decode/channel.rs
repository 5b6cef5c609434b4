//! The width of a channel, from a number, a setting or a channel as RouterOS prints it.

use entity::wire::scalar::Scalar;

use super::dropped::{Parsed, Refused};
use super::number::measured;

/// A first number like this is a frequency, not a width.
const LOWEST_FREQUENCY: i64 = 900;

/// Wide enough for four channels at 60 GHz.
const WIDTHS: std::ops::RangeInclusive<i64> = 1..=8640;

/// MHz: 20, "20MHz", "20/40mhz-Ce", "5180/20-Ce/ac", "5180/ax/Ceee".
pub(super) fn width(scalar: &Scalar<'_>) -> Parsed<i32> {
    let Scalar::Text(text) = scalar else {
        return measured(scalar, &WIDTHS, str::is_empty);
    };
    let text = text.trim();
    if text.is_empty() || text == "0" {
        return Ok(None);
    }
    let width = match text.split_once('/') {
        Some((first, rest)) if digits(first).is_some_and(|mhz| mhz >= LOWEST_FREQUENCY) => {
            of_channel(rest)
        }
        Some(_) | None => of_setting(text),
    };
    let width = width
        .filter(|width| WIDTHS.contains(width))
        .ok_or(Refused)?;
    i32::try_from(width).map(Some).map_err(|_| Refused)
}

/// "20MHz", "20/40mhz-Ce", "20/40/80mhz": the widest that is set.
fn of_setting(text: &str) -> Option<i64> {
    let widths = text.split_once('-').map_or(text, |(widths, _)| widths);
    let end = widths.len().checked_sub("mhz".len());
    let widths = match end.and_then(|end| widths.split_at_checked(end)) {
        Some((widths, unit)) if unit.eq_ignore_ascii_case("mhz") => widths.trim_end(),
        Some(_) | None => widths,
    };
    widths
        .split('/')
        .map(digits)
        .try_fold(0, |widest, width| Some(widest.max(width?)))
}

/// "20-Ce/ac", "20/gn(18dBm)", "ax/Ceee", behind the frequency. The letters stand for the parts of
/// the channel, C for the control channel and e for each extension, and the number for the width
/// of one part: 20-Ce is 40 MHz wide.
fn of_channel(text: &str) -> Option<i64> {
    let own = text.split(['(', '+']).next().unwrap_or_default();
    own.split('/').find_map(|part| {
        let (one, parts) = match part.split_once('-') {
            Some((one, letters)) => (digits(one)?, parts(letters).unwrap_or(1)),
            None => match digits(part) {
                Some(one) => (one, 1),
                None => (20, parts(part)?),
            },
        };
        one.checked_mul(parts)
    })
}

fn parts(letters: &str) -> Option<i64> {
    let is_channel = letters.contains('C') && letters.bytes().all(|b| matches!(b, b'C' | b'e'));
    if is_channel {
        i64::try_from(letters.len()).ok()
    } else {
        None
    }
}

fn digits(text: &str) -> Option<i64> {
    let is_number = text.bytes().all(|b| b.is_ascii_digit());
    if is_number { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn widths_as_printed() {
        for (text, expected) in [
            ("20MHz", 20),
            ("20mhz", 20),
            ("20 MHz", 20),
            ("80", 80),
            ("20/40mhz-Ce", 40),
            ("20/40mhz-XX", 40),
            ("20/40/80mhz", 80),
            ("2160MHz", 2160),
            ("5180/20-Ce/ac", 40),
            ("5180/20-Ceee/ac/P(28dBm)", 80),
            ("5500/20-eeCe/ac/DP(24dBm)+5210/80", 80),
            ("2412/20/gn(18dBm)", 20),
            ("2412/20-XX/gn", 20),
            ("5180/ax/Ceee", 80),
            ("5180/ax/eC", 40),
        ] {
            assert_eq!(width(&Scalar::from(text)), Ok(Some(expected)), "{text:?}");
        }
        assert_eq!(width(&Scalar::Int(40)), Ok(Some(40)));
    }

    #[test]
    fn nothing_and_nonsense() {
        for scalar in [Scalar::from(""), Scalar::from("0"), Scalar::Int(0)] {
            assert_eq!(width(&scalar), Ok(None), "{scalar:?}");
        }
        for text in [
            "auto", "MHz", "20GHz", "-20MHz", "5180", "5180/", "5180/ac", "99999MHz", "é",
        ] {
            let expected = if text == "5180" {
                Ok(Some(5180))
            } else {
                Err(Refused)
            };
            assert_eq!(width(&Scalar::from(text)), expected, "{text:?}");
        }
        assert_eq!(width(&Scalar::Unreadable), Err(Refused));
        assert_eq!(width(&Scalar::Int(-20)), Err(Refused));
    }

    proptest! {
        #[test]
        fn no_text_leaves_the_range(text in "[0-9]{0,20}[/-]?[0-9Ce/mhzMHZ-]{0,12}.{0,3}") {
            let width = width(&Scalar::from(text)).ok().flatten();
            prop_assert!(width.is_none_or(|width| WIDTHS.contains(&width.into())));
        }
    }
}
