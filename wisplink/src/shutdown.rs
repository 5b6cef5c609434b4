//! When to stop: at Ctrl-C or a service manager's TERM.

use std::io;

use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// As a shell says that a program ended by Ctrl-C.
const INTERRUPTED: i32 = 130;

/// A token that is cancelled by the first signal. The second ends the program at once, which is
/// safe: what was not finished is taken up at the next start.
pub fn on_signal() -> io::Result<CancellationToken> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let token = CancellationToken::new();
    let cancelled = token.clone();
    tokio::spawn(async move {
        for first in [true, false] {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
            if first {
                tracing::info!("stopping");
                cancelled.cancel();
            }
        }
        std::process::exit(INTERRUPTED);
    });
    Ok(token)
}
