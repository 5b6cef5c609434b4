//! The Python subscriber's turn: a stream of its own is filled, and it works for a while.

use std::path::PathBuf;
use std::time::Duration;

use async_nats::jetstream::stream;
use tokio::process::Command;

use crate::failure::{Doing as _, Failure};
use crate::fleet::{self, Kind};
use crate::polls::{self, Rounds};
use crate::process::Process;
use crate::scenario::{Count, Turn};
use crate::stage::Stage;

const STREAM: &str = "BENCH_PEER";
const SUBJECT: &str = "bench.peer.>";
/// How long it works, at least.
const TIME: Duration = Duration::from_secs(4);
/// How long it may take longer than it should, and how long fetching may take.
const GRACE: Duration = Duration::from_secs(30);
const FETCH: Duration = Duration::from_mins(3);

/// Fetches what it needs, unless that is there. Returns its interpreter.
pub(super) async fn fetch(stage: &Stage) -> Result<PathBuf, Failure> {
    let dir = stage.peers.join("python");
    let python = dir.join("bin/python");
    if dir.join("fetched").exists() {
        return Ok(python);
    }
    let mut venv = Command::new("python3");
    venv.args(["-m", "venv"]).arg(&dir);
    let venv = Process::start("venv", venv, &stage.dir)?;
    venv.finish(FETCH).await?;
    let requirements = stage.dir.join("requirements.txt");
    let text = include_str!("../../../peers/requirements.txt");
    std::fs::write(&requirements, text).doing("writing what Python needs")?;
    let mut pip = Command::new(&python);
    pip.args(["-m", "pip", "install", "--quiet", "-r"])
        .arg(requirements);
    let pip = Process::start("pip", pip, &stage.dir)?;
    pip.finish(FETCH).await?;
    std::fs::write(dir.join("fetched"), "").doing("noting that Python is there")?;
    Ok(python)
}

/// Lets it work on one round of polls.
pub(super) async fn turn(
    stage: &Stage,
    python: &PathBuf,
    rounds: &mut Rounds,
) -> Result<Turn, Failure> {
    publish(stage, rounds).await?;
    let script = stage.dir.join("subscriber.py");
    let text = include_str!("../../../peers/subscriber.py");
    std::fs::write(&script, text).doing("writing the subscriber")?;
    let log = stage.dir.join("subscriber.log");
    let _ = std::fs::remove_file(&log);
    let mut command = Command::new(python);
    command.arg(script).arg(stage.database_url());
    command.arg(stage.nats_url()).args([STREAM, SUBJECT]);
    command.arg(TIME.as_secs().to_string());
    let counting = Count::begin_alone(stage)?;
    let subscriber = Process::start("subscriber", command, &stage.dir)?;
    subscriber.finish(TIME + GRACE).await?;
    let said = std::fs::read_to_string(&log).doing("reading what the subscriber says")?;
    let numbers: Vec<f64> = said.split_whitespace().flat_map(str::parse).collect();
    let [stored, seconds] = numbers[..] else {
        let what = format_args!("the subscriber says no numbers: {said}");
        return Err(Failure::new(what));
    };
    Ok(counting.end(Duration::from_secs_f64(seconds), stored))
}

/// Fills its stream anew.
async fn publish(stage: &Stage, rounds: &mut Rounds) -> Result<(), Failure> {
    let jetstream = stage.jetstream().await?;
    // The first time there is none.
    let _ = jetstream.delete_stream(STREAM).await;
    let config = stream::Config {
        name: STREAM.to_owned(),
        subjects: vec![SUBJECT.to_owned()],
        ..stream::Config::default()
    };
    let making = "making the subscriber's stream";
    jetstream.create_stream(config).await.doing(making)?;
    let (fleet, (round, at)) = (rounds.fleet(), rounds.take());
    for ap in 0..fleet.aps {
        let mut acks = Vec::new();
        for tenant in fleet.tenants() {
            let subject = format!("bench.peer.{}", fleet::id(tenant, Kind::Ap, ap));
            let poll = polls::steady(fleet, (tenant, ap), round, at);
            let ack = jetstream.publish(subject, poll.into()).await;
            acks.push(ack.doing("publishing a poll")?);
        }
        for ack in acks {
            ack.await.doing("waiting for the stream")?;
        }
    }
    Ok(())
}
