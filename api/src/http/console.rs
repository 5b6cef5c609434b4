//! Serves the console, the web page to see links with. `make web` puts its files where the program
//! embeds them; a program built without them says so at `/`.

use std::collections::HashMap;

use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use rust_embed::Embed;

use crate::http::assets::{self, Keep};
use crate::http::routes::{Access, Routes};

/// `api/assets/console`: empty until `make web`.
#[derive(Embed)]
#[folder = "assets/console/"]
struct Assets;

const PAGE: &str = "index.html";

/// JSON from the hash of each document to its text. It has no address.
const DOCUMENTS: &str = "documents.json";

/// Nothing from elsewhere, nothing inline. `'self'` covers the WebSocket.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; \
     connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
);

/// The addresses of the console's views: all are the one page, which looks at its address itself.
const VIEWS: [&str; 10] = [
    "/",
    "/links",
    "/links/{id}",
    "/devices",
    "/devices/{id}",
    "/sites",
    "/sites/{id}",
    "/unknown-clients",
    "/policies",
    "/api-keys",
];

/// Whether this program was built with the console.
pub fn is_on_board() -> bool {
    Assets::get(PAGE).is_some()
}

/// What the console asks: the text of each document, by its hash. Empty in a program built without
/// it.
pub fn documents() -> HashMap<String, String> {
    let file = Assets::get(DOCUMENTS);
    let read = file.map(|file| serde_json::from_slice(&file.data));
    match read {
        None => HashMap::new(),
        Some(Ok(documents)) => documents,
        Some(Err(error)) => {
            tracing::error!(%error, "the console's documents cannot be read: build it anew (make web)");
            HashMap::new()
        }
    }
}

/// The console's views, and what they load below `/assets`.
pub(crate) fn routes<S: Clone + Send + Sync + 'static>() -> Routes<S> {
    VIEWS
        .into_iter()
        .fold(Routes::default(), |routes, view| {
            routes.route(view, Access::Open, get(page))
        })
        .route("/assets/{*file}", Access::Open, get(file))
}

async fn page(headers: HeaderMap) -> Response {
    assets::serve::<Assets>(PAGE, &headers, Keep::Ask, &POLICY)
        .unwrap_or_else(|| Html(include_str!("console/missing.html")).into_response())
}

/// Their names tell their contents, so a browser need never ask again.
async fn file(Path(name): Path<String>, headers: HeaderMap) -> Response {
    assets::serve::<Assets>(&format!("assets/{name}"), &headers, Keep::Forever, &POLICY)
        .unwrap_or_else(|| {
            (StatusCode::NOT_FOUND, "the console has no such file\n").into_response()
        })
}

#[cfg(test)]
mod tests {
    use axum::body::{Body, to_bytes};
    use axum::http::Request;
    use axum::http::header::CONTENT_TYPE;
    use tower::ServiceExt as _;

    use super::*;

    async fn ask(path: &str) -> Response {
        let request = Request::get(path).body(Body::empty()).unwrap();
        routes::<()>().into_router().oneshot(request).await.unwrap()
    }

    #[tokio::test]
    async fn with_or_without_the_console_every_view_is_a_page() {
        for view in VIEWS {
            let page = ask(&view.replace("{id}", "1")).await;
            assert_eq!(page.status(), StatusCode::OK, "{view}");
            assert_eq!(page.headers()[CONTENT_TYPE], "text/html; charset=utf-8");
        }
    }

    #[tokio::test]
    async fn a_build_without_the_console_says_how_to_get_it() {
        let body = ask("/").await.into_body();
        let page = to_bytes(body, usize::MAX).await.unwrap();
        let page = std::str::from_utf8(&page).unwrap();
        assert_eq!(page.contains("make web"), !is_on_board());
    }

    #[test]
    fn a_build_with_the_console_knows_what_it_asks() {
        let documents = documents();
        assert_eq!(documents.is_empty(), !is_on_board());
        assert!(documents.keys().all(|hash| hash.len() == 64));
    }

    #[tokio::test]
    async fn files_of_the_build_are_not_all_files() {
        for path in [
            "/assets/nothing.js",
            "/assets/../.gitignore",
            "/.gitignore",
            "/documents.json",
        ] {
            assert_eq!(ask(path).await.status(), StatusCode::NOT_FOUND, "{path}");
        }
    }
}
