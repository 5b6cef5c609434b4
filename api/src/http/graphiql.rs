//! Serves GraphiQL, a page for people to try the API with; its files are part of the program.

use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use rust_embed::Embed;

use crate::http::assets::{self, Keep};
use crate::http::routes::{Access, Routes};

/// `api/assets/graphiql`, with the licence texts of what is in it.
#[derive(Embed)]
#[folder = "assets/graphiql/"]
struct Assets;

const HOME: &str = "/graphiql";

/// Nothing from elsewhere, no inline scripts. The editor sets styles as it goes; the fonts, and the
/// marks under faulty lines, stand in the style sheet as `data:`. `'self'` covers the WebSocket.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src data:; \
     img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; \
     frame-ancestors 'none'",
);

/// GraphiQL at `/graphiql`, and what it loads below it.
pub(crate) fn routes<S: Clone + Send + Sync + 'static>() -> Routes<S> {
    let home = get(async || Redirect::to(HOME));
    Routes::default()
        .route("/graphiql", Access::Open, get(index))
        .route("/graphiql/", Access::Open, home)
        .route("/graphiql/{*file}", Access::Open, get(file))
}

async fn index(headers: HeaderMap) -> Response {
    serve("index.html", &headers)
}

async fn file(Path(name): Path<String>, headers: HeaderMap) -> Response {
    serve(&name, &headers)
}

fn serve(name: &str, asked: &HeaderMap) -> Response {
    assets::serve::<Assets>(name, asked, Keep::Ask, &POLICY)
        .unwrap_or_else(|| (StatusCode::NOT_FOUND, "GraphiQL has no such file\n").into_response())
}

#[cfg(test)]
mod tests {
    use axum::body::{Body, to_bytes};
    use axum::http::Request;
    use axum::http::header::{
        CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, IF_NONE_MATCH, LOCATION, REFERRER_POLICY,
        X_CONTENT_TYPE_OPTIONS,
    };
    use tower::ServiceExt as _;

    use super::*;

    async fn ask(path: &str, known: Option<&HeaderValue>) -> Response {
        let mut request = Request::get(path);
        if let Some(tag) = known {
            request = request.header(IF_NONE_MATCH, tag);
        }
        let request = request.body(Body::empty()).unwrap();
        routes::<()>().into_router().oneshot(request).await.unwrap()
    }

    async fn text(response: Response) -> String {
        let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        String::from_utf8(body.to_vec()).unwrap()
    }

    fn header(response: &Response, name: axum::http::HeaderName) -> &str {
        response.headers()[name].to_str().unwrap()
    }

    #[tokio::test]
    async fn the_page_is_guarded() {
        let page = ask("/graphiql", None).await;
        assert_eq!(page.status(), StatusCode::OK);
        assert_eq!(header(&page, CONTENT_TYPE), "text/html; charset=utf-8");
        assert_eq!(header(&page, X_CONTENT_TYPE_OPTIONS), "nosniff");
        assert_eq!(header(&page, REFERRER_POLICY), "no-referrer");
        let policy = header(&page, CONTENT_SECURITY_POLICY);
        assert!(policy.contains("script-src 'self';"), "{policy}");
    }

    /// Every file that the page names is on board, and no script stands in the page itself.
    #[tokio::test]
    async fn the_page_needs_nothing_from_elsewhere() {
        let page = text(ask("/graphiql", None).await).await;
        assert!(!page.contains("http://") && !page.contains("https://"));
        assert_eq!(
            page.matches("<script").count(),
            page.matches("<script defer src=").count()
        );
        let names = page
            .split(['"'])
            .filter(|part| part.starts_with("/graphiql/"));
        let mut count = 0;
        for name in names {
            assert_eq!(ask(name, None).await.status(), StatusCode::OK, "{name}");
            count += 1;
        }
        assert_eq!(count, 7);
    }

    #[tokio::test]
    async fn types_fit_for_nosniff() {
        for (path, kind) in [
            ("/graphiql/boot.js", "text/javascript; charset=utf-8"),
            ("/graphiql/boot.css", "text/css; charset=utf-8"),
            ("/graphiql/licences/react.txt", "text/plain; charset=utf-8"),
        ] {
            assert_eq!(header(&ask(path, None).await, CONTENT_TYPE), kind);
        }
    }

    #[tokio::test]
    async fn an_unchanged_file_is_not_sent_again() {
        let first = ask("/graphiql/boot.js", None).await;
        let tag = first.headers()[ETAG].clone();
        let again = ask("/graphiql/boot.js", Some(&tag)).await;
        assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
        assert_eq!(again.headers()[ETAG], tag);
        assert_eq!(text(again).await, "");
        let weak = HeaderValue::try_from(format!("\"x\", W/{}", tag.to_str().unwrap())).unwrap();
        let again = ask("/graphiql/boot.js", Some(&weak)).await;
        assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
        let other = HeaderValue::from_static("\"x\"");
        let changed = ask("/graphiql/boot.js", Some(&other)).await;
        assert_eq!(changed.status(), StatusCode::OK);
    }

    #[tokio::test]
    async fn what_is_not_on_board_is_not_found() {
        for path in ["/graphiql/nothing.js", "/graphiql/../Cargo.toml"] {
            assert_eq!(ask(path, None).await.status(), StatusCode::NOT_FOUND);
        }
    }

    #[tokio::test]
    async fn a_slash_too_many_leads_to_the_page() {
        let response = ask("/graphiql/", None).await;
        assert_eq!(header(&response, LOCATION), "/graphiql");
    }
}
