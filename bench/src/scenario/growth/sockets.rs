//! What a socket costs, and a delivery, by how many sockets there are.

use std::time::Duration;

use crate::failure::Failure;
use crate::fleet::Fleet;
use crate::options::{Options, Scenario};
use crate::report::{Plot, Section, Table, thousands};
use crate::scenario::live::fan_out::{self, Crowd};
use crate::scenario::say;
use crate::seed::{empty, seed};
use crate::stage::Stage;

const TENANTS: u32 = 10;
/// APs of each tenant, few enough that each is polled once a second.
const APS: u32 = 4;
const SOCKETS: [u32; 5] = [100, 300, 1_000, 3_000, 10_000];
/// Polls a second; each makes two events, which a tenth of the sockets hear.
const RATE: u32 = 40;
const TIME: Duration = Duration::from_secs(6);

/// Measures them.
pub(in crate::scenario) async fn measure(
    stage: &Stage,
    options: &Options,
) -> Result<Section, Failure> {
    let title = Scenario::GrowthSockets.title();
    let mut session = stage.session().await?;
    empty(&mut session).await?;
    let fleet = Fleet {
        tenants: TENANTS,
        aps: APS,
        ..stage.fleet
    };
    seed(&mut session, fleet).await?;
    let mut plot = Plot::new(title, "sockets", "CPU µs of wisplink a delivery");
    let mut table = Table::new(&[
        "sockets",
        "deliveries/s",
        "lost",
        "p50 ms",
        "p99 ms",
        "CPU µs a delivery",
        "memory MiB",
    ]);
    for &sockets in options.pick(&SOCKETS[..], &SOCKETS[..2]) {
        say(format_args!("{sockets} sockets"));
        let crowd = Crowd {
            fleet,
            per_tenant: sockets / TENANTS,
            time: options.pick(TIME, Duration::from_secs(2)),
        };
        let run = fan_out::run(stage, crowd, RATE).await?;
        let each = run.turn.program_cpu_s * 1e6 / run.turn.done;
        plot.point("wisplink", sockets.into(), each);
        let [p50, p99] = run.ways_ms;
        let numbers = [
            run.turn.per_second(),
            run.lost,
            p50,
            p99,
            each,
            run.turn.memory_mib,
        ];
        let cells = numbers.into_iter().map(thousands);
        table.row([thousands(sockets.into())].into_iter().chain(cells));
    }
    let mut section = Section::new(title);
    section.plot("sockets", title, &plot);
    section.say(
        "Ten tenants, 80 events a second in all, each told to every socket of its tenant. With few \
         sockets the whole way of a poll is counted to few deliveries.",
    );
    section.table(&table);
    Ok(section)
}
