//! The program as tests end it: `wisplink`, with failpoints where the build has them.

use std::process::ExitCode;

use clap::Parser as _;

#[tokio::main]
async fn main() -> ExitCode {
    // Reads FAILPOINTS; does nothing without the feature.
    let _scenario = fail::FailScenario::setup();
    match Box::pin(wisplink::command::run(wisplink::cli::Cli::parse())).await {
        Ok(code) => code,
        Err(error) => {
            eprintln!("under-test: {error}");
            ExitCode::FAILURE
        }
    }
}
