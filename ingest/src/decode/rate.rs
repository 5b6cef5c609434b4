//! Data rates: the text is kept as reported, the number is read from its beginning.

use entity::wire::scalar::Scalar;

use super::dropped::{Parsed, Refused};
use super::number::{float_thousandths, thousandths};
use super::text;
use crate::message::Rate;

/// 100 Gbit/s; no radio is faster.
const MAX_KBPS: i64 = 100_000_000;

/// "130Mbps-40MHz/2S/SGI", "58.5Mbps-HT", or bit/s as a number. A text that cannot be read is
/// kept without a number.
pub(super) fn rate(scalar: &Scalar<'_>) -> Parsed<Rate> {
    let (text, bits) = match scalar {
        Scalar::Int(bits) => (bits.to_string(), bits.saturating_mul(1000)),
        Scalar::Float(bits) if bits.is_finite() => (bits.to_string(), float_thousandths(*bits)),
        Scalar::Text(found) => {
            let Some(found) = text::storable(found)? else {
                return Ok(None);
            };
            let speed = kbps(found);
            return Ok((speed != Some(0)).then(|| Rate {
                text: found.to_owned(),
                kbps: speed.and_then(in_range),
            }));
        }
        Scalar::Float(_) | Scalar::Unreadable => return Err(Refused),
    };
    match bits {
        0 => Ok(None),
        ..0 => Err(Refused),
        1.. => Ok(Some(Rate {
            text,
            kbps: in_range(bits / 1_000_000),
        })),
    }
}

fn in_range(kbps: i64) -> Option<i32> {
    (1..=MAX_KBPS)
        .contains(&kbps)
        .then(|| i32::try_from(kbps).ok())?
}

/// kbit/s. Some(0) only where the text says 0.
fn kbps(text: &str) -> Option<i64> {
    const UNITS: [(&str, i64); 4] = [
        ("Mbps", 1_000_000),
        ("kbps", 1000),
        ("Gbps", 1_000_000_000),
        ("bps", 1),
    ];
    let (number, rest) = thousandths(text)?;
    if number < 0 {
        return None;
    }
    let bits_per_unit = if rest.is_empty() {
        1
    } else {
        let (length, bits) = UNITS.iter().find_map(|(unit, bits)| {
            let head = rest.get(..unit.len())?;
            head.eq_ignore_ascii_case(unit)
                .then_some((unit.len(), *bits))
        })?;
        let is_whole_word = !rest.get(length..)?.starts_with(char::is_alphanumeric);
        is_whole_word.then_some(bits)?
    };
    let kbps = number.checked_mul(bits_per_unit)? / 1_000_000;
    (kbps > 0 || number == 0).then_some(kbps)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn rates_as_captured() {
        for (text, kbps) in [
            ("130Mbps-40MHz/2S/SGI", Some(130_000)),
            ("72.2Mbps-20MHz/1S/SGI", Some(72_200)),
            ("117Mbps-20MHz/2S", Some(117_000)),
            ("58.5Mbps-HT", Some(58_500)),
            ("48Mbps", Some(48_000)),
            ("1.2Gbps", Some(1_200_000)),
            ("866.6MBPS", Some(866_600)),
            ("250kbps", Some(250)),
            ("54000000", Some(54_000)),
            ("54000000bps", Some(54_000)),
            ("500bps", None),
            ("9000000Gbps", None),
            ("9223372036854775Gbps", None),
            ("-6Mbps", None),
            ("6Mbpsx", None),
            ("6M", None),
            ("auto", None),
            ("6é", None),
        ] {
            let expected = Rate {
                text: text.to_owned(),
                kbps,
            };
            assert_eq!(rate(&Scalar::from(text)), Ok(Some(expected)), "{text:?}");
        }
    }

    #[test]
    fn numbers_are_bits_a_second() {
        for (scalar, text, kbps) in [
            (Scalar::Int(54_000_000), "54000000", Some(54_000)),
            (Scalar::Int(1_201_000_000), "1201000000", Some(1_201_000)),
            (Scalar::Float(6.5e6), "6500000", Some(6500)),
            (Scalar::Int(54), "54", None),
            (Scalar::Int(i64::MAX), "9223372036854775807", None),
        ] {
            let expected = Rate {
                text: text.to_owned(),
                kbps,
            };
            assert_eq!(rate(&scalar), Ok(Some(expected)), "{scalar:?}");
        }
    }

    #[test]
    fn nothing_and_nonsense() {
        for scalar in ["", "  ", "0", "0Mbps", "0bps"].map(Scalar::from) {
            assert_eq!(rate(&scalar), Ok(None), "{scalar:?}");
        }
        assert_eq!(rate(&Scalar::Int(0)), Ok(None));
        let nonsense = [
            Scalar::Int(-1),
            Scalar::Float(f64::INFINITY),
            Scalar::Unreadable,
            Scalar::from("a\0"),
        ];
        for scalar in nonsense {
            assert_eq!(rate(&scalar), Err(Refused), "{scalar:?}");
        }
    }

    proptest! {
        #[test]
        fn no_rate_leaves_the_range(text in "[0-9.]{0,22}[kMG]?(bps)?.{0,4}", int: i64, float: f64) {
            for scalar in [Scalar::from(text), Scalar::Int(int), Scalar::Float(float)] {
                if let Ok(Some(Rate { kbps: Some(kbps), .. })) = rate(&scalar) {
                    prop_assert!((1..=MAX_KBPS).contains(&kbps.into()));
                }
            }
        }
    }
}
