//! The restore drill of the operations guide, on what a worker has stored.

use std::path::Path;
use std::process::{Output, Stdio};

use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use tokio::process::Command;
use wisplink_tests::harness::poller::Poller;
use wisplink_tests::harness::rows::texts;
use wisplink_tests::harness::world::World;

#[tokio::test]
async fn what_is_restored_has_the_rows_and_values_of_what_was_backed_up() {
    if !has_programs().await {
        eprintln!("skipped: pg_dump, pg_restore and psql are not installed");
        return;
    }
    let mut world = World::start().await;
    for (tenant, signal) in [(&world.a, -60), (&world.b, -70)] {
        let poller = Poller::of(&world, tenant).await;
        poller.restless(0, 0..20, &[(0, signal)]).await;
        poller.settle(&world).await;
    }
    world.stop_worker().await;
    world.stop_server().await;
    let mut before = world.database.session().await;
    let stored = "SELECT (SELECT count(*) >= 40 FROM poll_history) || ', '
        || (SELECT count(*) >= 40 FROM link_events) || ', '
        || (SELECT count(*) FROM wireless_links) || ' links'";
    assert_eq!(texts(&mut before, stored).await, ["true, true, 2 links"]);

    let from = address(&world.database.url());
    let into = empty_beside(&world).await;
    let drill = run(&[&from, &into]).await;
    let said = String::from_utf8_lossy(&drill.stderr);
    assert!(drill.status.success(), "{said}");
    assert!(said.contains("rows and values equal"), "{said}");

    // Nothing but the feeds, which begin anew, is different, and a changed value is noticed.
    assert_eq!(differing(&from, &into).await, ["tenant_feeds"]);
    let mut restored = PgConnection::connect(&into).await.unwrap();
    let change = "UPDATE poll_history SET noise_floor = 1 WHERE (tenant_id, collected_at) =
        (SELECT tenant_id, collected_at FROM poll_history LIMIT 1)";
    sqlx::query(change).execute(&mut restored).await.unwrap();
    restored.close().await.unwrap();
    assert_eq!(
        differing(&from, &into).await,
        ["poll_history", "tenant_feeds"]
    );
    drop_beside(&world).await;
}

/// The tables that differ between two databases.
async fn differing(a: &str, b: &str) -> Vec<String> {
    let compared = run(&["--compare", a, b]).await;
    assert!(!compared.status.success());
    let said = String::from_utf8_lossy(&compared.stderr).into_owned();
    let lines = said.lines().filter_map(|line| line.strip_prefix("> "));
    let tables = lines.filter_map(|line| line.split(' ').next());
    tables.map(str::to_owned).collect()
}

async fn run(arguments: &[&str]) -> Output {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    Command::new(root.join("scripts/restore-drill"))
        .args(arguments)
        .env("WISPLINK", env!("CARGO_BIN_EXE_under-test"))
        .output()
        .await
        .unwrap()
}

async fn has_programs() -> bool {
    // Where the drill looks for them, if they are not on the PATH.
    let look = "command -v pg_restore || ls /usr/lib/postgresql/*/bin/pg_restore \
                /usr/pgsql-*/bin/pg_restore /opt/homebrew/opt/postgresql*/bin/pg_restore";
    let found = Command::new("sh")
        .args(["-c", look])
        .stderr(Stdio::null())
        .output()
        .await;
    found.is_ok_and(|output| !output.stdout.is_empty())
}

/// What other programs than `SQLx` understand of an address.
fn address(url: &str) -> String {
    url.split_once('?').map_or(url, |(url, _)| url).to_owned()
}

fn restored_name(world: &World) -> String {
    format!("{}_restored", world.database.name())
}

async fn empty_beside(world: &World) -> String {
    let (name, restored) = (world.database.name(), restored_name(world));
    on_server(world, format!("CREATE DATABASE {restored}")).await;
    address(&world.database.url()).replace(name, &restored)
}

async fn drop_beside(world: &World) {
    let restored = restored_name(world);
    on_server(world, format!("DROP DATABASE {restored} WITH (FORCE)")).await;
}

async fn on_server(world: &World, sql: String) {
    let mut session = world.database.session().await;
    sqlx::query(AssertSqlSafe(sql))
        .execute(&mut session)
        .await
        .unwrap();
}
