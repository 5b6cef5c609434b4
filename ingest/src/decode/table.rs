//! A registration table, read row by row: a table of 2,000 rows never stands in memory twice.
//!
//! # Invariants
//! - A MAC address is in the table once, and is one that can name a radio.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt;
use std::sync::Arc;

use entity::mac::MacAddress;
use entity::wire::registrations::Registration;
use entity::wire::row::Row;
use entity::wire::scalar::Scalar;
use serde::Deserialize;
use serde::de::{Deserializer, SeqAccess, Visitor};

use super::dropped::Dropped;
use super::{measure, rate, uptime};
use crate::message::{Client, Rate, Reading};

/// Room made ahead: most APs have fewer clients.
const USUAL_CLIENTS: usize = 32;

/// The clients an AP lists.
#[derive(Debug, Default)]
pub(super) struct Table {
    pub(super) clients: Vec<Client>,
    pub(super) dropped: Dropped,
    /// Whether there are rows, and none of them has a readable MAC address.
    pub(super) is_unreadable: bool,
}

impl<'de> Deserialize<'de> for Table {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(TableVisitor)
    }
}

struct TableVisitor;

impl<'de> Visitor<'de> for TableVisitor {
    type Value = Table;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of clients")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut rows: A) -> Result<Table, A::Error> {
        let mut table = Table::default();
        let mut places = HashMap::with_capacity(USUAL_CLIENTS);
        let mut is_any_readable = false;
        while let Some(Row(row)) = rows.next_element::<Row<Registration<'de>>>()? {
            let Some(mac) = mac(&row, &mut table.dropped) else {
                continue;
            };
            is_any_readable = true;
            if mac.is_identity() {
                let client = client(mac, row, &mut table.dropped);
                keep(&mut table.clients, &mut places, client);
            }
        }
        table.is_unreadable = !is_any_readable && table.dropped.rows > 0;
        Ok(table)
    }
}

fn mac(row: &Registration<'_>, dropped: &mut Dropped) -> Option<MacAddress> {
    let text = row.mac_address.as_deref();
    let mac = text.and_then(|text| text.parse().ok());
    if mac.is_none() {
        dropped.row("mac_address", text);
    }
    mac
}

fn client(mac: MacAddress, row: Registration<'_>, dropped: &mut Dropped) -> Client {
    let signal = row.signal_strength.as_ref();
    let remote_signal = row.tx_signal_strength.as_ref();
    let reading = Reading {
        interface: dropped.text("interface", row.interface, |_| true),
        signal: dropped.number("signal_strength", signal, measure::signal),
        remote_signal: dropped.number("tx_signal_strength", remote_signal, measure::signal),
        snr: dropped.number(
            "signal_to_noise",
            row.signal_to_noise.as_ref(),
            measure::snr,
        ),
        ccq: dropped.number("tx_ccq", row.tx_ccq.as_ref(), measure::ccq),
        tx_rate: speed("tx_rate", row.tx_rate.as_ref(), dropped),
        rx_rate: speed("rx_rate", row.rx_rate.as_ref(), dropped),
        distance_m: dropped.number("distance", row.distance.as_ref(), measure::distance),
        uptime_s: dropped.number("uptime", row.uptime.as_ref(), uptime::seconds),
        last_ip: dropped.text("last_ip", row.last_ip, measure::is_ip),
    };
    Client {
        mac,
        is_ap: row.ap.unwrap_or(false),
        is_authorized: row.authorized.unwrap_or(true),
        reading: Arc::new(reading),
    }
}

fn speed(field: &'static str, found: Option<&Scalar<'_>>, dropped: &mut Dropped) -> Option<Rate> {
    let rate = dropped.number(field, found, rate::rate)?;
    if rate.kbps.is_none() {
        dropped.value(field, &format_args!("{:?}", rate.text));
    }
    Some(rate)
}

/// Keeps one row a client. A client that moves between radios of one AP stays listed at the old
/// one for a while, with a signal that is weak or missing; and it is not yet, or no longer, allowed
/// to pass data there. The better row is where it is now.
fn keep(clients: &mut Vec<Client>, places: &mut HashMap<MacAddress, usize>, client: Client) {
    match places.entry(client.mac) {
        Entry::Vacant(place) => {
            place.insert(clients.len());
            clients.push(client);
        }
        Entry::Occupied(place) => {
            if let Some(known) = clients.get_mut(*place.get())
                && quality(&client) > quality(known)
            {
                *known = client;
            }
        }
    }
}

/// In this order: allowed to pass data, having a signal at all, having the stronger one.
fn quality(client: &Client) -> (bool, Option<i16>) {
    (client.is_authorized, client.reading.signal)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(json: &str) -> Table {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn a_row_is_read_in_full() {
        let found = table(
            r#"[{"interface":"wlan1","mac_address":"6c:3b:6b:a2:00:fc","signal_strength":"-62@1Mbps",
                "tx_ccq":113,"tx_rate":"130Mbps-40MHz/2S/SGI","rx_rate":54000000,"uptime":"3d12h5m7s",
                "distance":0,"last_ip":"10.0.0.7","tx_signal_strength":-76,"bytes":"1,2",
                "signal_to_noise":42,"ap":true,"authorized":false}]"#,
        );
        let reading = Reading {
            interface: Some("wlan1".to_owned()),
            signal: Some(-62),
            remote_signal: Some(-76),
            snr: Some(42),
            ccq: Some(113),
            tx_rate: Some(Rate {
                text: "130Mbps-40MHz/2S/SGI".to_owned(),
                kbps: Some(130_000),
            }),
            rx_rate: Some(Rate {
                text: "54000000".to_owned(),
                kbps: Some(54_000),
            }),
            distance_m: None,
            uptime_s: Some(302_707),
            last_ip: Some("10.0.0.7".to_owned()),
        };
        let mac = "6C:3B:6B:A2:00:FC".parse().unwrap();
        assert_eq!(
            found.clients,
            [Client {
                mac,
                is_ap: true,
                is_authorized: false,
                reading: Arc::new(reading),
            }]
        );
        assert!(found.dropped.is_empty(), "{:?}", found.dropped);
    }

    #[test]
    fn bad_rows_and_values_cost_themselves_only() {
        let found = table(
            r#"[{"mac_address":"XX:3B:6B:A2:00:FC"}, 5, null, [], {}, {"mac_address":7},
                {"mac_address":"00:00:00:00:00:00"}, {"mac_address":"00:00:5E:00:01:01"},
                {"mac_address":"6C3B6BA200FC","signal_strength":4,"tx_ccq":991,"tx_rate":"auto",
                 "uptime":true,"last_ip":"10.0.0","interface":"wlan\u0000"}]"#,
        );
        assert_eq!(found.clients.len(), 1);
        let tx_rate = Some(Rate {
            text: "auto".to_owned(),
            kbps: None,
        });
        assert_eq!(
            *found.clients[0].reading,
            Reading {
                tx_rate,
                ..Reading::default()
            }
        );
        let sample = Some(r#"mac_address: "XX:3B:6B:A2:00:FC""#.to_owned());
        assert_eq!(
            found.dropped,
            Dropped {
                rows: 6,
                values: 6,
                sample
            }
        );
        assert!(!found.is_unreadable);
    }

    #[test]
    fn a_table_without_any_readable_row_is_unreadable() {
        assert!(table(r#"[{"mac_address":"XX:XX:XX:XX:XX:XX"}, {}]"#).is_unreadable);
        assert!(!table(r#"[{"mac_address":"FF:FF:FF:FF:FF:FF"}, {}]"#).is_unreadable);
        assert!(!table("[]").is_unreadable);
    }

    #[test]
    fn the_better_of_two_rows_is_kept_whatever_their_order() {
        let row = |interface: &str, rest: &str| {
            format!(r#"{{"mac_address":"6C3B6BA200FC","interface":"{interface}"{rest}}}"#)
        };
        for (better, worse) in [
            (r#","signal_strength":-60"#, r#","signal_strength":-97"#),
            (r#","signal_strength":-97"#, r#","signal_strength":0"#),
            (
                r#","signal_strength":-80"#,
                r#","signal_strength":-60,"authorized":false"#,
            ),
        ] {
            let (better, worse) = (row("better", better), row("worse", worse));
            for rows in [format!("[{better},{worse}]"), format!("[{worse},{better}]")] {
                let found = table(&rows);
                assert_eq!(found.clients.len(), 1, "{rows}");
                assert_eq!(
                    found.clients[0].reading.interface.as_deref(),
                    Some("better"),
                    "{rows}"
                );
                assert!(found.dropped.is_empty());
            }
        }
    }
}
