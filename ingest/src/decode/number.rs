//! Numbers as devices spell them: whole, with decimals, as text, with a unit behind.
//!
//! # Invariants
//! - What does not fit is refused, never wrapped round.

use std::ops::RangeInclusive;

use entity::wire::scalar::Scalar;

use super::dropped::{Parsed, Refused};

/// The number a text begins with, in thousandths, and the rest. Digits behind the third decimal
/// are passed over.
pub(super) fn thousandths(text: &str) -> Option<(i64, &str)> {
    let (is_negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text),
    };
    let (whole, rest) = split_digits(digits);
    let mut number = whole.parse::<i64>().ok()?.checked_mul(1000)?;
    let (decimals, rest) = match rest.strip_prefix('.').map(split_digits) {
        Some((decimals, rest)) if !decimals.is_empty() => (decimals, rest),
        Some(_) | None => ("", rest),
    };
    for (digit, worth) in decimals.bytes().zip([100, 10, 1]) {
        number = number.checked_add(i64::from(digit - b'0') * worth)?;
    }
    Some((if is_negative { -number } else { number }, rest))
}

fn split_digits(text: &str) -> (&str, &str) {
    let end = text.bytes().take_while(u8::is_ascii_digit).count();
    text.split_at_checked(end).unwrap_or((text, ""))
}

/// A number in thousandths.
#[expect(
    clippy::cast_possible_truncation,
    reason = "saturates; such numbers are out of every range"
)]
pub(super) const fn float_thousandths(number: f64) -> i64 {
    (number * 1000.0) as i64
}

/// A whole number within `range`, where 0 means not available. Decimals are rounded. `is_unit` says
/// whether what stands behind the number in a text may stand there.
pub(super) fn measured<T: TryFrom<i64>>(
    scalar: &Scalar<'_>,
    range: &RangeInclusive<i64>,
    is_unit: impl FnOnce(&str) -> bool,
) -> Parsed<T> {
    let number = match scalar {
        Scalar::Int(number) => *number,
        Scalar::Float(number) if number.is_finite() => rounded(float_thousandths(*number)),
        Scalar::Text(text) => match text.trim() {
            "" => return Ok(None),
            text => match thousandths(text) {
                Some((number, rest)) if is_unit(rest.trim_start()) => rounded(number),
                Some(_) | None => return Err(Refused),
            },
        },
        Scalar::Float(_) | Scalar::Unreadable => return Err(Refused),
    };
    if number == 0 {
        return Ok(None);
    }
    if !range.contains(&number) {
        return Err(Refused);
    }
    T::try_from(number).map(Some).map_err(|_| Refused)
}

const fn rounded(thousandths: i64) -> i64 {
    let half = if thousandths < 0 { -500 } else { 500 };
    thousandths.saturating_add(half) / 1000
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn texts_begin_with_numbers() {
        for (text, expected) in [
            ("67", Some((67_000, ""))),
            ("-62@1Mbps", Some((-62_000, "@1Mbps"))),
            ("58.5Mbps", Some((58_500, "Mbps"))),
            ("0.060", Some((60, ""))),
            ("1.23456x", Some((1234, "x"))),
            ("-0.5", Some((-500, ""))),
            ("7.", Some((7000, "."))),
            ("", None),
            ("-", None),
            (".5", None),
            ("+5", None),
            ("--5", None),
            ("x5", None),
            ("99999999999999999999", None),
            ("9223372036854775807", None),
        ] {
            assert_eq!(thousandths(text), expected, "{text:?}");
        }
    }

    #[test]
    fn numbers_are_rounded_and_zero_is_none() {
        for (scalar, expected) in [
            (Scalar::Int(5), Ok(Some(5))),
            (Scalar::Int(0), Ok(None)),
            (Scalar::Int(i64::MIN), Err(Refused)),
            (Scalar::Float(-5.5), Ok(Some(-6))),
            (Scalar::Float(0.2), Ok(None)),
            (Scalar::Float(1e300), Err(Refused)),
            (Scalar::Float(f64::NAN), Err(Refused)),
            (Scalar::from(" 5 m"), Ok(Some(5))),
            (Scalar::from("5 s"), Err(Refused)),
            (Scalar::from("  "), Ok(None)),
            (Scalar::from("none"), Err(Refused)),
            (Scalar::Unreadable, Err(Refused)),
        ] {
            let unit = |rest: &str| matches!(rest, "" | "m");
            assert_eq!(
                measured::<i16>(&scalar, &(-9..=9), unit),
                expected,
                "{scalar:?}"
            );
        }
    }

    proptest! {
        #[test]
        fn no_text_or_number_leaves_the_range(text in "[-+.0-9]{0,24}.{0,4}", float: f64, int: i64) {
            for scalar in [Scalar::from(text), Scalar::Float(float), Scalar::Int(int)] {
                if let Ok(Some(number)) = measured::<i16>(&scalar, &(-9..=9), |_| true) {
                    prop_assert!((-9..=9).contains(&number) && number != 0);
                }
            }
        }
    }
}
