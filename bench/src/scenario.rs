//! What is measured, in turn.

mod turn;
mod ingest;
mod reads;
mod live;
mod size;
mod growth;

use std::io::Write as _;
use std::time::{Duration, Instant};

use crate::failure::Failure;
use crate::options::{Options, Scenario};
use crate::report::{Report, Section};
use crate::stage::Stage;

use turn::{Count, Turn};

/// How long a scenario may take: what hangs must not cost the others their results.
const LIMIT: Duration = Duration::from_mins(5);
/// The same where the database grows meanwhile.
const GROWING: Duration = Duration::from_mins(15);

/// Measures `scenarios`. One that fails is reported, and the others are measured.
pub(crate) async fn run(
    stage: &Stage,
    options: &Options,
    scenarios: Vec<Scenario>,
    report: &mut Report,
) -> Result<(), Failure> {
    let mut failed = Vec::new();
    let limit = if options.growth { GROWING } else { LIMIT };
    for scenario in scenarios {
        let title = scenario.title();
        say(format_args!("measuring: {title}"));
        let begin = Instant::now();
        let measured = tokio::time::timeout(limit, measure(scenario, stage, options)).await;
        let measured = measured.unwrap_or_else(|_| {
            let limit = limit.as_secs();
            Err(Failure::new(format_args!("it took more than {limit} s")))
        });
        let seconds = begin.elapsed().as_secs();
        let section = measured.unwrap_or_else(|failure| {
            failed.push(title);
            Section::failed(title, &failure)
        });
        report.add(section);
        report.write(options)?;
        say(format_args!("{title} took {seconds} s"));
        if options.statements {
            stage.tell_statements().await?;
        }
    }
    if failed.is_empty() {
        return Ok(());
    }
    let failed = failed.join(", ");
    Err(Failure::new(format_args!("not measured: {failed}")))
}

async fn measure(scenario: Scenario, stage: &Stage, options: &Options) -> Result<Section, Failure> {
    match scenario {
        Scenario::Ingest => ingest::measure(stage, options).await,
        Scenario::Reads => reads::measure(stage, options).await,
        Scenario::FanOut => live::fan_out(stage, options).await,
        Scenario::Idle => live::idle(stage, options).await,
        Scenario::Transitions => live::transitions(stage, options).await,
        Scenario::Size => size::measure(stage, options).await,
        Scenario::GrowthAps => growth::aps(stage, options).await,
        Scenario::GrowthClients => growth::clients(stage, options).await,
        Scenario::GrowthTenants => growth::tenants(stage, options).await,
        Scenario::GrowthSockets => growth::sockets(stage, options).await,
        Scenario::GrowthLinks => growth::links(stage, options).await,
    }
}

/// Tells whoever waits how far it is.
pub(crate) fn say(what: impl std::fmt::Display) {
    let _ = writeln!(std::io::stderr().lock(), "bench: {what}");
}
