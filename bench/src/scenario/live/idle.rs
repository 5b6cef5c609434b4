//! What a socket costs that only waits.

use std::time::Duration;

use super::feed::{FEED, open};
use crate::failure::Failure;
use crate::meter::Meter;
use crate::options::{Options, Scenario};
use crate::report::{Section, Table, thousands};
use crate::server;
use crate::stage::Stage;

/// How many wait.
const SOCKETS: usize = 10_000;
/// Until what opening needed is given back.
const SETTLE: Duration = Duration::from_secs(2);

/// Opens them step by step, each with a subscription that brings nothing.
pub(crate) async fn measure(stage: &Stage, options: &Options) -> Result<Section, Failure> {
    let ours = server::ours(stage, &["serve"]).await?;
    let meter = Meter::of(ours.process.id()?);
    // What is made once for each tenant is not the sockets'.
    let mut sockets = open(ours.address, stage.fleet.tenants(), Some(FEED)).await?;
    let first = sockets.len();
    tokio::time::sleep(SETTLE).await;
    let before = meter.memory_mib();
    let mut section = Section::new(Scenario::Idle.title());
    let mut table = Table::new(&["sockets", "MiB", "KiB each"]);
    table.row([&sockets.len().to_string(), &thousands(before), ""]);
    let mut each = f64::NAN;
    for count in options.pick([100, 1_000, SOCKETS], [5, 50, 100]) {
        let tenants = stage
            .fleet
            .tenants()
            .cycle()
            .take(count + first - sockets.len());
        sockets.extend(open(ours.address, tenants, Some(FEED)).await?);
        tokio::time::sleep(SETTLE).await;
        let now = meter.memory_mib();
        #[expect(clippy::cast_precision_loss, reason = "a small number")]
        let of_each = (now - before) * 1024.0 / count as f64;
        each = of_each;
        table.row([&count.to_string(), &thousands(now), &thousands(each)]);
    }
    section
        .say("Memory of wisplink without what the kernel keeps, each socket with a subscription.");
    section.table(&table);
    section.at_most("KiB an idle socket", 10.0, each);
    drop(sockets);
    ours.process.stop().await?;
    Ok(section)
}
