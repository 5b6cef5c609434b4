//! Other people's clients: the suite in `tests/clients`, which Node runs against a world of its own.

use std::process::Stdio;

use api::auth::role::Role;
use chrono::{TimeDelta, Utc};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::{Child, Command};
use wisplink_tests::harness::poller::Poller;
use wisplink_tests::harness::token;
use wisplink_tests::harness::world::World;

use crate::contract::root;

#[tokio::test]
async fn other_peoples_clients_work() {
    let suite = root().join("tests/clients");
    if !suite.join("node_modules/.package-lock.json").exists() {
        eprintln!("SKIPPED: scripts/clients found no Node 20 with npm, or could not fetch them");
        return;
    }
    let world = World::start().await;
    let mut node = Command::new("node")
        .arg("suite.mjs")
        .current_dir(suite)
        .env("TEST_URL", format!("{}/graphql", world.api.url()))
        .env("TEST_VIEWER", world.a.viewer())
        .env("TEST_OPERATOR", world.a.operator())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let said = serve(&world, &mut node).await;
    let status = node.wait().await.unwrap();
    assert!(status.success(), "{said}");
}

/// Does what the suite asks for, until it ends; returns what else it says.
async fn serve(world: &World, node: &mut Child) -> String {
    let mut asked = BufReader::new(node.stdout.take().unwrap()).lines();
    let mut answers = node.stdin.take().unwrap();
    let poller = Poller::of(world, &world.a).await;
    let (mut said, mut polls) = (String::new(), 0);
    while let Some(line) = asked.next_line().await.unwrap() {
        let answer = match &*line {
            "@poll" => {
                poller.restless(0, polls..polls + 1, &[(0, -60)]).await;
                polls += 1;
                "done".to_owned()
            }
            "@token" => {
                let end = Utc::now() + TimeDelta::seconds(3);
                token::signed(&token::claims_until(Role::Viewer, Some(world.a.id), end))
            }
            _ => {
                said += &line;
                said.push('\n');
                continue;
            }
        };
        answers
            .write_all(format!("{answer}\n").as_bytes())
            .await
            .unwrap();
    }
    said
}
