//! A whole wisplink for each test: a database and a nats-server of its own, and what speaks to them
//! from outside. `scripts/test` starts the PostgreSQL that tests share.

use std::error::Error as _;
use std::fmt;

mod database;
mod nats;
pub mod chance;
pub mod token;
pub mod issuer;
pub mod client;
pub mod redacted;
pub mod subscriber;
pub mod event_stream;
pub mod tenant;
pub mod rows;
pub mod poller;
pub mod tap;
pub mod everything;
pub mod ids;
mod parts;
pub mod eventually;
pub mod pooler;
pub mod replica;
pub mod world;
pub mod records;
pub mod proxy;
pub mod line;
pub mod outages;
pub mod cluster;
pub mod balancer;
pub mod collector;

pub use database::{POSTGRES_URL, TEMPLATE, TestDatabase};
pub use nats::TestNats;

/// Why a test has nothing to run on.
#[derive(thiserror::Error)]
pub enum HarnessError {
    /// Run without its PostgreSQL.
    #[error("{POSTGRES_URL} is not set: run `make test`, or scripts/test with the test's name")]
    NoPostgres,
    /// Set, but not to an address.
    #[error("{POSTGRES_URL} is no PostgreSQL address: run `make test` or scripts/test")]
    Address(#[source] sqlx::Error),
    /// The test's database could not be made.
    #[error("making a test's database: see that scripts/test still runs")]
    Database(#[source] sqlx::Error),
    /// A migration is wrong.
    #[error(transparent)]
    Migrate(#[from] migration::MigrateError),
    /// Something keeps a session on the template.
    #[error("the template database was in use for {0} s: end the session that is connected to it")]
    TemplateBusy(u64),
    /// No directory for the server's data.
    #[error("making a temporary directory: see that TMPDIR may be written and is not full")]
    Directory(#[from] std::io::Error),
    /// The server did not start.
    #[error(transparent)]
    Start(#[from] wisplink::local::StartError),
}

/// What `unwrap` prints in a test: the text and its causes, not the enum.
impl fmt::Debug for HarnessError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")?;
        let mut cause = self.source();
        while let Some(error) = cause {
            write!(f, "\n  because: {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use sqlx::{Connection as _, PgConnection};

    use super::*;

    #[tokio::test]
    async fn databases_are_apart_and_go_with_their_test() {
        let (first, second) = tokio::join!(TestDatabase::create(), TestDatabase::create());
        let (first, second) = (first.unwrap(), second.unwrap());
        let mut other = PgConnection::connect(&second.url()).await.unwrap();
        // A session left open, as a failing test leaves it.
        let mut session = PgConnection::connect(&first.url()).await.unwrap();
        sqlx::query("CREATE TABLE mine ()")
            .execute(&mut session)
            .await
            .unwrap();
        sqlx::query("SELECT FROM tenants")
            .execute(&mut other)
            .await
            .unwrap();
        assert!(
            sqlx::query("SELECT FROM mine")
                .execute(&mut other)
                .await
                .is_err()
        );

        let name = first.name().to_owned();
        drop(first);
        let left = sqlx::query("SELECT FROM pg_database WHERE datname = $1").bind(name);
        assert!(left.fetch_optional(&mut other).await.unwrap().is_none());
    }

    #[tokio::test]
    async fn a_nats_server_keeps_its_streams_over_an_outage() {
        let mut nats = TestNats::start().await.unwrap();
        let url = nats.url();
        let client = async_nats::connect(&url).await.unwrap();
        let config = async_nats::jetstream::stream::Config {
            name: "KEPT".into(),
            ..Default::default()
        };
        async_nats::jetstream::new(client)
            .create_stream(config)
            .await
            .unwrap();

        nats.halt().await;
        assert!(async_nats::connect(&url).await.is_err());
        nats.resume().await.unwrap();
        assert_eq!(nats.url(), url);
        let client = async_nats::connect(&url).await.unwrap();
        async_nats::jetstream::new(client)
            .get_stream("KEPT")
            .await
            .unwrap();
    }
}
