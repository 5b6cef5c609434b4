//! Values as RouterOS prints them.

use std::fmt::Write as _;

use chrono::{DateTime, SecondsFormat, Utc};

/// The slowest to the fastest coding of 802.11n: the signal-to-noise ratio each needs in dB, and
/// its rate in 100 kbit/s at 20 and at 40 MHz, one stream, long guard interval.
const CODINGS: [(i64, u32, u32); 8] = [
    (5, 65, 135),
    (8, 130, 270),
    (11, 195, 405),
    (14, 260, 540),
    (18, 390, 810),
    (22, 520, 1080),
    (24, 585, 1215),
    (26, 650, 1350),
];

/// With so much to spare, in dB, radios shorten the guard interval.
const SPARE_DB: i64 = 3;

/// The rate that two streams reach: "130Mbps-20MHz/2S", "300Mbps-40MHz/2S/SGI".
pub(super) fn rate(snr: i64, width_mhz: u32) -> String {
    const STREAMS: u32 = 2;

    let reached = CODINGS.iter().rev().find(|(needed, ..)| snr >= *needed);
    let (needed, at_20, at_40) = reached.unwrap_or(&CODINGS[0]);
    let long = STREAMS * if width_mhz == 20 { at_20 } else { at_40 };
    let (rate, guard) = if snr >= needed + SPARE_DB {
        // Ten ninths, rounded.
        ((10 * long + 4) / 9, "/SGI")
    } else {
        (long, "")
    };
    let fraction = match rate % 10 {
        0 => String::new(),
        tenth => format!(".{tenth}"),
    };
    format!(
        "{}{fraction}Mbps-{width_mhz}MHz/{STREAMS}S{guard}",
        rate / 10
    )
}

/// "2w6d13h21m53s"; units that are zero are left out.
pub(super) fn uptime(seconds: i64) -> String {
    const UNITS: [(i64, &str); 5] = [
        (604_800, "w"),
        (86_400, "d"),
        (3600, "h"),
        (60, "m"),
        (1, "s"),
    ];

    let mut rest = seconds.max(0);
    let mut text = String::new();
    for (unit, letter) in UNITS {
        if rest >= unit {
            let _ = write!(text, "{}{letter}", rest / unit);
            rest %= unit;
        }
    }
    if text.is_empty() {
        text.push_str("0s");
    }
    text
}

/// RFC 3339 with microseconds: as much as wisplink keeps.
pub(super) fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_those_of_the_standard() {
        for (snr, width, text) in [
            (2, 20, "13Mbps-20MHz/2S"),
            (14, 20, "52Mbps-20MHz/2S"),
            (17, 20, "57.8Mbps-20MHz/2S/SGI"),
            (21, 20, "86.7Mbps-20MHz/2S/SGI"),
            (24, 20, "117Mbps-20MHz/2S"),
            (26, 20, "130Mbps-20MHz/2S"),
            (29, 20, "144.4Mbps-20MHz/2S/SGI"),
            (26, 40, "270Mbps-40MHz/2S"),
            (45, 40, "300Mbps-40MHz/2S/SGI"),
        ] {
            assert_eq!(rate(snr, width), text, "{snr} dB");
        }
    }

    #[test]
    fn uptimes_leave_out_what_is_zero() {
        for (seconds, text) in [
            (-1, "0s"),
            (0, "0s"),
            (59, "59s"),
            (3600, "1h"),
            (302_707, "3d12h5m7s"),
            (1_776_113, "2w6d13h21m53s"),
        ] {
            assert_eq!(uptime(seconds), text);
        }
    }
}
