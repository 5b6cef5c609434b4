//! `wisplink check-config`.

use std::process::ExitCode;

use api::error::chain;
use entity::database::Role;

use super::{CommandError, say};
use crate::config::Config;
use crate::health::schema::Schema;

/// The roles that serve tenants.
const ROLES: [Role; 4] = [Role::Api, Role::Ingest, Role::Platform, Role::Auth];

/// Prints the configuration as it takes effect, and what stands in the way of serving with it. That
/// it is valid was seen when it was read.
pub(super) async fn run(config: &Config) -> Result<ExitCode, CommandError> {
    say(config.redacted()?.trim_end());
    let mut code = ExitCode::SUCCESS;
    if let Err(error) = config.auth.settings() {
        say(&format!("\n# `serve` would not start: {}", chain(&error)));
        code = ExitCode::FAILURE;
    }
    match look(config).await {
        Ok(()) => say("\n# The database keeps tenants apart."),
        Err(why) => {
            say(&format!(
                "\n# Whether the database keeps tenants apart: {}",
                why.replace('\n', "\n# ")
            ));
            code = ExitCode::FAILURE;
        }
    }
    Ok(code)
}

/// What keeps the database from being trusted with tenants, in words.
async fn look(config: &Config) -> Result<(), String> {
    for role in ROLES {
        let pool = config.database.pool(role).map_err(|error| chain(&error))?;
        let schema = Schema::look(&pool).await.map_err(|error| {
            let address = &config.database.url;
            format!("not known, {address} does not answer: {}", chain(&error))
        })?;
        if !schema.is_usable() {
            return Err(format!("not known, {schema}"));
        }
        pool.trust()
            .await
            .map_err(|error| format!("no, {}", chain(&error)))?;
        pool.close().await;
    }
    Ok(())
}
