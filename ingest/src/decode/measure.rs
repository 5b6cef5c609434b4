//! What is measured of a radio or a client, one function a quantity. 0 means not available in all
//! of them.

use std::net::IpAddr;

use entity::wire::scalar::Scalar;

use super::dropped::{Parsed, Refused};
use super::number::measured;

/// dBm: −67, "-67", "-65dBm", "-62@1Mbps", "-66dBm@HT20-7". Behind the `@` is the data rate.
pub(super) fn signal(scalar: &Scalar<'_>) -> Parsed<i16> {
    let is_unit = |rest: &str| {
        let unit = rest.split('@').next().unwrap_or_default();
        is_unit(unit.trim_end(), "dBm")
    };
    measured(scalar, &(-120..=-10), is_unit)
}

/// dB. Negative where a peer that has gone is still listed.
pub(super) fn snr(scalar: &Scalar<'_>) -> Parsed<i16> {
    measured(scalar, &(-50..=120), |rest| is_unit(rest, "dB"))
}

/// Percent, as reported: 113 was seen. Per mille, as airOS reports it, is refused.
pub(super) fn ccq(scalar: &Scalar<'_>) -> Parsed<i16> {
    measured(scalar, &(1..=255), |rest| is_unit(rest, "%"))
}

/// Metres, up to what no radio reaches.
pub(super) fn distance(scalar: &Scalar<'_>) -> Parsed<i32> {
    measured(scalar, &(1..=1_000_000), |rest| is_unit(rest, "m"))
}

/// dBm. RouterOS reports values as low as −117.
pub(super) fn noise_floor(scalar: &Scalar<'_>) -> Parsed<i16> {
    measured(scalar, &(-140..=-30), |rest| is_unit(rest, "dBm"))
}

/// dBm.
pub(super) fn tx_power(scalar: &Scalar<'_>) -> Parsed<i16> {
    measured(scalar, &(-30..=80), |rest| is_unit(rest, "dBm"))
}

/// A count; here 0 means none. Beyond the bound it is no count of clients.
pub(super) fn clients(scalar: &Scalar<'_>) -> Parsed<i32> {
    match scalar {
        Scalar::Text(text) if text.trim().is_empty() => Ok(None),
        Scalar::Unreadable => Err(Refused),
        Scalar::Int(_) | Scalar::Float(_) | Scalar::Text(_) => {
            measured(scalar, &(1..=100_000), str::is_empty).map(|count| Some(count.unwrap_or(0)))
        }
    }
}

/// Whether the text is an IP address.
pub(super) fn is_ip(text: &str) -> bool {
    text.parse::<IpAddr>().is_ok()
}

fn is_unit(rest: &str, unit: &str) -> bool {
    rest.is_empty() || rest.eq_ignore_ascii_case(unit)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn signals_as_captured() {
        for (text, expected) in [
            ("-67", Ok(Some(-67))),
            ("-62@1Mbps", Ok(Some(-62))),
            ("-51@1Mbps", Ok(Some(-51))),
            ("-65dBm@1Mbps", Ok(Some(-65))),
            ("-66dBm@HT20-7", Ok(Some(-66))),
            ("-71 dBm", Ok(Some(-71))),
            ("-120", Ok(Some(-120))),
            ("-10", Ok(Some(-10))),
            ("", Ok(None)),
            ("0", Ok(None)),
            ("0@1Mbps", Ok(None)),
            ("-9", Err(Refused)),
            ("-121", Err(Refused)),
            ("4", Err(Refused)),
            ("-67,-70", Err(Refused)),
            ("-67%", Err(Refused)),
            ("@1Mbps", Err(Refused)),
            ("weak", Err(Refused)),
        ] {
            assert_eq!(signal(&Scalar::from(text)), expected, "{text:?}");
        }
        for (number, expected) in [
            (-67, Ok(Some(-67))),
            (0, Ok(None)),
            (161, Err(Refused)),
            (4, Err(Refused)),
        ] {
            assert_eq!(signal(&Scalar::Int(number)), expected, "{number}");
        }
    }

    #[test]
    fn quality_as_captured() {
        for (scalar, expected) in [
            (Scalar::Int(96), Ok(Some(96))),
            (Scalar::Int(113), Ok(Some(113))),
            (Scalar::from("96%"), Ok(Some(96))),
            (Scalar::from("255"), Ok(Some(255))),
            (Scalar::Int(0), Ok(None)),
            (Scalar::Int(991), Err(Refused)),
            (Scalar::Int(256), Err(Refused)),
            (Scalar::Int(-1), Err(Refused)),
        ] {
            assert_eq!(ccq(&scalar), expected, "{scalar:?}");
        }
    }

    #[test]
    fn other_quantities() {
        assert_eq!(snr(&Scalar::Int(42)), Ok(Some(42)));
        assert_eq!(snr(&Scalar::from("52 dB")), Ok(Some(52)));
        assert_eq!(snr(&Scalar::Int(-9)), Ok(Some(-9)));
        assert_eq!(snr(&Scalar::Int(200)), Err(Refused));
        for (metres, expected) in [
            (4, Ok(Some(4))),
            (3450, Ok(Some(3450))),
            (0, Ok(None)),
            (-1, Err(Refused)),
        ] {
            assert_eq!(distance(&Scalar::Int(metres)), expected, "{metres}");
        }
        assert_eq!(
            distance(&Scalar::Int(i64::from(i32::MAX) + 1)),
            Err(Refused)
        );
        assert_eq!(noise_floor(&Scalar::Int(-117)), Ok(Some(-117)));
        assert_eq!(noise_floor(&Scalar::Int(0)), Ok(None));
        assert_eq!(noise_floor(&Scalar::Int(161)), Err(Refused));
        assert_eq!(tx_power(&Scalar::from("28dBm")), Ok(Some(28)));
        assert_eq!(clients(&Scalar::Int(0)), Ok(Some(0)));
        assert_eq!(clients(&Scalar::from("61")), Ok(Some(61)));
        assert_eq!(clients(&Scalar::from("")), Ok(None));
        assert_eq!(clients(&Scalar::Int(-1)), Err(Refused));
        assert_eq!(clients(&Scalar::Unreadable), Err(Refused));
        assert!(is_ip("192.168.88.10") && is_ip("fe80::1") && !is_ip("192.168.88"));
    }

    proptest! {
        #[test]
        fn every_quantity_keeps_to_its_range(text in "-?[0-9]{0,6}(\\.[0-9]{0,3})?.{0,6}", int in -2000_i64..2000) {
            for scalar in [Scalar::from(text), Scalar::Int(int)] {
                prop_assert!(signal(&scalar).ok().flatten().is_none_or(|v| (-120..=-10).contains(&v)));
                prop_assert!(ccq(&scalar).ok().flatten().is_none_or(|v| (1..=255).contains(&v)));
                prop_assert!(distance(&scalar).ok().flatten().is_none_or(|v| v > 0));
                prop_assert!(clients(&scalar).ok().flatten().is_none_or(|v| v >= 0));
            }
        }
    }
}
