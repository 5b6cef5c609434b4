//! The last event of each tenant's feed that readers may have seen.
//!
//! The stream knows it, whatever became of the database. It is asked once for each tenant; after that
//! what this process publishes counts.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use async_nats::jetstream;
use entity::feed::Announced;
use entity::ids::TenantId;
use entity::wire::events::last_announced;

/// How long the stream may take to answer.
const PATIENCE: Duration = Duration::from_secs(2);

/// What is known of all feeds.
pub(super) struct AnnouncedFeeds {
    jetstream: jetstream::Context,
    stream: String,
    /// None inside: nothing of this tenant is on the stream.
    known: Mutex<HashMap<TenantId, Option<Announced>>>,
}

impl AnnouncedFeeds {
    pub(super) fn new(jetstream: jetstream::Context, stream: &str) -> Self {
        Self {
            jetstream,
            stream: stream.to_owned(),
            known: Mutex::default(),
        }
    }

    /// The last event of `tenant` that readers may have seen, if there is one. While the stream
    /// cannot be asked nothing is known, and it is asked again.
    pub(super) async fn of(&self, tenant: TenantId) -> Option<Announced> {
        let known = self.lock(|known| known.get(&tenant).copied());
        if let Some(known) = known {
            return known;
        }
        let last = last_announced(&self.jetstream, &self.stream, tenant);
        match tokio::time::timeout(PATIENCE, last).await {
            Ok(Ok(found)) => {
                // Something may have been published meanwhile, which is later.
                self.lock(|known| *known.entry(tenant).or_insert(found))
            }
            Ok(Err(error)) => {
                tracing::warn!(%error, %tenant, "the events stream does not tell where a feed ends");
                None
            }
            Err(_) => {
                tracing::warn!(%tenant, "the events stream does not tell in time where a feed ends");
                None
            }
        }
    }

    /// `announced` is on the stream.
    pub(super) fn note(&self, tenant: TenantId, announced: Announced) {
        self.lock(|known| {
            let last = known.entry(tenant).or_default();
            let is_later =
                last.is_none_or(|last| last.epoch != announced.epoch || last.seq < announced.seq);
            if is_later {
                *last = Some(announced);
            }
        });
    }

    fn lock<T>(&self, use_it: impl FnOnce(&mut HashMap<TenantId, Option<Announced>>) -> T) -> T {
        use_it(&mut self.known.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
