//! `wisplink ingest`.

use std::process::ExitCode;

use super::{CommandError, told_beside};
use crate::config::Config;
use crate::program::Program;
use crate::shutdown;

/// Runs the worker until a signal.
pub(super) async fn run(config: Config) -> Result<ExitCode, CommandError> {
    let shutdown = shutdown::on_signal().map_err(CommandError::Signals)?;
    let program = Program::connect(config).await?;
    told_beside(&program, Box::pin(program.ingest(shutdown))).await?;
    Ok(ExitCode::SUCCESS)
}
