//! A lane: takes a tenant's messages, applies them in one transaction, publishes what came of it.
//!
//! # Invariants
//! - Trouble that may pass is retried in place, for ever: nothing overtakes, nothing is lost.
//! - A batch that fails on its data is halved until the message at fault stands alone.

use std::sync::Arc;
use std::time::Instant;

use chrono::Utc;
use entity::database::Database;
use entity::error::{Fault, fault};
use entity::ids::{DeviceId, TenantId};
use entity::scope::TenantScope;
use entity::wire::link_event::LinkEvent;
use tracing::{Instrument as _, Span};

use super::breaker::{Breaker, pause};
use super::queue::{Job, Queue};
use crate::apply::{Applied, apply};
use crate::crash::crash_point;
use crate::dead_letter::DeadLetters;
use crate::decode::{Kind, Reject, RejectCode};
use crate::message::Message;
use crate::publish::{Outgoing, Publisher};
use crate::settings::Retention;
use crate::store::events;
use crate::trace;

/// What a lane works with.
#[derive(Clone)]
pub struct Lane {
    /// Where messages wait.
    pub queue: Arc<Queue>,
    /// The database, as the ingest role.
    pub database: Database,
    /// Where events go.
    pub publisher: Publisher,
    /// Where messages go that are refused.
    pub dead_letters: DeadLetters,
    /// Tells the readers of trouble.
    pub breaker: Breaker,
    /// Messages of one tenant in one transaction, at most.
    pub batch: usize,
    /// How long history is kept.
    pub retention: Retention,
}

impl Lane {
    /// Works until the queue is closed and empty.
    pub async fn run(self) {
        while let Some((batch, jobs)) = self.queue.take(self.batch).await {
            #[expect(
                clippy::disallowed_methods,
                reason = "pollers are trusted to name their tenant"
            )]
            let scope = TenantScope::assume(batch.tenant());
            self.work(scope, jobs).await;
        }
    }

    async fn work(&self, scope: TenantScope, mut jobs: Vec<Job>) {
        let batch = trace::batch(scope.tenant(), jobs.iter().map(|job| &job.trace));
        let mut began = Instant::now();
        let mut later: Vec<Vec<Job>> = Vec::new();
        loop {
            match self.persist(scope, &jobs, &batch).await {
                Ok(applied) => {
                    self.finish(jobs, applied).await;
                    metrics::histogram!("wisplink_ingest_batch_duration_seconds")
                        .record(began.elapsed());
                }
                Err(error) if jobs.len() > 1 => {
                    tracing::debug!(%error, messages = jobs.len(), "halving a batch that cannot be stored");
                    later.push(jobs.split_off(jobs.len() / 2));
                    continue;
                }
                Err(error) => {
                    let why = Reject::new(RejectCode::Unstorable, &error.to_string());
                    self.refuse(jobs, &why).await;
                }
            }
            match later.pop() {
                Some(next) => (jobs, began) = (next, Instant::now()),
                None => return,
            }
        }
    }

    /// Applies `jobs`, however long the database takes to come back. Fails only on their data.
    async fn persist(
        &self,
        scope: TenantScope,
        jobs: &[Job],
        batch: &Span,
    ) -> Result<Applied, sqlx::Error> {
        let messages: Vec<_> = jobs.iter().map(|job| &job.message).collect();
        let mut attempt = 0;
        loop {
            let known = self.publisher.known(scope.tenant()).await;
            let now = Utc::now();
            let kept_from = self.retention.polls_from(now);
            let began = Instant::now();
            let applied = apply(&self.database, scope, &messages, known, kept_from, now);
            let applied = applied.instrument(trace::transaction(batch, attempt)).await;
            let result = if applied.is_ok() {
                "committed"
            } else {
                "failed"
            };
            metrics::histogram!("wisplink_ingest_transaction_duration_seconds", "result" => result)
                .record(began.elapsed());
            let error = match applied {
                Ok(applied) => {
                    self.breaker.succeeded();
                    self.publisher.noted(scope.tenant(), applied.noted);
                    return Ok(applied);
                }
                Err(error) => error,
            };
            match fault(&error) {
                Fault::Data => return Err(error),
                Fault::Temporary => {
                    tracing::warn!(%error, attempt, "the database did not take a batch; retrying");
                }
                Fault::Other => {
                    tracing::error!(%error, attempt, "storing a batch failed; retrying, for it may be lost otherwise");
                }
            }
            metrics::counter!("wisplink_ingest_retries_total").increment(1);
            self.breaker.failed();
            tokio::time::sleep(pause(attempt)).await;
            attempt += 1;
        }
    }

    async fn finish(&self, jobs: Vec<Job>, applied: Applied) {
        count(&jobs, &applied);
        // In order, and before the tenant is let go: so its events stand in order on the stream.
        let events = with_causes(applied.events, &jobs);
        self.publisher.publish(events, applied.telemetry).await;
        crash_point!("published");
        for job in jobs {
            let (tenant, device) = (job.message.tenant(), job.message.device());
            if applied.strangers.contains(&device) {
                let why = stranger(tenant, device, applied.is_nobody);
                self.dead_letters.keep(job.ticket, why, None).await;
            } else {
                job.ticket.done();
            }
        }
    }

    async fn refuse(&self, jobs: Vec<Job>, why: &Reject) {
        for job in jobs {
            self.dead_letters.keep(job.ticket, why.clone(), None).await;
        }
    }
}

/// The events, each with the trace of the poll it came of.
fn with_causes(events: Vec<LinkEvent>, jobs: &[Job]) -> Vec<Outgoing> {
    let traced: Vec<_> = jobs
        .iter()
        .filter_map(|job| match (&job.message, job.trace.parent()) {
            (Message::Poll(poll), Some(parent)) => Some((poll, parent)),
            _ => None,
        })
        .collect();
    let cause = |event: &LinkEvent| {
        let aps = [Some(event.ap_device_id), event.other_ap_device_id];
        let mut polls = traced.iter();
        let cause =
            polls.find(|(poll, _)| poll.collected_at == event.at && aps.contains(&Some(poll.ap)));
        cause.map(|(_, parent)| *parent)
    };
    let outgoing = events.into_iter().map(|event| Outgoing {
        trace: cause(&event),
        event,
    });
    outgoing.collect()
}

/// Counts what was committed.
fn count(jobs: &[Job], applied: &Applied) {
    for kind in Kind::ALL {
        let of_kind = jobs.iter().filter(|job| job.message.kind() == kind).count();
        if of_kind > 0 {
            metrics::counter!("wisplink_ingest_messages_total", "source" => kind.as_str())
                .increment(of_kind as u64);
        }
    }
    let messages = u32::try_from(jobs.len()).unwrap_or(u32::MAX);
    metrics::histogram!("wisplink_ingest_batch_messages").record(messages);
    applied.tally.count();
    events::count(&applied.events);
}

fn stranger(tenant: TenantId, device: DeviceId, is_nobody: bool) -> Reject {
    if is_nobody {
        let detail = format!("there is no tenant {tenant}");
        return Reject::new(RejectCode::UnknownTenant, &detail);
    }
    let detail = format!("tenant {tenant} has no device {device}");
    Reject::new(RejectCode::UnknownDevice, &detail)
}
