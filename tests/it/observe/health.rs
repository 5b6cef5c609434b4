//! Where health and metrics are told.

use reqwest::StatusCode;
use tokio::net::TcpListener;
use wisplink::program::Program;
use wisplink_tests::harness::client::Api;
use wisplink_tests::harness::world::{World, eventually};

#[tokio::test]
async fn a_worker_tells_at_its_own_address_and_an_api_keeps_its_metrics_there() {
    let world = World::start().await;
    assert_eq!(status(&world.api, "/metrics").await, StatusCode::OK);

    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let mut config = world.config.clone();
    config.health.listen = Some(address);
    let replica = world.start_replica_with(config.clone()).await;
    let worker = Program::connect(config).await.unwrap();
    let telling = tokio::spawn(async move { worker.tell(listener).await });

    let beside = Api::new(&format!("http://{address}"));
    for path in ["/healthz", "/readyz", "/metrics"] {
        eventually(path, async || {
            (status(&beside, path).await == StatusCode::OK).then_some(())
        })
        .await;
    }
    assert_eq!(status(&beside, "/graphql").await, StatusCode::NOT_FOUND);
    assert_eq!(status(&replica.api, "/readyz").await, StatusCode::OK);
    assert_eq!(
        status(&replica.api, "/metrics").await,
        StatusCode::NOT_FOUND
    );
    telling.abort();
    replica.stop().await;
}

async fn status(api: &Api, path: &str) -> StatusCode {
    api.get(path).send().await.unwrap().status()
}
