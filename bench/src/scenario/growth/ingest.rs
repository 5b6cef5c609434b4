//! What it costs to store 1,000 client rows, by how they come.

use crate::failure::Failure;
use crate::fleet::Fleet;
use crate::options::{Options, Scenario};
use crate::polls::Rounds;
use crate::report::{Plot, Section, Table, thousands};
use crate::scenario::ingest::worker;
use crate::scenario::{Turn, say};
use crate::seed::{empty, seed};
use crate::stage::Stage;

/// Links of each fleet here.
const LINKS: u32 = 40_000;
/// Client rows of one turn, more or less.
const ROWS: u32 = 240_000;
/// APs in a transaction, at most.
const APS: [u32; 7] = [1, 2, 5, 10, 20, 40, 100];
const CLIENTS: [u32; 6] = [10, 20, 50, 200, 500, 2_000];
const TENANTS: [u32; 5] = [1, 10, 50, 250, 1_000];

/// By APs in a transaction.
pub(in crate::scenario) async fn aps(stage: &Stage, options: &Options) -> Result<Section, Failure> {
    let mut curves = Curves::new(Scenario::GrowthAps, "APs in a transaction, at most");
    let fleet = fleet(10, 20);
    let mut rounds = filled(stage, fleet, options).await?;
    for aps in options.pick(&APS[..], &APS[..2]) {
        let batch = aps.to_string();
        let settings = [("WISPLINK_INGEST__BATCH", batch.as_str())];
        let count = options.pick(ROWS, 1) / fleet.all_links();
        let turn = worker::turn(stage, &mut rounds, count.max(1), &settings).await?;
        curves.add(*aps, &turn);
    }
    Ok(curves.section(
        "aps",
        "40,000 links of ten tenants, 20 clients an AP; `ingest.batch` is set to each value. A \
         transaction costs the same whatever it holds (opening, commit, a dozen statements), so \
         the curve falls until rows outweigh that.",
    ))
}

/// By clients of an AP.
pub(in crate::scenario) async fn clients(
    stage: &Stage,
    options: &Options,
) -> Result<Section, Failure> {
    let mut curves = Curves::new(Scenario::GrowthClients, "clients of an AP");
    for &clients in options.pick(&CLIENTS[..], &CLIENTS[..2]) {
        let turn = usual_turn(stage, fleet(10, clients), options).await?;
        curves.add(clients, &turn);
    }
    Ok(curves.section(
        "clients",
        "40,000 links of ten tenants, at fewer and fewer APs. The number of statements is the \
         same; what an AP costs for itself (watermark, history row, telemetry message) is shared \
         by its clients.",
    ))
}

/// By tenants.
pub(in crate::scenario) async fn tenants(
    stage: &Stage,
    options: &Options,
) -> Result<Section, Failure> {
    let mut curves = Curves::new(Scenario::GrowthTenants, "tenants");
    for &tenants in options.pick(&TENANTS[..], &TENANTS[..2]) {
        let turn = usual_turn(stage, fleet(tenants, 20), options).await?;
        curves.add(tenants, &turn);
    }
    Ok(curves.section(
        "tenants",
        "40,000 links at 2,000 APs, of more and more tenants. A transaction is of one tenant: with \
         many tenants fewer APs meet in one.",
    ))
}

/// 40,000 links.
const fn fleet(tenants: u32, clients: u32) -> Fleet {
    Fleet {
        first: 1,
        tenants,
        sites: 20,
        aps: LINKS / tenants / clients,
        clients,
    }
}

async fn usual_turn(stage: &Stage, fleet: Fleet, options: &Options) -> Result<Turn, Failure> {
    let mut rounds = filled(stage, fleet, options).await?;
    let count = options.pick(ROWS, 1) / fleet.all_links();
    worker::turn(stage, &mut rounds, count.max(1), &[]).await
}

/// The database with `fleet` and nothing else, polled before.
async fn filled(stage: &Stage, fleet: Fleet, options: &Options) -> Result<Rounds, Failure> {
    say(format_args!("{fleet:?}"));
    let mut session = stage.session().await?;
    empty(&mut session).await?;
    seed(&mut session, fleet).await?;
    let mut rounds = Rounds::of(fleet);
    worker::turn(stage, &mut rounds, options.pick(2, 1), &[]).await?;
    Ok(rounds)
}

/// What ingest costs.
struct Curves {
    scenario: Scenario,
    table: Table,
    plot: Plot,
}

impl Curves {
    fn new(scenario: Scenario, what: &'static str) -> Self {
        Self {
            scenario,
            table: Table::new(&[
                what,
                "rows/s",
                "CPU ms per 1,000 rows: wisplink",
                "PostgreSQL",
                "NATS",
                "memory MiB",
            ]),
            plot: Plot::new(scenario.title(), what, "CPU ms per 1,000 client rows"),
        }
    }

    fn add(&mut self, at: u32, turn: &Turn) {
        let each = |seconds: f64| seconds * 1e6 / turn.done;
        let (ours, postgres) = (each(turn.program_cpu_s), each(turn.postgres_cpu_s));
        self.plot.point("wisplink", at.into(), ours);
        self.plot.point("PostgreSQL", at.into(), postgres);
        let nats = each(turn.nats_cpu_s);
        let numbers = [turn.per_second(), ours, postgres, nats, turn.memory_mib];
        let cells = numbers.into_iter().map(thousands);
        self.table
            .row([thousands(at.into())].into_iter().chain(cells));
    }

    fn section(self, name: &str, text: &str) -> Section {
        let mut section = Section::new(self.scenario.title());
        section.plot(name, self.scenario.title(), &self.plot);
        section.say(text);
        section.table(&self.table);
        section
    }
}
