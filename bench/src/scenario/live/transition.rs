//! How long a transition is on its way: from the poller's publish to the browser's socket.

use std::time::Duration;

use super::feed::{FEED, Feeds, Since, open};
use super::traffic::Traffic;
use crate::failure::Failure;
use crate::fleet::Fleet;
use crate::options::{Options, Scenario};
use crate::report::{Section, Table, thousands};
use crate::scenario::{Count, Turn};
use crate::server;
use crate::stage::Stage;

/// Until every AP has been polled: a first poll makes an event for each client.
const WARM_UP: Duration = Duration::from_secs(5);
const TIME: Duration = Duration::from_secs(12);
/// Polls a second, and how many APs of each tenant are polled: 1,000 and 16,000 client rows a second,
/// each AP every few seconds.
const RATES: [(u32, u32); 2] = [(50, 4), (800, 40)];
const SLOW: [(u32, u32); 2] = [(4, 4), (8, 40)];

/// Measures at each rate, one socket a tenant.
pub(crate) async fn measure(stage: &Stage, options: &Options) -> Result<Section, Failure> {
    let mut section = Section::new(Scenario::Transitions.title());
    section.say(
        "From the poller's publish to the browser's socket, in milliseconds: JetStream, the \
         transaction, the events stream and the WebSocket. One client in twenty associates anew \
         in each poll; one socket a tenant.",
    );
    let time = options.pick(TIME, Duration::from_secs(2));
    let mut table = Table::new(&[
        "client rows/s",
        "p50 ms",
        "p99 ms",
        "CPU s a second: wisplink",
        "PostgreSQL",
        "NATS",
    ]);
    for (rate, aps) in options.pick(RATES, SLOW) {
        let fleet = Fleet { aps, ..stage.fleet };
        let Run { turn, ways_ms } = run(stage, fleet, rate, time).await?;
        let [p50, p99] = ways_ms;
        let rows = thousands(turn.per_second());
        let cpu = |seconds: f64| thousands(seconds / turn.seconds);
        table.row([
            &rows,
            &thousands(p50),
            &thousands(p99),
            &cpu(turn.program_cpu_s),
            &cpu(turn.postgres_cpu_s),
            &cpu(turn.nats_cpu_s),
        ]);
        if aps == RATES[0].1 {
            section.at_most(&format!("p50 ms at {rows} rows/s"), 10.0, p50);
            section.at_most(&format!("p99 ms at {rows} rows/s"), 30.0, p99);
        } else {
            section.at_most(&format!("p99 ms at {rows} rows/s"), 80.0, p99);
            // A core to spare, of two.
            let all = turn.program_cpu_s + turn.postgres_cpu_s + turn.nats_cpu_s;
            let what = format!("cores at {rows} rows/s");
            section.at_most(&what, 1.0, all / turn.seconds);
        }
    }
    section.table(&table);
    Ok(section)
}

/// What came of one rate.
pub(crate) struct Run {
    pub(crate) turn: Turn,
    /// The median and the 99th percentile.
    pub(crate) ways_ms: [f64; 2],
}

/// Lets so many polls a second come from `fleet` for `time`, one socket a tenant.
pub(crate) async fn run(
    stage: &Stage,
    fleet: Fleet,
    rate: u32,
    time: Duration,
) -> Result<Run, Failure> {
    let ours = server::ours(stage, &["serve", "--ingest"]).await?;
    let mut traffic = Traffic::new(fleet, rate, 1);
    let jetstream = stage.jetstream().await?;
    traffic.publish(&jetstream, WARM_UP).await?;
    let sockets = open(ours.address, fleet.tenants(), Some(FEED)).await?;
    let mut feeds = Feeds::listen(sockets, Since::Sampled);
    feeds.settled().await?;
    feeds.clear();
    let count = Count::begin(stage, &ours.process)?;
    traffic.publish(&jetstream, time).await?;
    let rows = f64::from(rate * fleet.clients) * time.as_secs_f64();
    let turn = count.end(time, rows);
    feeds.settled().await?;
    if feeds.ways().count() == 0 {
        let none = "no event arrived while transitions were measured";
        return Err(Failure::new(none));
    }
    let ways_ms = [0.5, 0.99].map(|share| feeds.ways().percentile_ms(share));
    drop(feeds);
    ours.process.stop().await?;
    Ok(Run { turn, ways_ms })
}
