//! Whatever a poller sends: nothing panics, and what comes out is within its ranges.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use super::tests::{KINDS, message, now};
use super::*;
use crate::message::Client;

const FIELDS: [&str; 20] = [
    "interface",
    "mac_address",
    "signal_strength",
    "tx_signal_strength",
    "signal_to_noise",
    "tx_ccq",
    "tx_rate",
    "rx_rate",
    "uptime",
    "distance",
    "last_ip",
    "ap",
    "authorized",
    "noise_floor",
    "channel_width",
    "tx_power",
    "registered_clients",
    "name",
    "type",
    "running",
];

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[-0-9wdhms:.@/MGkbps]{0,12}",
        ".{0,12}",
        "[0-9A-FX]{2}(:[0-9A-FX]{2}){5}"
    ]
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        (-130_i64..300).prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any_text().prop_map(Value::from),
    ];
    leaf.prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..3).prop_map(Value::from),
            inner.prop_map(|value| json!({ "x": value })),
        ]
    })
}

fn any_row() -> impl Strategy<Value = Value> {
    let fields = vec((select(&FIELDS[..]), any_value()), 0..12);
    (any::<u8>(), fields).prop_map(|(last, fields)| {
        let mut row = json!({ "mac_address": format!("6C:3B:6B:A2:00:{last:02X}") });
        for (name, value) in fields {
            row[name] = value;
        }
        row
    })
}

fn is_in_range(client: &Client) -> bool {
    let reading = &client.reading;
    let signals = [reading.signal, reading.remote_signal];
    let rates = [&reading.tx_rate, &reading.rx_rate].into_iter().flatten();
    let texts = [&reading.interface, &reading.last_ip].into_iter().flatten();
    client.mac.is_identity()
        && signals
            .iter()
            .flatten()
            .all(|dbm| (-120..=-10).contains(dbm))
        && reading
            .ccq
            .is_none_or(|percent| (1..=255).contains(&percent))
        && reading.distance_m.is_none_or(|metres| metres > 0)
        && reading.uptime_s.is_none_or(|seconds| seconds >= 0)
        && rates.filter_map(|rate| rate.kbps).all(|kbps| kbps > 0)
        && texts
            .into_iter()
            .all(|text| !text.contains(char::is_control))
}

proptest! {
    #[test]
    fn no_bytes_panic(payload: Vec<u8>, text in ".{0,200}", subject in ".{0,60}") {
        for kind in KINDS {
            prop_assert!(decode(kind, &subject, &payload, now()).is_err());
            prop_assert!(decode(kind, &subject, text.as_bytes(), now()).is_err());
        }
    }

    #[test]
    fn clients_are_in_range_and_listed_once(rows in vec(any_row(), 0..6), value in any_value()) {
        let body = json!({ "registrations": rows, "rf_stats": rows, "interval_s": value });
        match message(Kind::Registrations, &body) {
            Ok(Decoded { message: Message::Poll(poll), .. }) => {
                prop_assert!(poll.interval_s.is_none_or(|seconds| (1..=86_400).contains(&seconds)));
                prop_assert!(poll.clients.iter().all(is_in_range));
                let mut macs: Vec<_> = poll.clients.iter().map(|client| client.mac).collect();
                macs.sort_unstable();
                prop_assert!(macs.windows(2).all(|pair| pair[0] != pair[1]));
            }
            Ok(other) => prop_assert!(false, "{other:?}"),
            Err(reject) => prop_assert_eq!(reject.code, RejectCode::UnreadableMacs),
        }
    }

    #[test]
    fn fields_of_any_type_cost_no_message(rows in vec(any_row(), 1..6), value in any_value()) {
        let status = json!({ "status": "online", "board_name": value, "serial_number": value });
        prop_assert!(message(Kind::Status, &status).is_ok());
        if let Err(reject) = message(Kind::Interfaces, &json!({ "interfaces": rows })) {
            prop_assert_eq!(reject.code, RejectCode::UnreadableMacs);
        }
    }
}
