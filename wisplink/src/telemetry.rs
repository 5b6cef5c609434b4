//! Where traces go: to a collector, by OTLP over HTTP. What they are made of, see [`entity::trace`].

use std::time::Duration;

use async_trait::async_trait;
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{
    ExporterBuildError, SpanExporter, WithExportConfig as _, WithHttpConfig as _,
};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{
    BatchConfigBuilder, BatchSpanProcessor, Sampler, SdkTracerProvider,
};
use tokio::runtime::Handle;

use crate::config::TelemetryConfig;

/// How long one request to the collector may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long spans wait for others to go with.
const GATHER: Duration = Duration::from_secs(1);

/// Why traces cannot be sent.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The client.
    #[error("preparing to send traces to telemetry.otlp_endpoint")]
    Client(#[from] reqwest::Error),
    /// The exporter.
    #[error("preparing to send traces to telemetry.otlp_endpoint")]
    Exporter(#[from] ExporterBuildError),
}

/// Takes spans and sends them beside; those that find no room are dropped. None: there is nobody to
/// send them to.
pub(crate) fn provider(
    config: &TelemetryConfig,
) -> Result<Option<SdkTracerProvider>, TelemetryError> {
    let Some(address) = config.address() else {
        return Ok(None);
    };
    let collector = Collector {
        client: reqwest::Client::builder().timeout(PATIENCE).build()?,
        runtime: Handle::current(),
    };
    let exporter = SpanExporter::builder()
        .with_http()
        .with_http_client(collector)
        .with_endpoint(address)
        .with_timeout(PATIENCE)
        .build()?;
    let batches = BatchConfigBuilder::default()
        .with_scheduled_delay(GATHER)
        .build();
    let processor = BatchSpanProcessor::builder(exporter)
        .with_batch_config(batches)
        .build();
    let begun_here = Sampler::TraceIdRatioBased(config.sample_ratio);
    let resource = Resource::builder()
        .with_service_name("wisplink")
        .with_attribute(opentelemetry::KeyValue::new(
            "service.version",
            env!("CARGO_PKG_VERSION"),
        ))
        .build();
    let provider = SdkTracerProvider::builder()
        .with_span_processor(processor)
        .with_sampler(Sampler::ParentBased(Box::new(begun_here)))
        .with_resource(resource)
        .build();
    Ok(Some(provider))
}

/// The collector, as the exporter wants it: its thread is none of the runtime's.
#[derive(Debug)]
struct Collector {
    client: reqwest::Client,
    runtime: Handle,
}

#[async_trait]
impl HttpClient for Collector {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let request = reqwest::Request::try_from(request)?;
        let client = self.client.clone();
        let sent = self.runtime.spawn(async move {
            let answer = client.execute(request).await?;
            let status = answer.status();
            Ok::<_, reqwest::Error>((status, answer.bytes().await?))
        });
        let (status, body) = sent.await??;
        Ok(Response::builder().status(status).body(body)?)
    }
}
