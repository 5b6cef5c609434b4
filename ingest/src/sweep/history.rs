//! History's rounds: what polls said is rolled up by the hour, and dropped when its time is over.
//!
//! # Invariants
//! - A round may end anywhere and be begun again: each step is a transaction that changes nothing
//!   when it is taken twice.
//! - A tenant whose hours cannot be rolled up holds up no other; but no polls are dropped then.

use std::time::Duration;

use chrono::{DateTime, DurationRound as _, TimeDelta, Utc};
use entity::database::Database;
use entity::scope::TenantScope;
use tokio_util::sync::CancellationToken;

use super::retention::{self, History};
use super::rollup::{self, Window};
use super::turn::Turn;
use crate::partitions;
use crate::settings::Retention;
use crate::worker::Databases;

const EVERY: Duration = Duration::from_mins(10);
const RETRY: Duration = Duration::from_mins(1);
/// The last hours are looked at in every round: polls come late, and more seldom so the later.
/// Those that come still later are rolled up before their polls are dropped.
const RECENT: TimeDelta = TimeDelta::hours(3);
/// How long after its end an hour's last polls are waited for.
const GRACE: TimeDelta = TimeDelta::minutes(2);

/// Sees to history, in turns with the other workers.
pub struct HistoryKeeper {
    /// The pools.
    pub databases: Databases,
    /// How long what is kept.
    pub retention: Retention,
}

impl HistoryKeeper {
    /// Keeps at it until `shutdown`, which may come at any point of a round.
    pub async fn run(self, shutdown: CancellationToken) {
        loop {
            let round = async {
                match self.round(Utc::now()).await {
                    Ok(_) => EVERY,
                    Err(error) => {
                        metrics::counter!("wisplink_history_failures_total").increment(1);
                        tracing::warn!(%error, "history was not seen to; trying again");
                        RETRY
                    }
                }
            };
            let round_and_pause = async { tokio::time::sleep(round.await).await };
            tokio::select! {
                () = shutdown.cancelled() => return,
                () = round_and_pause => {}
            }
        }
    }

    /// Rolls up and drops what is to be as of `now`. False: it is another worker's turn.
    pub async fn round(&self, now: DateTime<Utc>) -> Result<bool, sqlx::Error> {
        let Some(turn) = Turn::take(&self.databases.platform).await? else {
            return Ok(false);
        };
        let database = &self.databases.ingest;
        partitions::make(database).await?;
        retention::notice_missing(database).await?;
        let tenants = turn.tenants().await?;
        let until = full_hour(now - GRACE);
        let begin = retention::polls_begin(database).await?.unwrap_or(until);
        let mut failed = None;
        for scope in &tenants {
            turn.keep().await?;
            if let Err(error) = self.see_to(&turn, *scope, begin, until).await {
                tracing::warn!(tenant = %scope.tenant(), %error, "a tenant's history was not rolled up");
                failed = Some(error);
            }
        }
        if let Some(error) = failed {
            return Err(error);
        }
        retention::drop_polls(&turn, database, &tenants, self.retention.raw_days).await?;
        retention::drop_hours(database, self.retention.rollup_days).await?;
        Ok(true)
    }

    /// One tenant's part: `until` is the end of the last full hour, `begin` where partitions of
    /// polls begin.
    async fn see_to(
        &self,
        turn: &Turn,
        scope: TenantScope,
        begin: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<(), sqlx::Error> {
        let database: &Database = &self.databases.ingest;
        let strays = rollup::stray_hours(database, scope, begin.min(until)).await?;
        for window in strays.into_iter().chain(Window::all(until - RECENT, until)) {
            rollup::roll_up(turn, database, scope, window).await?;
        }
        let Retention {
            raw_days,
            rollup_days,
        } = self.retention;
        retention::forget_strays(database, scope, History::Polls, raw_days).await?;
        retention::forget_strays(database, scope, History::Hours, rollup_days).await
    }
}

fn full_hour(time: DateTime<Utc>) -> DateTime<Utc> {
    time.duration_trunc(TimeDelta::hours(1)).unwrap_or(time)
}
