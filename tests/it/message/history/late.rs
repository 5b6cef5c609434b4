//! Polls that come late, very late, too late, or where no partition waits for them.

use chrono::{DateTime, DurationRound as _, TimeDelta, Utc};
use sqlx::Executor as _;
use wisplink_tests::harness::poller::Poller;
use wisplink_tests::harness::world::{World, eventually};

use super::{
    History as _, days_ago, is_there, linked, make_partitions, polls_of, polls_partition,
    rolled_up, samples,
};

/// Publishes a poll of the first AP with `cpe-1` at each time, and waits until `count` are kept.
async fn polls(world: &World, times: &[DateTime<Utc>], count: i64) {
    let poller = Poller::of(world, &world.a).await;
    for at in times {
        poller
            .publish_poll(0, poller.table(0, *at, &[(0, -62)]))
            .await;
    }
    // One more, which is read behind them all.
    poller.poll(1, 1, &[]).await;
    let mut session = world.session().await;
    eventually("the polls are read", async || {
        let read = polls_of(&mut session, world.a.aps[1]).await;
        (read > 0).then_some(())
    })
    .await;
    assert_eq!(polls_of(&mut session, world.a.aps[0]).await, count);
    let again = "DELETE FROM poll_history WHERE ap_device_id = $1";
    let again = sqlx::query(again).bind(world.a.aps[1]);
    again.execute(&mut session).await.unwrap();
}

#[tokio::test]
async fn a_late_poll_is_counted_into_its_hour() {
    let mut world = World::start().await;
    let hour = (Utc::now() - TimeDelta::hours(2))
        .duration_trunc(TimeDelta::hours(1))
        .unwrap();
    let minute = |minute| hour + TimeDelta::minutes(minute);
    polls(&world, &[minute(1), minute(2), minute(50)], 3).await;
    world.stop_worker().await;
    let mut session = world.session().await;
    let mut seen = Vec::new();
    for late in [None, Some(minute(30)), Some(minute(3)), None] {
        if let Some(late) = late {
            let kept = polls_of(&mut session, world.a.aps[0]).await;
            world.start_worker().await;
            polls(&world, &[late], kept + 1).await;
            world.stop_worker().await;
        }
        assert!(world.round().await.unwrap());
        let sums = "SELECT samples || ' ' || signal_sum || ' ' || ccq_sum FROM signal_hourly";
        let sums: Vec<String> = sqlx::query_scalar(sums)
            .fetch_all(&mut session)
            .await
            .unwrap();
        seen.extend(sums);
    }
    assert_eq!(
        seen,
        ["3 -186 273", "4 -248 364", "5 -310 455", "5 -310 455"]
    );

    // A crash half-way: some of it is not there yet, or is there of fewer polls.
    let whole = rolled_up(&mut session, Utc::now()).await;
    for crash in [
        "DELETE FROM signal_hourly",
        "UPDATE signal_hourly SET samples = 2, signal_sum = -124",
    ] {
        session.execute(crash).await.unwrap();
        assert!(world.round().await.unwrap());
        assert_eq!(rolled_up(&mut session, Utc::now()).await, whole);
    }
}

#[tokio::test]
async fn a_very_late_poll_is_kept_and_one_that_is_too_late_is_not() {
    let mut world = World::start().await;
    let noon = |days| days_ago(days) + TimeDelta::hours(12);
    // Nobody made partitions for these days.
    polls(&world, &[noon(4), noon(9), noon(400)], 1).await;
    world.stop_worker().await;
    let day = (days_ago(4), days_ago(3));
    assert!(world.round().await.unwrap());
    let told = world.signal(&world.a, day.0, day.1, 24).await;
    assert_eq!(samples(&told), 1);
    assert_eq!(told[12]["samples"], 1);

    // Its time is over: the poll goes, its hour stays.
    world.config.history.raw_days = 2;
    assert!(world.round().await.unwrap());
    let mut session = world.session().await;
    assert_eq!(polls_of(&mut session, world.a.aps[0]).await, 0);
    assert_eq!(world.signal(&world.a, day.0, day.1, 24).await, told);
}

#[tokio::test]
async fn a_day_without_a_partition_holds_up_no_other() {
    let world = linked().await;
    let mut session = world.session().await;
    let in_days = |days: i64| days_ago(-days);
    for days in [2, 3] {
        let drop = format!("DROP TABLE {}", polls_partition(in_days(days)));
        session.execute(sqlx::AssertSqlSafe(drop)).await.unwrap();
    }
    super::fill(&mut session, &world.a, (in_days(2), in_days(3)), -60).await;
    assert!(world.round().await.unwrap());
    assert!(!is_there(&mut session, &polls_partition(in_days(2))).await);
    assert!(is_there(&mut session, &polls_partition(in_days(3))).await);
    let told = world.signal(&world.a, in_days(2), in_days(3), 2).await;
    assert_eq!(samples(&told), 144);
}

#[tokio::test]
async fn polls_without_a_partition_are_rolled_up_and_go_too() {
    let world = linked().await;
    let mut session = world.session().await;
    // The first day has no partition, the second has one.
    let (first, second) = (days_ago(10), days_ago(9));
    super::fill(&mut session, &world.a, (first, second), -60).await;
    make_partitions(&mut session, second, second).await;
    super::fill(&mut session, &world.a, (second, days_ago(8)), -60).await;
    for _ in 0..2 {
        assert!(world.round().await.unwrap());
        let told = world.signal(&world.a, first, days_ago(8), 48).await;
        assert!(told.iter().all(|bucket| bucket["samples"] == 6));
    }
    assert_eq!(
        polls_of(&mut session, world.a.aps[0]).await,
        1,
        "the link's own"
    );
}
