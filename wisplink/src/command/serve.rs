//! `wisplink serve`.

use std::process::ExitCode;

use super::{CommandError, listen, told_beside};
use crate::config::Config;
use crate::program::Program;
use crate::shutdown;

/// Serves the API, and runs the worker beside if `ingest`, until a signal.
pub(super) async fn run(config: Config, ingest: bool) -> Result<ExitCode, CommandError> {
    config.auth.settings()?;
    let shutdown = shutdown::on_signal().map_err(CommandError::Signals)?;
    let address = config.http.listen;
    let listener = listen(address).await?;
    tracing::info!(%address, "serving GraphQL at /graphql");
    let program = Program::connect(config).await?;
    if !ingest {
        told_beside(&program, Box::pin(program.serve(listener, shutdown))).await?;
        return Ok(ExitCode::SUCCESS);
    }
    let both = async {
        let (served, worked) = tokio::join!(
            program.serve(listener, shutdown.clone()),
            program.ingest(shutdown)
        );
        served.and(worked)
    };
    told_beside(&program, Box::pin(both)).await?;
    Ok(ExitCode::SUCCESS)
}
