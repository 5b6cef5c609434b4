//! The two halves, connected: what `serve`, `ingest`, the demo and the tests run.

use std::sync::Arc;
use std::time::Duration;

use api::http::connections;
use api::http::listener::ImpatientListener;
use api::live::hub::Hub;
use api::server::{Databases, Parts, serve};
use async_nats::jetstream;
use entity::database::{Database, Role};
use entity::walls::Breach;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::config::{Config, ConfigError};
use crate::connect::{self, ConnectError};
use crate::health::metrics::{AlreadyRecorded, Metrics};
use crate::health::trust::wait_until_trusted;
use crate::health::{self, Health};

/// Why the program cannot run.
#[derive(Debug, thiserror::Error)]
pub enum ProgramError {
    /// The configuration will not do.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// NATS.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// Metrics.
    #[error(transparent)]
    Metrics(#[from] AlreadyRecorded),
    /// The database does not keep tenants apart.
    #[error(transparent)]
    Breach(#[from] Breach),
    /// HTTP.
    #[error(transparent)]
    Serve(#[from] api::server::ServeError),
}

/// A wisplink that is connected to its PostgreSQL and its NATS, or will be as soon as they are there.
#[derive(Clone)]
pub struct Program {
    config: Arc<Config>,
    databases: Databases,
    worker: ingest::worker::Databases,
    nats: async_nats::Client,
    metrics: Metrics,
    hub: Hub,
    /// Cancelled when the API is about to stop.
    leaving: CancellationToken,
}

impl Program {
    /// Prepares everything. Only what the configuration says can fail here.
    pub async fn connect(config: Config) -> Result<Self, ProgramError> {
        // First: what asks for a counter earlier counts nothing.
        let metrics = Metrics::start()?;
        let databases = Databases {
            api: config.database.pool(Role::Api)?,
            platform: config.database.pool(Role::Platform)?,
            auth: config.database.pool(Role::Auth)?,
            history: config.database.history()?,
        };
        Ok(Self {
            databases,
            worker: ingest::worker::Databases {
                ingest: config.database.pool(Role::Ingest)?,
                platform: config.database.pool(Role::Platform)?,
            },
            nats: connect::nats(&config.nats, "wisplink").await?,
            metrics,
            hub: Hub::default(),
            leaving: CancellationToken::new(),
            config: Arc::new(config),
        })
    }

    /// The connection to NATS.
    pub const fn nats(&self) -> &async_nats::Client {
        &self.nats
    }

    /// `JetStream` over that connection.
    pub fn jetstream(&self) -> jetstream::Context {
        connect::jetstream(&self.config.nats, self.nats.clone())
    }

    /// What is set.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Serves the API on `listener` until `shutdown`, or until it turns out that the database does
    /// not keep tenants apart.
    pub async fn serve(
        &self,
        listener: TcpListener,
        shutdown: CancellationToken,
    ) -> Result<(), ProgramError> {
        let health = self.health(&self.databases.api);
        let routes = match self.config.health.listen {
            Some(_) => health::routes(),
            None => health::routes_with_metrics(),
        };
        let parts = Parts {
            settings: self.api_settings()?,
            databases: self.databases.clone(),
            jetstream: self.jetstream(),
            hub: self.hub.clone(),
            extra: routes.with_state(health),
            leaving: self.leaving.clone(),
        };
        let address = self.config.database.url.to_string();
        let Databases {
            api,
            platform,
            auth,
            history,
        } = self.databases.clone();
        let closing = CancellationToken::new();
        let stop = closing.clone();
        // Requests are answered meanwhile, with UNAVAILABLE; this says why, in the log.
        let watch = tokio::spawn(async move {
            let trusted = wait_until_trusted(&[&api, &platform, &auth], &address, &stop).await;
            if trusted.is_err() {
                stop.cancel();
            }
            trusted
        });
        let leave = tokio::spawn(leave(
            shutdown,
            self.leaving.clone(),
            Duration::from_secs(self.config.http.leave_s),
            closing.clone(),
        ));
        let served = serve(listener, parts, closing).await;
        leave.abort();
        watch.abort();
        self.databases.api.close().await;
        self.databases.platform.close().await;
        self.databases.auth.close().await;
        if let Some(history) = history {
            history.close().await;
        }
        if let Ok(Err(breach)) = watch.await {
            return Err(breach.into());
        }
        Ok(served?)
    }

    /// Runs the worker until `shutdown`. It does not begin on a database that does not keep tenants
    /// apart.
    pub async fn ingest(&self, shutdown: CancellationToken) -> Result<(), ProgramError> {
        let address = self.config.database.url.to_string();
        let pools = [&self.worker.ingest, &self.worker.platform];
        if !wait_until_trusted(&pools, &address, &shutdown).await? {
            return Ok(());
        }
        let Config {
            ingest,
            streams,
            history,
            ..
        } = &*self.config;
        let settings = ingest::settings::Settings {
            retention: history.retention(),
            ..ingest.settings(streams)
        };
        ingest::worker::run(settings, self.worker.clone(), self.jetstream(), shutdown).await;
        self.worker.ingest.close().await;
        self.worker.platform.close().await;
        Ok(())
    }

    /// Tells on `listener` how the program is, as long as it is awaited.
    pub async fn tell(&self, listener: TcpListener) {
        let routes = health::routes_with_metrics().with_state(self.health(&self.worker.ingest));
        let listener = ImpatientListener(listener);
        connections::serve(listener, routes.into_router(), CancellationToken::new()).await;
    }

    fn health(&self, database: &Database) -> Health {
        let Databases {
            api,
            platform,
            auth,
            ..
        } = &self.databases;
        let worker = [&self.worker.ingest, &self.worker.platform];
        let pools = [api, platform, auth].into_iter().chain(worker);
        Health {
            database: database.clone(),
            nats: self.nats.clone(),
            hub: self.hub.clone(),
            leaving: self.leaving.clone(),
            metrics: self.metrics.clone(),
            pools: pools.cloned().collect(),
        }
    }

    fn api_settings(&self) -> Result<api::settings::Settings, ConfigError> {
        let Config {
            http,
            graphql,
            streams,
            auth,
            ..
        } = &*self.config;
        Ok(api::settings::Settings {
            events_stream: streams.events.clone(),
            documents: graphql.settings()?,
            hsts_s: http.hsts_s,
            allowed_origins: http.allowed_origins.clone(),
            graphiql: http.graphiql,
            tenant_connections: http.tenant_connections,
            drain: Duration::from_secs(http.drain_s),
            ..api::settings::Settings::new(auth.settings()?)
        })
    }
}

/// Goes on serving for a while when the program is about to stop: whoever looks at `/readyz` sends
/// requests elsewhere before connections are refused here.
async fn leave(
    shutdown: CancellationToken,
    leaving: CancellationToken,
    while_noticed: Duration,
    closing: CancellationToken,
) {
    shutdown.cancelled().await;
    leaving.cancel();
    tokio::time::sleep(while_noticed).await;
    closing.cancel();
}
