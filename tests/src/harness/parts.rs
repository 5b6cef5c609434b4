//! Parts of the program that run within a test, and can be stopped by themselves.

use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use wisplink::config::Config;
use wisplink::program::Program;

use super::client::Api;

/// A part of the program that can be stopped by itself.
pub(super) struct Part {
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Part {
    pub(super) async fn stop(self) {
        self.stop.cancel();
        self.task.await.unwrap();
    }

    /// Ends it as a crash does.
    pub(super) async fn kill(self) {
        self.task.abort();
        let _ = self.task.await;
    }
}

/// A worker beside the world's.
pub struct Standby(Option<Part>);

impl Standby {
    pub(super) async fn new(config: Config) -> Self {
        Self(Some(work(config).await))
    }

    /// Stops it in order.
    pub async fn stop(mut self) {
        if let Some(part) = self.0.take() {
            part.stop().await;
        }
    }
}

/// An API beside the world's.
pub struct Replica {
    /// The API.
    pub api: Api,
    server: Option<Part>,
}

impl Replica {
    pub(super) async fn new(config: Config) -> Self {
        let (server, url) = serve(config).await;
        Self {
            api: Api::new(&url),
            server: Some(server),
        }
    }

    /// Stops it in order.
    pub async fn stop(mut self) {
        if let Some(server) = self.server.take() {
            server.stop().await;
        }
    }
}

pub(super) async fn serve(config: Config) -> (Part, String) {
    serve_at(config, "127.0.0.1:0").await
}

pub(super) async fn serve_at(config: Config, address: &str) -> (Part, String) {
    let listener = TcpListener::bind(address).await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let program = Program::connect(config).await.unwrap();
    let stop = CancellationToken::new();
    let token = stop.clone();
    let task = tokio::spawn(async move { program.serve(listener, token).await.unwrap() });
    (Part { stop, task }, url)
}

pub(super) async fn work(config: Config) -> Part {
    let program = Program::connect(config).await.unwrap();
    let stop = CancellationToken::new();
    let token = stop.clone();
    let task = tokio::spawn(async move { program.ingest(token).await.unwrap() });
    Part { stop, task }
}
