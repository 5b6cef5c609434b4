//! A whole wisplink for one test: its own database and nats-server, the API on a real socket, the
//! worker, and two tenants whose networks look the same to the byte but for their names.

use std::time::Duration;

use chrono::{DateTime, Utc};
use entity::database::Role;
use ingest::consume::heard::Heard;
use ingest::lanes::queue::Queue;
use ingest::publish::Publisher;
use ingest::sweep::Sweeper;
use sqlx::{Connection as _, PgConnection};
use wisplink::config::{Config, NatsConfig, Secret};

use super::client::Api;
pub use super::eventually::{PATIENCE, eventually};
use super::parts::{Part, serve, serve_at, work};
pub use super::parts::{Replica, Standby};
use super::pooler::{Pooling, TestPooler};
use super::tenant::Tenant;
use super::token;
use super::{TestDatabase, TestNats};

/// A running wisplink with tenants `A` and `B`.
pub struct World {
    /// The first tenant.
    pub a: Tenant,
    /// The second.
    pub b: Tenant,
    /// The API.
    pub api: Api,
    /// The test's nats-server.
    pub nats: TestNats,
    /// The test's database.
    pub database: TestDatabase,
    /// What all parts were configured with.
    pub config: Config,
    logins: Logins,
    worker: Option<Part>,
    server: Option<Part>,
    _between: Option<TestPooler>,
}

/// How others than the API log in at NATS.
struct Logins {
    worker: NatsConfig,
    operator: NatsConfig,
    poller: NatsConfig,
}

async fn log_in(login: &NatsConfig) -> async_nats::Client {
    let options = login.options().unwrap();
    // Pollers that notice what wisplink notices.
    let options = options
        .reconnect_delay_callback(|_| Duration::from_millis(100))
        .ping_interval(Duration::from_secs(1));
    options.connect(login.servers().unwrap()).await.unwrap()
}

impl World {
    /// Starts everything: servers, streams, API, worker, tenants.
    pub async fn start() -> Self {
        Box::pin(Self::start_behind(Pooling::asked())).await
    }

    /// Starts everything, with a `PgBouncer` in between that has so many connections.
    pub async fn start_behind(pooling: Option<(Pooling, u32)>) -> Self {
        let nats = TestNats::start().await.unwrap();
        let login = NatsConfig {
            url: nats.url().into(),
            ..NatsConfig::default()
        };
        let logins = std::array::from_fn(|_| login.clone());
        let database = TestDatabase::create().await.unwrap();
        let at = database.url();
        Box::pin(Self::start_at(
            (database, at),
            nats,
            logins,
            pooling,
            |_| {},
        ))
        .await
    }

    /// Starts everything on `nats`, where API, worker, operator and poller log in like this.
    pub async fn start_as(nats: TestNats, logins: [NatsConfig; 4]) -> Self {
        let database = TestDatabase::create().await.unwrap();
        let at = database.url();
        let pooling = Pooling::asked();
        Box::pin(Self::start_at(
            (database, at),
            nats,
            logins,
            pooling,
            |_| {},
        ))
        .await
    }

    /// As [`start_as`](Self::start_as), on a database which the program reaches at another address
    /// than the test, configured as `adjust` leaves it.
    pub async fn start_on(
        database: (TestDatabase, String),
        nats: TestNats,
        logins: [NatsConfig; 4],
        adjust: impl FnOnce(&mut Config),
    ) -> Self {
        Box::pin(Self::start_at(database, nats, logins, None, adjust)).await
    }

    async fn start_at(
        (database, url): (TestDatabase, String),
        nats: TestNats,
        logins: [NatsConfig; 4],
        pooling: Option<(Pooling, u32)>,
        adjust: impl FnOnce(&mut Config),
    ) -> Self {
        let [api_login, worker, operator, poller] = logins;
        let mut config = Config::default();
        config.database.url = url.into();
        config.database.api_connections = 6;
        config.nats = api_login;
        config.ingest.lease_s = 3;
        config.auth.hs256_secret = Some(Secret::from(token::SECRET.to_owned()));
        config.http.leave_s = 0;
        config.http.drain_s = 2;
        adjust(&mut config);
        let between = TestPooler::asked(&database, pooling, &mut config.database).await;
        let (server, url) = serve(config.clone()).await;
        let api = Api::new(&url);
        let platform = token::platform();
        let a = Tenant::create(&api, &platform, "Alpine Wireless").await;
        let b = Tenant::create(&api, &platform, "Prairie Broadband").await;
        let mut world = Self {
            a,
            b,
            api,
            nats,
            database,
            config,
            logins: Logins {
                worker,
                operator,
                poller,
            },
            worker: None,
            server: Some(server),
            _between: between,
        };
        world.make_streams().await;
        world.start_worker().await;
        world
    }

    /// A connection to NATS, as a poller.
    pub async fn nats_client(&self) -> async_nats::Client {
        log_in(&self.logins.poller).await
    }

    /// A connection to NATS, as the operator.
    pub async fn operator_client(&self) -> async_nats::Client {
        log_in(&self.logins.operator).await
    }

    fn worker_config(&self) -> Config {
        Config {
            nats: self.logins.worker.clone(),
            ..self.config.clone()
        }
    }

    /// Creates the streams that are missing.
    pub async fn make_streams(&self) {
        let settings = self.config.ingest.settings(&self.config.streams);
        let jetstream = async_nats::jetstream::new(self.operator_client().await);
        ingest::streams::apply(&jetstream, &settings).await.unwrap();
    }

    /// Starts the worker, if it does not run.
    pub async fn start_worker(&mut self) {
        if self.worker.is_none() {
            self.worker = Some(work(self.worker_config()).await);
        }
    }

    /// Stops the worker in order.
    pub async fn stop_worker(&mut self) {
        if let Some(worker) = self.worker.take() {
            worker.stop().await;
        }
    }

    /// Ends the worker as a crash does: nothing is finished, nothing is written down.
    pub async fn kill_worker(&mut self) {
        if let Some(worker) = self.worker.take() {
            worker.kill().await;
        }
    }

    /// A second worker, beside the first: it stands by.
    pub async fn start_standby(&self) -> Standby {
        Standby::new(self.worker_config()).await
    }

    /// Waits until `tenant` has `count` interfaces that a poller reported or a test made.
    pub async fn interfaces_known(&self, tenant: &Tenant, count: i64) {
        let mut session = PgConnection::connect(&self.database.url()).await.unwrap();
        let known = "SELECT count(*) FROM device_interfaces i JOIN devices d
            ON d.tenant_id = i.tenant_id AND d.id = i.device_id WHERE i.tenant_id = $1";
        eventually("all interfaces are known", async || {
            let query = sqlx::query_scalar::<_, i64>(known).bind(tenant.id);
            let found = query.fetch_one(&mut session).await.unwrap();
            (found == count).then_some(())
        })
        .await;
    }

    /// Sweeps all tenants once, as of `now`, as if pollers had been heard since `heard_since`.
    pub async fn sweep(&self, heard_since: DateTime<Utc>, now: DateTime<Utc>) {
        let pool = |role| self.config.database.pool(role).unwrap();
        let jetstream = async_nats::jetstream::new(self.nats_client().await);
        let publisher = Publisher::new(jetstream, &self.config.streams.events);
        let sweeper = Sweeper {
            database: pool(Role::Ingest),
            platform: pool(Role::Platform),
            queue: Queue::new(1),
            publisher: publisher.clone(),
            heard: Heard::default(),
        };
        sweeper.pass(heard_since, now).await;
        publisher.drained().await;
        publisher.note_all(&sweeper.database).await.unwrap();
    }

    /// A second API, on a socket of its own.
    pub async fn start_replica(&self) -> Replica {
        self.start_replica_with(self.config.clone()).await
    }

    /// A second API, configured in its own way.
    pub async fn start_replica_with(&self, config: Config) -> Replica {
        Replica::new(config).await
    }

    /// Stops the API in order.
    pub async fn stop_server(&mut self) {
        if let Some(server) = self.server.take() {
            server.stop().await;
        }
    }

    /// Starts the API again, where it was.
    pub async fn start_server(&mut self) {
        if self.server.is_none() {
            let address = self.api.url().trim_start_matches("http://");
            let (server, _) = serve_at(self.config.clone(), address).await;
            self.server = Some(server);
        }
    }
}
