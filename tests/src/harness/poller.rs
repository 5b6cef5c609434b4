//! A poller: publishes what the `RouterOS` poller of "The Other Dude" publishes, byte for byte as
//! JSON, on the real streams.

use std::ops::Range;
use std::time::Duration;

use async_nats::jetstream;
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use entity::ids::DeviceId;
use serde_json::{Value, json};

use super::tenant::{Tenant, radio};
use super::world::{World, eventually};

/// Publishes for one tenant.
pub struct Poller {
    jetstream: jetstream::Context,
    tenant: Tenant,
    /// When the first poll was, as this test tells it.
    start: DateTime<Utc>,
}

/// How long a poller waits for the stream before it publishes again.
const RETRY: Duration = Duration::from_millis(300);

/// A client in a registration table: which CPE, and its signal in dBm.
pub type Row = (usize, i16);

impl Poller {
    /// A poller of `tenant`'s devices. Its clock begins an hour ago: a minute there takes no time.
    pub async fn of(world: &World, tenant: &Tenant) -> Self {
        let micros = (Utc::now() - TimeDelta::hours(1)).timestamp_micros();
        Self {
            jetstream: jetstream::new(world.nats_client().await),
            tenant: tenant.clone(),
            start: DateTime::from_timestamp_micros(micros).unwrap(),
        }
    }

    /// The time `minute` minutes after the start.
    pub fn minute(&self, minute: i64) -> DateTime<Utc> {
        self.start + TimeDelta::minutes(minute)
    }

    /// Publishes a good poll of AP number `ap`.
    pub async fn poll(&self, ap: usize, minute: i64, rows: &[Row]) {
        self.publish_poll(ap, self.table(ap, self.minute(minute), rows))
            .await;
    }

    /// As [`poll`](Self::poll), with clients named by their addresses.
    pub async fn poll_clients(&self, ap: usize, minute: i64, clients: &[(String, i16)]) {
        let rows = clients
            .iter()
            .map(|(mac, signal)| registration(mac, *signal));
        let mut table = self.table(ap, self.minute(minute), &[]);
        table["registrations"] = rows.collect();
        self.publish_poll(ap, table).await;
    }

    /// Publishes a good poll of AP number `ap` for each of the `seconds` after the start. In each
    /// every client has associated anew: that makes one event for each client.
    pub async fn restless(&self, ap: usize, seconds: Range<i64>, rows: &[Row]) {
        let clients: Vec<_> = rows
            .iter()
            .map(|&(cpe, signal)| (radio(cpe), signal))
            .collect();
        self.restless_clients(ap, seconds, &clients).await;
    }

    /// As [`restless`](Self::restless), with clients named by their addresses.
    pub async fn restless_clients(
        &self,
        ap: usize,
        seconds: Range<i64>,
        clients: &[(String, i16)],
    ) {
        for second in seconds {
            let at = self.start + TimeDelta::seconds(second);
            let table = self.restless_table(ap, at, second, clients);
            self.publish_poll(ap, table).await;
        }
    }

    /// As [`restless`](Self::restless), one poll of the first client, again and again until the
    /// stream has it. Returns the time of the poll.
    pub async fn insist_restless(&self, ap: usize, second: i64) -> DateTime<Utc> {
        let at = self.start + TimeDelta::seconds(second);
        let table = self.restless_table(ap, at, second, &[(radio(0), -60)]);
        let subject = format!("wireless.registrations.{}", self.tenant.aps[ap]);
        self.insist_on(subject, table.to_string()).await;
        at
    }

    fn restless_table(
        &self,
        ap: usize,
        at: DateTime<Utc>,
        second: i64,
        clients: &[(String, i16)],
    ) -> Value {
        let rows = clients.iter().map(|(mac, signal)| {
            let mut row = registration(mac, *signal);
            row["uptime"] = format!("{}s", 100_000 - second).into();
            row
        });
        let mut table = self.table(ap, at, &[]);
        table["registrations"] = rows.collect();
        table
    }

    /// A registration table as it is sent.
    pub fn table(&self, ap: usize, at: DateTime<Utc>, rows: &[Row]) -> Value {
        let rows: Vec<Value> = rows
            .iter()
            .map(|&(cpe, signal)| registration(&radio(cpe), signal))
            .collect();
        json!({
            "device_id": self.tenant.aps[ap],
            "tenant_id": self.tenant.id,
            "collected_at": at.to_rfc3339_opts(SecondsFormat::AutoSi, true),
            "registrations": rows,
        })
    }

    /// Publishes `payload` as a poll of AP number `ap`.
    pub async fn publish_poll(&self, ap: usize, payload: Value) {
        let subject = format!("wireless.registrations.{}", self.tenant.aps[ap]);
        self.publish(&subject, payload.to_string().into_bytes())
            .await;
    }

    /// Waits until every poll of the tenant that was published so far is applied: a tenant's polls
    /// are applied in their order. What tells is a poll of the last CPE, as an AP without clients.
    pub async fn settle(&self, world: &World) {
        let [.., device] = self.tenant.cpes;
        let at = Utc::now().to_rfc3339_opts(SecondsFormat::Micros, true);
        let payload = json!({
            "device_id": device, "tenant_id": self.tenant.id, "collected_at": at,
            "registrations": [],
        });
        let subject = format!("wireless.registrations.{device}");
        self.publish(&subject, payload.to_string().into()).await;
        let applied = format!(
            "EXISTS (SELECT FROM ap_polls WHERE ap_device_id = '{device}' AND last_poll_at = '{at}')"
        );
        world.database.records().until(&applied).await;
    }

    /// Publishes the whole set of a device's interfaces: names, addresses, types.
    pub async fn interfaces(&self, device: DeviceId, minute: i64, set: &[(&str, &str, &str)]) {
        let set: Vec<Value> = set
            .iter()
            .map(|(name, mac, kind)| {
                json!({ "name": name, "mac_address": mac, "type": kind, "running": true })
            })
            .collect();
        let payload = json!({
            "device_id": device,
            "tenant_id": self.tenant.id,
            "collected_at": self.minute(minute).to_rfc3339(),
            "interfaces": set,
        });
        self.publish(
            &format!("device.interfaces.{device}"),
            payload.to_string().into(),
        )
        .await;
    }

    /// Publishes that a device is `online` or `offline`.
    pub async fn status(&self, device: DeviceId, minute: i64, status: &str) {
        let payload = json!({
            "device_id": device, "tenant_id": self.tenant.id, "status": status,
            "board_name": "RB922UAGS-5HPacD", "serial_number": "8D0E07C3A1B2",
            "firmware_version": "7.12", "routeros_version": "7.16.1", "uptime": "3d12h5m7s",
            "last_seen": self.minute(minute).to_rfc3339(),
        });
        self.publish(
            &format!("device.status.{device}"),
            payload.to_string().into(),
        )
        .await;
    }

    /// Publishes a poll of AP number `ap` again and again, until the stream has it.
    pub async fn insist(&self, ap: usize, minute: i64, rows: &[Row]) {
        let subject = format!("wireless.registrations.{}", self.tenant.aps[ap]);
        let payload = self.table(ap, self.minute(minute), rows).to_string();
        self.insist_on(subject, payload).await;
    }

    async fn insist_on(&self, subject: String, payload: String) {
        eventually("the stream has a poll", async || {
            let publish = async {
                let sent = self
                    .jetstream
                    .publish(subject.clone(), payload.clone().into());
                sent.await.ok()?.await.ok()
            };
            tokio::time::timeout(RETRY, publish).await.ok().flatten()
        })
        .await;
    }

    /// Publishes anything, and waits until the stream has it.
    pub async fn publish(&self, subject: &str, payload: Vec<u8>) {
        let sent = self
            .jetstream
            .publish(subject.to_owned(), payload.into())
            .await
            .unwrap();
        sent.await.unwrap();
    }
}

/// A row as that poller writes it; 0 stands for what a device does not tell.
pub fn registration(mac: &str, signal: i16) -> Value {
    json!({
        "interface": "wlan1", "mac_address": mac, "signal_strength": signal, "tx_ccq": 91,
        "tx_rate": "130Mbps-40MHz/2S/SGI", "rx_rate": "117Mbps-20MHz/2S", "uptime": "3d12h5m7s",
        "distance": 0, "last_ip": "10.20.0.7", "tx_signal_strength": -63,
        "bytes": "1047,99",
    })
}
