//! Writes down when keys were last used, beside the requests that use them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use chrono::{TimeDelta, Utc};
use entity::args;
use entity::database::Database;
use entity::ids::{ApiKeyId, TenantId};
use entity::scope::TenantScope;
use tokio::time::{Instant, MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use super::book::Book;
use super::open;
use crate::error::chain;
use crate::limits;

/// Not where another replica has done so just now.
const NOTE: &str = "
    UPDATE api_keys SET last_used_at = $3
    WHERE tenant_id = $1 AND id = ANY($2) AND (last_used_at IS NULL OR last_used_at < $4)";

/// Writes down what the book has seen used.
pub(crate) struct Notes {
    book: Arc<Mutex<Book>>,
    database: Database,
}

impl Notes {
    /// What is to be written to `database`, as the role that may change tenants' rows.
    pub(in crate::auth) const fn new(book: Arc<Mutex<Book>>, database: Database) -> Self {
        Self { book, database }
    }

    /// Writes until `shutdown`.
    pub(crate) async fn run(self, shutdown: CancellationToken) {
        let mut round = interval(limits::API_KEY_ROUND);
        round.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = shutdown.cancelled() => return,
                _ = round.tick() => self.write().await,
            }
        }
    }

    async fn write(&self) {
        let mut used: HashMap<TenantId, Vec<ApiKeyId>> = HashMap::new();
        for (tenant, id) in open(&self.book).uses(Instant::now()) {
            used.entry(tenant).or_default().push(id);
        }
        for (tenant, ids) in used {
            if let Err(error) = self.note(tenant, ids).await {
                // The next use in a while is written down instead.
                tracing::debug!(%tenant, error = %chain(&error), "the use of API keys was not written down");
            }
        }
    }

    async fn note(&self, tenant: TenantId, ids: Vec<ApiKeyId>) -> Result<(), sqlx::Error> {
        #[expect(
            clippy::disallowed_methods,
            reason = "the tenant stands in the row of a key that a caller has shown"
        )]
        let scope = TenantScope::assume(tenant);
        let now = Utc::now();
        let pause = TimeDelta::from_std(limits::API_KEY_NOTE).unwrap_or_default();
        let tx = self.database.write(scope).await?;
        tx.execute(NOTE, args![tenant, ids, now, now - pause]?)
            .await?;
        tx.commit().await
    }
}
