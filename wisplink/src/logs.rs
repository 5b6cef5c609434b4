//! Where log lines and traces go, and in which form.

use std::io::IsTerminal as _;

use entity::trace::TARGET;
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer, Registry, fmt, registry};

use crate::config::{LogConfig, LogFormat, TelemetryConfig};
use crate::telemetry::{self, TelemetryError};

/// Why nothing can be logged.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// A filter that says nothing.
    #[error("log.level {level:?} is no filter: write `info`, or `info,ingest=debug`")]
    Filter {
        /// What was set.
        level: String,
        /// What is wrong with it.
        source: tracing_subscriber::filter::ParseError,
    },
    /// Traces.
    #[error(transparent)]
    Telemetry(#[from] TelemetryError),
}

/// What the NATS client says itself is said better by [`crate::connect`], and what `migrate` applies by
/// its answer. PostgreSQL's notices tell that something need not be done. Traces are no lines.
const QUIET: &str =
    "async_nats=error,sea_orm_migration=warn,sqlx::postgres::notice=warn,wisplink_trace=off";

/// What is to be done at the end.
#[must_use = "traces that wait are sent by `finish`"]
pub struct Logs(Option<SdkTracerProvider>);

/// Logs to standard error from now on, and sends traces if somebody takes them. A second call
/// changes nothing.
pub fn start(config: &LogConfig, telemetry: &TelemetryConfig) -> Result<Logs, LogError> {
    let filter = EnvFilter::builder()
        .parse(format!("{},{QUIET}", config.level))
        .map_err(|source| LogError::Filter {
            level: config.level.clone(),
            source,
        })?;
    let provider = telemetry::provider(telemetry)?;
    let lines = registry().with(lines(config.format).with_filter(filter));
    // Fails when a test or another part of the process has set one already.
    let _ = match &provider {
        None => lines.try_init(),
        Some(provider) => {
            let spans = tracing_opentelemetry::layer()
                .with_tracer(provider.tracer("wisplink"))
                .with_location(false)
                .with_threads(false)
                .with_tracked_inactivity(false)
                .with_filter(Targets::new().with_target(TARGET, LevelFilter::INFO));
            lines.with(spans).try_init()
        }
    };
    Ok(Logs(provider))
}

impl Logs {
    /// Sends the traces that wait. The collector may be away: that takes some seconds at most.
    pub async fn finish(self) {
        let Some(provider) = self.0 else { return };
        let ended = tokio::task::spawn_blocking(move || provider.shutdown()).await;
        if let Ok(Err(error)) = ended {
            tracing::warn!(%error, "the last traces were not sent");
        }
    }
}

fn lines(format: LogFormat) -> Box<dyn Layer<Registry> + Send + Sync> {
    let human = match format {
        LogFormat::Auto => std::io::stderr().is_terminal(),
        LogFormat::Human => true,
        LogFormat::Json => false,
    };
    let lines = fmt::layer().with_writer(std::io::stderr);
    if human {
        lines.with_ansi(std::io::stderr().is_terminal()).boxed()
    } else {
        lines
            .json()
            .flatten_event(true)
            .with_span_list(false)
            .boxed()
    }
}
