//! Events to many sockets: how many deliveries a second, how late, and whether any is lost.

use std::time::Duration;

use sqlx::Row as _;

use super::feed::{FEED, Feeds, Since, open};
use super::traffic::Traffic;
use crate::failure::{Doing as _, Failure};
use crate::fleet::{self, Fleet};
use crate::options::{Options, Scenario};
use crate::report::{Section, Table, thousands};
use crate::scenario::{Count, Turn};
use crate::server;
use crate::stage::Stage;

const TENANTS: u32 = 10;
const SOCKETS_PER_TENANT: u32 = 250;
/// APs of each tenant that are polled.
const APS: u32 = 4;
/// Clients that associate anew in a poll: so many events each.
const ANEW: u32 = 2;
/// Polls a second; each makes 500 deliveries.
const RATES: [u32; 3] = [200, 300, 400];
/// The one that counts.
const WANTED: u32 = RATES[0];
const WARM_UP: Duration = Duration::from_secs(2);
const TIME: Duration = Duration::from_secs(8);

/// Measures at each rate.
pub(crate) async fn measure(stage: &Stage, options: &Options) -> Result<Section, Failure> {
    let mut section = Section::new(Scenario::FanOut.title());
    section.say(
        "Events to 2,500 sockets of ten tenants, from polls that go all the way through JetStream, \
         PostgreSQL and the events stream; worker and API are one process. The time is from the \
         beginning of the transaction, a little before its commit, to the socket.",
    );
    let mut table = Table::new(&[
        "deliveries/s offered",
        "delivered",
        "lost",
        "p50 ms",
        "p99 ms",
        "CPU µs a delivery: wisplink",
        "memory MiB",
    ]);
    let crowd = Crowd::of(stage, options);
    for rate in options.pick(RATES, [5, 10, 15]) {
        let run = run(stage, crowd, rate).await?;
        let (p50, p99) = (run.ways_ms[0], run.ways_ms[1]);
        let offered = f64::from(rate * ANEW) * f64::from(crowd.per_tenant);
        table.row([
            &thousands(offered),
            &thousands(run.turn.per_second()),
            &run.lost.to_string(),
            &thousands(p50),
            &thousands(p99),
            &thousands(run.turn.program_cpu_s * 1e6 / run.turn.done),
            &thousands(run.turn.memory_mib),
        ]);
        if rate == WANTED {
            // What is offered in the last moment arrives after it.
            section.at_least(
                "deliveries per second",
                0.98 * offered,
                run.turn.per_second(),
            );
            section.at_most("p99 ms from commit to socket", 50.0, p99);
            section.at_most("deliveries lost", 0.0, run.lost);
        }
    }
    section.table(&table);
    Ok(section)
}

/// Who listens, and for how long.
#[derive(Clone, Copy)]
pub(crate) struct Crowd {
    pub(crate) fleet: Fleet,
    pub(crate) per_tenant: u32,
    pub(crate) time: Duration,
}

impl Crowd {
    fn of(stage: &Stage, options: &Options) -> Self {
        Self {
            fleet: Fleet {
                tenants: options.pick(TENANTS, 5),
                aps: APS,
                ..stage.fleet
            },
            per_tenant: options.pick(SOCKETS_PER_TENANT, 10),
            time: options.pick(TIME, Duration::from_secs(2)),
        }
    }

    /// The tenant of each socket.
    fn sockets(self) -> impl Iterator<Item = u32> {
        (0..self.per_tenant).flat_map(move |_| self.fleet.tenants())
    }
}

/// What came of one rate.
pub(crate) struct Run {
    pub(crate) turn: Turn,
    /// The median and the 99th percentile.
    pub(crate) ways_ms: [f64; 2],
    pub(crate) lost: f64,
}

/// Lets so many polls a second come while a crowd listens.
pub(crate) async fn run(stage: &Stage, crowd: Crowd, rate: u32) -> Result<Run, Failure> {
    let ours = server::ours(stage, &["serve", "--ingest"]).await?;
    let mut traffic = Traffic::new(crowd.fleet, rate, ANEW);
    let jetstream = stage.jetstream().await?;
    traffic.publish(&jetstream, WARM_UP).await?;
    let sockets = open(ours.address, crowd.sockets(), Some(FEED)).await?;
    let mut feeds = Feeds::listen(sockets, Since::Recorded);
    feeds.settled().await?;
    feeds.clear();
    let before = last_seqs(stage, crowd.fleet).await?;
    let count = Count::begin(stage, &ours.process)?;
    traffic.publish(&jetstream, crowd.time).await?;
    #[expect(clippy::cast_precision_loss, reason = "fewer than 2^52")]
    let turn = count.end(crowd.time, feeds.ways().count() as f64);
    if feeds.ways().count() == 0 {
        return Err(Failure::new("the polls made no event that a socket heard"));
    }
    feeds.settled().await?;
    let lost = lost(
        &feeds.counts(),
        &before,
        &last_seqs(stage, crowd.fleet).await?,
    );
    let ways = feeds.ways();
    let ways_ms = [ways.percentile_ms(0.5), ways.percentile_ms(0.99)];
    drop(feeds);
    ours.process.stop().await?;
    Ok(Run {
        turn,
        ways_ms,
        lost,
    })
}

/// How many events each tenant has had.
async fn last_seqs(stage: &Stage, fleet: Fleet) -> Result<Vec<i64>, Failure> {
    let mut session = stage.session().await?;
    let mut seqs = Vec::new();
    for tenant in fleet.tenants() {
        let sql = "SELECT coalesce(max(last_seq), 0) FROM tenant_feeds WHERE tenant_id = $1";
        let row = sqlx::query(sql)
            .bind(fleet::tenant(tenant))
            .fetch_one(&mut session);
        let row = row.await.doing("asking for the number of events")?;
        seqs.push(row.try_get(0).doing("reading the number of events")?);
    }
    Ok(seqs)
}

/// Socket number n listens to tenant number n, counted round.
fn lost(counts: &[u64], before: &[i64], after: &[i64]) -> f64 {
    let made: Vec<_> = before
        .iter()
        .zip(after)
        .map(|(before, after)| after - before)
        .collect();
    let heard = counts.iter().map(|count| count.cast_signed());
    let missing = made
        .iter()
        .cycle()
        .zip(heard)
        .map(|(made, heard)| made - heard);
    #[expect(clippy::cast_precision_loss, reason = "fewer than 2^52")]
    let missing = missing.sum::<i64>() as f64;
    missing
}
