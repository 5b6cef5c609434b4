//! One database a test, cloned from a template that is migrated once.

use std::time::{Duration, Instant};

use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, Executor as _, PgConnection};
use uuid::Uuid;

use super::HarnessError;

/// Names the superuser's address of the maintenance database; `with-servers` sets it.
pub const POSTGRES_URL: &str = "WISPLINK_TEST_POSTGRES_URL";
/// The migrated, otherwise empty database tests are cloned from.
pub const TEMPLATE: &str = "wisplink_template";

/// PostgreSQL's `object_in_use`.
const IN_USE: &str = "55006";
const PATIENCE: Duration = Duration::from_secs(30);

/// A test's own database. Dropped with this, whatever is connected to it.
#[derive(Debug)]
pub struct TestDatabase {
    name: String,
    server: PgConnectOptions,
}

impl TestDatabase {
    /// Clones the template.
    pub async fn create() -> Result<Self, HarnessError> {
        let server = server()?;
        let name = format!("t_{}", Uuid::new_v4().simple());
        let mut session = server.connect().await.map_err(HarnessError::Database)?;
        clone_template(&mut session, &name).await?;
        let _ = session.close().await;
        Ok(Self { name, server })
    }

    /// Clones the template, with partitions for a day and for its month.
    pub async fn with_partitions() -> (Self, PgConnection) {
        let database = Self::create().await.unwrap();
        let mut session = database.session().await;
        let make = "SELECT app.make_partitions('2026-03-01', '2026-03-01')";
        sqlx::query(make).execute(&mut session).await.unwrap();
        (database, session)
    }

    /// Makes one on a server of the test's own, whose address is that of its database `postgres`.
    pub async fn create_on(server: &str) -> Result<Self, HarnessError> {
        let server: PgConnectOptions = server.parse().map_err(HarnessError::Address)?;
        let name = format!("t_{}", Uuid::new_v4().simple());
        let mut session = server.connect().await.map_err(HarnessError::Database)?;
        let made = session
            .execute(AssertSqlSafe(format!("CREATE DATABASE {name}")))
            .await;
        made.map_err(HarnessError::Database)?;
        let database = Self { name, server };
        migration::apply(&database.url()).await?;
        Ok(database)
    }

    /// The superuser's address. Programs that are given it act as their own roles.
    pub fn url(&self) -> String {
        self.server
            .clone()
            .database(&self.name)
            .to_url_lossy()
            .into()
    }

    /// A superuser's session.
    pub async fn session(&self) -> PgConnection {
        let address = self.server.clone().database(&self.name);
        address.connect().await.unwrap()
    }

    /// Its name on the server.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl Drop for TestDatabase {
    /// On a thread with its own runtime: the test's cannot be waited for from here. What fails is
    /// left to the server, which ends with the run.
    fn drop(&mut self) {
        let server = self.server.clone();
        let statement = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        let dropping = std::thread::spawn(move || {
            let Ok(runtime) = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
            else {
                return;
            };
            runtime.block_on(async {
                if let Ok(mut session) = server.connect().await {
                    let _ = session.execute(AssertSqlSafe(statement)).await;
                    let _ = session.close().await;
                }
            });
        });
        let _ = dropping.join();
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "tests take no configuration but this address"
)]
fn server() -> Result<PgConnectOptions, HarnessError> {
    let url = std::env::var(POSTGRES_URL).map_err(|_| HarnessError::NoPostgres)?;
    url.parse().map_err(HarnessError::Address)
}

/// Again while another session is on the template, such as a vacuum.
async fn clone_template(session: &mut PgConnection, name: &str) -> Result<(), HarnessError> {
    let begun = Instant::now();
    loop {
        let statement = format!("CREATE DATABASE {name} TEMPLATE {TEMPLATE}");
        match session.execute(AssertSqlSafe(statement)).await {
            Ok(_) => return Ok(()),
            Err(error) if !is_in_use(&error) => return Err(HarnessError::Database(error)),
            Err(_) if begun.elapsed() > PATIENCE => {
                return Err(HarnessError::TemplateBusy(PATIENCE.as_secs()));
            }
            Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
        }
    }
}

fn is_in_use(error: &sqlx::Error) -> bool {
    matches!(error, sqlx::Error::Database(error) if error.code().as_deref() == Some(IN_USE))
}
