//! Where log lines go, and in which form.

use std::io::IsTerminal as _;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::config::{LogConfig, LogFormat};

/// A filter that says nothing.
#[derive(Debug, thiserror::Error)]
#[error("log.level {level:?} is no filter: write `info`, or `info,ingest=debug`")]
pub struct BadFilter {
    level: String,
    source: tracing_subscriber::filter::ParseError,
}

/// What the NATS client says itself is said better by [`crate::connect`].
const QUIET: &str = "async_nats=error";

/// Logs to standard error from now on. A second call changes nothing.
pub fn start(config: &LogConfig) -> Result<(), BadFilter> {
    let filter = EnvFilter::builder()
        .parse(format!("{QUIET},{}", config.level))
        .map_err(|source| BadFilter {
            level: config.level.clone(),
            source,
        })?;
    let human = match config.format {
        LogFormat::Auto => std::io::stderr().is_terminal(),
        LogFormat::Human => true,
        LogFormat::Json => false,
    };
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    // Fails when a test or another part of the process has set one already.
    let _ = if human {
        builder
            .with_ansi(std::io::stderr().is_terminal())
            .finish()
            .try_init()
    } else {
        builder
            .json()
            .flatten_event(true)
            .with_span_list(false)
            .finish()
            .try_init()
    };
    Ok(())
}
