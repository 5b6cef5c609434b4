//! GraphiQL in a real browser that reaches nothing but wisplink. What is done there stands in
//! `web/test/graphiql.mjs`.

use std::process::Stdio;

use serde::Deserialize;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::Command;
use wisplink_tests::harness::poller::Poller;
use wisplink_tests::harness::world::World;

use crate::console::driver;
use crate::contract::root;

/// A good poll of an AP that lists these clients: address and signal.
#[derive(Deserialize)]
struct Poll {
    ap: usize,
    minute: i64,
    clients: Vec<(String, i16)>,
}

#[tokio::test]
async fn a_browser_asks_and_follows_with_nothing_from_elsewhere() {
    let browser = match driver().await {
        Ok(browser) => browser,
        Err(lacking) => {
            eprintln!("skipped: there is no {lacking}");
            return;
        }
    };
    let world = World::start().await;
    let poller = Poller::of(&world, &world.a).await;
    let mut script = Command::new("node")
        .arg("test/graphiql.mjs")
        .current_dir(root().join("web"))
        .env("BROWSER", browser)
        .env("CONSOLE", world.api.url())
        .env("TOKEN", world.a.operator())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut orders = BufReader::new(script.stdout.take().unwrap()).lines();
    let mut done = script.stdin.take().unwrap();
    while let Some(order) = orders.next_line().await.unwrap() {
        let poll: Poll = serde_json::from_str(&order).unwrap();
        poller
            .poll_clients(poll.ap, poll.minute, &poll.clients)
            .await;
        done.write_all(b"done\n").await.unwrap();
    }
    let status = script.wait().await.unwrap();
    assert!(status.success(), "see above what the browser lacked");
}
