//! `wisplink import`: takes over what another system knows of a WISP.
//!
//! The way of a tenant: [`tod`] reads it, [`translate`] makes rows of ours, [`compare`] finds what is
//! new or other than here, [`store`] writes that.
//!
//! # Invariants
//! - Ids stay what they were: pollers' messages bear them.
//! - What pollers tell of a device, wisplink believes rather than the other system.
//! - Row-level security binds here as everywhere: each tenant is written as that tenant.

mod tod;
mod translate;
mod compare;
mod store;
mod report;

use std::process::ExitCode;

use chrono::Utc;
use entity::database::{Database, Role};

use super::{CommandError, say};
use crate::cli::{ImportFrom, ImportTod};
use crate::config::Config;
use crate::health::schema::Schema;
use compare::compare;
use report::Report;
use store::Store;
use tod::Tod;

/// Why nothing more is imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The other system's database.
    #[error("reading The Other Dude's database at {address}")]
    Source {
        /// Where.
        address: String,
        /// What it said.
        source: sqlx::Error,
    },
    /// Another schema, or an old one.
    #[error(
        "the database at {0} is not The Other Dude's, or is older than its migration 033, which made \
         the table wireless_links: bring it up to date first"
    )]
    OtherSchema(String),
    /// Its row-level security hides everything.
    #[error(
        "the login for {0} sees no tenants: take one that row-level security does not bind, like the \
         superuser its migrations run as"
    )]
    NothingSeen(String),
    /// Our database.
    #[error("writing into wisplink's database at {address}")]
    Store {
        /// Where.
        address: String,
        /// What it said.
        source: sea_orm::DbErr,
    },
    /// Our schema.
    #[error("wisplink's database at {address}: {schema}")]
    NotMigrated {
        /// Where.
        address: String,
        /// What is missing.
        schema: Schema,
    },
}

/// Imports, and says what was done.
pub(super) async fn run(config: &Config, from: ImportFrom) -> Result<ExitCode, CommandError> {
    let ImportFrom::Tod(asked) = from;
    let pool = |role: Role| config.database.pool(role);
    let store = Store::new(pool(Role::Platform)?, pool(Role::Api)?, pool(Role::Ingest)?);
    usable(config, store.platform()).await?;
    import(config, &asked, &store).await?;
    store.close().await;
    Ok(ExitCode::SUCCESS)
}

async fn import(config: &Config, asked: &ImportTod, store: &Store) -> Result<(), CommandError> {
    let address = config.database.url.to_string();
    let failed = |source| ImportError::Store {
        address: address.clone(),
        source,
    };
    let mut tod = Tod::open(&asked.database_url).await?;
    for tenant in tod.tenants(&asked.tenant).await? {
        let fleet = tod.fleet(tenant).await?;
        let there = store.look(fleet.tenant.id).await.map_err(failed)?;
        let (rows, mut remarks) = translate::translate(fleet);
        let mut report = Report::of(&rows.tenant);
        if let Some(changes) = compare(rows, &there, &mut remarks) {
            report.count(&changes);
            if !asked.dry_run {
                store.write(changes, Utc::now()).await.map_err(failed)?;
            }
        }
        report.lines(&remarks).iter().for_each(|line| say(line));
    }
    say(if asked.dry_run {
        "nothing was written: this was a dry run"
    } else {
        "done; links are told of as soon as `wisplink ingest` runs"
    });
    Ok(())
}

async fn usable(config: &Config, platform: &Database) -> Result<(), CommandError> {
    let address = config.database.url.to_string();
    let looked = Schema::look(platform).await;
    let schema = looked.map_err(|source| CommandError::Database {
        address: address.clone(),
        source,
    })?;
    if schema.is_usable() {
        return Ok(());
    }
    Err(ImportError::NotMigrated { address, schema }.into())
}
