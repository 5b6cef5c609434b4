//! `wisplink migrate`.

use std::process::ExitCode;

use super::{CommandError, say};
use crate::config::Config;

/// Applies what is missing, or with `check` only says what that is.
pub(super) async fn run(config: &Config, check: bool) -> Result<ExitCode, CommandError> {
    let address = config.database.full_address()?;
    let url = address.as_str();
    let changes = if check {
        migration::pending(url).await
    } else {
        migration::apply(url).await
    };
    let changes = changes.map_err(|source| {
        let address = config.database.url.to_string();
        CommandError::Migrate { address, source }
    })?;
    for change in &changes {
        say(&format!(
            "{} {change}",
            if check { "missing" } else { "applied" }
        ));
    }
    if changes.is_empty() {
        say("the schema is up to date");
    }
    Ok(if check && !changes.is_empty() {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}
