//! Two tenants take turns on two pooled connections, while callers go away, statements are cut short,
//! connections are lost and operations fail half-way: no answer is ever the other's.
//!
//! Statements are cut short by `pg_cancel_backend`: to the program the same error, 57014, at the same
//! places as one that ran into `statement_timeout`, and at moments that a timeout would not choose.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rand::Rng as _;
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};
use sqlx::{PgConnection, Row as _};
use wisplink_tests::harness::chance::chance;
use wisplink_tests::harness::client::Api;
use wisplink_tests::harness::poller::Poller;
use wisplink_tests::harness::rows;
use wisplink_tests::harness::tenant::Tenant;
use wisplink_tests::harness::world::{World, eventually};

const REQUESTS: usize = 5_000;
/// More than there are connections, so that each one changes hands.
const CALLERS: usize = 8;
const CONNECTIONS: u32 = 2;

/// What a whole answer looks like: each names the tenant.
const QUERIES: [&str; 3] = [
    "{ viewer { tenant { id name } } sites { nodes { id name } }
       devices { nodes { id hostname site { id } interfaces { id } } } }",
    "{ wirelessLinks { totalCount nodes { id apDevice { id site { id } } cpeDevice { id } } }
       viewer { tenant { name } feedCursor } }",
    "{ viewer { tenant { name } } linkSummary { total } linkPolicy { degradedBelowDbm }
       deviceInterfaces(mac: \"6C:3B:6B:A2:00:01\") { id device { id } } }",
];
/// What begins well and fails.
const FAILING: [&str; 3] = [
    "{ viewer { tenant { name } } devices { nodes { id } } wirelessLinks(first: 100000) { nodes { id } } }",
    "{ sites { nodes { id } } device(id: \"no id\") { id } }",
    "mutation { createDevices(input: [{ hostname: \"new\" }, { hostname: \"ap-1\" }]) { id } }",
];

/// What became of the requests.
#[derive(Default, Debug)]
struct Tally {
    whole: usize,
    failed: usize,
    gone: usize,
}

/// One side: its token, its name, and what must never show in its answers.
struct Side {
    token: String,
    name: String,
    foreign: Vec<String>,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_answer_is_the_others_whatever_goes_wrong() {
    let mut world = World::start().await;
    for tenant in [&world.a, &world.b] {
        let poller = Poller::of(&world, tenant).await;
        poller.poll(0, 0, &[(0, -62), (1, -71)]).await;
        poller.settle(&world).await;
    }
    world.stop_worker().await;
    world.stop_server().await;
    let mut config = world.config.clone();
    config.database.api_connections = CONNECTIONS;
    config.database.acquire_timeout_ms = 20_000;
    let replica = world.start_replica_with(config).await;

    let mut db = world.database.session().await;
    let sides = Arc::new([
        side(&mut db, &world.a, &world.b).await,
        side(&mut db, &world.b, &world.a).await,
    ]);
    let over = Arc::new(AtomicBool::new(false));
    let saboteur = tokio::spawn(sabotage(world.database.session().await, Arc::clone(&over)));
    let mut callers = tokio::task::JoinSet::new();
    let mut chance = chance();
    for caller in 0..CALLERS {
        let luck = rand::SeedableRng::seed_from_u64(chance.random());
        callers.spawn(call(replica.api.clone(), Arc::clone(&sides), caller, luck));
    }
    let mut tally = Tally::default();
    for part in callers.join_all().await {
        tally.whole += part.whole;
        tally.failed += part.failed;
        tally.gone += part.gone;
    }
    over.store(true, Ordering::Relaxed);
    let cut = saboteur.await.unwrap();
    // Enough of everything, or it would prove nothing.
    assert!(tally.whole > REQUESTS / 2, "{tally:?}");
    assert!(tally.failed > REQUESTS / 20, "{tally:?}");
    assert!(tally.gone > 0 && cut > 0, "{tally:?}, {cut} cut");

    nothing_is_open(&mut db).await;
    for round in 0..20 {
        let side = &sides[round % 2];
        let both =
            [QUERIES[0], QUERIES[1]].map(|query| replica.api.data(&side.token, query, json!({})));
        for answer in futures::future::join_all(both).await {
            side.check(&answer);
        }
    }
    replica.stop().await;
}

async fn side(db: &mut PgConnection, own: &Tenant, other: &Tenant) -> Side {
    let mut foreign = rows::ids(db, other).await;
    foreign.push(other.name.clone());
    Side {
        token: own.operator(),
        name: own.name.clone(),
        foreign,
    }
}

impl Side {
    /// A whole answer is ours.
    fn check(&self, answer: &Value) {
        let text = answer.to_string();
        assert!(text.contains(&self.name), "not of {}: {text}", self.name);
        self.search(&text);
    }

    fn search(&self, text: &str) {
        for canary in &self.foreign {
            assert!(
                !text.contains(canary),
                "{} is shown {canary}: {text}",
                self.name
            );
        }
    }
}

/// One caller's requests: a fifth of them goes wrong on purpose.
async fn call(api: Api, sides: Arc<[Side; 2]>, caller: usize, mut luck: ChaCha8Rng) -> Tally {
    let mut tally = Tally::default();
    for turn in 0..REQUESTS / CALLERS {
        let side = &sides[(caller + turn) % 2];
        let fails = luck.random_bool(0.1);
        let query = if fails { FAILING } else { QUERIES }[luck.random_range(0..3)];
        let asked = api.ask(&side.token, query, json!({}));
        let answer = if luck.random_bool(0.1) {
            let patience = Duration::from_micros(luck.random_range(0..5_000));
            let Ok(answer) = tokio::time::timeout(patience, asked).await else {
                tally.gone += 1;
                continue;
            };
            answer
        } else {
            asked.await
        };
        if answer.body.get("errors").is_none() {
            side.check(&answer.body);
            tally.whole += 1;
        } else {
            let told = answer.body.to_string();
            side.search(&told);
            assert!(!told.contains("INTERNAL"), "not worth another try: {told}");
            tally.failed += 1;
        }
    }
    tally
}

/// Cancels statements of the API, as a timeout does, and now and then ends a connection. Returns how
/// many it hit.
async fn sabotage(mut db: PgConnection, over: Arc<AtomicBool>) -> i64 {
    const CANCEL: &str =
        "SELECT count(*) FILTER (WHERE pg_cancel_backend(pid)) FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = 'wisplink'
        AND (state = 'active' OR state LIKE 'idle in%') AND random() < 0.3";
    const END: &str =
        "SELECT count(*) FILTER (WHERE pg_terminate_backend(pid)) FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = 'wisplink' AND random() < 0.3";

    let (mut hit, mut turn) = (0, 0);
    let mut beat = tokio::time::interval(Duration::from_millis(20));
    while !over.load(Ordering::Relaxed) {
        beat.tick().await;
        turn += 1;
        let statement = if turn % 16 == 0 { END } else { CANCEL };
        let row = sqlx::query(statement).fetch_one(&mut db).await.unwrap();
        hit += row.get::<i64, _>(0);
    }
    hit
}

/// Waits until no session of the API is in a transaction.
async fn nothing_is_open(db: &mut PgConnection) {
    let open = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
        AND application_name = 'wisplink' AND xact_start IS NOT NULL";
    eventually("no session is left in a transaction", async || {
        let row = sqlx::query(open).fetch_one(&mut *db).await.unwrap();
        (row.get::<i64, _>(0) == 0).then_some(())
    })
    .await;
}
