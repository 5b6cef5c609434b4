use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;
use entity::ids::{DeviceId, TenantId};
use entity::model::device::DeviceStatus;
use entity::wire::subject;
use ingest::decode::{Dropped, Kind, decode};
use serde_json::Value;

use super::*;
use crate::simulate::network::Network;
use crate::simulate::{Size, snapshot};

const INTERVAL: Duration = Duration::from_secs(5);

fn begin() -> DateTime<Utc> {
    "2026-03-01T12:00:00.123456789Z".parse().unwrap()
}

fn target(spot: Spot<'_>) -> Target<'_> {
    Target {
        spot,
        speed: Speed::new(60),
        radios_at: None,
        interval: INTERVAL,
    }
}

fn polls(network: &Network, at: DateTime<Utc>) -> Vec<Message<'_>> {
    let targets = network.spots().map(target);
    targets.filter_map(|target| target.poll(at)).collect()
}

fn rows(polls: &[Message<'_>]) -> BTreeMap<MacAddress, i64> {
    let rows = polls.iter().filter_map(|poll| poll.registrations.as_ref());
    rows.flatten()
        .map(|row| (row.mac_address, row.signal_strength))
        .collect()
}

fn keys(value: &Value) -> BTreeSet<&str> {
    value
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect()
}

#[test]
fn fields_have_the_names_that_pollers_give_them() {
    let network = Network::example(1, Size::default());
    let message = serde_json::to_value(&polls(&network, begin())[0]).unwrap();
    let names = |text: &'static str| text.split(' ').collect::<BTreeSet<_>>();
    assert_eq!(
        keys(&message),
        names("device_id tenant_id collected_at registrations rf_stats poll interval_s")
    );
    assert_eq!(message["collected_at"], "2026-03-01T12:00:00.123456Z");
    assert_eq!(message["poll"], "ok");
    assert_eq!(message["interval_s"], 5);
    assert_eq!(
        keys(&message["registrations"][0]),
        names(
            "interface mac_address signal_strength tx_signal_strength signal_to_noise tx_ccq \
             tx_rate rx_rate uptime distance last_ip bytes"
        )
    );
    assert_eq!(
        keys(&message["rf_stats"][0]),
        names("interface noise_floor channel_width tx_power registered_clients")
    );
}

#[test]
fn wisplink_understands_all_of_it() {
    let network = Network::example(1, Size::default());
    for minute in 0..60 {
        let at = begin() + TimeDelta::minutes(minute);
        for poll in polls(&network, at) {
            let subject = subject::REGISTRATIONS.replace('>', &poll.device_id);
            let payload = serde_json::to_vec(&poll).unwrap();
            let decoded = decode(Kind::Registrations, &subject, &payload, at).unwrap();
            assert_eq!(decoded.dropped, Dropped::default());
        }
    }
    let now = Speed::new(60).moment(begin());
    for (id, device) in network.tenants().flat_map(|tenant| tenant.devices(now)) {
        let tenant = TenantId::new();
        let interfaces = snapshot::interfaces(tenant, id, &device, begin());
        let status = snapshot::status(tenant, id, &device, DeviceStatus::Online, begin());
        understood(Kind::Interfaces, subject::INTERFACES, id, &interfaces);
        understood(Kind::Status, subject::STATUS, id, &status);
    }
}

fn understood(kind: Kind, family: &str, id: DeviceId, message: &impl Serialize) {
    let subject = family.replace('>', &id.to_string());
    let payload = serde_json::to_vec(message).unwrap();
    let decoded = decode(kind, &subject, &payload, begin()).unwrap();
    assert_eq!(decoded.dropped, Dropped::default());
}

#[test]
fn the_same_seed_makes_the_same_polls() {
    let told = |seed| {
        let network = Network::example(seed, Size::default());
        let polls =
            (0..30).map(|minute| rows(&polls(&network, begin() + TimeDelta::minutes(minute))));
        polls.collect::<Vec<_>>()
    };
    assert_eq!(told(1), told(1));
    assert_ne!(told(1), told(2));
}

#[test]
fn at_another_speed_the_same_things_happen() {
    let network = Network::example(1, Size::default());
    let fast = polls(&network, DateTime::UNIX_EPOCH + TimeDelta::days(20_000));
    let slow = network.spots().filter_map(|spot| {
        let target = Target {
            speed: Speed::new(1),
            ..target(spot)
        };
        target.poll(DateTime::UNIX_EPOCH + TimeDelta::days(60 * 20_000))
    });
    assert_eq!(rows(&fast), rows(&slow.collect::<Vec<_>>()));
}

#[test]
fn whatever_is_measured_can_be_believed() {
    let network = Network::example(1, Size::default());
    for minute in 0..60 {
        for poll in polls(&network, begin() + TimeDelta::minutes(minute)) {
            for row in poll.registrations.iter().flatten() {
                assert!((-95..=-38).contains(&row.signal_strength), "{row:?}");
                assert!((5..=100).contains(&row.tx_ccq), "{row:?}");
                assert!((0..=70).contains(&row.signal_to_noise), "{row:?}");
                assert!(row.distance <= 9_000, "{row:?}");
            }
        }
    }
}

#[test]
fn radios_count_the_clients_they_list() {
    let network = Network::example(1, Size::default());
    for poll in polls(&network, begin())
        .iter()
        .filter(|poll| poll.registrations.is_some())
    {
        let message = serde_json::to_value(poll).unwrap();
        let rows = message["registrations"].as_array().unwrap().len();
        let counts = message["rf_stats"].as_array().unwrap().iter();
        let counted: u64 = counts
            .map(|radio| radio["registered_clients"].as_u64().unwrap())
            .sum();
        assert_eq!(usize::try_from(counted).unwrap(), rows);
    }
}

#[test]
fn a_client_is_at_one_ap_at_a_time() {
    let network = Network::example(3, Size::default());
    let mut roamed = BTreeMap::<_, BTreeSet<_>>::new();
    for second in (0..1_200).step_by(5) {
        let mut now = BTreeSet::new();
        for poll in polls(&network, begin() + TimeDelta::seconds(second)) {
            for row in poll.registrations.iter().flatten() {
                assert!(now.insert(row.mac_address), "{row:?}");
                let aps = roamed.entry(row.mac_address).or_default();
                aps.insert(poll.device_id.clone());
            }
        }
    }
    let roamed = roamed.values().filter(|aps| aps.len() > 1).count();
    assert!(roamed > 3, "{roamed} clients were at two APs");
}

#[test]
fn rain_weakens_the_links_of_a_site_together() {
    let network = Network::example(1, Size::default());
    let tenant = network.tenants().next().unwrap();
    let speed = Speed::new(60);
    let rain = |site: usize, second: i64| {
        let now = speed.moment(begin() + TimeDelta::seconds(second));
        let place = tenant.sites[site].plan.place;
        tenant.sky.rain_mm_h(place, now)
    };
    let seconds = || (0..7_200).step_by(10);
    let wettest = seconds().max_by(|a, b| rain(0, *a).total_cmp(&rain(0, *b)));
    let wettest = wettest.unwrap();
    let dry = seconds().filter(|second| (second - wettest).abs() < 900 && rain(0, *second) < 0.1);
    let dry = dry.min_by_key(|second| (second - wettest).abs()).unwrap();
    let heard = |second| {
        let at = begin() + TimeDelta::seconds(second);
        let spots = network.spots().take(tenant.sites[0].aps.len());
        let polls: Vec<_> = spots.filter_map(|spot| target(spot).poll(at)).collect();
        rows(&polls)
    };
    let (wet, dry) = (heard(wettest), heard(dry));
    let both = dry
        .iter()
        .filter_map(|(mac, dry)| Some(dry - wet.get(mac)?));
    let losses: Vec<_> = both.collect();
    let weaker = losses.iter().filter(|loss| **loss >= 1).count();
    assert!(losses.len() > 10, "{losses:?}");
    assert!(
        weaker * 10 > losses.len() * 8,
        "{losses:?} dB in {} mm/h",
        rain(0, wettest)
    );
}

#[test]
fn interference_raises_the_noise_and_spoils_the_quality() {
    let network = Network::example(1, Size::default());
    let spot = network.spots().next().unwrap();
    let speed = Speed::new(60);
    let noise = |second: i64| {
        let now = speed.moment(begin() + TimeDelta::seconds(second));
        trouble::interference_db(spot.ap().plan.fate, now)
    };
    let answers = |second: &i64| {
        let at = begin() + TimeDelta::seconds(*second);
        target(spot)
            .poll(at)
            .is_some_and(|poll| poll.registrations.is_some())
    };
    let seconds = || (0..7_200).step_by(10).filter(answers);
    let loudest = seconds()
        .max_by(|a, b| noise(*a).total_cmp(&noise(*b)))
        .unwrap();
    let quiet = seconds().find(|second| noise(*second) == 0.0).unwrap();
    let floor = |second| {
        let poll = target(spot).poll(begin() + TimeDelta::seconds(second));
        let message = serde_json::to_value(poll).unwrap();
        message["rf_stats"][0]["noise_floor"].as_i64().unwrap()
    };
    assert!(
        floor(loudest) >= floor(quiet) + 4,
        "{} and {}",
        floor(loudest),
        floor(quiet)
    );
}

#[test]
fn a_replaced_radio_is_told_of_once() {
    let network = Network::example(1, Size::default());
    let told = |from: i64, to: i64| {
        let between = |spot| {
            let time = |second| begin() + TimeDelta::seconds(second);
            target(spot).replaced(time(from), time(to)).count()
        };
        network.spots().map(between).sum::<usize>()
    };
    let day = 86_400;
    let steps: usize = (0..day / 600)
        .map(|step| told(step * 600, (step + 1) * 600))
        .sum();
    assert!(steps > 100, "{steps} radios were replaced in a day");
    assert!(told(0, 600) < 20, "{} in ten minutes", told(0, 600));
    assert_eq!(told(0, 0), 0);
}
