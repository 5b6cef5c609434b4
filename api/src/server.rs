//! The server: what is made once and used by every request, and how it starts and stops.

use std::sync::Arc;

use async_nats::jetstream;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::auth::bearer::{Authenticator, Beside};
pub use crate::graphql::context::Databases;
use crate::graphql::executor::Executor;
use crate::http::connections;
use crate::http::listener::ImpatientListener;
use crate::http::open::Open;
use crate::http::routes::Routes;
use crate::http::seats::Seats;
use crate::live::announce::Announcer;
use crate::live::hub::Hub;
use crate::live::listen::listen;
use crate::live::share::Share;
use crate::router::router;
use crate::settings::Settings;

/// Why the server ended.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The client that fetches published keys cannot be made.
    #[error("preparing to fetch auth.jwks_url")]
    Jwks(#[from] reqwest::Error),
}

/// What every request uses.
#[derive(Clone)]
pub struct AppState(Arc<State>);

struct State {
    settings: Settings,
    authenticator: Authenticator,
    executor: Executor,
    databases: Databases,
    share: Share,
    seats: Seats,
    sockets: TaskTracker,
    shutdown: CancellationToken,
}

impl AppState {
    fn new(
        settings: Settings,
        authenticator: Authenticator,
        databases: Databases,
        executor: Executor,
        shutdown: CancellationToken,
    ) -> Self {
        Self(Arc::new(State {
            authenticator,
            executor,
            share: Share::default(),
            seats: Seats::new(settings.tenant_connections),
            settings,
            databases,
            sockets: TaskTracker::new(),
            shutdown,
        }))
    }

    /// What the operator set.
    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// Says who asks.
    pub fn authenticator(&self) -> &Authenticator {
        &self.0.authenticator
    }

    /// Executes operations.
    pub fn executor(&self) -> &Executor {
        &self.0.executor
    }

    /// The pools.
    pub fn databases(&self) -> &Databases {
        &self.0.databases
    }

    /// The executions that subscribers share.
    pub fn share(&self) -> &Share {
        &self.0.share
    }

    /// How many connections each tenant has.
    pub fn seats(&self) -> &Seats {
        &self.0.seats
    }

    /// The open sockets.
    pub fn sockets(&self) -> &TaskTracker {
        &self.0.sockets
    }

    /// Cancelled when the program stops.
    pub fn shutdown(&self) -> &CancellationToken {
        &self.0.shutdown
    }
}

/// What the server needs from outside.
pub struct Parts {
    /// What the operator set.
    pub settings: Settings,
    /// The pools.
    pub databases: Databases,
    /// The connection link events come in on.
    pub jetstream: jetstream::Context,
    /// Where they come in.
    pub hub: Hub,
    /// Routes of the program's own: health, metrics.
    pub extra: Routes,
    /// Cancelled when the program is about to stop, some time before it stops serving.
    pub leaving: CancellationToken,
}

/// Serves until `shutdown`: then takes no more requests, closes the sockets with 1012, and waits
/// for both as long as the settings allow.
pub async fn serve(
    listener: TcpListener,
    parts: Parts,
    shutdown: CancellationToken,
) -> Result<(), ServeError> {
    let Parts {
        settings,
        databases,
        jetstream,
        hub,
        extra,
        leaving,
    } = parts;
    Open::none();
    let drain = settings.drain;
    let (authenticator, beside) = Authenticator::new(&settings.auth, &databases)?;
    let beside = run_beside(beside, &shutdown);
    let events = settings.events_stream.clone();
    let announcer = Announcer::new(jetstream.clone(), events.clone());
    let executor = Executor::new(&hub, &announcer, &settings.documents);
    let listener_task = tokio::spawn(listen(jetstream, events, hub.clone(), shutdown.clone()));
    let state = AppState::new(
        settings,
        authenticator,
        databases,
        executor,
        shutdown.clone(),
    );
    let app = router(&state, extra, leaving);
    let listener = ImpatientListener(listener);
    let server = tokio::spawn(connections::serve(listener, app, shutdown.clone()));
    shutdown.cancelled().await;
    state.sockets().close();
    let ended = tokio::time::timeout(drain, async {
        state.sockets().wait().await;
        server.await
    });
    if ended.await.is_err() {
        tracing::warn!(
            seconds = drain.as_secs(),
            "some requests were still running at the end"
        );
    }
    // They end with `shutdown`; a panic in one was reported when it happened.
    let _ = listener_task.await;
    beside.wait().await;
    Ok(())
}

fn run_beside(beside: Beside, shutdown: &CancellationToken) -> TaskTracker {
    let tasks = TaskTracker::new();
    if let Some(keeper) = beside.jwks {
        tasks.spawn(keeper.run(shutdown.clone()));
    }
    tasks.spawn(beside.desk.run(shutdown.clone()));
    tasks.spawn(beside.notes.run(shutdown.clone()));
    tasks.close();
    tasks
}
