//! `wisplink serve`.

use std::process::ExitCode;

use tokio::net::TcpListener;

use super::CommandError;
use crate::config::Config;
use crate::program::Program;
use crate::shutdown;

/// Serves the API, and runs the worker beside if `ingest`, until a signal.
pub(super) async fn run(config: Config, ingest: bool) -> Result<ExitCode, CommandError> {
    config.auth.settings()?;
    let shutdown = shutdown::on_signal().map_err(CommandError::Signals)?;
    let address = config.http.listen;
    let listener = TcpListener::bind(address)
        .await
        .map_err(|source| CommandError::Listen { address, source })?;
    tracing::info!(%address, "serving GraphQL at /graphql");
    let program = Program::connect(config).await?;
    if !ingest {
        program.serve(listener, shutdown).await?;
        return Ok(ExitCode::SUCCESS);
    }
    let (served, worked) = tokio::join!(
        program.serve(listener, shutdown.clone()),
        program.ingest(shutdown)
    );
    served.and(worked)?;
    Ok(ExitCode::SUCCESS)
}
