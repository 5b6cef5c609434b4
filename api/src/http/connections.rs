//! Serves connections: HTTP/1, each with bounds of time from its first byte on.
//!
//! `axum::serve` waits for a request's head for ever, so that clients who send one slowly, or not at
//! all, could hold any number of connections.

use std::pin::pin;

use axum::serve::Listener as _;
use axum::{Extension, Router};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::Layer as _;

use crate::http::listener::ImpatientListener;
use crate::limits;

/// Serves until `shutdown`: then takes no more connections, and returns when those that are open
/// have answered what they were asked.
pub async fn serve(mut listener: ImpatientListener, app: Router, shutdown: CancellationToken) {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(limits::HEAD_ON_THE_WAY);
    let connections = TaskTracker::new();
    loop {
        let (line, _) = tokio::select! {
            accepted = listener.accept() => accepted,
            () = shutdown.cancelled() => break,
        };
        let service = TowerToHyperService::new(Extension(line.progress()).layer(app.clone()));
        let connection = http
            .serve_connection(TokioIo::new(line), service)
            .with_upgrades();
        let stop = shutdown.clone();
        connections.spawn(async move {
            let mut connection = pin!(connection);
            let ended = tokio::select! {
                ended = connection.as_mut() => ended,
                () = stop.cancelled() => {
                    connection.as_mut().graceful_shutdown();
                    connection.await
                }
            };
            // The client went away, or did not speak HTTP, or was too slow.
            if let Err(error) = ended {
                tracing::debug!(%error, "a connection ended early");
            }
        });
    }
    drop(listener);
    connections.close();
    connections.wait().await;
}
