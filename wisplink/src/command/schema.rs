//! `wisplink schema`.

use std::process::ExitCode;

use super::say;

/// Prints the schema as it is served.
pub(super) fn run() -> ExitCode {
    say(api::sdl().trim_end());
    ExitCode::SUCCESS
}
