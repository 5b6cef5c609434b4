//! Child processes that do not outlive us, whichever way we end.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use tokio::process::Command;
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::time::timeout;

use super::user::User;
use super::{StartError, programs};

/// The signals a server is sent.
#[derive(Debug, Clone, Copy)]
pub(super) enum Signal {
    Int,
    Kill,
    Quit,
    Term,
    Stop,
    Continue,
}

impl Signal {
    const fn name(self) -> &'static str {
        match self {
            Self::Int => "INT",
            Self::Kill => "KILL",
            Self::Quit => "QUIT",
            Self::Term => "TERM",
            Self::Stop => "STOP",
            Self::Continue => "CONT",
        }
    }

    /// Sends it; whether the process took it. The shell's own `kill` is everywhere.
    pub(super) fn send(self, pid: u32) -> bool {
        std::process::Command::new("sh")
            .args(["-c", "kill -s \"$0\" \"$1\"", self.name(), &pid.to_string()])
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
    }
}

/// What to run.
pub(super) struct Launch<'a> {
    pub(super) program: &'a Path,
    pub(super) arguments: Vec<OsString>,
    /// Whom to run it as, when not as ourselves.
    pub(super) user: Option<&'a User>,
    /// What it is sent when we die without having stopped it.
    pub(super) when_we_die: Signal,
    /// Where its output goes.
    pub(super) log: &'a Path,
}

/// A running child. Killed when dropped.
#[derive(Debug)]
pub(super) struct Child {
    process: tokio::process::Child,
    /// Keeps the thread that started the process; see [`Launch::start`].
    _alive: mpsc::Sender<()>,
}

impl Launch<'_> {
    /// Starts the process from a thread of its own: "the parent died" means to the kernel that the
    /// parent's *thread* ended, and a runtime's threads come and go.
    pub(super) async fn start(self) -> Result<Child, StartError> {
        let failed = |source| StartError::io("starting", self.program)(source);
        let mut command = self.command().await?;
        let runtime = Handle::current();
        let (started, starting) = oneshot::channel();
        let (alive, until_dropped) = mpsc::channel::<()>();
        std::thread::Builder::new()
            .name("child".to_owned())
            .spawn(move || {
                let spawned = {
                    let _context = runtime.enter();
                    command.spawn()
                };
                if started.send(spawned).is_ok() {
                    let _ = until_dropped.recv();
                }
            })
            .map_err(failed)?;
        let process = match starting.await {
            Ok(spawned) => spawned.map_err(failed)?,
            Err(_) => return Err(failed(io::ErrorKind::Interrupted.into())),
        };
        Ok(Child {
            process,
            _alive: alive,
        })
    }

    async fn command(&self) -> Result<Command, StartError> {
        let opening = StartError::io("opening", self.log);
        let log = File::options().create(true).append(true).open(self.log);
        let (log, errors) = log
            .and_then(|log| Ok((log.try_clone()?, log)))
            .map_err(opening)?;
        let setpriv = setpriv().await;
        let mut command = match (&setpriv, self.user) {
            (Some(setpriv), user) => {
                let mut command = Command::new(setpriv);
                if let Some(user) = user {
                    command.arg(format!("--reuid={}", user.uid));
                    command
                        .arg(format!("--regid={}", user.gid))
                        .arg("--clear-groups");
                }
                command.args(["--pdeathsig", self.when_we_die.name(), "--"]);
                command.arg(self.program).args(&self.arguments);
                command
            }
            (None, Some(user)) => {
                let mut command = Command::new("su");
                command
                    .args(["-m", &user.name, "-c"])
                    .arg(self.shell_line());
                command.env("SHELL", "/bin/sh");
                command
            }
            (None, None) => {
                let mut command = Command::new(self.program);
                command.args(&self.arguments);
                command
            }
        };
        command
            .env("LC_ALL", "C")
            // Ours may be closed to the user it runs as.
            .current_dir("/")
            .stdin(Stdio::null())
            .stdout(log)
            .stderr(errors)
            // A terminal's Ctrl-C is for us, who then stop it in order.
            .process_group(0)
            .kill_on_drop(true);
        Ok(command)
    }

    fn shell_line(&self) -> OsString {
        let mut line = OsString::from("exec");
        let program = std::iter::once(self.program.as_os_str());
        for word in program.chain(self.arguments.iter().map(OsString::as_os_str)) {
            line.push(" ");
            line.push(quoted(word));
        }
        line
    }
}

impl Child {
    /// How it ended, if it did.
    pub(super) fn ended(&mut self) -> Option<ExitStatus> {
        self.process.try_wait().ok().flatten()
    }

    /// Waits until it ends by itself.
    pub(super) async fn wait(&mut self) -> io::Result<ExitStatus> {
        self.process.wait().await
    }

    /// Its id; none once it ended. Under `su` it is su's.
    pub(super) fn id(&self) -> Option<u32> {
        self.process.id()
    }

    /// Sends `signal` to `pid` and waits for the child's end; kills it when that takes too long.
    pub(super) async fn stop(&mut self, pid: u32, signal: Signal, limit: Duration) {
        signal.send(pid);
        if timeout(limit, self.process.wait()).await.is_err() {
            Signal::Kill.send(pid);
            let _ = self.process.kill().await;
        }
    }

    /// The same for destructors, which cannot await.
    pub(super) fn stop_now(&mut self, pid: u32, signal: Signal, limit: Duration) {
        if self.ended().is_some() || !signal.send(pid) {
            return;
        }
        let deadline = Instant::now() + limit;
        while self.ended().is_none() && Instant::now() < deadline {
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

/// A port that was free a moment ago.
pub(super) fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?
        .local_addr()?
        .port())
}

/// The last lines of a log, for an error text.
pub(super) fn log_tail(log: &Path) -> String {
    const ENOUGH: u64 = 2000;

    let read = || -> io::Result<String> {
        let mut file = File::open(log)?;
        let length = file.metadata()?.len();
        file.seek(SeekFrom::Start(length.saturating_sub(ENOUGH)))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        Ok(String::from_utf8_lossy(&bytes).trim_end().to_owned())
    };
    read().unwrap_or_else(|error| format!("(the log cannot be read: {error})"))
}

/// util-linux' `setpriv`, when it can tie a child's life to ours.
async fn setpriv() -> Option<PathBuf> {
    let program = programs::on_path("setpriv")?;
    let works = Command::new(&program)
        .args(["--pdeathsig", "KILL", "--", "true"])
        .stderr(Stdio::null())
        .status()
        .await
        .is_ok_and(|status| status.success());
    works.then_some(program)
}

fn quoted(word: &OsStr) -> OsString {
    let mut quoted = OsString::from("'");
    quoted.push(word.to_string_lossy().replace('\'', r"'\''"));
    quoted.push("'");
    quoted
}
