//! `/healthz`, `/readyz` and `/metrics`: for whoever watches the program, without a token.
//!
//! `/healthz` says that the program turns. `/readyz` says whether requests should come here: the
//! schema is right, the database answers, and the program is not about to stop. NATS away is no reason
//! to send them elsewhere, for all replicas would say the same: queries work, subscriptions replay
//! later.

pub mod schema;
pub mod trust;
pub mod catalogue;
pub mod metrics;

use std::collections::BTreeMap;
use std::time::Duration;

use ::metrics::gauge;
use api::http::routes::{Access, Routes};
use api::live::hub::Hub;
use async_nats::connection::State as Connection;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::get;
use entity::database::{Database, Usage};
use serde::Serialize;
use tokio_util::sync::CancellationToken;

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
    /// Where link events come in.
    pub hub: Hub,
    /// Cancelled when the program is about to stop.
    pub leaving: CancellationToken,
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
pub fn routes() -> Routes<Health> {
    Routes::default()
        .route(
            "/healthz",
            Access::Open,
            get(async || {
                "ok
"
            }),
        )
        .route("/readyz", Access::Open, get(readyz))
}

/// The same, and `/metrics`.
pub fn routes_with_metrics() -> Routes<Health> {
    routes().route("/metrics", Access::Open, get(metrics_page))
}

async fn readyz(State(health): State<Health>) -> impl IntoResponse {
    let (database, ready) = match look(&health.database).await {
        Ok(schema) => (schema.to_string(), schema.is_usable()),
        Err(why) => (why, false),
    };
    let connected = health.nats.connection_state() == Connection::Connected;
    let in_time = connected && !health.hub.is_interrupted();
    let leaving = health.leaving.is_cancelled();
    let ready = ready && !leaving;
    let readiness = Readiness {
        status: match (ready, in_time) {
            _ if leaving => "not ready: about to stop",
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
