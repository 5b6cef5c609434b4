//! A program beside us: started with a log of its own, and ended with us.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::process::{Child, Command};
use tokio::time::timeout;

use crate::failure::{Doing as _, Failure};

/// How long a program may take to end when it is told to.
const END: Duration = Duration::from_secs(30);

/// A running program. Killed when dropped.
#[derive(Debug)]
pub(crate) struct Process {
    name: String,
    child: Child,
    log: PathBuf,
}

impl Process {
    /// Starts `command`; what it says goes to `<name>.log` in `dir`.
    pub(crate) fn start(name: &str, mut command: Command, dir: &Path) -> Result<Self, Failure> {
        let log = dir.join(format!("{name}.log"));
        let file = File::options().create(true).append(true).open(&log);
        let file = file.doing(format_args!("opening {}", log.display()))?;
        let errors = file.try_clone().doing("opening a log twice")?;
        let child = command
            .stdin(Stdio::null())
            .stdout(file)
            .stderr(errors)
            .kill_on_drop(true)
            .spawn()
            .doing(format_args!("starting {name}"))?;
        Ok(Self {
            name: name.to_owned(),
            child,
            log,
        })
    }

    /// Its id.
    pub(crate) fn id(&self) -> Result<u32, Failure> {
        self.child.id().ok_or_else(|| self.failed("has ended"))
    }

    /// Fails when it has ended, which it should not have.
    pub(crate) fn check(&mut self) -> Result<(), Failure> {
        match self.child.try_wait() {
            Ok(None) => Ok(()),
            Ok(Some(_)) | Err(_) => Err(self.failed("has ended")),
        }
    }

    /// Waits until it has done what it was started for.
    pub(crate) async fn finish(mut self, limit: Duration) -> Result<(), Failure> {
        match timeout(limit, self.child.wait()).await {
            Ok(Ok(status)) if status.success() => Ok(()),
            Ok(_) => Err(self.failed("failed")),
            Err(_) => Err(self.failed(&format!("took more than {} s", limit.as_secs()))),
        }
    }

    /// Tells it to end, and waits for that.
    pub(crate) async fn stop(mut self) -> Result<(), Failure> {
        let id = self.id()?.to_string();
        let told = Command::new("kill").arg(&id).status().await;
        told.doing(format_args!("telling {} to end", self.name))?;
        match timeout(END, self.child.wait()).await {
            Ok(_) => Ok(()),
            Err(_) => Err(self.failed("does not end")),
        }
    }

    fn failed(&self, what: &str) -> Failure {
        let said = std::fs::read_to_string(&self.log).unwrap_or_default();
        let last: Vec<_> = said.lines().rev().take(12).collect();
        let last: Vec<_> = last.into_iter().rev().collect();
        let (name, log) = (&self.name, self.log.display());
        Failure::new(format_args!(
            "{name} {what}; {log} ends with:\n{}",
            last.join("\n")
        ))
    }
}
