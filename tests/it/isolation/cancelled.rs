//! Transactions whose callers went away while they were opened.

use std::time::{Duration, Instant};

use entity::args;
use entity::database::{Database, PoolSettings, Role};
use entity::ids::TenantId;
use entity::scope::TenantScope;
use sqlx::postgres::{PgArguments, PgConnectOptions};
use sqlx::{AssertSqlSafe, ConnectOptions as _, PgConnection, Row as _};
use wisplink_tests::harness::TestDatabase;
use wisplink_tests::harness::world::eventually;

const CALLS: u64 = 1_500;
const CONNECTIONS: u32 = 2;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_caller_that_goes_away_leaves_no_transaction_behind() {
    let database = TestDatabase::create().await.unwrap();
    let mut session = database.session().await;
    let tenants = [TenantId::new(), TenantId::new()];
    for tenant in tenants {
        let made = "INSERT INTO tenants VALUES ($1, $1::text, now(), now())";
        sqlx::query(made)
            .bind(tenant)
            .execute(&mut session)
            .await
            .unwrap();
    }
    let pool = pool(&database, CONNECTIONS);
    let whole = duration(&pool, scope(tenants[0])).await;
    let mut chance = 0x5eed_u64;
    let mut finished = 0;
    for call in 0..CALLS {
        let scope = scope(tenants[usize::from(call % 2 == 0)]);
        let pool = pool.clone();
        let caller = tokio::spawn(async move { own(&pool, scope).await });
        // A linear congruential generator picks the moment, anywhere in a call's life.
        chance = chance
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        let moment = Instant::now() + whole * u32::try_from(chance >> 57).unwrap() / 100;
        while Instant::now() < moment {
            tokio::task::yield_now().await;
        }
        caller.abort();
        match caller.await {
            Ok(seen) => {
                finished += 1;
                assert_eq!(seen, vec![scope.tenant()]);
            }
            Err(error) => assert!(error.is_cancelled(), "{error}"),
        }
        // Now and then, because the next call on a session would end what is left open there.
        if call % 10 == 9 {
            nothing_is_open(&mut session).await;
        }
    }
    assert!(finished < CALLS, "no caller went away in time");

    for round in 0..20 {
        let scope = scope(tenants[round % 2]);
        let both = tokio::join!(own(&pool, scope), own(&pool, scope));
        assert_eq!(both, (vec![scope.tenant()], vec![scope.tenant()]));
        let system = pool.system().await.unwrap();
        let left = "SELECT coalesce(current_setting('app.current_tenant', true), '')";
        let rows = system.rows(left, PgArguments::default()).await.unwrap();
        assert_eq!(
            rows[0].get::<String, _>(0),
            "",
            "a tenant is left on a pooled session"
        );
    }
}

#[tokio::test]
async fn a_session_keeps_nothing_of_a_transaction_however_it_ended() {
    let database = TestDatabase::create().await.unwrap();
    let tenant = TenantId::new();
    let made = "INSERT INTO tenants VALUES ($1, $1::text, now(), now())";
    let mut session = database.session().await;
    sqlx::query(made)
        .bind(tenant)
        .execute(&mut session)
        .await
        .unwrap();
    // One connection: what comes next is on the same session.
    let pool = pool(&database, 1);
    for committed in [false, true] {
        let tx = pool.write(scope(tenant)).await.unwrap();
        tx.rows("SELECT id FROM tenants WHERE $1", args![true].unwrap())
            .await
            .unwrap();
        if committed {
            tx.commit().await.unwrap();
        } else {
            drop(tx);
        }
        let system = pool.system().await.unwrap();
        let left = "SELECT coalesce(current_setting('app.current_tenant', true), '')";
        let left = system.rows(left, PgArguments::default()).await.unwrap();
        assert_eq!(left[0].get::<String, _>(0), "", "committed: {committed}");
        let unnamed = system.rows("SELECT id FROM tenants WHERE $1", args![true].unwrap());
        assert!(unnamed.await.is_err(), "committed: {committed}");
    }
}

#[tokio::test]
async fn a_session_whose_opening_failed_is_used_again() {
    let database = TestDatabase::create().await.unwrap();
    let mut session = database.session().await;
    let pool = pool(&database, 1);
    let tenant = scope(TenantId::new());
    pool.read(tenant).await.unwrap();
    // What fails behind BEGIN, as a statement does that is cancelled.
    for (may, verb) in [(false, "REVOKE"), (true, "GRANT")] {
        let to = if may { "TO" } else { "FROM" };
        let right = format!("{verb} EXECUTE ON FUNCTION app.enter_tenant(uuid) {to} wisplink_api");
        sqlx::raw_sql(AssertSqlSafe(right))
            .execute(&mut session)
            .await
            .unwrap();
        for _ in 0..3 {
            let begun = pool.read(tenant).await;
            assert_eq!(begun.is_ok(), may, "{:?}", begun.err());
        }
    }
}

fn pool(database: &TestDatabase, connections: u32) -> Database {
    let options: PgConnectOptions = database.url().parse().unwrap();
    let options = options
        .application_name("cancelled")
        .disable_statement_logging();
    let settings = PoolSettings {
        max_connections: connections,
        acquire_timeout: Duration::from_secs(30),
        ..PoolSettings::default()
    };
    Database::new(options, Role::Api, settings)
}

/// How long a call takes.
async fn duration(pool: &Database, scope: TenantScope) -> Duration {
    let begun = Instant::now();
    for _ in 0..20 {
        own(pool, scope).await;
    }
    begun.elapsed() / 20
}

/// Waits until no session of the pool is in a transaction.
async fn nothing_is_open(session: &mut PgConnection) {
    let open = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
        AND application_name = 'cancelled' AND (state <> 'idle' OR xact_start IS NOT NULL)";
    eventually("no session is left in a transaction", async || {
        let row = sqlx::query(open).fetch_one(&mut *session).await.unwrap();
        (row.get::<i64, _>(0) == 0).then_some(())
    })
    .await;
}

/// The tenants that a transaction of `scope` sees.
async fn own(pool: &Database, scope: TenantScope) -> Vec<TenantId> {
    let tx = pool.read(scope).await.unwrap();
    let rows = tx
        .rows("SELECT id FROM tenants WHERE $1", args![true].unwrap())
        .await
        .unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

#[expect(clippy::disallowed_methods, reason = "the tenant was just made here")]
fn scope(tenant: TenantId) -> TenantScope {
    TenantScope::assume(tenant)
}
