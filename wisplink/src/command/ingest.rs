//! `wisplink ingest`.

use std::process::ExitCode;

use super::CommandError;
use crate::config::Config;
use crate::program::Program;
use crate::shutdown;

/// Runs the worker until a signal.
pub(super) async fn run(config: Config) -> Result<ExitCode, CommandError> {
    let shutdown = shutdown::on_signal().map_err(CommandError::Signals)?;
    Program::connect(config).await?.ingest(shutdown).await?;
    Ok(ExitCode::SUCCESS)
}
