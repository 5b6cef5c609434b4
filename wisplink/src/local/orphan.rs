//! Directories have one user at a time, and what a killed run left running there is stopped.

use std::fs::{File, TryLockError};
use std::path::Path;
use std::time::Duration;

use tokio::process::Command;
use tokio::time::{Instant, sleep};

use super::StartError;
use super::child::Signal;

/// Makes `dir` and claims it for `server` until the result is dropped or the program ends.
pub(super) fn claim(dir: &Path, server: &str) -> Result<File, StartError> {
    let path = dir.join(format!("{server}.lock"));
    let opened = File::options().create(true).append(true).open(&path);
    let lock = opened.map_err(StartError::io("opening", &path))?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(StartError::InUse {
            dir: dir.to_owned(),
        }),
        Err(TryLockError::Error(source)) => Err(StartError::io("locking", &path)(source)),
    }
}

/// Stops the process that wrote `pid_file`, if it still runs, and removes the file. `mark` is what
/// its command line must contain: by now the number may be another's.
pub(super) async fn stop(pid_file: &Path, mark: &Path, signal: Signal) -> Result<(), StartError> {
    const PATIENCE: Duration = Duration::from_secs(20);

    if let Some(pid) = first_number(pid_file) {
        let deadline = Instant::now() + PATIENCE;
        let mut asked = false;
        while runs(pid, mark).await {
            if !asked {
                tracing::info!("stopping process {pid}, left by an earlier run");
                signal.send(pid);
                asked = true;
            } else if Instant::now() > deadline {
                Signal::Kill.send(pid);
            }
            sleep(Duration::from_millis(50)).await;
        }
    }
    match std::fs::remove_file(pid_file) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(StartError::io("removing", pid_file)(error))
        }
        _ => Ok(()),
    }
}

/// The number on a pid file's first line.
pub(super) fn first_number(pid_file: &Path) -> Option<u32> {
    std::fs::read_to_string(pid_file)
        .ok()?
        .lines()
        .next()?
        .trim()
        .parse()
        .ok()
}

async fn runs(pid: u32, mark: &Path) -> bool {
    let mark = mark.to_string_lossy();
    if Path::new("/proc/self/cmdline").exists() {
        return std::fs::read(format!("/proc/{pid}/cmdline"))
            .is_ok_and(|line| String::from_utf8_lossy(&line).contains(&*mark));
    }
    let pid = pid.to_string();
    let line = Command::new("ps")
        .args(["-ww", "-o", "args=", "-p", &pid])
        .output()
        .await;
    line.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).contains(&*mark))
}
