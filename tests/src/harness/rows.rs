//! Rows made by SQL, as the superuser: many, quickly, and with values a test can foresee.

use std::sync::LazyLock;

use chrono::{DateTime, DurationRound as _, TimeDelta, Utc};
use sqlx::{AssertSqlSafe, PgConnection, Row as _};
use uuid::Uuid;

use super::tenant::Tenant;

/// When the links of [`links`] were discovered: so lately that no sweep ages them.
pub fn began() -> DateTime<Utc> {
    static BEGAN: LazyLock<DateTime<Utc>> = LazyLock::new(|| {
        Utc::now().duration_trunc(TimeDelta::hours(1)).unwrap() - TimeDelta::hours(12)
    });
    *BEGAN
}

/// Gives the tenant's AP number `ap` one CPE with one link for each of the numbers `from` to `to`.
///
/// Link `n` belongs to `extra-n` with the radio that [`radio`] says. Signals, times and states repeat,
/// so that every ordering has ties; every seventh signal is missing. Ids are random: a link made
/// later may stand before one made earlier.
pub async fn links(db: &mut PgConnection, tenant: &Tenant, ap: usize, from: i32, to: i32) {
    let statement = "
        WITH numbers AS (SELECT n, gen_random_uuid() AS id FROM generate_series($2, $3) AS n),
        cpes AS (
            INSERT INTO devices (tenant_id, id, hostname, created_at, updated_at)
            SELECT $1, id, 'extra-' || n, now(), now() FROM numbers RETURNING id),
        radios AS (
            INSERT INTO device_interfaces
                (tenant_id, id, device_id, name, mac_address, type, running, updated_at)
            SELECT $1, gen_random_uuid(), id, 'wlan1',
                ('0a00' || lpad(to_hex(n), 8, '0'))::macaddr, 'wlan', true, now() FROM numbers)
        INSERT INTO wireless_links (tenant_id, id, ap_device_id, cpe_device_id, client_mac,
            signal_strength, state, state_since, sightings, missed_polls, weak_polls,
            discovered_at, last_seen, updated_at)
        SELECT $1, gen_random_uuid(), $4, id, ('0a00' || lpad(to_hex(n), 8, '0'))::macaddr,
            CASE WHEN n % 7 = 0 THEN NULL ELSE -50 - n % 13 END,
            (ARRAY['discovered', 'active', 'degraded', 'down', 'stale'])[n % 5 + 1],
            $5 + n % 11 * interval '1.000001 hours', 1, 0, 0, $5,
            $5 + interval '11 hours' + n % 17 * interval '1.000001 minutes', now()
        FROM numbers";
    sqlx::query(statement)
        .bind(tenant.id)
        .bind(from)
        .bind(to)
        .bind(tenant.aps[ap])
        .bind(began())
        .execute(db)
        .await
        .unwrap();
}

/// The radio of link `number`, as [`links`] makes it.
pub fn radio(number: i32) -> String {
    format!("0A:00:00:00:{:02X}:{:02X}", number >> 8, number & 0xff)
}

/// Gives the tenant's first AP a hundred clients that are active since long ago, so that each poll of
/// them as [`restless`](super::poller::Poller::restless_clients) ones makes a hundred events.
pub async fn hundred_clients(db: &mut PgConnection, tenant: &Tenant) -> Vec<(String, i16)> {
    links(db, tenant, 0, 1, 100).await;
    let active = "UPDATE wireless_links SET state = 'active', uptime_s = 1000000";
    run(db, active).await;
    (1..=100).map(|number| (radio(number), -60)).collect()
}

/// Gives every device a last poll that lists its clients and a stranger, the stranger as an unknown
/// client, and every link an event. What there was of these goes.
pub async fn shown(db: &mut PgConnection) {
    let statements = "
        TRUNCATE ap_polls, unknown_clients, link_events, tenant_feeds;
        INSERT INTO ap_polls (tenant_id, ap_device_id, last_poll_at, version, outcome, clients,
            rf_stats, interfaces, client_macs, signal, remote_signal, snr, ccq, tx_kbps, rx_kbps)
        SELECT tenant_id, id, now(), 1, 'ok', cardinality(macs),
            '[{\"interface\": \"wlan1\", \"noise_floor\": -100}]', '{}', macs, '{}', '{}', '{}', '{}', '{}',
            '{}'
        FROM devices d, LATERAL (
            SELECT array_agg(client_mac) || macaddr '0c:00:00:00:00:01' AS macs FROM wireless_links l
            WHERE l.tenant_id = d.tenant_id AND l.ap_device_id = d.id) AS clients;
        INSERT INTO unknown_clients (tenant_id, ap_device_id, mac, reason, first_seen, last_seen,
            randomized)
        SELECT tenant_id, id, '0c:00:00:00:00:01', 'unmanaged', now(), now(), false FROM devices;
        INSERT INTO link_events (tenant_id, seq, id, link_id, ap_device_id, cpe_device_id, client_mac,
            from_state, to_state, reason, at, recorded_at)
        SELECT tenant_id, row_number() OVER (PARTITION BY tenant_id), gen_random_uuid(), id,
            ap_device_id, cpe_device_id, client_mac, state, state, 'reconnected', now(), now()
        FROM wireless_links;
        INSERT INTO tenant_feeds (tenant_id, epoch, last_seq, published_seq)
        SELECT tenant_id, tenant_id, count(*), count(*) FROM link_events GROUP BY tenant_id";
    run(db, statements).await;
}

/// Runs statements.
pub async fn run(db: &mut PgConnection, sql: &'static str) {
    sqlx::raw_sql(sql).execute(db).await.unwrap();
}

/// The first column of what a query finds.
pub async fn texts(db: &mut PgConnection, sql: &str) -> Vec<String> {
    let rows = sqlx::query(AssertSqlSafe(sql.to_owned()))
        .fetch_all(db)
        .await;
    rows.unwrap().iter().map(|row| row.get(0)).collect()
}

/// Every UUID in the tenant's rows, as text: what must never show in another tenant's answer.
pub async fn ids(db: &mut PgConnection, tenant: &Tenant) -> Vec<String> {
    let statement = "
        SELECT id FROM tenants WHERE id = $1
        UNION SELECT id FROM sites WHERE tenant_id = $1
        UNION SELECT id FROM devices WHERE tenant_id = $1
        UNION SELECT id FROM device_interfaces WHERE tenant_id = $1
        UNION SELECT id FROM wireless_links WHERE tenant_id = $1
        UNION SELECT id FROM link_events WHERE tenant_id = $1";
    let rows = sqlx::query(statement).bind(tenant.id).fetch_all(db).await;
    let id = |row: &sqlx::postgres::PgRow| row.get::<Uuid, _>(0).to_string();
    rows.unwrap().iter().map(id).collect()
}
