//! `wisplink streams`.

use std::process::ExitCode;
use std::time::Duration;

use async_nats::jetstream;
use ingest::streams::{self, Verdict};

use super::{CommandError, say};
use crate::cli::Streams;
use crate::config::Config;
use crate::connect;

/// How long NATS may take to answer before it counts as away.
const PATIENCE: Duration = Duration::from_secs(10);

/// Compares the streams with what they should be, and with `apply` makes them so.
pub(super) async fn run(config: &Config, action: Streams) -> Result<ExitCode, CommandError> {
    let settings = config.ingest.settings(&config.streams);
    let jetstream = reach(config).await?;
    let verdicts = match action {
        Streams::Apply => streams::apply(&jetstream, &settings).await?,
        Streams::Check => streams::check(&jetstream, &settings).await?,
    };
    let mut fine = true;
    for (stream, verdict) in verdicts {
        fine &= verdict == Verdict::Fine;
        for line in lines(&stream, verdict, action) {
            say(&line);
        }
    }
    Ok(if fine || action == Streams::Apply {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// `JetStream`, once NATS has answered. A command that ends at once does not wait for ever.
pub(super) async fn reach(config: &Config) -> Result<jetstream::Context, CommandError> {
    let nats = connect::nats(&config.nats, "wisplink").await?;
    match tokio::time::timeout(PATIENCE, nats.flush()).await {
        Ok(Ok(())) => {}
        Ok(Err(_)) | Err(_) => return Err(CommandError::NoNats(config.nats.url.to_string())),
    }
    Ok(connect::jetstream(&config.nats, nats))
}

fn lines(stream: &str, verdict: Verdict, action: Streams) -> Vec<String> {
    match (verdict, action) {
        (Verdict::Fine, _) => vec![format!("{stream}: as it should be")],
        (Verdict::Missing, Streams::Apply) => vec![format!("{stream}: created")],
        (Verdict::Missing, Streams::Check) => vec![format!("{stream}: missing")],
        (Verdict::Different(fields), Streams::Apply) => fields
            .iter()
            .map(|field| format!("{stream}: changed; {field}"))
            .collect(),
        (Verdict::Different(fields), Streams::Check) => fields
            .iter()
            .map(|field| format!("{stream}: {field}"))
            .collect(),
    }
}
