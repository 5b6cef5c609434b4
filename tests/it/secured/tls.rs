//! TLS and passwords, on both lines: whom wisplink believes, and who must show what.

use std::fs::Permissions;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::path::Path;

use entity::database::Role;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use tempfile::TempDir;
use wisplink::config::{DatabaseConfig, NatsConfig};
use wisplink::local::{Durability, PrivatePostgres};
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

#[tokio::test]
async fn postgresql_is_spoken_to_in_tls_and_only_if_it_is_the_right_one() {
    let dir = TempDir::new().unwrap();
    std::fs::set_permissions(dir.path(), Permissions::from_mode(0o755)).unwrap();
    let (authority, stranger) = (Authority::new(dir.path()), Authority::new(dir.path()));
    let postgres = PrivatePostgres::start(dir.path(), Durability::Scratch)
        .await
        .unwrap();
    demand_tls(&postgres, &authority).await;
    let ours = authority.issue("ours");
    let password_file = dir.path().join("password");
    std::fs::write(&password_file, "ge:heim@%\n").unwrap();
    let at = postgres.url("postgres");
    let at = at.rsplit_once('@').unwrap().1;
    let at = at.split('?').next().unwrap();
    let right = DatabaseConfig {
        url: format!("postgres://wisplink_login@{at}").into(),
        password_file: Some(password_file),
        ca_file: Some(authority.file("ca")),
        cert_file: Some(ours.cert),
        key_file: Some(ours.key),
        ..DatabaseConfig::default()
    };
    // What migrates knows addresses only.
    let address = right.full_address().unwrap();
    migration::apply(address.as_str()).await.unwrap();
    right.pool(Role::Api).unwrap().trust().await.unwrap();

    let mut believed = right.clone();
    believed.ca_file = Some(stranger.file("stranger"));
    let mut name = right.clone();
    name.url = right.url.as_str().replace("127.0.0.1", "localhost").into();
    let mut bare = right.clone();
    (bare.cert_file, bare.key_file) = (None, None);
    let mut password = right.clone();
    password.password_file = None;
    let mut clear = right.clone();
    clear.ca_file = None;
    clear.url = format!("{}?sslmode=disable", right.url.as_str()).into();
    for config in [believed, name, bare, password, clear] {
        let reached = config.pool(Role::Api).unwrap().reach().await;
        assert!(reached.is_err(), "{config:?}");
    }
    postgres.stop().await;
}

/// From now on the login must come in TLS, with a certificate of ours and its password.
async fn demand_tls(postgres: &PrivatePostgres, authority: &Authority) {
    let server = authority.issue("server");
    let data = postgres.data();
    let into_data = |from: &Path, name: &str| {
        let to = data.join(name);
        let owner = std::fs::metadata(data).unwrap();
        std::fs::copy(from, &to).unwrap();
        std::fs::set_permissions(&to, Permissions::from_mode(0o600)).unwrap();
        chown(&to, Some(owner.uid()), Some(owner.gid())).unwrap();
    };
    into_data(&server.cert, "server.crt");
    into_data(&server.key, "server.key");
    into_data(&authority.file("ca"), "root.crt");
    let rules = "hostssl all wisplink_login 127.0.0.1/32 scram-sha-256 clientcert=verify-ca
        host all wisplink_login all reject
        host all all 127.0.0.1/32 trust\n";
    std::fs::write(data.join("pg_hba.conf"), rules).unwrap();
    let mut db = PgConnection::connect(&postgres.url("postgres"))
        .await
        .unwrap();
    for statement in [
        "ALTER SYSTEM SET ssl_ca_file = 'root.crt'",
        "ALTER SYSTEM SET ssl = on",
        "CREATE ROLE wisplink_login LOGIN CREATEROLE PASSWORD 'ge:heim@%'",
        "ALTER DATABASE postgres OWNER TO wisplink_login",
        "ALTER SCHEMA public OWNER TO wisplink_login",
        "SELECT pg_reload_conf()",
    ] {
        sqlx::raw_sql(AssertSqlSafe(statement.to_owned()))
            .execute(&mut db)
            .await
            .unwrap();
    }
}
