//! A PostgreSQL of one's own.

use std::ffi::OsString;
use std::fs::{DirBuilder, File};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::{Connection as _, PgConnection};
use tokio::time::{Instant, sleep};

use super::child::{self, Child, Launch, Signal};
use super::programs::PostgresPrograms;
use super::user::{self, User};
use super::{StartError, orphan};

/// The superuser.
const OWNER: &str = "wisplink";
const NAME: &str = "PostgreSQL";
const START_LIMIT: Duration = Duration::from_secs(30);
const STOP_LIMIT: Duration = Duration::from_secs(20);
const PORT_ATTEMPTS: u32 = 5;

/// Whether what was committed survives a crash of the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// It does.
    Durable,
    /// It does not, and tests are the faster for it. Takes many connections.
    Scratch,
}

/// A running PostgreSQL that only programs on this machine reach. Ends when dropped.
#[derive(Debug)]
pub struct PrivatePostgres {
    /// None between [`Self::crash`] and [`Self::resume`].
    child: Option<Child>,
    port: u16,
    plan: Plan,
    _claim: File,
}

/// What one server needs, found out once.
#[derive(Debug)]
struct Plan {
    programs: PostgresPrograms,
    user: Option<User>,
    data: PathBuf,
    log: PathBuf,
    durability: Durability,
}

impl PrivatePostgres {
    /// Starts a server whose data are in `dir`, which is made if need be. Run by root, the data go
    /// elsewhere when PostgreSQL's user cannot reach `dir`; see [`Self::data`].
    pub async fn start(dir: &Path, durability: Durability) -> Result<Self, StartError> {
        let programs = PostgresPrograms::find().await?;
        std::fs::create_dir_all(dir).map_err(StartError::io("making", dir))?;
        let dir = dir
            .canonicalize()
            .map_err(StartError::io("resolving", dir))?;
        let claim = orphan::claim(&dir, "postgres")?;
        let user = user::in_place_of_root(&dir.join("postgres")).await?;
        let home = match &user {
            Some(user) => user.reachable(&dir)?,
            None => dir.clone(),
        };
        let plan = Plan {
            programs,
            user,
            data: home.join("postgres"),
            log: dir.join("postgres.log"),
            durability,
        };
        plan.initialise().await?;
        orphan::stop(&plan.pid_file(), &plan.data, Signal::Int).await?;
        let (child, port) = plan.start_anywhere().await?;
        Ok(Self {
            child: Some(child),
            port,
            plan,
            _claim: claim,
        })
    }

    /// The superuser's address of a database, which need not exist yet. `postgres` always does.
    pub fn url(&self, database: &str) -> String {
        url(self.port, database)
    }

    /// Where the data are.
    pub fn data(&self) -> &Path {
        &self.plan.data
    }

    /// Throws sessions out, writes everything down and waits until the server ended.
    pub async fn stop(mut self) {
        self.end(Signal::Int).await;
    }

    /// Ends the server at once, with nothing written down in order, until [`Self::resume`].
    pub async fn crash(&mut self) {
        self.end(Signal::Quit).await;
    }

    /// Starts the server again, on its port and with its data.
    pub async fn resume(&mut self) -> Result<(), StartError> {
        if self.child.is_none() {
            self.child = Some(self.plan.start(self.port).await?);
        }
        Ok(())
    }

    /// The server's id; none once it ended.
    pub fn pid(&self) -> Option<u32> {
        let child = self.child.as_ref()?.id()?;
        Some(orphan::first_number(&self.plan.pid_file()).unwrap_or(child))
    }

    async fn end(&mut self, signal: Signal) {
        let pid = self.pid();
        if let (Some(mut child), Some(pid)) = (self.child.take(), pid) {
            child.stop(pid, signal, STOP_LIMIT).await;
        }
    }
}

impl Drop for PrivatePostgres {
    /// At once, as after a crash, but letting the server give its shared memory back.
    fn drop(&mut self) {
        let pid = self.pid();
        if let (Some(child), Some(pid)) = (&mut self.child, pid) {
            child.stop_now(pid, Signal::Quit, Duration::from_secs(3));
        }
    }
}

impl Plan {
    /// Makes the data directory. It gets its name when complete, so that a run killed half-way
    /// leaves nothing that looks like data.
    async fn initialise(&self) -> Result<(), StartError> {
        if self.data.join("PG_VERSION").exists() {
            return Ok(());
        }
        let unfinished = self.data.with_extension("new");
        if unfinished.exists() {
            std::fs::remove_dir_all(&unfinished)
                .map_err(StartError::io("removing", &unfinished))?;
        }
        let made = DirBuilder::new().mode(0o700).create(&unfinished);
        made.map_err(StartError::io("making", &unfinished))?;
        if let Some(user) = &self.user {
            user.take(&unfinished)?;
        }
        let mut arguments: Vec<OsString> = vec!["-D".into(), unfinished.clone().into()];
        arguments.extend(["--auth=trust", "--encoding=UTF8", "--no-locale"].map(Into::into));
        arguments.push(format!("--username={OWNER}").into());
        if self.durability == Durability::Scratch {
            arguments.push("--no-sync".into());
        }
        let mut initdb = self
            .launch(&self.programs.initdb, arguments, Signal::Kill)
            .await?;
        let ended = initdb.wait().await;
        if !ended
            .map_err(StartError::io("running", &self.programs.initdb))?
            .success()
        {
            return Err(self.ended("initdb"));
        }
        std::fs::rename(&unfinished, &self.data).map_err(StartError::io("naming", &self.data))
    }

    async fn start(&self, port: u16) -> Result<Child, StartError> {
        let (server, arguments) = (&self.programs.postgres, self.arguments(port));
        let mut child = self.launch(server, arguments, Signal::Int).await?;
        self.ready(&mut child, port).await?;
        Ok(child)
    }

    async fn start_anywhere(&self) -> Result<(Child, u16), StartError> {
        let mut attempt = 1;
        loop {
            let port = child::free_port().map_err(StartError::io("listening for", &self.data))?;
            match self.start(port).await {
                Ok(child) => return Ok((child, port)),
                Err(error) if error.is_port_clash() && attempt < PORT_ATTEMPTS => attempt += 1,
                Err(error) => return Err(error),
            }
        }
    }

    async fn launch(
        &self,
        program: &Path,
        arguments: Vec<OsString>,
        when_we_die: Signal,
    ) -> Result<Child, StartError> {
        let (user, log) = (self.user.as_ref(), self.log.as_path());
        Launch {
            program,
            arguments,
            user,
            when_we_die,
            log,
        }
        .start()
        .await
    }

    fn arguments(&self, port: u16) -> Vec<OsString> {
        let mut settings = vec![
            "listen_addresses=127.0.0.1".to_owned(),
            format!("port={port}"),
            "unix_socket_directories=".to_owned(),
            "log_destination=stderr".to_owned(),
            "logging_collector=off".to_owned(),
            "timezone=UTC".to_owned(),
            "log_timezone=UTC".to_owned(),
        ];
        if self.durability == Durability::Scratch {
            let scratch = [
                "fsync=off",
                "synchronous_commit=off",
                "full_page_writes=off",
                "max_connections=300",
            ];
            settings.extend(scratch.map(str::to_owned));
        }
        let mut arguments: Vec<OsString> = vec!["-D".into(), self.data.clone().into()];
        for setting in settings {
            arguments.extend(["-c".into(), setting.into()]);
        }
        arguments
    }

    /// Waits until the server says it is ready, and a session proves it.
    async fn ready(&self, child: &mut Child, port: u16) -> Result<(), StartError> {
        let deadline = Instant::now() + START_LIMIT;
        while Instant::now() < deadline {
            if child.ended().is_some() {
                return Err(self.ended(NAME));
            }
            if self.says_ready(port)
                && let Ok(session) = PgConnection::connect(&url(port, "postgres")).await
            {
                let _ = session.close().await;
                return Ok(());
            }
            sleep(Duration::from_millis(20)).await;
        }
        if let Some(pid) = orphan::first_number(&self.pid_file()).or(child.id()) {
            child.stop(pid, Signal::Quit, Duration::from_secs(3)).await;
        }
        Err(StartError::Silent {
            program: NAME,
            seconds: START_LIMIT.as_secs(),
            log: self.log.clone(),
            tail: child::log_tail(&self.log),
        })
    }

    /// The pid file's fourth line is the port and its eighth the state. Asking the port alone could
    /// reach another's server that took it in between.
    fn says_ready(&self, port: u16) -> bool {
        let Ok(status) = std::fs::read_to_string(self.pid_file()) else {
            return false;
        };
        let mut lines = status.lines().map(str::trim);
        // A replica that answers queries calls itself a standby.
        lines.nth(3).and_then(|line| line.parse().ok()) == Some(port)
            && lines
                .nth(3)
                .is_some_and(|state| state == "ready" || state == "standby")
    }

    fn pid_file(&self) -> PathBuf {
        self.data.join("postmaster.pid")
    }

    fn ended(&self, program: &'static str) -> StartError {
        let tail = child::log_tail(&self.log);
        StartError::Ended {
            program,
            log: self.log.clone(),
            tail,
        }
    }
}

/// TLS has nothing to protect here, and the environment may ask for it.
fn url(port: u16, database: &str) -> String {
    format!("postgres://{OWNER}@127.0.0.1:{port}/{database}?sslmode=disable")
}
