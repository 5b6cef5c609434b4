//! Who one is at NATS may stand in its address.

use wisplink::config::{Config, NatsConfig};
use wisplink_tests::harness::TestNats;

const USER: &str = "authorization { user: worker, password: \"p@ss/word\" }\n";
const TOKEN: &str = "authorization { token: \"s3cr:t\" }\n";

#[tokio::test]
async fn user_and_password_or_token_of_the_address_are_told() {
    for (config, user) in [(USER, "worker:p%40ss%2Fword"), (TOKEN, "s3cr%3At")] {
        let nats = TestNats::start_configured(config).await.unwrap();
        let url = nats.url();
        let address = url.split_once("://").unwrap().1;
        let mine = url.contains('@');
        assert!(!mine, "{url}");
        let login = NatsConfig {
            url: format!("nats://{user}@{address}").as_str().into(),
            ..Config::default().nats
        };
        let options = login.options().unwrap();
        let client = options.connect(login.servers().unwrap()).await.unwrap();
        client.flush().await.unwrap();
        let nobody = NatsConfig {
            url: url.as_str().into(),
            ..Config::default().nats
        };
        let options = nobody.options().unwrap();
        let refused = options.connect(nobody.servers().unwrap()).await;
        assert!(refused.is_err(), "without it nobody is let in");
    }
}
