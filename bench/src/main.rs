//! Measures wisplink beside what people would pick instead, on this machine, in one run.
//!
//! A [`stage`] has the servers and a [`fleet`] of tenants in the database; each [`scenario`] checks
//! that answers are right, lets the systems take turns under a [`meter`], and adds rows to the
//! [`report`]. What the numbers mean stands in `NOTES.md`, the last ones in `RESULTS.md`.

mod failure;
mod options;
mod fleet;
mod seed;
mod process;
mod stage;
mod meter;
mod polls;
mod token;
mod http;
mod socket;
mod server;
mod histogram;
mod report;
mod scenario;

use std::error::Error;
use std::process::ExitCode;

use clap::Parser as _;

use failure::Failure;
use options::Options;
use report::Report;
use stage::Stage;

#[tokio::main]
async fn main() -> ExitCode {
    let options = Options::parse();
    match run(&options).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("bench: {failure}");
            let mut cause = failure.source();
            while let Some(error) = cause {
                eprintln!("  because: {error}");
                cause = error.source();
            }
            ExitCode::FAILURE
        }
    }
}

async fn run(options: &Options) -> Result<(), Failure> {
    let scenarios = options.scenarios()?;
    let stage = tokio::select! {
        stage = Stage::set(options) => stage?,
        _ = tokio::signal::ctrl_c() => return Err(Failure::new("interrupted")),
    };
    let mut report = Report::of(&stage).await?;
    // Whatever comes of it, the servers end in order.
    let ran = tokio::select! {
        ran = scenario::run(&stage, options, scenarios, &mut report) => ran,
        _ = tokio::signal::ctrl_c() => Err(Failure::new("interrupted")),
    };
    stage.clear().await;
    ran
}
