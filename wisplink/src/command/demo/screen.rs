//! What the demo says: a line a step, with the time it took.

use std::io::{self, IsTerminal as _, Write as _};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// Standard output, as a list of steps.
pub(super) struct Screen {
    colours: bool,
    step: Mutex<Instant>,
}

impl Screen {
    /// Begins; the first step's time runs from here.
    pub(super) fn begin() -> Self {
        let screen = Self {
            colours: io::stdout().is_terminal(),
            step: Mutex::new(Instant::now()),
        };
        screen.say("wisplink demo\n");
        screen
    }

    /// Says what is being done, where that may take a while.
    pub(super) fn doing(&self, what: &str) {
        // On a terminal the next line takes its place.
        if self.colours {
            let mut out = io::stdout().lock();
            let _ = write!(out, "  … {what}\r");
            let _ = out.flush();
        }
    }

    /// A step is done.
    pub(super) fn done(&self, what: &str) {
        let took = {
            let mut step = self.step.lock().unwrap_or_else(PoisonError::into_inner);
            std::mem::replace(&mut *step, Instant::now()).elapsed()
        };
        let seconds = took.as_secs_f64();
        if self.colours {
            self.say(&format!(
                "\x1b[2K  \x1b[32m✓\x1b[0m {what} \x1b[2m({seconds:.1} s)\x1b[0m"
            ));
        } else {
            self.say(&format!("  ✓ {what} ({seconds:.1} s)"));
        }
    }

    /// A title.
    pub(super) fn title(&self, text: &str) {
        if self.colours {
            self.say(&format!("\n\x1b[1m{text}\x1b[0m"));
        } else {
            self.say(&format!("\n{text}"));
        }
    }

    /// Any line. A reader that went away is no reason to stop.
    #[expect(clippy::unused_self, reason = "who has the screen may write on it")]
    pub(super) fn say(&self, line: &str) {
        let _ = writeln!(io::stdout().lock(), "{line}");
    }

    /// `text` in a colour, where there are colours.
    pub(super) fn coloured(&self, code: u8, text: &str) -> String {
        if self.colours {
            format!("\x1b[{code}m{text}\x1b[0m")
        } else {
            text.to_owned()
        }
    }
}
