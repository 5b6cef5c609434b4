//! A `.creds` file: a user's JWT and the seed of its key, as NATS operators hand them out.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use nkeys::KeyPair;
use serde_json::{Value, json};
use wisplink::config::NatsConfig;
use wisplink_tests::harness::TestNats;
use wisplink_tests::harness::poller::Poller;
use wisplink_tests::harness::world::World;

/// An operator's keys, with an account for the servers and one for wisplink.
struct Operator {
    key: KeyPair,
    system: KeyPair,
    account: KeyPair,
}

impl Operator {
    fn new() -> Self {
        Self {
            key: KeyPair::new_operator(),
            system: KeyPair::new_account(),
            account: KeyPair::new_account(),
        }
    }

    /// A server that believes this operator and nobody else.
    async fn server(&self) -> TestNats {
        let no_limit = json!({ "subs": -1, "data": -1, "payload": -1, "imports": -1, "exports": -1,
            "wildcards": true, "conn": -1, "leaf": -1, "mem_storage": -1, "disk_storage": -1,
            "streams": -1, "consumer": -1 });
        let account = json!({ "type": "account", "version": 2, "limits": no_limit });
        let mut system = account.clone();
        // The servers' own account keeps no streams.
        system["limits"]["mem_storage"] = 0.into();
        system["limits"]["disk_storage"] = 0.into();
        let operator = json!({ "type": "operator", "version": 2 });
        let config = format!(
            "operator: {}\nsystem_account: {system_id}\nresolver: MEMORY\n
             resolver_preload: {{ {system_id}: {}, {}: {} }}\n",
            jwt(&self.key, &self.key.public_key(), &operator),
            jwt(&self.key, &self.system.public_key(), &system),
            self.account.public_key(),
            jwt(&self.key, &self.account.public_key(), &account),
            system_id = self.system.public_key(),
        );
        TestNats::start_configured(&config).await.unwrap()
    }

    /// A `.creds` file of a new user of wisplink's account, signed by `account`.
    fn credentials(account: &KeyPair) -> String {
        let user = KeyPair::new_user();
        let claims = json!({ "type": "user", "version": 2, "pub": {}, "sub": {},
            "subs": -1, "data": -1, "payload": -1 });
        format!(
            "-----BEGIN NATS USER JWT-----\n{}\n------END NATS USER JWT------\n\n\
             -----BEGIN USER NKEY SEED-----\n{}\n------END USER NKEY SEED------\n",
            jwt(account, &user.public_key(), &claims),
            user.seed().unwrap(),
        )
    }
}

/// Claims about `subject`, signed by `issuer`.
fn jwt(issuer: &KeyPair, subject: &str, claims: &Value) -> String {
    let head = json!({ "typ": "JWT", "alg": "ed25519-nkey" });
    let body = json!({ "jti": subject, "iat": 1_700_000_000, "iss": issuer.public_key(),
        "name": "test", "sub": subject, "nats": claims });
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let signed = format!("{}.{}", part(&head), part(&body));
    let signature = issuer.sign(signed.as_bytes()).unwrap();
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
}

#[tokio::test]
async fn wisplink_logs_in_with_a_credentials_file() {
    let operator = Operator::new();
    let nats = operator.server().await;
    let login = |name: &str, account: &KeyPair| NatsConfig {
        url: nats.url().into(),
        credentials_file: Some(nats.file(name, &Operator::credentials(account))),
        ..NatsConfig::default()
    };
    let strangers = login("stranger.creds", &KeyPair::new_account());
    let nobody = NatsConfig {
        url: nats.url().into(),
        ..NatsConfig::default()
    };
    for refused in [strangers, nobody] {
        let options = refused.options().unwrap();
        let connected = options.connect(refused.servers().unwrap()).await;
        assert!(connected.is_err(), "{refused:?}");
    }
    let names = [
        "api.creds",
        "worker.creds",
        "operator.creds",
        "poller.creds",
    ];
    let logins = names.map(|name| login(name, &operator.account));
    let world = Box::pin(World::start_as(nats, logins)).await;
    let poller = Poller::of(&world, &world.a).await;
    poller.poll(0, 0, &[(0, -60)]).await;
    poller.settle(&world).await;
    assert_eq!(world.a.links(&world.api).await.len(), 1);
}
