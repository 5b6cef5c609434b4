//! TLS and passwords, on both lines: whom wisplink believes, and who must show what.

use tempfile::TempDir;
use wisplink::config::NatsConfig;
use wisplink_tests::harness::TestNats;

use super::certificates::Authority;

#[tokio::test]
async fn nats_is_spoken_to_in_tls_and_only_if_it_is_the_right_one() {
    let dir = TempDir::new().unwrap();
    let (authority, stranger) = (Authority::new(dir.path()), Authority::new(dir.path()));
    let (ca, server) = (authority.file("ca"), authority.issue("server"));
    let config = format!(
        "jetstream {{ }}
         authorization {{ user: wisplink, password: geheim }}
         tls {{ cert_file: {:?}, key_file: {:?}, ca_file: {ca:?}, verify: true }}",
        server.cert, server.key
    );
    let nats = TestNats::start_configured(&config).await.unwrap();
    let ours = authority.issue("ours");
    let right = NatsConfig {
        url: nats.url().into(),
        user: Some("wisplink".to_owned()),
        password_file: Some(nats.file("password", " geheim\n")),
        ca_file: Some(ca),
        cert_file: Some(ours.cert),
        key_file: Some(ours.key),
        ..NatsConfig::default()
    };
    // By the program's own way, which tries again and again: it must come to a flush.
    let client = wisplink::connect::nats(&right, "test").await.unwrap();
    client.flush().await.unwrap();

    let wrong = |change: fn(&mut NatsConfig)| {
        let mut config = right.clone();
        change(&mut config);
        config
    };
    let mut believed = wrong(|_| {});
    believed.ca_file = Some(stranger.file("stranger"));
    let mut password = wrong(|_| {});
    password.password_file = Some(nats.file("wrong", "geraten"));
    for config in [
        believed,
        password,
        wrong(|config| (config.cert_file, config.key_file) = (None, None)),
        wrong(|config| (config.user, config.password_file) = (None, None)),
    ] {
        let options = config.options().unwrap();
        let connected = options.connect(config.servers().unwrap()).await;
        assert!(connected.is_err(), "{config:?}");
    }
}
