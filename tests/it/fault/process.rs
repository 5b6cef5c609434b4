//! The program as a process, as operators run it.

use std::process::Stdio;
use std::time::Duration;

use tokio::process::{Child, Command};
use tokio::time::{Instant, timeout};
use wisplink_tests::harness::client::Api;
use wisplink_tests::harness::token;
use wisplink_tests::harness::world::eventually;

/// How long a shutdown may take.
const EXIT: Duration = Duration::from_secs(30);

/// Settings, as in the environment.
pub(super) type Settings = Vec<(&'static str, String)>;

/// A running program. Killed when dropped.
pub(super) struct Process {
    arguments: &'static [&'static str],
    settings: Settings,
    child: Child,
}

impl Process {
    pub(super) fn start(arguments: &'static [&'static str], settings: Settings) -> Self {
        let child = Command::new(env!("CARGO_BIN_EXE_under-test"))
            .args(arguments)
            .args(["--log", "error"])
            .envs(settings.iter().cloned())
            .env("WISPLINK_AUTH__HS256_SECRET", token::SECRET)
            .env("RUST_BACKTRACE", "0")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        Self {
            arguments,
            settings,
            child,
        }
    }

    /// Stops it as service managers do, and starts another in its place. Returns how long it took to
    /// end.
    pub(super) async fn replace(&mut self) -> Duration {
        let begun = Instant::now();
        let pid = self.child.id().unwrap().to_string();
        Command::new("kill").arg(pid).status().await.unwrap();
        let ended = timeout(EXIT, self.child.wait()).await;
        let ended = ended.unwrap_or_else(|_| panic!("it does not end within 30 s"));
        let ended = ended.unwrap();
        assert!(ended.success(), "{ended}");
        let took = begun.elapsed();
        *self = Self::start(self.arguments, self.settings.clone());
        took
    }
}

/// A port that was free a moment ago.
pub(super) fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    listener.local_addr().unwrap().port()
}

/// Waits until the API at this port is ready.
pub(super) async fn ready(port: u16) -> Api {
    let api = Api::new(&format!("http://127.0.0.1:{port}"));
    eventually("the API is ready", async || {
        let answer = api.get("/readyz").send().await.ok()?;
        answer.status().is_success().then_some(())
    })
    .await;
    api
}
