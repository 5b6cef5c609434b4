//! Who is linked with whom: roaming, point-to-point, two radios, rows that are no clients.

use chrono::TimeDelta;
use entity::link_state::EventReason;
use entity::model::ap_poll::PollOutcome;
use uuid::Uuid;

use super::*;
use crate::message::Reading;

/// Devices by number; device `n` has the radios `n.0`, `n.1` …
fn device(number: u8) -> DeviceId {
    DeviceId(Uuid::from_u128(number.into()))
}

fn radio(number: u8, index: u8) -> MacAddress {
    MacAddress::new([2, 0, 0, 0, number, index])
}

fn minute(minute: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::minutes(minute)
}

fn client(number: u8, index: u8) -> Client {
    Client {
        mac: radio(number, index),
        is_ap: false,
        is_authorized: true,
        reading: Arc::new(Reading {
            signal: Some(-60),
            ..Reading::default()
        }),
    }
}

fn up(mut client: Client, uptime_s: i32) -> Client {
    Arc::make_mut(&mut client.reading).uptime_s = Some(uptime_s);
    client
}

fn at_signal(mut client: Client, signal: i16) -> Client {
    Arc::make_mut(&mut client.reading).signal = Some(signal);
    client
}

/// A network whose polls are heard one by one, each in a batch of its own.
#[derive(Default)]
struct Network {
    links: Vec<Link>,
    told: Vec<String>,
}

impl Network {
    fn hear(&mut self, ap: u8, at: DateTime<Utc>, clients: &[Client]) {
        let radios: Vec<_> = (1..=9)
            .flat_map(|number| [0, 1].map(|index| (radio(number, index), device(number))))
            .collect();
        let tenant = TenantId(Uuid::nil());
        let owners = Owners::of_radios(&radios);
        let mut decider = Decider::new(tenant, owners, std::mem::take(&mut self.links));
        let poll = Poll {
            tenant,
            ap: device(ap),
            collected_at: at,
            outcome: PollOutcome::Ok,
            interval_s: None,
            clients: clients.to_vec(),
            radios: Vec::new(),
        };
        let before = decider.links.all();
        decider.hear(&poll, &Policy::default());
        let decisions = decider.finish();
        self.told.extend(decisions.events.iter().map(tell));
        let new = [decisions.created, decisions.changed].concat();
        let is_new = |link: &Link| new.iter().any(|new| new.id == link.id);
        self.links = before.into_iter().filter(|link| !is_new(link)).collect();
        self.links.extend(new);
    }

    fn take_told(&mut self) -> Vec<String> {
        std::mem::take(&mut self.told)
    }

    fn connected(&self) -> Vec<(DeviceId, DeviceId)> {
        let connected = self.links.iter().filter(|link| link.state.is_connected());
        let mut ends: Vec<_> = connected.map(|link| (link.ap, link.cpe)).collect();
        ends.sort();
        ends
    }
}

/// `5 at 1: ROAMED` or `5 at 2: FIRST_SEEN from 1`.
fn tell(told: &Told) -> String {
    let number = |device: DeviceId| device.0.as_u128();
    let Told { ends, event, .. } = told;
    let reason = event.reason.as_str().to_uppercase();
    let other = event.other_ap.map(|ap| match event.reason {
        EventReason::Roamed => format!(" to {}", number(ap)),
        _ => format!(" from {}", number(ap)),
    });
    let other = other.unwrap_or_default();
    format!(
        "{} at {}: {reason}{other}",
        number(ends.cpe),
        number(ends.ap)
    )
}

#[test]
fn a_client_that_roams_has_one_link_and_both_events_name_the_other_ap() {
    let mut network = Network::default();
    network.hear(1, minute(0), &[up(client(5, 0), 600)]);
    network.hear(1, minute(1), &[up(client(5, 0), 660)]);
    network.take_told();
    network.hear(2, minute(2), &[up(client(5, 0), 20)]);
    assert_eq!(
        network.take_told(),
        ["5 at 1: ROAMED to 2", "5 at 2: FIRST_SEEN from 1"]
    );
    assert_eq!(network.connected(), [(device(2), device(5))]);

    // The AP it left lists it a while longer.
    network.hear(1, minute(3), &[up(client(5, 0), 780)]);
    network.hear(2, minute(3), &[up(client(5, 0), 80)]);
    assert_eq!(network.take_told(), ["5 at 2: CONFIRMED"]);

    network.hear(1, minute(4), &[up(client(5, 0), 10)]);
    assert_eq!(
        network.take_told(),
        ["5 at 2: ROAMED to 1", "5 at 1: SEEN_AGAIN from 2"]
    );
}

#[test]
fn two_lists_of_one_client_without_uptimes_do_not_flap() {
    let mut network = Network::default();
    for time in 0..20 {
        network.hear(1, minute(time), &[client(5, 0)]);
        network.hear(2, minute(time) + TimeDelta::seconds(30), &[client(5, 0)]);
    }
    let roams = network.told.iter().filter(|told| told.contains("ROAMED"));
    assert_eq!(roams.count(), 1, "{:?}", network.told);
    assert_eq!(network.connected().len(), 1);
}

#[test]
fn two_radios_of_one_cpe_are_two_links() {
    let mut network = Network::default();
    network.hear(1, minute(0), &[client(5, 0)]);
    network.hear(2, minute(1), &[client(5, 1)]);
    assert_eq!(
        network.connected(),
        [(device(1), device(5)), (device(2), device(5))]
    );
}

#[test]
fn both_ends_of_a_point_to_point_link_are_one_link_with_both_signals() {
    let mut network = Network::default();
    network.hear(1, minute(0), &[at_signal(client(2, 0), -61)]);
    network.hear(2, minute(0), &[at_signal(client(1, 0), -63)]);
    network.hear(1, minute(1), &[at_signal(client(2, 0), -62)]);
    let [link] = network.links.as_slice() else {
        panic!("{:?}", network.links)
    };
    assert_eq!((link.ap, link.cpe), (device(1), device(2)));
    assert_eq!(
        link.reading.as_ref().and_then(|reading| reading.signal),
        Some(-62)
    );
    assert_eq!(link.remote_signal, Some(-63));
}

#[test]
fn an_ap_in_a_stations_own_table_is_no_client() {
    let mut network = Network::default();
    let ap = Client {
        is_ap: true,
        ..client(1, 0)
    };
    network.hear(5, minute(0), std::slice::from_ref(&ap));
    assert!(network.links.is_empty());
    network.hear(1, minute(0), &[client(5, 0)]);
    network.hear(5, minute(1), &[at_signal(ap, -70)]);
    assert_eq!(network.links.len(), 1);
    assert_eq!(network.links[0].remote_signal, Some(-70));
}

#[test]
fn a_device_that_lists_itself_has_no_link_with_itself() {
    let mut network = Network::default();
    network.hear(1, minute(0), &[client(1, 1), client(5, 0)]);
    assert_eq!(network.connected(), [(device(1), device(5))]);
}
