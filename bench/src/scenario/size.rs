//! Whether what is stored makes anything slower: 1,000,000 links of 1,250 tenants, and a tenant of
//! 200,000 CPEs.

use std::time::Duration;

use super::ingest::worker;
use super::live::transition;
use super::reads::{self, Measured, Query};
use crate::failure::Failure;
use crate::fleet::Fleet;
use crate::options::{Options, Scenario};
use crate::polls::Rounds;
use crate::report::{Section, Table, thousands};
use crate::scenario::say;
use crate::seed::seed;
use crate::stage::Stage;

/// Tenants in all when there are 1,000,000 links.
const TENANTS: u32 = 1_250;
/// The largest WISPs have so many.
const LARGEST: Fleet = Fleet {
    first: 5_001,
    tenants: 1,
    sites: 1_000,
    aps: 10_000,
    clients: 20,
};
/// Polls a second: 1,000,000 CPEs every minute.
const RATE: u32 = 833;
const TIME: Duration = Duration::from_secs(12);

/// Measures before and after more is stored.
pub(crate) async fn measure(stage: &Stage, options: &Options) -> Result<Section, Failure> {
    let mut section = Section::new(Scenario::Size.title());
    let usual = stage.fleet;
    let small = reads::alone(stage, options, usual, Query::Q1).await?;
    let all = Fleet {
        tenants: options.pick(TENANTS, usual.tenants * 2),
        ..usual
    };
    let more = Fleet {
        first: usual.tenants().end,
        tenants: all.tenants - usual.tenants,
        ..usual
    };
    say("storing 1,000,000 links");
    seed(&mut stage.session().await?, more).await?;
    let large = reads::alone(stage, options, all, Query::Q1).await?;
    section.say(
        "Q1 with 40,000 links of 50 tenants, then with 1,000,000 of 1,250, all of them asked in \
         turn.",
    );
    section.table(&compared(&small, &large));
    let slower = small.wisplink.rate() / large.wisplink.rate();
    section.at_most("Q1 with 40,000 links : with 1,000,000", 1.5, slower);
    polled(stage, options, all, &mut section).await?;
    largest(stage, options, &mut section).await?;
    Ok(section)
}

fn compared(small: &Measured, large: &Measured) -> Table {
    let mut table = Table::new(&[
        "links",
        "wisplink: Q1/s",
        "p99 ms",
        "CPU ms: wisplink",
        "PostgreSQL",
        "pgbench: Q1/s",
    ]);
    for (links, measured) in [("40,000", small), ("1,000,000", large)] {
        let turns = &measured.wisplink;
        table.row([
            links,
            &thousands(turns.rate()),
            &thousands(turns.p99_ms()),
            &thousands(turns.cpu_ms(|turn| turn.program_cpu_s)),
            &thousands(turns.cpu_ms(|turn| turn.postgres_cpu_s)),
            &thousands(measured.limit.rate()),
        ]);
    }
    table
}

/// All of them polled once a minute.
async fn polled(
    stage: &Stage,
    options: &Options,
    fleet: Fleet,
    section: &mut Section,
) -> Result<(), Failure> {
    say("polling 1,000,000 CPEs");
    let (rate, time) = options.pick((RATE, TIME), (8, Duration::from_secs(2)));
    let transition::Run { turn, ways_ms } = transition::run(stage, fleet, rate, time).await?;
    let cores = |seconds: f64| thousands(seconds / turn.seconds);
    section.say(
        "Polls of 1,000,000 CPEs of 1,250 tenants as they come in a minute, one socket a tenant; \
         nearly every transaction has one AP.",
    );
    let mut table = Table::new(&[
        "client rows/s",
        "p50 ms",
        "p99 ms",
        "cores: wisplink",
        "PostgreSQL",
        "NATS",
    ]);
    table.row([
        thousands(turn.per_second()),
        thousands(ways_ms[0]),
        thousands(ways_ms[1]),
        cores(turn.program_cpu_s),
        cores(turn.postgres_cpu_s),
        cores(turn.nats_cpu_s),
    ]);
    section.table(&table);
    let all = turn.program_cpu_s + turn.postgres_cpu_s + turn.nats_cpu_s;
    let what = "cores for 1,000,000 CPEs of 1,250 tenants";
    section.at_most(what, 2.0, all / turn.seconds);
    Ok(())
}

/// A tenant with as many CPEs as any has.
async fn largest(stage: &Stage, options: &Options, section: &mut Section) -> Result<(), Failure> {
    let fleet = options.pick(
        LARGEST,
        Fleet {
            aps: 100,
            sites: 10,
            ..LARGEST
        },
    );
    say("storing a tenant of 200,000 CPEs");
    seed(&mut stage.session().await?, fleet).await?;
    let options = &Options {
        turns: 1,
        ..options.clone()
    };
    section.say("One tenant of 200,000 CPEs at 10,000 APs, all of it with one turn each.");
    let mut table = Table::new(&["what", "wisplink", "p99 ms", "PostgreSQL alone"]);
    for query in [Query::Q1, Query::Q2, Query::Q3] {
        let measured = reads::alone(stage, options, fleet, query).await?;
        table.row([
            &format!("{}/s", query.name()),
            &thousands(measured.wisplink.rate()),
            &thousands(measured.wisplink.p99_ms()),
            &thousands(measured.limit.rate()),
        ]);
    }
    let mut rounds = Rounds::of(fleet);
    worker::turn(stage, &mut rounds, 1, &[]).await?;
    let turn = worker::turn(stage, &mut rounds, 2, &[]).await?;
    let rate = thousands(turn.per_second());
    table.row(["client rows/s", &rate, "", ""]);
    section.table(&table);
    Ok(())
}
