//! Clients that send a byte now and then: whatever they ask for, they do not hold a connection longer
//! than the limits say, and others are served meanwhile.

use std::time::Duration;

use futures::future::join_all;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout};
use wisplink_tests::harness::world::{PATIENCE, World};

use super::hygiene::{address, routes};

/// Between two bytes.
const PAUSE: Duration = Duration::from_secs(1);

#[tokio::test]
async fn who_sends_a_byte_now_and_then_is_cut_on_every_route() {
    let world = World::start().await;
    let host = world.api.url().trim_start_matches("http://");
    let mut slow: Vec<String> = routes()
        .iter()
        .map(|route| {
            let token = world.a.viewer();
            format!(
                "POST {} HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {token}\r\n\
                 content-type: application/json\r\ncontent-length: 10000\r\n\r\n",
                address(route)
            )
        })
        .collect();
    // Heads that do not come to an end, and one that does not begin.
    slow.push(format!("GET /healthz HTTP/1.1\r\nhost: {host}\r\nx-slow: "));
    slow.push(String::new());
    let begun = Instant::now();
    let cut = join_all(slow.iter().map(|head| dribble(host, head)));
    let others = async {
        while begun.elapsed() < PAUSE * 3 {
            world.a.links(&world.api).await;
        }
    };
    tokio::join!(cut, others);
    let query = "{ viewer { role } }";
    world.api.data(&world.a.viewer(), query, json!({})).await;
}

/// Sends `head`, and then a byte at a time until the server hangs up.
async fn dribble(host: &str, head: &str) {
    let mut socket = TcpStream::connect(host).await.unwrap();
    socket.write_all(head.as_bytes()).await.unwrap();
    let begun = Instant::now();
    let limit = api::limits::HEAD_ON_THE_WAY.max(api::limits::REQUEST_ON_THE_WAY) + PATIENCE;
    let mut answer = [0; 1024];
    loop {
        assert!(begun.elapsed() < limit, "still connected: {head:?}");
        match timeout(PAUSE, socket.read(&mut answer)).await {
            Ok(Ok(0) | Err(_)) => return,
            Ok(Ok(_)) => {}
            // Nothing begins with an empty head: the client only stays.
            Err(_) if head.is_empty() => {}
            Err(_) => {
                if socket.write_all(b"[").await.is_err() {
                    return;
                }
            }
        }
    }
}
