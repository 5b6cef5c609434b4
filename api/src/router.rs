//! The way in: which path leads to which station. Open to everybody are only the files of the
//! console and of GraphiQL, and what the caller of [`router`] adds; `/graphql` wants a token.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware;
use axum::routing::post;
use tower_http::timeout::TimeoutLayer;

use crate::http::{console, cors, graphiql, graphql, graphql_ws, headers, request_id};
use crate::limits;
use crate::server::AppState;

/// The whole application. `extra` holds routes of the program's own: health, metrics.
pub fn router(state: &AppState, extra: Router) -> Router {
    let mut app = Router::new()
        .route("/graphql", post(graphql::execute).get(graphql_ws::upgrade))
        .with_state(state.clone())
        .merge(console::router());
    if state.settings().graphiql {
        app = app.merge(graphiql::router());
    }
    app.merge(extra)
        .fallback(async || {
            (
                StatusCode::NOT_FOUND,
                "nothing is here; the API is at /graphql\n",
            )
        })
        .layer(DefaultBodyLimit::max(limits::BODY_BYTES))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::REQUEST_TIMEOUT,
            limits::REQUEST_ON_THE_WAY,
        ))
        .layer(cors::layer(&state.settings().allowed_origins))
        .layer(middleware::from_fn_with_state(
            state.settings().hsts_s,
            headers::add,
        ))
        .layer(middleware::from_fn(request_id::add))
}
