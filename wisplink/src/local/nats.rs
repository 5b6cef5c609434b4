//! A nats-server of one's own, with JetStream.

use std::ffi::OsString;
use std::fs::File;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep, timeout};
use uuid::Uuid;

use super::child::{self, Child, Launch, Signal};
use super::programs::NatsProgram;
use super::user::{self, User};
use super::{StartError, orphan};

const NAME: &str = "nats-server";
const START_LIMIT: Duration = Duration::from_secs(15);
const STOP_LIMIT: Duration = Duration::from_secs(10);
const PORT_ATTEMPTS: u32 = 5;
/// What streams may be promised in all. Said, because the server's own answer is three quarters of
/// the free disk: on a disk with little room it would refuse streams that never grow to their limits.
const MAX_FILE_STORE: &str = "16GB";

/// A running nats-server that only programs on this machine reach. Killed when dropped.
#[derive(Debug)]
pub struct PrivateNats {
    /// None between [`Self::halt`] and [`Self::resume`].
    child: Option<Child>,
    port: u16,
    plan: Plan,
    _claim: File,
}

#[derive(Debug)]
struct Plan {
    program: NatsProgram,
    user: Option<User>,
    /// Tells it from another's server that took the port; in a cluster, one server from the others.
    name: String,
    store: PathBuf,
    pid_file: PathBuf,
    log: PathBuf,
    config: PathBuf,
}

impl PrivateNats {
    /// Starts a server whose streams are in `dir`, which is made if need be.
    pub async fn start(dir: &Path) -> Result<Self, StartError> {
        Self::start_configured(dir, "").await
    }

    /// As [`start`](Self::start), with the text of a configuration of the server's. Where it listens
    /// and keeps its data, and how much, is said here all the same.
    pub async fn start_configured(dir: &Path, config: &str) -> Result<Self, StartError> {
        let program = NatsProgram::find().await?;
        std::fs::create_dir_all(dir).map_err(StartError::io("making", dir))?;
        let dir = dir
            .canonicalize()
            .map_err(StartError::io("resolving", dir))?;
        let claim = orphan::claim(&dir, "nats")?;
        let plan = Plan {
            program,
            user: user::owner(&dir.join("nats")).await,
            name: format!("wisplink-{}", Uuid::new_v4().simple()),
            store: dir.join("nats"),
            pid_file: dir.join("nats.pid"),
            log: dir.join("nats.log"),
            config: dir.join("nats.conf"),
        };
        // What is said twice counts as it is said last.
        let config = format!("{config}\njetstream {{ max_file_store: {MAX_FILE_STORE} }}\n");
        std::fs::write(&plan.config, config).map_err(StartError::io("writing", &plan.config))?;
        orphan::stop(&plan.pid_file, &plan.store, Signal::Term).await?;
        let (child, port) = plan.start_anywhere().await?;
        Ok(Self {
            child: Some(child),
            port,
            plan,
            _claim: claim,
        })
    }

    /// Where clients connect.
    pub fn url(&self) -> String {
        format!("nats://127.0.0.1:{}", self.port)
    }

    /// What it is called among servers.
    pub fn name(&self) -> &str {
        &self.plan.name
    }

    /// Where its streams are.
    pub fn store(&self) -> &Path {
        &self.plan.store
    }

    /// The server's log.
    pub fn log(&self) -> &Path {
        &self.plan.log
    }

    /// Stops the server in order and waits until it ended.
    pub async fn stop(mut self) {
        self.halt().await;
    }

    /// Stops the server until [`Self::resume`]: an outage.
    pub async fn halt(&mut self) {
        if let Some(mut child) = self.child.take()
            && let Some(pid) = child.id()
        {
            child.stop(pid, Signal::Term, STOP_LIMIT).await;
        }
    }

    /// Ends the server as a crash does, until [`Self::resume`].
    pub async fn kill(&mut self) {
        if let Some(mut child) = self.child.take()
            && let Some(pid) = child.id()
        {
            child.stop(pid, Signal::Kill, STOP_LIMIT).await;
        }
    }

    /// Keeps the server from running, and its connections open, until [`Self::thaw`].
    pub fn freeze(&self) {
        self.signal(Signal::Stop);
    }

    /// Lets a frozen server run on.
    pub fn thaw(&self) {
        self.signal(Signal::Continue);
    }

    fn signal(&self, signal: Signal) {
        if let Some(pid) = self.child.as_ref().and_then(Child::id) {
            signal.send(pid);
        }
    }

    /// Starts the server again, on its port and with its streams.
    pub async fn resume(&mut self) -> Result<(), StartError> {
        if self.child.is_none() {
            self.child = Some(self.plan.start(self.port).await?);
        }
        Ok(())
    }

    /// A short outage.
    pub async fn restart(&mut self) -> Result<(), StartError> {
        self.halt().await;
        self.resume().await
    }
}

impl Plan {
    async fn start_anywhere(&self) -> Result<(Child, u16), StartError> {
        let mut attempt = 1;
        loop {
            let port = child::free_port().map_err(StartError::io("listening for", &self.store))?;
            match self.start(port).await {
                Ok(child) => return Ok((child, port)),
                Err(error) if error.is_port_clash() && attempt < PORT_ATTEMPTS => attempt += 1,
                Err(error) => return Err(error),
            }
        }
    }

    async fn start(&self, port: u16) -> Result<Child, StartError> {
        let mut child = Launch {
            program: &self.program.path,
            arguments: self.arguments(port),
            user: self.user.as_ref(),
            when_we_die: Signal::Kill,
            log: &self.log,
        }
        .start()
        .await?;
        let deadline = Instant::now() + START_LIMIT;
        while Instant::now() < deadline {
            if child.ended().is_some() {
                let tail = child::log_tail(&self.log);
                return Err(StartError::Ended {
                    program: NAME,
                    log: self.log.clone(),
                    tail,
                });
            }
            if greeting(port)
                .await
                .is_some_and(|info| is_ready(&info, &self.name))
            {
                return Ok(child);
            }
            sleep(Duration::from_millis(20)).await;
        }
        Err(StartError::Silent {
            program: NAME,
            seconds: START_LIMIT.as_secs(),
            log: self.log.clone(),
            tail: child::log_tail(&self.log),
        })
    }

    fn arguments(&self, port: u16) -> Vec<OsString> {
        let port = port.to_string();
        let mut arguments: Vec<OsString> = [
            "--addr",
            "127.0.0.1",
            "--port",
            &port,
            "--name",
            &self.name,
            "--jetstream",
            "--store_dir",
        ]
        .map(Into::into)
        .to_vec();
        arguments.extend([
            self.store.clone().into(),
            "--pid".into(),
            self.pid_file.clone().into(),
            "--config".into(),
            self.config.clone().into(),
        ]);
        arguments
    }
}

/// The first line a nats-server sends to whoever connects.
async fn greeting(port: u16) -> Option<String> {
    let read = async {
        let socket = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await?;
        let mut line = String::new();
        BufReader::new(socket).read_line(&mut line).await?;
        std::io::Result::Ok(line)
    };
    timeout(Duration::from_secs(1), read).await.ok()?.ok()
}

fn is_ready(info: &str, name: &str) -> bool {
    info.starts_with("INFO ") && info.contains(name) && info.contains("\"jetstream\":true")
}
