//! What is measured, in turn.

mod turn;
mod ingest;
mod reads;
mod live;

use crate::failure::Failure;
use crate::options::{Options, Scenario};
use crate::report::Report;
use crate::stage::Stage;

use turn::{Count, Turn};

/// Measures what `options` name.
pub(crate) async fn run(
    stage: &Stage,
    options: &Options,
    report: &mut Report,
) -> Result<(), Failure> {
    if options.wants(Scenario::Ingest) {
        report.add(ingest::measure(stage, options).await?);
    }
    if options.wants(Scenario::Reads) {
        report.add(reads::measure(stage, options).await?);
    }
    if options.wants(Scenario::FanOut) {
        report.add(live::fan_out(stage, options).await?);
    }
    if options.wants(Scenario::Idle) {
        report.add(live::idle(stage, options).await?);
    }
    if options.wants(Scenario::Transitions) {
        report.add(live::transitions(stage, options).await?);
    }
    Ok(())
}
