//! `wisplink import tod`.

use std::process::Output;

use api::auth::role::Role;
use async_nats::jetstream;
use chrono::{SecondsFormat, Utc};
use entity::ids::TenantId;
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, PgConnection, Row as _};
use tokio::process::Command;
use wisplink_tests::harness::TestDatabase;
use wisplink_tests::harness::token;
use wisplink_tests::harness::world::{World, eventually};

const HILLTOP: &str = "a0000000-0000-4000-8000-000000000001";
const AP: &str = "a2000000-0000-4000-8000-000000000001";

/// What is read, and by whom nothing else can be: no column with credentials.
const READER: &str = "
    GRANT USAGE ON SCHEMA public TO READER;
    GRANT SELECT (id, name, created_at, updated_at) ON tenants TO READER;
    GRANT SELECT (id, tenant_id, name, latitude, longitude, address, elevation, created_at,
        updated_at) ON sites TO READER;
    GRANT SELECT (id, tenant_id, site_id, hostname, ip_address, model, serial_number,
        firmware_version, routeros_version, status, last_seen, latitude, longitude, created_at,
        updated_at) ON devices TO READER;
    GRANT SELECT ON device_interfaces, wireless_links TO READER;";

const ROWS: &str = "SELECT string_agg(line, E'\\n' ORDER BY line) FROM (
    SELECT 'tenant ' || t::text AS line FROM tenants t
    UNION ALL SELECT 'site ' || t::text FROM sites t
    UNION ALL SELECT 'device ' || t::text FROM devices t
    UNION ALL SELECT 'interface ' || t::text FROM device_interfaces t
    UNION ALL SELECT 'link ' || t::text FROM wireless_links t
    UNION ALL SELECT 'event ' || t::text FROM link_events t) AS lines";

#[tokio::test]
async fn tod_is_taken_over_once_and_its_poller_goes_on() {
    let world = World::start().await;
    let mut db = world.database.session().await;
    let tod = Tod::start().await;
    let before = rows(&mut db).await;

    let said = tod.import(&world, &["--dry-run"]).await;
    assert!(said.ends_with("nothing was written: this was a dry run\n"));
    assert_eq!(rows(&mut db).await, before, "a dry run writes nothing");

    let done = tod.import(&world, &[]).await;
    let counts = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    let (mut promised, mut did) = (counts(&said), counts(&done));
    assert_ne!(promised.pop(), did.pop());
    assert_eq!(promised, did, "a dry run says what would be done");
    assert_eq!(hilltop(&did), HILLTOP_SAID);
    let alpine = "left out: tenant c0000000-0000-4000-8000-000000000001 \"Alpine Wireless\": \
        another tenant has this name here, with another id";
    assert!(did.iter().any(|line| line == alpine), "{did:#?}");
    assert_eq!(links(&world).await, FLEET);

    let imported = rows(&mut db).await;
    let again = tod.import(&world, &[]).await;
    assert_eq!(
        rows(&mut db).await,
        imported,
        "a second run changes nothing"
    );
    assert!(!again.contains("      1 new"), "{again}");

    tod.sql("UPDATE devices SET hostname = 'ap-south' WHERE hostname = 'ap-north'")
        .await;
    tod.import(&world, &["--tenant", HILLTOP]).await;
    let other = "SELECT count(*) FROM devices WHERE hostname = 'ap-south'";
    assert_eq!(
        count(&mut db, other).await,
        1,
        "the tenant that was named, only"
    );

    poll(&world).await;
    let seen_again = "SELECT count(*) FROM link_events WHERE reason = 'seen_again'
        AND link_id = 'a4000000-0000-4000-8000-000000000002'";
    eventually("the poller's message finds the imported link", async || {
        (count(&mut db, seen_again).await == 1).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_database_that_is_not_tods_is_refused() {
    let world = World::start().await;
    let empty = TestDatabase::create().await.unwrap();
    sqlx::query("DROP TABLE wireless_links")
        .execute(&mut empty.session().await)
        .await
        .unwrap();
    let output = run(&world, &empty.url(), &[]).await;
    let why = String::from_utf8(output.stderr).unwrap();
    assert!(
        !output.status.success() && why.contains("sees no tenants"),
        "{why}"
    );
    sqlx::query("INSERT INTO tenants VALUES (gen_random_uuid(), 'Somebody', now(), now())")
        .execute(&mut empty.session().await)
        .await
        .unwrap();
    let output = run(&world, &empty.url(), &[]).await;
    let why = String::from_utf8(output.stderr).unwrap();
    assert!(
        !output.status.success() && why.contains("is not The Other Dude's"),
        "{why}"
    );
}

const HILLTOP_SAID: [&str; 16] = [
    "tenant a0000000-0000-4000-8000-000000000001 \"Hilltop Wireless\"",
    "  tenant           1 new       0 changed       0 as they were",
    "  sites            2 new       0 changed       0 as they were",
    "  devices          4 new       0 changed       0 as they were",
    "  interfaces       3 new       0 changed       0 as they were",
    "  links            2 new       0 changed       0 as they were",
    "without a value: site a1000000-0000-4000-8000-000000000002 \"Nowhere\": latitude 91 lies beyond 90 degrees",
    "without a value: site a1000000-0000-4000-8000-000000000002 \"Nowhere\": longitude -200 lies beyond 180 degrees",
    "without a value: site a1000000-0000-4000-8000-000000000002 \"Nowhere\": elevation NaN m is nowhere on Earth",
    "left out: device a2000000-0000-4000-8000-000000000005 \"  \": the host name is empty",
    "without a value: device a2000000-0000-4000-8000-000000000004 \"cpe-brown\": its site b1000000-0000-4000-8000-000000000001 is not among the tenant's",
    "without a value: device a2000000-0000-4000-8000-000000000003 \"cpe-jones\": ip_address \"not an address\" is no address",
    "without a value: device a2000000-0000-4000-8000-000000000003 \"cpe-jones\": status \"rebooting\" is none",
    "left out: interface a3000000-0000-4000-8000-000000000004 \"wlan1\": \"XX:3b:6b:aa:00:04\" is no MAC address: write 12 hex digits, with or without colons, dashes or dots, like 6C:3B:6B:A2:00:FC",
    "left out: link a4000000-0000-4000-8000-000000000003 of \"6C:3B:6B:AA:00:03\": a link seen later has the same AP and MAC address",
    "left out: link a4000000-0000-4000-8000-000000000004 of \"00:00:00:00:00:00\": many devices share this MAC address by design",
];

const FLEET: [&str; 2] = [
    "ap-north at Water tower (612 m), 7.14, ONLINE → cpe-smith (wlan1): ACTIVE at -62, [\"FIRST_SEEN\"]",
    "ap-north at Water tower (612 m), 7.14, ONLINE → cpe-jones (wlan1): DOWN at null, [\"FIRST_SEEN\",\"MISSED_POLLS\"]",
];

/// The first lines about that tenant.
fn hilltop(said: &[String]) -> Vec<&str> {
    let from = said.iter().position(|line| line.contains("\"Hilltop"));
    let about = said.iter().skip(from.unwrap()).map(String::as_str);
    about.take(HILLTOP_SAID.len()).collect()
}

/// The links, as the API tells them to a viewer.
async fn links(world: &World) -> Vec<String> {
    let tenant: TenantId = HILLTOP.parse().unwrap();
    let query =
        "{ wirelessLinks(first: 10, orderBy: { field: LAST_SEEN, direction: DESC }) { nodes {
        state signalStrength interface events(first: 5) { nodes { reason } }
        apDevice { hostname status firmwareVersion site { name elevationM } }
        cpeDevice { hostname } } } }";
    let viewer = token::tenant(Role::Viewer, tenant);
    let data = world.api.data(&viewer, query, json!({})).await;
    let nodes = data["wirelessLinks"]["nodes"].as_array().unwrap();
    let text = |value: &Value| value.as_str().unwrap_or("none").to_owned();
    nodes
        .iter()
        .map(|link| {
            let ap = &link["apDevice"];
            let mut told: Vec<_> = link["events"]["nodes"]
                .as_array()
                .unwrap()
                .iter()
                .map(|event| event["reason"].clone())
                .collect();
            told.sort_by_key(Value::to_string);
            format!(
                "{} at {} ({} m), {}, {} → {} ({}): {} at {}, {}",
                text(&ap["hostname"]),
                text(&ap["site"]["name"]),
                ap["site"]["elevationM"],
                text(&ap["firmwareVersion"]),
                text(&ap["status"]),
                text(&link["cpeDevice"]["hostname"]),
                text(&link["interface"]),
                text(&link["state"]),
                link["signalStrength"],
                Value::from(told),
            )
        })
        .collect()
}

/// What The Other Dude's poller publishes, with its ids.
async fn poll(world: &World) {
    let registration = json!({ "interface": "wlan1", "mac_address": "6C:3B:6B:AA:00:03",
        "signal_strength": -64, "tx_ccq": 0, "tx_rate": "65Mbps", "rx_rate": "65Mbps",
        "uptime": "5m", "distance": 0, "last_ip": "", "tx_signal_strength": 0, "bytes": "1,1" });
    let collected_at = Utc::now().to_rfc3339_opts(SecondsFormat::Secs, true);
    let message = json!({ "device_id": AP, "tenant_id": HILLTOP, "collected_at": collected_at,
        "registrations": [registration] });
    let subject = format!("wireless.registrations.{AP}");
    let jetstream = jetstream::new(world.nats_client().await);
    let sent = jetstream.publish(subject, message.to_string().into()).await;
    sent.unwrap().await.unwrap();
}

/// The Other Dude's database.
struct Tod {
    database: TestDatabase,
    reader: String,
}

impl Tod {
    async fn start() -> Self {
        let database = TestDatabase::create().await.unwrap();
        let reader = format!("reader_{}", database.name());
        let tod = Self { database, reader };
        tod.sql("DROP SCHEMA public CASCADE; DROP SCHEMA app CASCADE; CREATE SCHEMA public")
            .await;
        tod.sql(include_str!("tod.sql")).await;
        let reader = READER.replace("READER", &tod.reader);
        tod.sql(&format!("CREATE ROLE {} LOGIN; {reader}", tod.reader))
            .await;
        tod
    }

    async fn sql(&self, sql: &str) {
        let mut session = self.database.session().await;
        sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))
            .execute(&mut session)
            .await
            .unwrap();
    }

    /// Imports into `world`, and returns what was said.
    async fn import(&self, world: &World, more: &[&str]) -> String {
        let mut url = url::Url::parse(&self.database.url()).unwrap();
        url.set_username(&self.reader).unwrap();
        let output = run(world, url.as_str(), more).await;
        let why = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success(), "{why}");
        String::from_utf8(output.stdout).unwrap()
    }
}

async fn run(world: &World, url: &str, more: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_under-test"))
        .args(["import", "tod"])
        .args(more)
        .env("TOD_DATABASE_URL", url)
        .env("DATABASE_URL", world.database.url())
        .output()
        .await
        .unwrap()
}

async fn rows(db: &mut PgConnection) -> String {
    sqlx::query(ROWS).fetch_one(db).await.unwrap().get(0)
}

async fn count(db: &mut PgConnection, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(db).await.unwrap()
}
