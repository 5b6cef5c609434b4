//! wisplink's turn: `wisplink ingest` works off a filled stream.

use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use sqlx::{AssertSqlSafe, PgConnection};

use crate::failure::{Doing as _, Failure};
use crate::fleet::{self, Fleet};
use crate::polls::{Published, Rounds};
use crate::process::Process;
use crate::scenario::{Count, Turn};
use crate::stage::Stage;

/// How long the worker may take to begin, and how often that is looked at.
const BEGIN: (Duration, Duration) = (Duration::from_secs(30), Duration::from_millis(5));
/// The same for what it has to do.
const WORK: (Duration, Duration) = (Duration::from_mins(5), Duration::from_millis(50));
/// The same for the position, which is written down once a second.
const POSITION: (Duration, Duration) = (Duration::from_secs(15), Duration::from_millis(100));

/// Publishes `count` rounds and measures how a worker with these `settings` takes them in. Fails if
/// anything is missing afterwards.
pub(crate) async fn turn(
    stage: &Stage,
    rounds: &mut Rounds,
    count: u32,
    settings: &[(&str, &str)],
) -> Result<Turn, Failure> {
    let fleet = rounds.fleet();
    let theirs = theirs(fleet);
    let published = rounds.publish(&stage.jetstream().await?, count).await?;
    let mut session = stage.session().await?;
    let history = number(&mut session, HISTORY).await?;
    let mut worker = stage.start_with("ingest", &["ingest"], settings)?;
    let Published {
        first_at, last_at, ..
    } = published;
    let begun =
        format!("SELECT count(*) FROM ap_polls WHERE last_poll_at >= '{first_at}' AND {theirs}");
    until(&mut session, &mut worker, &begun, 1, BEGIN).await?;
    let count = Count::begin(stage, &worker)?;
    let start = Instant::now();
    let polled =
        format!("SELECT count(*) FROM ap_polls WHERE last_poll_at >= '{last_at}' AND {theirs}");
    until(&mut session, &mut worker, &polled, fleet.all_aps(), WORK).await?;
    let turn = count.end(start.elapsed(), published.rows.into());
    let last = published.last_seq;
    let position = format!(
        "SELECT count(*) FROM ingest_positions WHERE source LIKE '%.registrations.>' AND next_seq > {last}"
    );
    until(&mut session, &mut worker, &position, 1, POSITION).await?;
    worker.stop().await?;
    let kept = number(&mut session, HISTORY).await? - history;
    if kept != i64::from(published.messages) {
        let wanted = published.messages;
        return Err(Failure::new(format_args!(
            "{kept} polls are in the history, not {wanted}"
        )));
    }
    check_links(&mut session, last_at, fleet).await?;
    Ok(turn)
}

const HISTORY: &str = "SELECT count(*) FROM poll_history";

/// The rows of a fleet: its tenants' ids follow each other.
fn theirs(fleet: Fleet) -> String {
    let (first, last) = (fleet.first, fleet.tenants().end - 1);
    let (first, last) = (fleet::tenant(first), fleet::tenant(last));
    format!("tenant_id BETWEEN '{first}' AND '{last}'")
}

/// Every link was seen in the last round.
async fn check_links(
    session: &mut PgConnection,
    last_at: DateTime<Utc>,
    fleet: Fleet,
) -> Result<(), Failure> {
    let (theirs, wanted) = (theirs(fleet), fleet.all_links());
    let seen =
        format!("SELECT count(*) FROM wireless_links WHERE last_seen = '{last_at}' AND {theirs}");
    let seen = number(session, &seen).await?;
    if seen == i64::from(wanted) {
        return Ok(());
    }
    Err(Failure::new(format_args!(
        "{seen} links were seen in the last round, not {wanted}"
    )))
}

async fn until(
    session: &mut PgConnection,
    worker: &mut Process,
    sql: &str,
    wanted: u32,
    (limit, pause): (Duration, Duration),
) -> Result<(), Failure> {
    let deadline = Instant::now() + limit;
    while number(session, sql).await? < i64::from(wanted) {
        worker.check()?;
        if Instant::now() > deadline {
            return Err(Failure::new(format_args!(
                "in {} s it did not come to: {sql}",
                limit.as_secs()
            )));
        }
        tokio::time::sleep(pause).await;
    }
    Ok(())
}

async fn number(session: &mut PgConnection, sql: &str) -> Result<i64, Failure> {
    let number = sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(session);
    number.await.doing(format_args!("asking: {sql}"))
}
