//! Messages that cannot be used: counted by their reason, and nothing else happens.

mod flood;

use entity::ids::DeviceId;
use serde_json::{Value, json};
use wisplink_tests::harness::poller::{Poller, registration};
use wisplink_tests::harness::records::changes;
use wisplink_tests::harness::tenant::radio;
use wisplink_tests::harness::world::{World, eventually};

/// What bad messages must not touch.
const STORED: [&str; 5] = [
    "wireless_links",
    "link_events",
    "unknown_clients",
    "poll_history",
    "ap_polls",
];

/// A bad message: its subject, its payload and the reason it is refused for.
struct Case {
    subject: String,
    payload: Vec<u8>,
    reason: &'static str,
}

/// Makes messages for and of one device.
struct Maker<'a> {
    subject: &'static str,
    device: DeviceId,
    good: Value,
    world: &'a World,
}

impl Maker<'_> {
    fn raw(&self, payload: impl Into<Vec<u8>>, reason: &'static str) -> Case {
        Case {
            subject: format!("{}.{}", self.subject, self.device),
            payload: payload.into(),
            reason,
        }
    }

    /// The good message with one field said otherwise.
    fn but(&self, field: &str, value: impl Into<Value>, reason: &'static str) -> Case {
        let mut message = self.good.clone();
        message[field] = value.into();
        self.raw(message.to_string(), reason)
    }

    /// The good message without a field.
    fn without(&self, field: &str, reason: &'static str) -> Case {
        let mut message = self.good.clone();
        message.as_object_mut().unwrap().remove(field);
        self.raw(message.to_string(), reason)
    }

    /// The good message about another device, under its own subject.
    fn about(&self, device: DeviceId, reason: &'static str) -> Case {
        let case = self.but("device_id", device.to_string(), reason);
        Case {
            subject: format!("{}.{device}", self.subject),
            ..case
        }
    }

    /// What is bad in every kind of message. `time` is the field with the time.
    fn common(&self, time: &str) -> Vec<Case> {
        let nobody = "0198c0de-0000-7000-8000-000000000001";
        let nested = "[".repeat(1_000_000);
        let text = self.good.to_string();
        vec![
            self.raw("", "invalid_json"),
            self.raw("hello", "invalid_json"),
            self.raw(*b"\x00\xff\xfe\x80{}", "invalid_json"),
            self.raw(&text[..text.len() - 1], "invalid_json"),
            self.raw(&*nested, "invalid_json"),
            self.raw(format!("{{\"more\":{nested}"), "invalid_json"),
            self.raw("null", "wrong_type"),
            self.raw("\"hello\"", "wrong_type"),
            self.raw("42", "wrong_type"),
            self.without("tenant_id", "no_tenant"),
            self.but("tenant_id", "acme", "no_tenant"),
            self.but("tenant_id", 7, "no_tenant"),
            self.but("tenant_id", nobody, "unknown_tenant"),
            self.without("device_id", "no_device"),
            self.but("device_id", nobody, "subject_mismatch"),
            self.but(
                "device_id",
                self.world.a.aps[1].to_string(),
                "subject_mismatch",
            ),
            self.about(nobody.parse().unwrap(), "unknown_device"),
            self.about(self.world.b.aps[0], "unknown_device"),
            self.but("tenant_id", self.world.b.id.to_string(), "unknown_device"),
            self.but(time, "2099-01-01T00:00:00Z", "future_time"),
            self.but(time, "1970-01-01T00:00:00Z", "bad_time"),
            self.but(time, "yesterday", "bad_time"),
            self.without(time, "bad_time"),
        ]
    }
}

/// The address as a device tells it to those who may not know.
const MASKED: &str = "XX:XX:XX:A2:00:01";

fn cases(world: &World, poller: &Poller) -> Vec<Case> {
    let (device, tenant) = (world.a.aps[0], world.a.id);
    let at = poller.minute(9).to_rfc3339();
    let maker = |subject, body: Value| {
        let mut good = json!({ "device_id": device, "tenant_id": tenant });
        good.as_object_mut()
            .unwrap()
            .extend(body.as_object().unwrap().clone());
        Maker {
            subject,
            device,
            good,
            world,
        }
    };
    let polls = json!({ "collected_at": at, "registrations": [registration(&radio(0), -60)] });
    let polls = maker("wireless.registrations", polls);
    let wlan = json!({ "name": "wlan1", "mac_address": radio(1), "type": "wlan" });
    let interfaces = json!({ "collected_at": at, "interfaces": [wlan] });
    let interfaces = maker("device.interfaces", interfaces);
    let status = maker(
        "device.status",
        json!({ "last_seen": at, "status": "online" }),
    );
    let masked = json!([registration(MASKED, -60), registration(MASKED, -61)]);
    let mut cases = polls.common("collected_at");
    cases.extend(interfaces.common("collected_at"));
    cases.extend(status.common("last_seen"));
    cases.extend([
        polls.but("registrations", masked, "unreadable_macs"),
        polls.but(
            "registrations",
            json!([7, "row", null, []]),
            "unreadable_macs",
        ),
        polls.but("registrations", json!({}), "wrong_type"),
        polls.but("registrations", "none", "wrong_type"),
        interfaces.but("interfaces", Value::Null, "wrong_type"),
        interfaces.but(
            "interfaces",
            json!([{ "name": "wlan1", "mac_address": MASKED }]),
            "unreadable_macs",
        ),
        status.but("status", "rebooting", "bad_status"),
    ]);
    cases
}

#[tokio::test]
async fn bad_messages_are_counted_and_touch_no_row() {
    let world = World::start().await;
    let poller = Poller::of(&world, &world.a).await;
    let records = world.database.records();
    let of_b = Poller::of(&world, &world.b).await;
    for minute in 0..2 {
        poller.poll(0, minute, &[(0, -60)]).await;
        of_b.poll(0, minute, &[(1, -60)]).await;
    }
    poller.settle(&world).await;
    of_b.settle(&world).await;
    let mut stored: Vec<_> = STORED.iter().map(|table| world.a.rows_of(table)).collect();
    stored.extend(STORED.iter().map(|table| world.b.rows_of(table)));
    stored.extend(["devices", "device_interfaces"].map(str::to_owned));
    let before = records.snapshot(&stored).await;

    for Case {
        subject,
        payload,
        reason,
    } in cases(&world, &poller)
    {
        let series = format!("wisplink_ingest_rejected_total{{reason=\"{reason}\"}}");
        let told: String = String::from_utf8_lossy(&payload)
            .chars()
            .take(300)
            .collect();
        let so_far = world.api.counted(&series).await;
        poller.publish(&subject, payload).await;
        eventually(
            &format!("{subject} {told} is refused: {reason}"),
            async || (world.api.counted(&series).await == so_far + 1).then_some(()),
        )
        .await;
    }
    poller.settle(&world).await;
    of_b.settle(&world).await;
    let after = records.snapshot(&stored).await;
    assert_eq!(changes(&before, &after), [""; 0]);

    poller.poll(0, 2, &[(0, -60), (1, -60)]).await;
    poller.status(world.a.aps[0], 2, "online").await;
    poller.settle(&world).await;
    assert_eq!(world.a.links(&world.api).await.len(), 2);
    records
        .until("EXISTS (SELECT FROM devices WHERE status = 'online')")
        .await;
}

#[tokio::test]
async fn a_bad_row_costs_itself_only() {
    let world = World::start().await;
    let poller = Poller::of(&world, &world.a).await;
    let mut poll = poller.table(0, poller.minute(0), &[(0, -60), (1, -61)]);
    let bad = json!([
        registration(MASKED, -60), registration("", -60), 7, "row", null, [], {},
        { "signal_strength": -60 },
        registration("00:00:00:00:00:00", -60), registration("01:00:5E:00:00:01", -60),
        registration("00:00:5E:00:01:0A", -60),
    ]);
    let rows = poll["registrations"].as_array_mut().unwrap();
    for row in bad.as_array().unwrap() {
        rows.insert(1, row.clone());
    }
    poller.publish_poll(0, poll).await;
    poller.settle(&world).await;
    let links = ["cpe-1", "cpe-2"].map(|cpe| (cpe.to_owned(), "DISCOVERED".to_owned()));
    assert_eq!(world.a.links(&world.api).await, links);
    let records = world.database.records();
    let unknown = records.number("SELECT count(*) FROM unknown_clients").await;
    assert_eq!(unknown, 0, "what names no radio is nobody");
    assert!(
        world
            .api
            .counted("wisplink_ingest_rows_dropped_total")
            .await
            >= 8
    );
}
