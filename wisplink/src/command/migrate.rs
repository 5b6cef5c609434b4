//! `wisplink migrate`.

use std::process::ExitCode;

use migration::MigrateError;

use super::{CommandError, say};
use crate::config::Config;

/// Says what is missing.
pub(super) async fn check(config: &Config) -> Result<ExitCode, CommandError> {
    let address = config.database.full_address()?;
    let missing = migration::pending(address.as_str()).await;
    let missing = missing.map_err(failed(config))?;
    list("missing", &missing);
    Ok(if missing.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Applies what is missing; with `citus`, spreads the tables then.
pub(super) async fn run(config: &Config, citus: bool) -> Result<ExitCode, CommandError> {
    let address = config.database.full_address()?;
    let applied = migration::apply(address.as_str()).await;
    list("applied", &applied.map_err(failed(config))?);
    if citus {
        let spread = migration::citus::distribute(address.as_str()).await;
        let spread = spread.map_err(|source| {
            let address = config.database.url.to_string();
            CommandError::Citus { address, source }
        })?;
        for table in spread {
            say(&format!("spread {table}"));
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn failed(config: &Config) -> impl FnOnce(MigrateError) -> CommandError {
    let address = config.database.url.to_string();
    move |source| CommandError::Migrate { address, source }
}

fn list(what: &str, changes: &[String]) {
    for change in changes {
        say(&format!("{what} {change}"));
    }
    if changes.is_empty() {
        say("the schema is up to date");
    }
}
