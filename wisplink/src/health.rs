//! `/healthz`, `/readyz` and `/metrics`: for whoever watches the program, without a token.
//!
//! `/healthz` says that the program turns. `/readyz` says whether requests should come here: the
//! schema is right and the database answers. NATS away is no reason to send them elsewhere, for all
//! replicas would say the same: queries work, subscriptions replay later.

pub mod schema;
pub mod trust;
pub mod metrics;

use std::time::Duration;

use async_nats::connection::State as Connection;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Json, Router};
use entity::database::Database;
use serde::Serialize;

use metrics::Metrics;
use schema::Schema;

/// How long the database may take to answer.
const PATIENCE: Duration = Duration::from_secs(3);

/// What the routes look at.
#[derive(Clone)]
pub struct Health {
    /// Any pool: all reach the same database.
    pub database: Database,
    /// The connection.
    pub nats: async_nats::Client,
    /// What was counted.
    pub metrics: Metrics,
}

/// What `/readyz` says.
#[derive(Debug, Serialize)]
struct Readiness {
    status: &'static str,
    database: String,
    nats: &'static str,
}

/// The routes.
pub fn router(health: Health) -> Router {
    Router::new()
        .route("/healthz", get(async || "ok\n"))
        .route("/readyz", get(readyz))
        .route("/metrics", get(metrics_page))
        .with_state(health)
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
    let kind = [("content-type", "text/plain; version=0.0.4; charset=utf-8")];
    (kind, health.metrics.render())
}
