//! What a query costs, and a client row, by how many links are stored.

use crate::failure::Failure;
use crate::fleet::{self, Fleet};
use crate::options::{Options, Scenario};
use crate::polls::Rounds;
use crate::report::{Plot, Section, Table, thousands};
use crate::scenario::ingest::worker;
use crate::scenario::reads::{self, Query};
use crate::scenario::say;
use crate::seed::{empty, seed};
use crate::stage::Stage;

/// Tenants, of 800 links each.
const TENANTS: [u32; 5] = [13, 50, 125, 500, 1_250];
/// Client rows of one turn, at least.
const ROWS: u32 = 160_000;

/// Stores more and more, and measures every time.
pub(in crate::scenario) async fn measure(
    stage: &Stage,
    options: &Options,
) -> Result<Section, Failure> {
    let title = Scenario::GrowthLinks.title();
    empty(&mut stage.session().await?).await?;
    let once = Options {
        turns: 1,
        ..options.clone()
    };
    let mut read = Plot::new(
        "Reads",
        "stored links",
        "CPU ms a request, PostgreSQL's included",
    );
    let mut stored = Plot::new("Ingest", "stored links", "CPU ms per 1,000 client rows");
    let mut table = Table::new(&[
        "links",
        "Q1/s",
        "Q1 in pgbench",
        "Q2/s",
        "Q2 in pgbench",
        "Q3/s",
        "Q3 in pgbench",
        "client rows/s",
    ]);
    let mut fleet = Fleet {
        tenants: 0,
        ..fleet::USUAL
    };
    let mut rounds = Rounds::of(fleet);
    for &tenants in options.pick(&TENANTS[..], &TENANTS[..2]) {
        fleet = grown(stage, fleet, tenants).await?;
        let links = fleet.all_links().into();
        let mut cells = vec![thousands(links)];
        for query in [Query::Q1, Query::Q2, Query::Q3] {
            let measured = reads::alone(stage, &once, fleet, query).await?;
            let cost = |turn: &crate::scenario::Turn| turn.program_cpu_s + turn.postgres_cpu_s;
            read.point(query.name(), links, measured.wisplink.cpu_ms(cost));
            cells.extend([measured.wisplink.rate(), measured.limit.rate()].map(thousands));
        }
        rounds.follow(fleet);
        worker::turn(stage, &mut rounds, 1, &[]).await?;
        let count = options.pick(ROWS, 1).div_ceil(fleet.all_links());
        let turn = worker::turn(stage, &mut rounds, count, &[]).await?;
        let each = |seconds: f64| seconds * 1e6 / turn.done;
        stored.point("wisplink", links, each(turn.program_cpu_s));
        stored.point("PostgreSQL", links, each(turn.postgres_cpu_s));
        cells.push(thousands(turn.per_second()));
        table.row(cells);
    }
    let mut section = Section::new(title);
    section.plot("links-reads", "Reads by stored links", &read);
    section.plot("links-ingest", "Ingest by stored links", &stored);
    section.say(
        "Tenants of 800 links each, all of them asked in turn, and polled in turn. One turn each. \
         What grows is PostgreSQL's share, and pgbench shows the same: indexes get a level more, \
         and rows of 1,250 tenants do not stay in the processor's caches.",
    );
    section.table(&table);
    Ok(section)
}

/// The fleet with so many tenants.
async fn grown(stage: &Stage, fleet: Fleet, tenants: u32) -> Result<Fleet, Failure> {
    say(format_args!("{tenants} tenants"));
    let more = Fleet {
        first: fleet.tenants().end,
        tenants: tenants - fleet.tenants,
        ..fleet
    };
    seed(&mut stage.session().await?, more).await?;
    Ok(Fleet { tenants, ..fleet })
}
