//! Thousands of statements of all forms after another tenant's rows, as the roles of API and worker.
//!
//! Each acts in A and names what is B's. Two alarms ring inside the server: a trigger on every table
//! for each row that is changed and not the transaction's, references and cascades included; a
//! function and a division in the conditions for each row that is looked at and B's. What comes
//! back is searched as well.
//!
//! Not here: a caller who writes whole statements. They could call `app.enter_tenant` as the program
//! does; see SECURITY.md.

mod target;
mod statement;
mod run;

use sqlx::PgConnection;
use wisplink_tests::harness::chance::chance;
use wisplink_tests::harness::rows;
use wisplink_tests::harness::world::World;

use super::filled::{self, grant_everything};
use run::{Outcome, Runner};
use statement::Author;
use target::{Target, targets};

/// Statements as one role with the rights it has, and again with every right.
const STATEMENTS: usize = 5_000;
/// Statements of one role that name no tenant.
const WITHOUT_TENANT: usize = 500;

#[tokio::test]
async fn no_statement_of_the_api_reaches_another_tenant() {
    Box::pin(attack("wisplink_api")).await;
}

#[tokio::test]
async fn no_statement_of_the_worker_reaches_another_tenant() {
    Box::pin(attack("wisplink_ingest")).await;
}

async fn attack(role: &str) {
    let (world, mut db, targets) = field().await;
    let mut canaries = rows::ids(&mut db, &world.b).await;
    canaries.push(world.b.name.clone());
    let author = Author::new(&world.a, &world.b, &targets);
    let mut chance = chance();
    for every_right in [false, true] {
        if every_right {
            grant_everything(&mut db, role).await;
        }
        let (mut shown, mut refused) = (0, 0);
        let opening = entering(role, &world);
        let mut runner = Runner::new(&world, &opening, &canaries).await;
        for _ in 0..STATEMENTS {
            let statement = author.write(&mut chance);
            match runner.run(&statement).await {
                Outcome::Rows(rows) => shown += rows,
                Outcome::Refused => refused += 1,
                Outcome::Leak(what) => panic!("{role}: {what}: {}", statement.sql),
            }
        }
        // It was let do what it may, or this would prove nothing.
        assert!(shown > STATEMENTS / 20, "only {shown} rows came back");
        assert!(refused < STATEMENTS * 9 / 10, "{refused} were refused");
    }
}

#[tokio::test]
async fn a_statement_without_a_tenant_is_an_error_whatever_its_form() {
    let (world, mut db, targets) = field().await;
    let author = Author::new(&world.a, &world.b, &targets);
    let mut chance = chance();
    for role in ["wisplink_api", "wisplink_ingest"] {
        grant_everything(&mut db, role).await;
        let opening = format!("SET LOCAL ROLE {role}");
        let mut runner = Runner::new(&world, &opening, &[]).await;
        for _ in 0..WITHOUT_TENANT {
            let statement = author.write(&mut chance);
            match runner.run(&statement).await {
                Outcome::Refused => {}
                Outcome::Rows(rows) => panic!("{role}: {rows} rows: {}", statement.sql),
                Outcome::Leak(what) => panic!("{role}: {what}: {}", statement.sql),
            }
        }
    }
}

#[tokio::test]
async fn the_alarms_ring_where_no_policy_binds() {
    let (world, mut db, targets) = field().await;
    let author = Author::new(&world.a, &world.b, &targets);
    let canaries = rows::ids(&mut db, &world.b).await;
    let mut chance = chance();
    let mut leaks = 0;
    let opening = format!("SELECT app.enter_tenant('{}')", world.a.id);
    let mut runner = Runner::new(&world, &opening, &canaries).await;
    for _ in 0..200 {
        let statement = author.write(&mut chance);
        leaks += usize::from(matches!(runner.run(&statement).await, Outcome::Leak(_)));
    }
    assert!(leaks > 100, "only {leaks} of 200 were noticed");
}

fn entering(role: &str, world: &World) -> String {
    let tenant = world.a.id;
    format!("SET LOCAL ROLE {role}; SELECT app.enter_tenant('{tenant}')")
}

/// Rows of both tenants in every table, alarms on each, and what to aim at.
async fn field() -> (World, PgConnection, Vec<Target>) {
    let (world, mut db) = filled::world().await;
    let targets = targets(&mut db, &world.b).await;
    run::set_alarms(&mut db, &targets, &world.b).await;
    (world, db, targets)
}
