//! Client rows per second, from `JetStream` into PostgreSQL: wisplink, beside a subscriber in Python
//! and PostgreSQL alone.

mod set_based;
mod subscriber;
pub(super) mod worker;

use std::path::PathBuf;

use self::set_based::Way;
use super::Turn;
use crate::failure::Failure;
use crate::options::{Options, Scenario};
use crate::polls::Rounds;
use crate::report::{Section, Table, median, thousands};
use crate::stage::Stage;

/// Rounds of polls in one turn of wisplink.
const ROUNDS: u32 = 16;
/// Rounds in one turn of PostgreSQL alone.
const BARE_ROUNDS: u32 = 12;

/// Measures them in turns.
pub(crate) async fn measure(stage: &Stage, options: &Options) -> Result<Section, Failure> {
    let mut section = Section::new(Scenario::Ingest.title());
    section.say(
        "Client rows per second, 20 rows a message, tenants mixed. wisplink reads from JetStream, \
         which is filled before, and does all that a poll causes: watermarks, links, history, \
         events and their publication, measurements. The subscriber in Python does what one would \
         write first: two statements for each client, links only. PostgreSQL alone is fed \
         prepared arrays, 40 APs a transaction, on two connections, and does nothing but links: in \
         one statement that finds owners and links by the addresses; or told the links' ids, which \
         is the least one can ask of it.",
    );
    let mut python = match peer(stage, options).await {
        Ok(python) => python,
        Err(failure) => {
            section.say(&format!("The subscriber in Python is missing: {failure}."));
            None
        }
    };
    let mut rounds = Rounds::of(stage.fleet);
    // Every AP has been polled before, and PostgreSQL's pages have the room that updates want.
    worker::turn(stage, &mut rounds, options.pick(3, 1), &[]).await?;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    let (mut upserts, mut bare) = (Vec::new(), Vec::new());
    for _ in 0..options.turns {
        let count = options.pick(ROUNDS, 2);
        ours.push(worker::turn(stage, &mut rounds, count, &[]).await?);
        if let Some(program) = &python {
            match subscriber::turn(stage, program, &mut rounds).await {
                Ok(turn) => theirs.push(turn),
                Err(failure) => {
                    section.say(&format!("The subscriber in Python failed: {failure}."));
                    python = None;
                }
            }
        }
        let count = options.pick(BARE_ROUNDS, 2);
        upserts.push(set_based::turn(stage, &mut rounds, Way::Upsert, count).await?);
        bare.push(set_based::turn(stage, &mut rounds, Way::ById, count).await?);
    }
    let mut table = Table::new(&[
        "system",
        "rows/s",
        "CPU ms per 1,000 rows: program",
        "PostgreSQL",
        "NATS",
        "memory MiB",
    ]);
    row(&mut table, "wisplink", &ours);
    if !theirs.is_empty() {
        row(&mut table, "subscriber in Python, links only", &theirs);
    }
    row(&mut table, "PostgreSQL alone, links only", &upserts);
    row(&mut table, "PostgreSQL alone, links by their ids", &bare);
    section.table(&table);
    let ours = rate(&ours);
    section.at_least("client rows per second", 80_000.0, ours);
    let (of_upserts, of_bare) = (ours / rate(&upserts), ours / rate(&bare));
    section.at_least("of PostgreSQL alone, links only", 0.7, of_upserts);
    section.at_least("of PostgreSQL alone, links by their ids", 0.7, of_bare);
    Ok(section)
}

async fn peer(stage: &Stage, options: &Options) -> Result<Option<PathBuf>, Failure> {
    if options.without_peers {
        return Ok(None);
    }
    subscriber::fetch(stage).await.map(Some)
}

fn rate(turns: &[Turn]) -> f64 {
    median(turns.iter().map(Turn::per_second))
}

fn row(table: &mut Table, name: &str, turns: &[Turn]) {
    let cpu = |of: fn(&Turn) -> f64| {
        thousands(median(turns.iter().map(|turn| of(turn) * 1e6 / turn.done)))
    };
    table.row([
        name,
        &thousands(rate(turns)),
        &cpu(|turn| turn.program_cpu_s),
        &cpu(|turn| turn.postgres_cpu_s),
        &cpu(|turn| turn.nats_cpu_s),
        &thousands(median(turns.iter().map(|turn| turn.memory_mib))),
    ]);
}
