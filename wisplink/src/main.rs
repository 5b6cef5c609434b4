//! `wisplink`: see `wisplink --help`.

use std::process::ExitCode;

use clap::Parser as _;
use wisplink::cli::Cli;
use wisplink::command;

/// Requests and messages are made of thousands of small pieces that live for a moment.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    match Box::pin(command::run(Cli::parse())).await {
        Ok(code) => code,
        Err(error) => {
            eprintln!("wisplink: {error}");
            let mut cause = std::error::Error::source(&error);
            while let Some(error) = cause {
                eprintln!("  because: {error}");
                cause = error.source();
            }
            ExitCode::FAILURE
        }
    }
}
