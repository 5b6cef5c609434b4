//! The interfaces of a device, as far as they can tell whose a MAC address is.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use chrono::{DateTime, Utc};
use entity::mac::MacAddress;
use entity::wire::interfaces::{self as wire, Interfaces};

use super::dropped::Dropped;
use super::header::{Header, Texts};
use super::reject::{Reject, RejectCode};
use super::text;
use crate::message::{Interface, InterfaceSnapshot};

pub(super) fn read(
    subject: &str,
    payload: &[u8],
    now: DateTime<Utc>,
    dropped: &mut Dropped,
) -> Result<InterfaceSnapshot, Reject> {
    let wire: Interfaces<'_> = serde_json::from_slice(payload)?;
    let texts = Texts {
        subject,
        tenant: &wire.tenant_id,
        device: &wire.device_id,
        at: &wire.collected_at,
    };
    let header = Header::read(&texts, now)?;
    let interfaces = set(wire.interfaces, dropped);
    // An empty set would take all addresses from the device.
    if interfaces.is_empty() && dropped.rows > 0 {
        let detail = format!(
            "none of {} rows can be read; {:?}",
            dropped.rows, dropped.sample
        );
        return Err(Reject::new(RejectCode::UnreadableMacs, &detail));
    }
    Ok(InterfaceSnapshot {
        tenant: header.tenant,
        device: header.device,
        collected_at: header.at,
        interfaces,
    })
}

/// Each name once; of several the last, as it would be had they come one after the other.
fn set(rows: Vec<wire::Interface<'_>>, dropped: &mut Dropped) -> Vec<Interface> {
    let mut interfaces: Vec<Interface> = Vec::with_capacity(rows.len());
    let mut places: HashMap<String, usize> = HashMap::with_capacity(rows.len());
    for interface in rows.into_iter().filter_map(|row| interface(row, dropped)) {
        match places.entry(interface.name.clone()) {
            Entry::Vacant(place) => {
                place.insert(interfaces.len());
                interfaces.push(interface);
            }
            Entry::Occupied(place) => {
                if let Some(known) = interfaces.get_mut(*place.get()) {
                    *known = interface;
                }
            }
        }
    }
    interfaces
}

fn interface(row: wire::Interface<'_>, dropped: &mut Dropped) -> Option<Interface> {
    let is_empty = row.name.is_empty() && row.mac_address.is_none() && row.r#type.is_none();
    let name = text::storable(&row.name).ok().flatten();
    let (Some(name), false) = (name, is_empty) else {
        dropped.row("name", Some(&row.name));
        return None;
    };
    let text = row
        .mac_address
        .as_deref()
        .map(str::trim)
        .filter(|text| !text.is_empty())?;
    let Ok(mac) = text.parse::<MacAddress>() else {
        dropped.row("mac_address", Some(text));
        return None;
    };
    mac.is_identity().then(|| Interface {
        name: name.to_owned(),
        mac,
        kind: dropped
            .text("type", row.r#type, |_| true)
            .unwrap_or_default(),
        running: row.running,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::Kind;
    use crate::decode::tests::{code, text};
    use crate::message::Message;

    fn snapshot(body: &str) -> (InterfaceSnapshot, Dropped) {
        let decoded = text(Kind::Interfaces, body).unwrap();
        match decoded.message {
            Message::Interfaces(snapshot) => (snapshot, decoded.dropped),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn interfaces_with_an_address_are_kept_once_a_name() {
        let (found, dropped) = snapshot(
            r#"{"interfaces":[
            {"name":"wlan1","mac_address":"6C:3B:6B:A2:00:FC","type":"wlan","running":true},
            {"name":"pppoe-out1","mac_address":"","type":"pppoe-out"},
            {"name":"gre1"},
            {"name":"lo","mac_address":"00:00:00:00:00:00","type":"loopback"},
            {"name":"ether1","mac_address":"XX:3B:6B:A2:00:FD"},
            {"name":"","mac_address":"6C:3B:6B:A2:00:FF"},
            "row",
            {"name":"wlan1","mac_address":"6C:3B:6B:A2:00:FE","type":"wlan","running":false},
            {"name":"bridge","mac_address":"6c3b.6ba2.00fe"}]}"#,
        );
        let found: Vec<_> = found
            .interfaces
            .into_iter()
            .map(|i| (i.name, i.mac.to_string(), i.kind, i.running))
            .collect();
        let expected = |name: &str, kind: &str| {
            (
                name.to_owned(),
                "6C:3B:6B:A2:00:FE".to_owned(),
                kind.to_owned(),
                false,
            )
        };
        assert_eq!(found, [expected("wlan1", "wlan"), expected("bridge", "")]);
        assert_eq!((dropped.rows, dropped.values), (3, 0));
    }

    #[test]
    fn a_set_of_interfaces_is_a_list_that_can_be_read() {
        assert!(snapshot(r#"{"interfaces":[]}"#).0.interfaces.is_empty());
        for (body, expected) in [
            ("{}", RejectCode::WrongType),
            (r#"{"interfaces":null}"#, RejectCode::WrongType),
            (
                r#"{"interfaces":[{"name":"a","mac_address":"XX"}]}"#,
                RejectCode::UnreadableMacs,
            ),
        ] {
            assert_eq!(code(Kind::Interfaces, body), expected, "{body}");
        }
    }
}
