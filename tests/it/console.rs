//! The console in a real browser. What is clicked and what must then be seen stands in `web/test`;
//! here its network is played: a poller, and a server that stops and comes back.

use std::path::PathBuf;
use std::process::Stdio;

use api::auth::role::Role;
use serde::Deserialize;
use serde_json::json;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::{Child, Command};
use wisplink_tests::harness::poller::{Poller, registration};
use wisplink_tests::harness::rows;
use wisplink_tests::harness::token;
use wisplink_tests::harness::world::World;

use crate::contract::root;

/// What the script asks for, a line of JSON each; the answer is a line when it is done.
#[derive(Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
enum Order {
    /// A good poll of an AP that lists these clients: address and signal.
    Poll {
        ap: usize,
        minute: i64,
        clients: Vec<(String, i16)>,
    },
    StopServer,
    StartServer,
    /// The feed of events gets another life, as when the database was restored.
    RenewFeed,
}

#[tokio::test]
async fn a_browser_shows_the_links_as_they_are() {
    let Some(browser) = browser().await else {
        return;
    };
    let mut world = World::start().await;
    let url = world.api.url().to_owned();
    let script = run(&browser, &world, &url, "all");
    play(&mut world, script).await;
}

#[tokio::test]
async fn where_only_trusted_documents_run_the_console_does() {
    let Some(browser) = browser().await else {
        return;
    };
    let mut world = World::start().await;
    let mut config = world.config.clone();
    config.graphql.only_trusted = true;
    let replica = world.start_replica_with(config).await;
    let script = run(&browser, &world, replica.api.url(), "first");
    play(&mut world, script).await;
    replica.stop().await;
}

#[tokio::test]
async fn twenty_thousand_links_are_a_table_like_any_other() {
    let Some(browser) = browser().await else {
        return;
    };
    let mut world = World::start().await;
    let mut db = world.database.session().await;
    rows::links(&mut db, &world.a, 0, 1, 20_000).await;
    drop(db);
    let url = world.api.url().to_owned();
    let script = run(&browser, &world, &url, "large");
    play(&mut world, script).await;
}

/// Does what the script asks for until it ends.
async fn play(world: &mut World, mut script: Child) {
    let mut orders = BufReader::new(script.stdout.take().unwrap()).lines();
    let mut done = script.stdin.take().unwrap();
    let poller = Poller::of(world, &world.a).await;
    while let Some(order) = orders.next_line().await.unwrap() {
        obey(serde_json::from_str(&order).unwrap(), world, &poller).await;
        done.write_all(b"done\n").await.unwrap();
    }
    let status = script.wait().await.unwrap();
    assert!(status.success(), "see above what the browser lacked");
}

async fn obey(order: Order, world: &mut World, poller: &Poller) {
    match order {
        Order::Poll {
            ap,
            minute,
            clients,
        } => {
            let mut table = poller.table(ap, poller.minute(minute), &[]);
            let rows = clients
                .iter()
                .map(|(mac, signal)| registration(mac, *signal));
            table["registrations"] = rows.collect();
            table["rf_stats"] = json!([{
                "interface": "wlan1", "noise_floor": -104, "channel_width": "20MHz",
                "tx_power": 23, "registered_clients": clients.len(),
            }]);
            poller.publish_poll(ap, table).await;
        }
        Order::StopServer => world.stop_server().await,
        Order::StartServer => world.start_server().await,
        Order::RenewFeed => {
            let renewed = "UPDATE tenant_feeds SET epoch = gen_random_uuid() WHERE tenant_id = $1";
            let mut db = world.database.session().await;
            let renewed = sqlx::query(renewed).bind(world.a.id);
            renewed.execute(&mut db).await.unwrap();
        }
    }
}

fn run(browser: &str, world: &World, url: &str, story: &str) -> Child {
    Command::new("node")
        .arg("test/console.mjs")
        .current_dir(root().join("web"))
        .env("BROWSER", browser)
        .env("CONSOLE", url)
        .env("STORY", story)
        .env("TOKEN", world.a.operator())
        .env("ADMIN", token::tenant(Role::Admin, world.a.id))
        .env("PLATFORM", token::platform())
        .env("TENANTS", format!("{},{}", world.a.name, world.b.name))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap()
}

/// A browser to drive, if all is there that this takes; otherwise says what is not.
async fn browser() -> Option<String> {
    let lacking = if api::http::console::is_on_board() {
        match driver().await {
            Ok(found) => return Some(found),
            Err(lacking) => lacking,
        }
    } else {
        "the console: this was built without it (make web)"
    };
    eprintln!("skipped: there is no {lacking}");
    None
}

/// A browser, and what drives it; or what of that is not there.
pub(crate) async fn driver() -> Result<String, &'static str> {
    if !root()
        .join("web/node_modules/playwright-core/package.json")
        .exists()
    {
        return Err("playwright-core: run npm ci in web");
    }
    if node_major().await < 20 {
        return Err("Node 20 or newer");
    }
    installed().ok_or("Chromium: install it where the system keeps it")
}

fn installed() -> Option<String> {
    let places = [
        "/usr/bin/chromium",
        "/usr/bin/chromium-browser",
        "/usr/bin/google-chrome",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    ];
    let found = places.iter().find(|place| PathBuf::from(place).exists());
    found.map(|place| (*place).to_owned())
}

async fn node_major() -> u32 {
    let told = Command::new("node").arg("--version").output().await;
    let told = told.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
    let major = told.ok().and_then(|version| {
        let (major, _) = version.strip_prefix('v')?.split_once('.')?;
        major.parse().ok()
    });
    major.unwrap_or(0)
}
