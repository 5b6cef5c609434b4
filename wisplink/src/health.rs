//! `/healthz`, `/readyz` and `/metrics`: for whoever watches the program, without a token.
//!
//! `/healthz` says that the program turns. `/readyz` says whether requests should come here: the
//! schema is right and the database answers. NATS away is no reason to send them elsewhere, for all
//! replicas would say the same: queries work, subscriptions replay later.

pub mod schema;
pub mod trust;
pub mod catalogue;
pub mod metrics;

use std::collections::BTreeMap;
use std::time::Duration;

use ::metrics::gauge;
use async_nats::connection::State as Connection;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Json, Router};
use entity::database::{Database, Usage};
use serde::Serialize;

use metrics::Metrics;
use schema::Schema;

/// How long the database may take to answer.
const PATIENCE: Duration = Duration::from_secs(3);

const CONNECTIONS: &str = "wisplink_database_connections";

/// What the routes look at.
#[derive(Clone)]
pub struct Health {
    /// Any pool: all reach the same database.
    pub database: Database,
    /// The connection.
    pub nats: async_nats::Client,
    /// What was counted.
    pub metrics: Metrics,
    /// The pools whose connections are shown.
    pub pools: Vec<Database>,
}

/// What `/readyz` says.
#[derive(Debug, Serialize)]
struct Readiness {
    status: &'static str,
    database: String,
    nats: &'static str,
}

/// The routes for those who send requests here.
pub fn router(health: Health) -> Router {
    Router::new()
        .route("/healthz", get(async || "ok\n"))
        .route("/readyz", get(readyz))
        .with_state(health)
}

/// The same, and `/metrics`.
pub fn router_with_metrics(health: Health) -> Router {
    let metrics = Router::new().route("/metrics", get(metrics_page));
    metrics.with_state(health.clone()).merge(router(health))
}

async fn readyz(State(health): State<Health>) -> impl IntoResponse {
    let (database, ready) = match look(&health.database).await {
        Ok(schema) => (schema.to_string(), schema.is_usable()),
        Err(why) => (why, false),
    };
    let connected = health.nats.connection_state() == Connection::Connected;
    let readiness = Readiness {
        status: match (ready, connected) {
            (false, _) => "not ready",
            (true, false) => "ready, degraded: live events are late",
            (true, true) => "ready",
        },
        database,
        nats: if connected { "connected" } else { "away" },
    };
    let status = if ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    (status, Json(readiness))
}

impl Health {
    /// Shows what only counts as it is at this moment.
    fn show(&self) {
        let connected = self.nats.connection_state() == Connection::Connected;
        gauge!("wisplink_nats_connected").set(f64::from(u8::from(connected)));
        let mut roles: BTreeMap<&str, Usage> = BTreeMap::new();
        for pool in &self.pools {
            let of = roles.entry(pool.role().name()).or_default();
            let usage = pool.usage();
            of.idle += usage.idle;
            of.used += usage.used;
            of.max += usage.max;
        }
        for (role, Usage { idle, used, max }) in roles {
            gauge!(CONNECTIONS, "role" => role, "state" => "idle").set(idle);
            gauge!(CONNECTIONS, "role" => role, "state" => "used").set(used);
            gauge!("wisplink_database_connections_max", "role" => role).set(max);
        }
    }
}

/// The schema, or in words why it cannot be seen. What the database said is for the log only.
async fn look(database: &Database) -> Result<Schema, String> {
    match tokio::time::timeout(PATIENCE, Schema::look(database)).await {
        Ok(Ok(schema)) => Ok(schema),
        Ok(Err(error)) => {
            tracing::warn!(%error, "the database cannot be asked");
            Err("unreachable; see the log".to_owned())
        }
        Err(_) => Err(format!("no answer within {} s", PATIENCE.as_secs())),
    }
}

async fn metrics_page(State(health): State<Health>) -> impl IntoResponse {
    health.show();
    let kind = [("content-type", "text/plain; version=0.0.4; charset=utf-8")];
    (kind, health.metrics.render())
}
