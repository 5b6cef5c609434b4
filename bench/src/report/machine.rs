//! What the numbers were measured on.

use sqlx::Row as _;

use super::Table;
use crate::failure::{Doing as _, Failure};
use crate::stage::Stage;

/// The machine and the versions of everything that runs on it.
pub(super) async fn describe(stage: &Stage) -> Result<Table, Failure> {
    let mut session = stage.session().await?;
    let row = sqlx::query("SHOW server_version").fetch_one(&mut session);
    let row = row.await.doing("asking PostgreSQL for its version")?;
    let postgres: String = row.try_get(0).doing("reading PostgreSQL's version")?;
    let nats = stage.jetstream().await?.client().server_info().version;
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let mut table = Table::new(&["what", ""]);
    let date = chrono::Utc::now().format("%Y-%m-%d").to_string();
    table.row(["date", &date]);
    table.row(["processor", &first("/proc/cpuinfo", "model name")]);
    table.row(["cores", &cores.to_string()]);
    table.row(["memory", &first("/proc/meminfo", "MemTotal")]);
    table.row(["system", &read("/proc/sys/kernel/osrelease")]);
    table.row(["wisplink", env!("CARGO_PKG_VERSION")]);
    table.row(["PostgreSQL", &postgres]);
    table.row(["nats-server", &nats]);
    table.row([
        "command",
        &std::env::args()
            .skip(1)
            .fold("make bench".to_owned(), |all, next| all + " " + &next),
    ]);
    Ok(table)
}

fn read(path: &str) -> String {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    text.trim().to_owned()
}

/// The value of the first line that names `key`.
fn first(path: &str, key: &str) -> String {
    let text = read(path);
    let line = text.lines().find(|line| line.starts_with(key));
    let value = line.and_then(|line| line.split_once(':'));
    value
        .map_or("unknown", |(_, value)| value.trim())
        .to_owned()
}
