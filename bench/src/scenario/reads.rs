//! Requests per second at sixteen connections: wisplink, beside `PostGraphile` on the same rows and
//! PostgreSQL alone.

mod load;
mod pgbench;
mod postgraphile;
mod query;
mod truth;

use std::sync::Arc;
use std::time::{Duration, Instant};

use self::load::Question;
pub(super) use self::query::Query;
use super::{Count, Turn};
use crate::failure::Failure;
use crate::fleet::{self, Fleet};
use crate::http;
use crate::options::{Options, Scenario};
use crate::report::{Section, Table, median, percentile, thousands};
use crate::server::{self, Server};
use crate::stage::Stage;
use crate::token;

/// How long each system is asked in one turn, after half a second that does not count.
const TURN: Duration = Duration::from_secs(4);
const WARM_UP: Duration = Duration::from_millis(500);

/// What is wanted of wisplink: so many times `PostGraphile`, and such a share of PostgreSQL alone.
const TARGETS: [(Query, f64, f64); 3] = [
    (Query::Q1, 3.5, 0.6),
    (Query::Q2, 4.5, 0.5),
    (Query::Q3, 6.0, 0.65),
];

/// A server, and how it is asked.
struct Asked {
    server: Server,
    body: fn(Query, u32, u32) -> serde_json::Value,
}

/// A server with all that it is asked.
type Asking<'a> = (&'a Asked, Arc<Vec<Question>>);

/// What came of one query.
#[derive(Default)]
pub(super) struct Measured {
    pub(super) wisplink: Turns,
    peer: Turns,
    pub(super) limit: Turns,
}

/// Turns of one system, with the 99th percentile of each in milliseconds.
#[derive(Default)]
pub(super) struct Turns {
    turns: Vec<Turn>,
    slow_ms: Vec<f64>,
}

/// Measures all queries, the systems in turns.
pub(crate) async fn measure(stage: &Stage, options: &Options) -> Result<Section, Failure> {
    let ours = Asked {
        server: server::ours(stage, &["serve"]).await?,
        body: Query::ours,
    };
    let mut section = Section::new(Scenario::Reads.title());
    section.say(
        "Requests per second at 16 connections, 50 tenants in turn, every answer compared. The \
         limit is pgbench with the best SQL, prepared, the whole transaction in one pipeline, \
         behind the same policies.",
    );
    let theirs = match peer(stage, options).await {
        Ok(theirs) => theirs,
        Err(failure) => {
            section.say(&format!("PostGraphile is missing: {failure}."));
            None
        }
    };
    let mut table = Table::new(&[
        "query",
        "system",
        "requests/s",
        "p99 ms",
        "CPU ms per request: program",
        "PostgreSQL",
        "memory MiB",
    ]);
    for (query, of_peer, of_limit) in TARGETS {
        let fleet = stage.fleet;
        let wisplink = (&ours, truth::questions(stage, &ours, fleet, query).await?);
        let peer = match &theirs {
            Some(theirs) => Some((theirs, truth::questions(stage, theirs, fleet, query).await?)),
            None => None,
        };
        let measured = in_turns(stage, options, query, &wisplink, peer.as_ref()).await?;
        measured.show(&mut table, query);
        measured.judge(&mut section, query, of_peer, of_limit);
    }
    section.table(&table);
    ours.server.process.stop().await?;
    if let Some(theirs) = theirs {
        theirs.server.process.stop().await?;
    }
    Ok(section)
}

async fn peer(stage: &Stage, options: &Options) -> Result<Option<Asked>, Failure> {
    if options.without_peers {
        return Ok(None);
    }
    postgraphile::start(stage).await.map(Some)
}

/// Measures one query on `fleet`: wisplink and PostgreSQL alone, in turns.
pub(super) async fn alone(
    stage: &Stage,
    options: &Options,
    fleet: Fleet,
    query: Query,
) -> Result<Measured, Failure> {
    let ours = Asked {
        server: server::ours(stage, &["serve"]).await?,
        body: Query::ours,
    };
    let wisplink = (&ours, truth::questions(stage, &ours, fleet, query).await?);
    let mut measured = Measured::default();
    for _ in 0..options.turns {
        measured
            .turn(
                stage,
                fleet,
                query,
                (&wisplink, None),
                options.pick(TURN, WARM_UP * 2),
            )
            .await?;
    }
    ours.server.process.stop().await?;
    Ok(measured)
}

async fn in_turns(
    stage: &Stage,
    options: &Options,
    query: Query,
    wisplink: &Asking<'_>,
    peer: Option<&Asking<'_>>,
) -> Result<Measured, Failure> {
    let time = options.pick(TURN, WARM_UP * 2);
    let mut measured = Measured::default();
    for _ in 0..options.turns {
        measured
            .turn(stage, stage.fleet, query, (wisplink, peer), time)
            .await?;
    }
    Ok(measured)
}

impl Measured {
    async fn turn(
        &mut self,
        stage: &Stage,
        fleet: Fleet,
        query: Query,
        (wisplink, peer): (&Asking<'_>, Option<&Asking<'_>>),
        time: Duration,
    ) -> Result<(), Failure> {
        self.wisplink.add(stage, wisplink, time).await?;
        if let Some(peer) = peer {
            self.peer.add(stage, peer, time).await?;
        }
        let limit = pgbench::turn(stage, fleet, query, time).await?;
        self.limit.turns.push(limit);
        Ok(())
    }

    fn show(&self, table: &mut Table, query: Query) {
        let systems = [
            ("wisplink", &self.wisplink),
            ("PostGraphile", &self.peer),
            ("pgbench", &self.limit),
        ];
        for (name, turns) in systems
            .into_iter()
            .filter(|(_, turns)| !turns.turns.is_empty())
        {
            turns.show(table, query, name);
        }
    }

    fn judge(&self, section: &mut Section, query: Query, of_peer: f64, of_limit: f64) {
        let (name, rate) = (query.name(), self.wisplink.rate());
        if !self.peer.turns.is_empty() {
            let what = format!("{name}: times PostGraphile");
            section.at_least(&what, of_peer, rate / self.peer.rate());
        }
        let what = format!("{name}: of PostgreSQL alone");
        section.at_least(&what, of_limit, rate / self.limit.rate());
    }
}

impl Turns {
    async fn add(
        &mut self,
        stage: &Stage,
        (asked, questions): &Asking<'_>,
        time: Duration,
    ) -> Result<(), Failure> {
        load::ask(asked.server.address, questions, WARM_UP).await?;
        let count = Count::begin(stage, &asked.server.process)?;
        let begin = Instant::now();
        let answers = load::ask(asked.server.address, questions, time).await?;
        #[expect(clippy::cast_precision_loss, reason = "fewer than 2^52")]
        let done = answers.count as f64;
        self.turns.push(count.end(begin.elapsed(), done));
        self.slow_ms.push(percentile(&answers.times_ms, 0.99));
        Ok(())
    }

    /// Requests a second.
    pub(super) fn rate(&self) -> f64 {
        median(self.turns.iter().map(Turn::per_second))
    }

    /// Milliseconds of CPU a request.
    pub(super) fn cpu_ms(&self, of: fn(&Turn) -> f64) -> f64 {
        median(self.turns.iter().map(|turn| of(turn) * 1e3 / turn.done))
    }

    /// The 99th percentile in milliseconds.
    pub(super) fn p99_ms(&self) -> f64 {
        median(self.slow_ms.iter().copied())
    }

    fn show(&self, table: &mut Table, query: Query, name: &str) {
        let each = |of: fn(&Turn) -> f64| thousands(self.cpu_ms(of));
        table.row([
            query.name(),
            name,
            &thousands(self.rate()),
            &thousands(self.p99_ms()),
            &each(|turn| turn.program_cpu_s),
            &each(|turn| turn.postgres_cpu_s),
            &thousands(median(self.turns.iter().map(|turn| turn.memory_mib))),
        ]);
    }
}

impl Asked {
    /// A request as it goes over the line.
    fn request(&self, query: Query, tenant: u32, number: u32) -> Result<Vec<u8>, Failure> {
        let body = (self.body)(query, tenant, number).to_string();
        Ok(http::request(
            self.server.address,
            &token::of(tenant)?,
            &body,
        ))
    }
}

/// Every tenant with the number of each request of its own.
fn requests(fleet: Fleet, query: Query) -> impl Iterator<Item = (u32, u32)> {
    // As many in all as for the usual fleet, more or less.
    let each = query.variety() * fleet::USUAL.tenants / fleet.tenants;
    (0..each.max(1)).flat_map(move |n| fleet.tenants().map(move |tenant| (tenant, n)))
}
