//! PostgreSQL alone: pgbench with the best SQL, prepared, each transaction in one pipeline.

use std::time::Duration;

use tokio::process::Command;

use super::load::CLIENTS;
use super::query::{self, Query};
use crate::failure::{Doing as _, Failure};
use crate::fleet::{self, Fleet};
use crate::process::Process;
use crate::scenario::{Count, Turn};
use crate::stage::Stage;

/// How long it may take longer than it should.
const GRACE: Duration = Duration::from_secs(30);

/// It takes 128 scripts at most.
const SCRIPTS: usize = 125;

/// Lets pgbench ask for `time`.
pub(super) async fn turn(
    stage: &Stage,
    fleet: Fleet,
    query: Query,
    time: Duration,
) -> Result<Turn, Failure> {
    let dir = stage.dir.join("pgbench");
    std::fs::create_dir_all(&dir).doing("making a directory for pgbench")?;
    let mut pgbench = Command::new(Stage::pgbench().await?);
    pgbench.args(["--no-vacuum", "--protocol=prepared", "--jobs=1"]);
    pgbench.arg(format!("--client={CLIENTS}"));
    pgbench.arg(format!("--time={}", time.as_secs()));
    // A script takes no text as a variable, so each tenant has one of its own.
    let tenants = fleet.tenants();
    let step = tenants.len().div_ceil(SCRIPTS);
    for tenant in tenants.step_by(step) {
        let file = dir.join(format!("{}-{tenant}.sql", query.name()));
        std::fs::write(&file, script(query, tenant)).doing("writing a script for pgbench")?;
        pgbench.arg("--file").arg(file);
    }
    pgbench.arg(stage.database_url());
    pgbench.env("PGOPTIONS", "-c plan_cache_mode=force_generic_plan");
    let log = stage.dir.join("pgbench.log");
    let _ = std::fs::remove_file(&log);
    let count = Count::begin_alone(stage)?;
    let process = Process::start("pgbench", pgbench, &stage.dir)?;
    process.finish(time + GRACE).await?;
    let said = std::fs::read_to_string(&log).doing("reading what pgbench says")?;
    let (done, rate) = done_and_rate(&said)
        .ok_or_else(|| Failure::new(format_args!("pgbench says no rate: {said}")))?;
    Ok(count.end(Duration::from_secs_f64(done / rate), done))
}

fn script(query: Query, tenant: u32) -> String {
    let id = fleet::tenant(tenant);
    let sql = query.sql(tenant, &query::link(tenant, tenant % query.variety()));
    format!(
        "\\startpipeline\nBEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;\n\
         SET LOCAL ROLE wisplink_api;\nSELECT app.enter_tenant('{id}');\n{sql};\nCOMMIT;\n\
         \\endpipeline\n"
    )
}

/// "number of transactions actually processed: 14413" and "tps = 3612.4 (without …)".
fn done_and_rate(said: &str) -> Option<(f64, f64)> {
    let number = |start: &str| {
        let line = said.lines().find_map(|line| line.strip_prefix(start))?;
        line.split(['/', ' ']).find_map(|word| word.parse().ok())
    };
    let done = number("number of transactions actually processed:")?;
    Some((done, number("tps = ")?))
}
