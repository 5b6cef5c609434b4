//! Polls whose time is over are dropped, and what was told of them stays the same.

use chrono::{TimeDelta, Utc};
use entity::database::Role;
use serde_json::json;
use sqlx::Executor as _;

use super::{
    History as _, days_ago, fill, is_there, linked, make_partitions, polls_partition, rolled_up,
    samples,
};

#[tokio::test]
async fn a_signal_reads_the_same_before_and_after_its_polls_are_dropped() {
    let world = linked().await;
    let mut session = world.session().await;
    let (from, to) = (days_ago(10), days_ago(8));
    make_partitions(&mut session, from, days_ago(1)).await;
    fill(&mut session, &world.a, (from, to), -60).await;
    fill(&mut session, &world.b, (from, to), -70).await;
    // To where polls are still kept: hours and polls meet in it.
    fill(&mut session, &world.a, (to, days_ago(1)), -65).await;

    let hourly = world.signal(&world.a, from, to, 48).await;
    assert_eq!(hourly.len(), 48);
    assert_eq!(
        hourly[0],
        json!({
            "start": super::text(from), "end": super::text(from + TimeDelta::hours(1)),
            "samples": 6, "minSignalStrength": -65, "avgSignalStrength": -63.0,
            "maxSignalStrength": -61, "avgTxCcq": 100.0, "avgTxRateKbps": 100_003.5,
            "avgRxRateKbps": 60_000.0,
        })
    );
    let whole = (from - TimeDelta::days(1), days_ago(1));
    let across = world.signal(&world.a, whole.0, whole.1, 10).await;
    let of_b = world.signal(&world.b, from, to, 12).await;
    assert_eq!(samples(&across), 9 * 144);
    assert!(
        across
            .iter()
            .skip(1)
            .take(9)
            .all(|bucket| bucket["samples"] == 144)
    );

    assert!(world.round().await.unwrap());
    for (day, kept) in [(10, false), (9, false), (7, true), (1, true)] {
        let partition = polls_partition(days_ago(day));
        assert_eq!(
            is_there(&mut session, &partition).await,
            kept,
            "{partition}"
        );
    }
    assert_eq!(world.signal(&world.a, from, to, 48).await, hourly);
    assert_eq!(world.signal(&world.a, whole.0, whole.1, 10).await, across);
    assert_eq!(world.signal(&world.b, from, to, 12).await, of_b);

    let rolled = rolled_up(&mut session, to).await;
    assert!(world.round().await.unwrap());
    assert_eq!(rolled_up(&mut session, to).await, rolled, "twice is once");
}

#[tokio::test]
async fn no_poll_is_dropped_while_one_tenant_cannot_be_rolled_up() {
    let world = linked().await;
    let mut session = world.session().await;
    let (from, to) = (days_ago(10), days_ago(9));
    make_partitions(&mut session, from, from).await;
    fill(&mut session, &world.a, (from, to), -60).await;
    fill(&mut session, &world.b, (from, to), -70).await;
    let refuse = format!(
        "ALTER TABLE signal_hourly ADD CONSTRAINT refused CHECK (tenant_id <> '{}') NOT VALID",
        world.b.id
    );
    session.execute(sqlx::AssertSqlSafe(refuse)).await.unwrap();
    assert!(world.round().await.is_err());
    let partition = polls_partition(from);
    assert!(is_there(&mut session, &partition).await);

    let allow = "ALTER TABLE signal_hourly DROP CONSTRAINT refused";
    session.execute(allow).await.unwrap();
    assert!(world.round().await.unwrap());
    assert!(!is_there(&mut session, &partition).await);
    let of_b = world.signal(&world.b, from, to, 1).await;
    assert_eq!(samples(&of_b), 144);
}

#[tokio::test]
async fn hours_are_dropped_in_their_time_too() {
    let world = linked().await;
    let mut session = world.session().await;
    let (old, young) = (days_ago(500), days_ago(360));
    for (day, has_partition) in [(old, true), (days_ago(600), false), (young, true)] {
        if has_partition {
            make_partitions(&mut session, day, day).await;
        }
        let hour = "INSERT INTO signal_hourly SELECT $1, $2, '6C:3B:6B:A2:00:01', $3,
            60, 60, -3600, -60, -60, 0, 0, 0, 0, 0, 0";
        let hour = sqlx::query(hour).bind(world.a.id).bind(world.a.aps[0]);
        hour.bind(day).execute(&mut session).await.unwrap();
    }
    assert!(world.round().await.unwrap());
    let left = "SELECT hour FROM signal_hourly WHERE samples = 60";
    let left: Vec<chrono::DateTime<Utc>> = sqlx::query_scalar(left)
        .fetch_all(&mut session)
        .await
        .unwrap();
    assert_eq!(left, [young]);
    let gone = old.format("signal_hourly_%Y%m").to_string();
    assert!(!is_there(&mut session, &gone).await);
    let whole = world
        .signal(&world.a, young - TimeDelta::days(30), Utc::now(), 1)
        .await;
    assert_eq!(samples(&whole), 61);
}

#[tokio::test]
async fn one_worker_at_a_time_sees_to_history() {
    let world = linked().await;
    let mut session = world.session().await;
    session
        .execute("BEGIN; SELECT pg_advisory_xact_lock(5347, 0)")
        .await
        .unwrap();
    assert!(!world.round().await.unwrap());
    session.execute("ROLLBACK").await.unwrap();
    assert!(world.round().await.unwrap());
}

#[tokio::test]
async fn the_worker_may_drop_old_history_and_nothing_else() {
    let world = linked().await;
    let mut session = world.session().await;
    make_partitions(&mut session, days_ago(9), days_ago(9)).await;
    let database = world.config.database.pool(Role::Ingest).unwrap();
    let (today, old) = (polls_partition(days_ago(0)), polls_partition(days_ago(9)));
    for (parent, name, days, expected) in [
        ("poll_history", today.as_str(), 7, Some(false)),
        ("poll_history", "poll_history_default", 7, Some(false)),
        ("poll_history", "tenants", 7, Some(false)),
        ("signal_hourly", old.as_str(), 7, Some(false)),
        ("poll_history", old.as_str(), 10, Some(false)),
        ("poll_history", old.as_str(), 0, None),
        ("tenants", "tenants", 7, None),
        ("poll_history", old.as_str(), 7, Some(true)),
    ] {
        let tx = database.system().await.unwrap();
        let arguments = entity::args![parent, name, days].unwrap();
        let dropped = tx
            .rows("SELECT app.drop_partition($1, $2, $3)", arguments)
            .await;
        let dropped = dropped.ok().map(|rows| sqlx::Row::get(&rows[0], 0));
        assert_eq!(dropped, expected, "{parent} {name} {days}");
        if dropped.is_some() {
            tx.commit().await.unwrap();
        }
    }
    assert!(is_there(&mut session, &today).await);
    assert!(!is_there(&mut session, &old).await);
    let drop = format!("DROP TABLE {today}");
    let tx = database.system().await.unwrap();
    let refused = tx
        .built_rows(drop, sqlx::postgres::PgArguments::default())
        .await;
    assert!(refused.is_err(), "it owns nothing");
}
