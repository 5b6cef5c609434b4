//! Three nats-servers that keep every stream three times, configured as `deploy/nats/cluster` says.

use std::net::TcpListener;

use async_nats::jetstream;
use ingest::settings::Settings;
use wisplink::config::NatsConfig;

use super::TestNats;
use super::world::eventually;

const CLUSTER: &str = include_str!("../../../deploy/nats/cluster/wisplink.conf");
const USERS: &str = include_str!("../../../deploy/nats/wisplink.conf");
const INCLUDE: &str = "include ../wisplink.conf";
/// The users of that configuration.
pub const NAMES: [&str; 4] = ["api", "worker", "operator", "poller"];

/// The servers but the first, which the world has.
pub struct Cluster {
    others: [TestNats; 2],
}

/// The password of a user.
pub fn password(user: &str) -> String {
    format!("password of {user}")
}

impl Cluster {
    /// Starts three servers, and makes the streams on them. Returns the first of them apart, and how
    /// users log in.
    pub async fn start() -> (TestNats, Self, [NatsConfig; 4]) {
        let routes = [0; 3].map(|_| free_port());
        let [first, second, third] = routes.map(|own| configuration(own, routes));
        // The first waits for nobody: each is there when it listens.
        let first = TestNats::start_configured(&first).await.unwrap();
        let second = TestNats::start_configured(&second).await.unwrap();
        let third = TestNats::start_configured(&third).await.unwrap();
        let url = [&first, &second, &third].map(|nats| nats.url()).join(",");
        let logins = NAMES.map(|user| NatsConfig {
            url: url.clone().into(),
            user: Some(user.to_owned()),
            password_file: Some(first.file(user, &password(user))),
            inbox_prefix: (user != "poller").then(|| format!("_INBOX_{user}")),
            ..NatsConfig::default()
        });
        make_streams(&logins[2]).await;
        let others = [second, third];
        (first, Self { others }, logins)
    }

    /// The server of this name; `first` is the world's.
    pub fn server<'a>(&'a mut self, first: &'a mut TestNats, name: &str) -> &'a mut TestNats {
        let [second, third] = &mut self.others;
        let mut servers = [first, second, third].into_iter();
        servers.find(|server| server.name() == name).unwrap()
    }
}

/// What one server is configured with.
fn configuration(own: u16, all: [u16; 3]) -> String {
    let mut users = USERS.to_owned();
    for user in NAMES {
        let variable = format!("$NATS_{}_PASSWORD", user.to_uppercase());
        assert!(users.contains(&variable), "{variable}");
        users = users.replace(&variable, &format!("{:?}", password(user)));
    }
    let mut cluster = CLUSTER.to_owned();
    for (said, meant) in [
        (INCLUDE, users.as_str()),
        ("server_name: $NATS_NAME", ""),
        ("  port: 6222", &format!("  listen: \"127.0.0.1:{own}\"")),
        ("nats-1:6222", &format!("127.0.0.1:{}", all[0])),
        ("nats-2:6222", &format!("127.0.0.1:{}", all[1])),
        ("nats-3:6222", &format!("127.0.0.1:{}", all[2])),
    ] {
        assert!(cluster.contains(said), "{said}");
        cluster = cluster.replacen(said, meant, 1);
    }
    cluster
}

/// Makes the streams as soon as the servers have found each other.
async fn make_streams(operator: &NatsConfig) {
    let options = operator.options().unwrap();
    let client = options.connect(operator.servers().unwrap()).await.unwrap();
    let settings = Settings {
        replicas: 3,
        ..Settings::default()
    };
    let jetstream = jetstream::new(client);
    eventually("the cluster has its streams", async || {
        ingest::streams::apply(&jetstream, &settings).await.ok()
    })
    .await;
}

fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    listener.local_addr().unwrap().port()
}
