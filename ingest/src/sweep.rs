//! What time alone does to links: APs that fell silent, links that expire and are forgotten, events
//! that a crash left unpublished. And to [`history`], which any worker sees to.
//!
//! # Invariants
//! - Only the process that hears the registrations sweeps links, and only while it hears them as
//!   they are published: what is silence to others may be a backlog of ours. A lock on the tenant
//!   keeps out a former reader that does not know yet.
//! - A tenant is swept while no lane has it, so events keep their order on the stream, too.
//! - Links change by the same machine, and events take the same way, as when a poll changes them.

pub mod silence;
pub mod aging;
pub mod unpublished;
pub mod history;
mod turn;
pub mod rollup;
pub mod retention;

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use entity::args;
use entity::database::Database;
use entity::ids::TenantId;
use entity::scope::TenantScope;
use entity::tx::{SystemTx, TenantTx};
use sqlx::Row as _;
use sqlx::postgres::PgArguments;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use crate::consume::heard::Heard;
use crate::decide::Told;
use crate::lanes::queue::Queue;
use crate::publish::{Outgoing, Publisher};
use crate::store::events;

/// How often.
const EVERY: Duration = Duration::from_secs(5);

/// Sweeps all tenants, one after the other.
pub struct Sweeper {
    /// The database, as the ingest role.
    pub database: Database,
    /// The database, as the role that may list tenants.
    pub platform: Database,
    /// Keeps the lanes off a tenant.
    pub queue: Arc<Queue>,
    /// Where events go.
    pub publisher: Publisher,
    /// Whether the registrations are heard.
    pub heard: Heard,
}

const TENANTS: &str = "SELECT id FROM tenants ORDER BY id";
/// Any number, as long as it stays the same.
const LOCK: &str = "SELECT pg_try_advisory_xact_lock(5346, hashtext($1::text))";

impl Sweeper {
    /// Sweeps until `shutdown`.
    pub async fn run(self, shutdown: CancellationToken) {
        let mut tick = tokio::time::interval(EVERY);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = shutdown.cancelled() => return,
                _ = tick.tick() => {}
            }
            if let Some(since) = self.heard.since() {
                self.pass(since, Utc::now()).await;
            }
        }
    }

    /// Sweeps every tenant once, as of `now`. What was silent before `heard_since` does not count.
    pub async fn pass(&self, heard_since: DateTime<Utc>, now: DateTime<Utc>) {
        let tenants = match self.tenants().await {
            Ok(tenants) => tenants,
            Err(error) => {
                tracing::warn!(%error, "the tenants cannot be listed; sweeping again later");
                return;
            }
        };
        for scope in tenants {
            let tenant = scope.tenant();
            if let Err(error) = self.sweep(scope, heard_since, now).await {
                tracing::warn!(%tenant, %error, "a tenant was not swept; trying again later");
            }
        }
    }

    async fn sweep(
        &self,
        scope: TenantScope,
        heard_since: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<(), sqlx::Error> {
        let held = self.queue.hold(scope.tenant()).await;
        self.change(scope, now, async |tx| {
            let mut told = silence::sweep(tx, heard_since, now).await?;
            told.extend(aging::sweep(tx, now).await?);
            Ok(told)
        })
        .await?;
        unpublished::sweep(&self.database, scope, &self.publisher, now).await?;
        drop(held);
        Ok(())
    }

    /// One transaction of `work`, whose events are numbered, and after the commit published.
    async fn change(
        &self,
        scope: TenantScope,
        now: DateTime<Utc>,
        work: impl AsyncFnOnce(&TenantTx) -> Result<Vec<Told>, sqlx::Error>,
    ) -> Result<(), sqlx::Error> {
        let tx = self.database.write(scope).await?;
        if !is_alone(&tx).await? {
            return Ok(());
        }
        let told = work(&tx).await?;
        let known = self.publisher.known(scope.tenant()).await;
        let events = events::append(&tx, told, known, now).await?;
        tx.commit().await?;
        if !events.is_empty() {
            events::count(&events);
            self.publisher.noted(scope.tenant(), known.published);
            let events = events.into_iter().map(Outgoing::from).collect();
            self.publisher.publish(events, Vec::new()).await;
        }
        Ok(())
    }

    async fn tenants(&self) -> Result<Vec<TenantScope>, sqlx::Error> {
        tenants(&self.platform.system().await?).await
    }
}

/// All tenants. Only the platform role may list them.
async fn tenants(tx: &SystemTx) -> Result<Vec<TenantScope>, sqlx::Error> {
    #[expect(
        clippy::disallowed_methods,
        reason = "the tenant stands in the list of tenants"
    )]
    let scope = |tenant: TenantId| TenantScope::assume(tenant);
    let rows = tx.rows(TENANTS, PgArguments::default()).await?;
    rows.iter().map(|row| row.try_get(0).map(scope)).collect()
}

async fn is_alone(tx: &TenantTx) -> Result<bool, sqlx::Error> {
    let rows = tx.rows(LOCK, args![tx.tenant()]?).await?;
    rows.first().map_or(Ok(false), |row| row.try_get(0))
}
