//! A collector: takes traces by OTLP over HTTP and remembers them.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message as _;
use tokio::net::TcpListener;
use tokio_util::task::AbortOnDropHandle;
use wisplink::config::{LogConfig, TelemetryConfig};
use wisplink::logs;

use super::world::eventually;

type Spans = Arc<Mutex<Vec<Span>>>;

/// A running collector, to which this process sends its traces.
pub struct Collector {
    spans: Spans,
    _server: AbortOnDropHandle<()>,
    _logs: logs::Logs,
}

impl Collector {
    /// Starts it, and lets this process send to it from now on: all traces that others began, and
    /// this part of its own.
    pub async fn start(sample_ratio: f64) -> Self {
        let spans = Spans::default();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let app = Router::new()
            .route("/v1/traces", post(take))
            .with_state(Arc::clone(&spans));
        let server = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        let log = LogConfig {
            level: "error".to_owned(),
            ..LogConfig::default()
        };
        let telemetry = TelemetryConfig {
            otlp_endpoint: Some(format!("http://{address}")),
            sample_ratio,
        };
        Self {
            spans,
            _server: AbortOnDropHandle::new(server),
            _logs: logs::start(&log, &telemetry).unwrap(),
        }
    }

    /// Waits until it has a span called `name` of the trace `trace`, or of any.
    pub async fn span(&self, name: &str, trace: Option<&[u8]>) -> Span {
        eventually(&format!("there is a span {name}"), async || {
            let spans = self.spans.lock().unwrap();
            let mut spans = spans.iter();
            let is_it =
                |span: &&Span| span.name == name && trace.is_none_or(|id| span.trace_id == id);
            spans.find(is_it).cloned()
        })
        .await
    }

    /// All that came so far.
    pub fn spans(&self) -> Vec<Span> {
        self.spans.lock().unwrap().clone()
    }
}

async fn take(State(spans): State<Spans>, headers: HeaderMap, body: Bytes) -> StatusCode {
    if headers
        .get("content-type")
        .is_none_or(|of| of != "application/x-protobuf")
    {
        return StatusCode::UNSUPPORTED_MEDIA_TYPE;
    }
    let Ok(sent) = ExportTraceServiceRequest::decode(body) else {
        return StatusCode::BAD_REQUEST;
    };
    let scopes = sent
        .resource_spans
        .into_iter()
        .flat_map(|of| of.scope_spans);
    let came = scopes.flat_map(|scope| scope.spans);
    spans.lock().unwrap().extend(came);
    StatusCode::OK
}
