//! What a resolver has at hand: who asks, and one snapshot of their tenant's rows.
//!
//! # Invariants
//! - A query reads one snapshot: one read-only transaction, opened when the first row is needed.
//! - Loaders and their caches live as long as the snapshot, so a cache never crosses tenants.
//! - A subscription renews its snapshot after every answer; between answers it holds none.
//!   A change renews it once it is committed.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use async_graphql::Context;
use chrono::{DateTime, Utc};
use entity::database::Database;
use entity::scope::TenantScope;
use entity::tx::TenantTx;
use tokio::sync::{OnceCell, watch};

use crate::auth::principal::Principal;
use crate::error::ApiError;
use crate::limits;
use crate::live::cursor::{FeedCursor, Position};
use crate::live::links::Audience;
use crate::live::table::{Table, Taken};
use crate::loader::Loaders;
use crate::loader::rounds::Rounds;
use crate::replica::Replica;

/// The database as the API uses it: one pool for each role.
#[derive(Clone, Debug)]
pub struct Databases {
    /// Tenants' rows.
    pub api: Database,
    /// The list of tenants.
    pub platform: Database,
    /// API keys of all tenants, to be looked up by their hash.
    pub auth: Database,
    /// What is told of the past, where there is a replica for it.
    pub history: Option<Replica>,
}

/// One request, or one operation of a socket.
pub struct RequestContext {
    principal: Arc<Principal>,
    databases: Databases,
    rounds: Rounds,
    reads: RwLock<Option<Arc<Reads>>>,
    start: Start,
    position: watch::Sender<Option<Position>>,
    again: watch::Sender<()>,
}

/// From where a subscription follows its feed, or its links.
#[derive(Clone, Debug, Default)]
pub enum Start {
    /// From where its arguments say.
    #[default]
    AsAsked,
    /// From now on, whatever they say.
    Now,
    /// Behind this cursor, whatever they say.
    Behind(FeedCursor),
    /// Links are followed for those who take them from this table.
    ForMany(watch::Sender<Table>),
    /// Links are told as they were taken, and then no more.
    Taken(Arc<Taken>),
}

/// How a subscription begins to tell of links.
pub enum LinksStart {
    /// It reads and follows them.
    Follow(Audience),
    /// They were taken already, and that is all.
    Taken(Arc<Taken>),
}

impl RequestContext {
    /// The context of a request by `principal`.
    pub fn new(principal: Arc<Principal>, databases: Databases) -> Self {
        Self {
            principal,
            databases,
            rounds: Rounds::default(),
            reads: RwLock::default(),
            start: Start::default(),
            position: watch::Sender::new(None),
            again: watch::Sender::new(()),
        }
    }

    /// The context of a subscription that begins at `start`.
    #[must_use]
    pub fn starting(self, start: Start) -> Self {
        Self { start, ..self }
    }

    /// From where a subscription that asks for what comes behind `after` follows its feed.
    pub const fn feed_start(&self, after: Option<FeedCursor>) -> Option<FeedCursor> {
        match self.start {
            Start::AsAsked => after,
            Start::Behind(cursor) => Some(cursor),
            Start::Now | Start::ForMany(_) | Start::Taken(_) => None,
        }
    }

    /// How a subscription begins to tell of links.
    pub fn links_start(&self) -> LinksStart {
        match &self.start {
            Start::Taken(taken) => LinksStart::Taken(Arc::clone(taken)),
            Start::ForMany(table) => LinksStart::Follow(Audience::Many(table.clone())),
            Start::AsAsked | Start::Now | Start::Behind(_) => LinksStart::Follow(Audience::One),
        }
    }

    /// How far the subscription has come in its feed.
    pub const fn position(&self) -> &watch::Sender<Option<Position>> {
        &self.position
    }

    /// Asks for the latest answer once more. Only who follows links hears it: their latest state can be
    /// told later as well, while an event is told in its place.
    pub const fn again(&self) -> &watch::Sender<()> {
        &self.again
    }

    /// Who asks.
    pub fn principal(&self) -> &Principal {
        &self.principal
    }

    /// The pools.
    pub const fn databases(&self) -> &Databases {
        &self.databases
    }

    /// The tenant the request is about.
    pub fn scope(&self) -> Result<TenantScope, ApiError> {
        self.principal.scope()
    }

    /// The loads of this request. Its resolvers must run in them.
    pub const fn rounds(&self) -> &Rounds {
        &self.rounds
    }

    /// The snapshot of this request, and the loaders on it.
    pub fn reads(&self) -> Result<Arc<Reads>, ApiError> {
        if let Some(reads) = &*self.reads.read().unwrap_or_else(PoisonError::into_inner) {
            return Ok(Arc::clone(reads));
        }
        let mut slot = self.reads.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(reads) = &*slot {
            return Ok(Arc::clone(reads));
        }
        let reads = Arc::new(Reads::new(&self.databases, self.scope()?, &self.rounds));
        *slot = Some(Arc::clone(&reads));
        Ok(reads)
    }

    /// Lets go of the snapshot; the next read sees what is committed by then. A change does so, that
    /// its answer shows what was made.
    pub fn renew(&self) {
        *self.reads.write().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

/// One snapshot of a tenant's rows.
pub struct Reads {
    snapshot: Arc<Snapshot>,
    loaders: Loaders,
    now: DateTime<Utc>,
    registrations: AtomicUsize,
}

impl Reads {
    fn new(databases: &Databases, scope: TenantScope, rounds: &Rounds) -> Self {
        let snapshot = Arc::new(Snapshot {
            database: databases.api.clone(),
            replica: databases.history.clone(),
            scope,
            tx: OnceCell::new(),
            at_replica: OnceCell::new(),
        });
        Self {
            loaders: Loaders::new(&snapshot, rounds),
            snapshot,
            now: Utc::now(),
            registrations: AtomicUsize::new(0),
        }
    }

    /// The transaction.
    pub async fn tx(&self) -> Result<&TenantTx, ApiError> {
        Ok(self.snapshot.tx().await?)
    }

    /// The transaction in which the past is read.
    pub async fn history_tx(&self) -> Result<&TenantTx, ApiError> {
        Ok(self.snapshot.history_tx().await?)
    }

    /// What is now to everything in this answer.
    pub const fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// Counts clients of registration tables that go into this answer, as far as it may have them.
    pub fn count_registrations(&self, clients: usize) -> Result<(), ApiError> {
        let told = self.registrations.fetch_add(clients, Ordering::Relaxed) + clients;
        if told > limits::REGISTRATIONS {
            let allowed = limits::REGISTRATIONS;
            return Err(ApiError::limit("registrations of an answer", told, allowed));
        }
        Ok(())
    }

    /// The loaders.
    pub const fn loaders(&self) -> &Loaders {
        &self.loaders
    }
}

/// A read-only transaction that is opened when it is first needed.
pub struct Snapshot {
    database: Database,
    replica: Option<Replica>,
    scope: TenantScope,
    tx: OnceCell<TenantTx>,
    /// None inside: the replica was asked, and will not do.
    at_replica: OnceCell<Option<TenantTx>>,
}

impl Snapshot {
    /// The transaction.
    pub async fn tx(&self) -> Result<&TenantTx, sqlx::Error> {
        self.tx
            .get_or_try_init(|| self.database.read(self.scope))
            .await
    }

    /// The transaction in which the past is read: the replica's, if there is one that is not too far
    /// behind, else the same as for all else.
    pub async fn history_tx(&self) -> Result<&TenantTx, sqlx::Error> {
        let Some(replica) = &self.replica else {
            return self.tx().await;
        };
        let asked = self.at_replica.get_or_init(|| replica.read(self.scope));
        match asked.await {
            Some(tx) => Ok(tx),
            None => self.tx().await,
        }
    }
}

/// Shortcuts for resolvers.
pub trait ContextExt {
    /// The request.
    fn request(&self) -> &RequestContext;

    /// The request's snapshot.
    fn reads(&self) -> Result<Arc<Reads>, ApiError> {
        self.request().reads()
    }
}

impl ContextExt for Context<'_> {
    fn request(&self) -> &RequestContext {
        // Each station in `http` adds it before it executes anything.
        self.data_unchecked::<Arc<RequestContext>>()
    }
}
