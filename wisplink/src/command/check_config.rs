//! `wisplink check-config`.

use std::process::ExitCode;

use api::error::chain;

use super::{CommandError, say};
use crate::config::Config;

/// Prints the configuration as it takes effect. That it is valid was seen when it was read.
pub(super) fn run(config: &Config) -> Result<ExitCode, CommandError> {
    say(config.redacted()?.trim_end());
    if let Err(error) = config.auth.settings() {
        say(&format!("\n# `serve` would not start: {}", chain(&error)));
        return Ok(ExitCode::FAILURE);
    }
    Ok(ExitCode::SUCCESS)
}
