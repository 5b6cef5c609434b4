//! Secrets, planted wherever one can be said, and looked for wherever something is told.

use std::io::Write as _;
use std::process::Stdio;

use entity::database::Role;
use tempfile::NamedTempFile;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::Command;
use wisplink::config::Config;
use wisplink::program::Program;
use wisplink_tests::harness::{TestDatabase, TestNats};

/// Part of every secret.
const CANARY: &str = "kanarienvogel";

fn file(text: &str) -> NamedTempFile {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    file
}

fn hidden(what: &str, told: &str) {
    assert!(!told.contains(CANARY), "{what} shows a secret: {told}");
}

#[tokio::test]
async fn no_value_shows_a_secret_when_it_is_printed() {
    let password = file(&format!("{CANARY} of the database"));
    let nats_password = file(&format!("{CANARY} of nats"));
    let mut config = Config::default();
    config.database.url = format!("postgres://login:{CANARY}@127.0.0.1:1/wisplink").into();
    config.database.password_file = Some(password.path().to_owned());
    config.nats.url = format!("nats://user:{CANARY}@127.0.0.1:1").into();
    config.nats.user = Some("user".to_owned());
    config.nats.password_file = Some(nats_password.path().to_owned());
    let secret = format!("{CANARY}, and more than thirty-two bytes of it");
    config.auth.hs256_secret = Some(secret.into());
    let pool = config.database.pool(Role::Api).unwrap();
    for (what, told) in [
        ("Config", format!("{config:?}")),
        ("check-config", config.redacted().unwrap()),
        (
            "Address",
            format!(
                "{} {:?}",
                config.database.url,
                config.database.full_address()
            ),
        ),
        ("Auth", format!("{:?}", config.auth.settings().unwrap())),
        ("Database", format!("{pool:?}")),
        (
            "ConnectOptions",
            format!("{:?}", config.nats.options().unwrap()),
        ),
        (
            "PoolError",
            format!("{0} {0:?}", pool.reach().await.unwrap_err()),
        ),
    ] {
        hidden(what, &told);
    }
    let program = Box::pin(Program::connect(config)).await.unwrap();
    hidden("Client", &format!("{:?}", program.nats()));
}

#[tokio::test]
async fn no_error_about_a_setting_shows_a_secret() {
    let broken = [
        format!("[database]\nurl = 'mysql://u:{CANARY}@h'"),
        format!("[database]\nurl = 'postgres://u:{CANARY}@h:port/d'"),
        format!("[nats]\nurl = 'nats://u:{CANARY}@h:port'"),
        format!("[nats]\npassword = '{CANARY}'"),
        format!("[auth]\nhs256_secret = 7\nhs256_secret_file = '{CANARY}'"),
    ];
    for text in &broken[..4] {
        let file = file(text);
        let error = Config::load(Some(file.path()), &[]).unwrap_err();
        hidden(text, &format!("{error}"));
    }
    // A creds file that is none is named, not quoted.
    let creds = file(CANARY);
    let text = format!("[nats]\ncredentials_file = {:?}", creds.path());
    let error = Config::load(Some(file(&text).path()), &[]).unwrap_err();
    hidden("credentials", &format!("{error} {error:?}"));
}

/// The program itself, at its most talkative, from start to stop.
#[tokio::test]
async fn no_log_line_shows_a_secret() {
    let (database, nats) = tokio::join!(TestDatabase::create(), TestNats::start());
    let (database, nats) = (database.unwrap(), nats.unwrap());
    let with_password = |url: String, scheme: &str| {
        let rest = url.split_once("://").unwrap().1;
        let at = rest.rsplit_once('@').map_or(rest, |(_, at)| at);
        let user = rest.rsplit_once('@').map_or("user", |(user, _)| user);
        let user = user.split(':').next().unwrap();
        format!("{scheme}://{user}:{CANARY}@{at}")
    };
    let mut program = Command::new(env!("CARGO_BIN_EXE_under-test"))
        .args([
            "--log",
            "trace",
            "serve",
            "--ingest",
            "--listen",
            "127.0.0.1:0",
        ])
        .env("DATABASE_URL", with_password(database.url(), "postgres"))
        .env("NATS_URL", with_password(nats.url(), "nats"))
        .env(
            "WISPLINK_AUTH__HS256_SECRET",
            format!("{CANARY} and more than thirty-two bytes"),
        )
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(program.stderr.take().unwrap()).lines();
    let (mut connected, mut there) = (false, false);
    while !(connected && there) {
        let line = lines.next_line().await.unwrap().expect("it ended");
        connected |= line.contains("connected to NATS");
        there |= line.contains("the database is there");
        hidden("the log", &line);
    }
    program.start_kill().unwrap();
    while let Some(line) = lines.next_line().await.unwrap() {
        hidden("the log", &line);
    }
}
