//! The way in: which path leads to which station, and for whom. Open to everybody are only the files
//! of the console and of GraphiQL, and what the caller of [`router`] adds.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware;
use axum::routing::post;
use tokio_util::sync::CancellationToken;
use tower_http::timeout::TimeoutLayer;

use crate::http::routes::{Access, Routes};
use crate::http::{console, cors, graphiql, graphql, graphql_ws, headers, request_id};
use crate::limits;
use crate::server::AppState;

/// The API's routes.
pub fn routes(with_graphiql: bool) -> Routes<AppState> {
    let api = post(graphql::execute).get(graphql_ws::upgrade);
    let routes = Routes::default()
        .route("/graphql", Access::Token, api)
        .merge(console::routes());
    if with_graphiql {
        return routes.merge(graphiql::routes());
    }
    routes
}

/// The whole application. `extra` holds routes of the program's own: health, metrics.
pub(crate) fn router(state: &AppState, extra: Routes, leaving: CancellationToken) -> Router {
    routes(state.settings().graphiql)
        .with_state(state.clone())
        .merge(extra)
        .into_router()
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
        .layer(middleware::from_fn_with_state(leaving, headers::part))
        .layer(middleware::from_fn(request_id::add))
}
