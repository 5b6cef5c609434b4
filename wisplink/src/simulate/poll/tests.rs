use std::collections::BTreeSet;

use chrono::TimeDelta;
use entity::model::device::DeviceStatus;
use entity::wire::subject;
use ingest::decode::{Dropped, Kind, decode};
use serde_json::Value;

use super::*;
use crate::simulate::network::{Network, Tenant};
use crate::simulate::{Size, snapshot};

const INTERVAL: Duration = Duration::from_secs(5);

fn begin() -> DateTime<Utc> {
    "2026-03-01T12:00:00.123456789Z".parse().unwrap()
}

fn polls(network: &Network, at: DateTime<Utc>) -> Vec<Registrations<'_>> {
    let weather = Weather::new(INTERVAL);
    network
        .targets(INTERVAL)
        .map(|target| poll(target, weather, at))
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
             tx_rate rx_rate uptime distance last_ip"
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
    for (id, device) in network.tenants().flat_map(Tenant::devices) {
        let tenant = TenantId::new();
        let interfaces = snapshot::interfaces(tenant, id, device, begin());
        let status = snapshot::status(tenant, id, device, DeviceStatus::Online, begin());
        let payloads = [
            (
                Kind::Interfaces,
                subject::INTERFACES,
                serde_json::to_vec(&interfaces).unwrap(),
            ),
            (
                Kind::Status,
                subject::STATUS,
                serde_json::to_vec(&status).unwrap(),
            ),
        ];
        for (kind, family, payload) in payloads {
            let subject = family.replace('>', &id.to_string());
            let decoded = decode(kind, &subject, &payload, begin()).unwrap();
            assert_eq!(decoded.dropped, Dropped::default());
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
    for second in 0..600 {
        let polls = polls(&network, begin() + TimeDelta::seconds(second));
        let rows = polls
            .iter()
            .filter_map(|poll| poll.registrations.as_ref())
            .flatten();
        let macs: Vec<_> = rows.map(|row| row.mac_address.as_deref()).collect();
        assert_eq!(macs.iter().collect::<BTreeSet<_>>().len(), macs.len());
    }
}
