//! `wisplink health`: for whoever starts the program and asks whether it is there: a container's
//! health check, a service manager.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::process::ExitCode;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::{CommandError, say};
use crate::cli::Health;
use crate::config::Config;

/// How long one question may take; `/readyz` itself waits three seconds for the database.
const PATIENCE: Duration = Duration::from_secs(4);
/// How long to wait before asking again.
const PAUSE: Duration = Duration::from_millis(250);

/// Asks the `serve` that listens at `http.listen` (or at the address given), and says what it
/// answers. The exit code is 1 unless it is 200 within the time given.
pub(super) async fn run(config: &Config, health: &Health) -> Result<ExitCode, CommandError> {
    let address = health
        .listen
        .unwrap_or_else(|| reachable(config.http.listen));
    let path = if health.live { "healthz" } else { "readyz" };
    let url = format!("http://{address}/{path}");
    let client = reqwest::Client::builder()
        .no_proxy()
        .timeout(PATIENCE)
        .build()?;
    let until = Instant::now() + Duration::from_secs(health.wait);
    loop {
        let (healthy, said) = ask(&client, &url).await;
        if healthy || Instant::now() >= until {
            say(said.trim_end());
            return Ok(if healthy {
                ExitCode::SUCCESS
            } else {
                ExitCode::FAILURE
            });
        }
        sleep(PAUSE).await;
    }
}

/// Whether the answer is 200, and what it says.
async fn ask(client: &reqwest::Client, url: &str) -> (bool, String) {
    match client.get(url).send().await {
        Ok(answer) => {
            let healthy = answer.status().is_success();
            (healthy, answer.text().await.unwrap_or_default())
        }
        Err(error) if error.is_timeout() => (false, format!("{url} does not answer")),
        Err(_) => (false, format!("nothing listens at {url}")),
    }
}

/// Who listens everywhere is asked here.
fn reachable(listen: SocketAddr) -> SocketAddr {
    let ip = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, listen.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_listens_everywhere_is_asked_at_home() {
        for (listen, asked) in [
            ("0.0.0.0:8080", "127.0.0.1:8080"),
            ("[::]:8080", "[::1]:8080"),
            ("10.1.2.3:80", "10.1.2.3:80"),
        ] {
            let listen = listen.parse().expect("an address");
            assert_eq!(reachable(listen).to_string(), asked);
        }
    }
}
