//! The demo's PostgreSQL and NATS: its own, unless the environment names others.

use std::path::Path;

use async_nats::jetstream;
use ingest::streams;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};

use super::screen::Screen;
use super::secret::secret;
use crate::cli::Demo;
use crate::command::CommandError;
use crate::command::streams::reach;
use crate::config::Config;
use crate::local::{Durability, PrivateNats, PrivatePostgres};

const DATABASE: &str = "wisplink";

/// What the demo has started.
pub(super) struct Servers {
    postgres: Option<PrivatePostgres>,
    nats: Option<PrivateNats>,
}

impl Servers {
    /// Starts what is not there, with schema and streams, and writes the addresses into `config`.
    pub(super) async fn start(
        config: &mut Config,
        demo: &Demo,
        screen: &Screen,
    ) -> Result<Self, CommandError> {
        let (own_postgres, own_nats) = (is_default(config, "database"), is_default(config, "nats"));
        if demo.fresh && !(own_postgres && own_nats) {
            return Err(CommandError::NotOurs);
        }
        make(&demo.dir)?;
        if !config.auth.has_secret() {
            config.auth.hs256_secret = Some(secret(&demo.dir)?);
        }
        let postgres = if own_postgres {
            Some(postgres(config, demo, screen).await?)
        } else {
            None
        };
        let nats = if own_nats {
            Some(nats(config, demo, screen).await?)
        } else {
            None
        };
        migrate(config, screen).await?;
        make_streams(config, demo, screen).await?;
        Ok(Self { postgres, nats })
    }

    /// Stops what was started.
    pub(super) async fn stop(self) {
        if let Some(nats) = self.nats {
            nats.stop().await;
        }
        if let Some(postgres) = self.postgres {
            postgres.stop().await;
        }
    }
}

/// Whether nobody said where the server is.
fn is_default(config: &Config, server: &str) -> bool {
    let default = Config::default();
    match server {
        "database" => config.database.url == default.database.url,
        _ => config.nats.url == default.nats.url,
    }
}

fn make(dir: &Path) -> Result<(), CommandError> {
    std::fs::create_dir_all(dir).map_err(|source| CommandError::File {
        doing: "making",
        path: dir.to_owned(),
        source,
    })
}

async fn postgres(
    config: &mut Config,
    demo: &Demo,
    screen: &Screen,
) -> Result<PrivatePostgres, CommandError> {
    screen.doing("starting PostgreSQL");
    let postgres = PrivatePostgres::start(&demo.dir, Durability::Durable).await?;
    let maintenance = postgres.url("postgres");
    prepare_database(&maintenance, demo.fresh)
        .await
        .map_err(|source| CommandError::Database {
            address: maintenance,
            source,
        })?;
    config.database.url = postgres.url(DATABASE).into();
    screen.done(&format!(
        "PostgreSQL at {}, data in {}",
        config.database.url,
        postgres.data().display()
    ));
    Ok(postgres)
}

async fn prepare_database(maintenance: &str, fresh: bool) -> Result<(), sqlx::Error> {
    let mut session = PgConnection::connect(maintenance).await?;
    if fresh {
        let drop = format!("DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)");
        session.execute(AssertSqlSafe(drop)).await?;
    }
    let there = sqlx::query("SELECT FROM pg_database WHERE datname = $1").bind(DATABASE);
    if there.fetch_optional(&mut session).await?.is_none() {
        session
            .execute(AssertSqlSafe(format!("CREATE DATABASE {DATABASE}")))
            .await?;
    }
    session.close().await
}

async fn nats(
    config: &mut Config,
    demo: &Demo,
    screen: &Screen,
) -> Result<PrivateNats, CommandError> {
    screen.doing("starting nats-server");
    let nats = PrivateNats::start(&demo.dir).await?;
    config.nats.url = nats.url().into();
    screen.done(&format!("nats-server at {}", nats.url()));
    Ok(nats)
}

async fn migrate(config: &Config, screen: &Screen) -> Result<(), CommandError> {
    screen.doing("migrating the schema");
    let applied = migration::apply(config.database.full_address()?.as_str())
        .await
        .map_err(|source| {
            let address = config.database.url.to_string();
            CommandError::Migrate { address, source }
        })?;
    screen.done(&match applied.len() {
        0 => "the schema is up to date".to_owned(),
        count => format!("schema: {count} changes applied"),
    });
    Ok(())
}

async fn make_streams(config: &Config, demo: &Demo, screen: &Screen) -> Result<(), CommandError> {
    let settings = config.ingest.settings(&config.streams);
    let jetstream = reach(config).await?;
    if demo.fresh {
        forget(&jetstream, &settings).await;
    }
    let streams = streams::apply(&jetstream, &settings).await?;
    let names: Vec<_> = streams.into_iter().map(|(name, _)| name).collect();
    screen.done(&format!("streams {}", names.join(", ")));
    Ok(())
}

/// A stream that is not there is forgotten already; what else is wrong shows when it is made.
async fn forget(jetstream: &jetstream::Context, settings: &ingest::settings::Settings) {
    for stream in streams::wanted(settings) {
        let _ = jetstream.delete_stream(stream.name).await;
    }
}
