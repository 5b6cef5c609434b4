//! The command line.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use api::auth::role::Role;
use clap::{Args, Parser, Subcommand, ValueEnum};
use entity::ids::TenantId;

use crate::config::Address;

/// The live state of every wireless link of a WISP, per tenant, over GraphQL.
#[derive(Clone, Debug, Parser)]
#[command(version, about, max_term_width = 100)]
pub struct Cli {
    /// The configuration file; `wisplink.toml` is read when it is there.
    #[arg(long, global = true, env = "WISPLINK_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// What is logged: error, warn, info, debug, trace, or a filter like `info,ingest=debug`.
    #[arg(long, global = true, value_name = "LEVEL")]
    pub log: Option<String>,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Clone, Debug, Subcommand)]
pub enum Command {
    /// Run a whole wisplink with a simulated WISP, on servers of its own, until Ctrl-C.
    Demo(Demo),
    /// Serve the GraphQL API.
    Serve {
        /// Run the worker in the same process.
        #[arg(long)]
        ingest: bool,
        /// Where to listen, instead of `http.listen`.
        #[arg(long, value_name = "ADDRESS:PORT")]
        listen: Option<SocketAddr>,
    },
    /// Run the worker: messages from pollers become links.
    Ingest,
    /// Bring the database's schema up to date.
    Migrate {
        /// Only say what is missing; the exit code is 1 when something is.
        #[arg(long)]
        check: bool,
        /// Then spread the tables over the nodes of Citus, by tenant.
        #[arg(long, conflicts_with = "check")]
        citus: bool,
    },
    /// The streams on NATS.
    Streams {
        /// What to do with them.
        #[command(subcommand)]
        action: Streams,
    },
    /// The messages that were refused.
    DeadLetters {
        /// What to do with them.
        #[command(subcommand)]
        action: DeadLetters,
    },
    /// Print a token for the API.
    Token(Token),
    /// Print the GraphQL schema.
    Schema,
    /// Simulate a WISP against a running wisplink: makes devices, publishes polls.
    Simulate(Simulate),
    /// Print the configuration as it takes effect, without secrets, and whether the database keeps
    /// tenants apart.
    CheckConfig,
    /// Take over tenants, sites, devices and links from another system.
    Import {
        /// From which.
        #[command(subcommand)]
        from: ImportFrom,
    },
    /// Ask a running `serve` whether it is ready; the exit code is 1 when it is not.
    Health(Health),
}

/// Where to import from.
#[derive(Clone, Debug, Subcommand)]
pub enum ImportFrom {
    /// The Other Dude: from its `PostgreSQL`, with the same ids.
    Tod(ImportTod),
}

/// How to import from The Other Dude.
#[derive(Clone, Debug, Args)]
pub struct ImportTod {
    /// Its database; the login must see all tenants, as a superuser does. Nothing is written there.
    #[arg(
        long,
        env = "TOD_DATABASE_URL",
        hide_env_values = true,
        value_name = "URL"
    )]
    pub database_url: Address,
    /// Only say what would be written.
    #[arg(long)]
    pub dry_run: bool,
    /// Only this tenant; may be given several times.
    #[arg(long, value_name = "ID")]
    pub tenant: Vec<TenantId>,
}

/// What a running `serve` is asked.
#[derive(Clone, Copy, Debug, Args)]
pub struct Health {
    /// Ask whether it turns at all, whatever becomes of the database.
    #[arg(long)]
    pub live: bool,
    /// Ask again for so many seconds, until it is.
    #[arg(long, value_name = "SECONDS", default_value_t = 0)]
    pub wait: u64,
    /// Where it listens, instead of `http.listen`.
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub listen: Option<SocketAddr>,
}

/// What to do with the streams.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Subcommand)]
pub enum Streams {
    /// Create what is missing and change what differs.
    Apply,
    /// Say what is missing or differs; the exit code is 1 when something is.
    Check,
}

/// What to do with refused messages.
#[derive(Clone, Debug, Subcommand)]
pub enum DeadLetters {
    /// List them, oldest first.
    List {
        /// So many at most.
        #[arg(long, default_value_t = 100)]
        limit: usize,
    },
    /// Show one, whole.
    Show {
        /// Its number in the list.
        sequence: u64,
    },
    /// Publish them again where they came from; what is still wrong comes back.
    Replay(Which),
    /// Let go of them.
    Discard(Which),
}

/// Which of them.
#[derive(Clone, Debug, Args)]
#[group(required = true)]
pub struct Which {
    /// The one with this number in the list.
    #[arg(conflicts_with_all = ["reason", "all"])]
    pub sequence: Option<u64>,
    /// Those with this reason.
    #[arg(long)]
    pub reason: Option<String>,
    /// All of them.
    #[arg(long)]
    pub all: bool,
}

/// How the demo runs.
#[derive(Clone, Debug, Args)]
pub struct Demo {
    /// Where its servers keep their data.
    #[arg(long, value_name = "DIR", default_value = ".wisplink/demo")]
    pub dir: PathBuf,
    /// Forget what an earlier demo left there.
    #[arg(long)]
    pub fresh: bool,
    /// Where to listen. When the port is taken, another one is.
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub listen: Option<SocketAddr>,
    /// A new WISP has been there for so many minutes already: charts have something to show.
    #[arg(long, default_value_t = 120, value_name = "MINUTES")]
    #[arg(value_parser = clap::value_parser!(u16).range(0..=1_440))]
    pub past: u16,
    /// How the WISP is simulated.
    #[command(flatten)]
    pub wisp: Wisp,
}

/// How the simulation is run against a running wisplink.
#[derive(Clone, Debug, Args)]
pub struct Simulate {
    /// The API's address; `http.listen` of the configuration when it is not given.
    #[arg(long)]
    pub url: Option<String>,
    /// How the WISP is simulated.
    #[command(flatten)]
    pub wisp: Wisp,
}

/// How the WISP is simulated.
#[derive(Clone, Copy, Debug, Args)]
pub struct Wisp {
    /// Seconds between two polls of an AP.
    #[arg(long, default_value = "5", value_name = "SECONDS", value_parser = seconds)]
    pub interval: Duration,
    /// How many times as fast as life things happen; 300 / INTERVAL when not given, 60 at most.
    #[arg(long, value_name = "FACTOR", value_parser = clap::value_parser!(u16).range(1..=3_600))]
    pub speed: Option<u16>,
    /// Sites a tenant.
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..=200))]
    pub sites: u16,
    /// APs a site.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u16).range(1..=20))]
    pub aps: u16,
    /// CPEs an AP.
    #[arg(long, default_value_t = 12, value_parser = clap::value_parser!(u16).range(1..=200))]
    pub cpes: u16,
    /// Chooses one of many WISPs.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
}

/// For whom a token is.
#[derive(Clone, Debug, Args)]
pub struct Token {
    /// The tenant, by id or by name. The platform role needs none.
    #[arg(long, value_name = "ID|NAME")]
    pub tenant: Option<String>,
    /// What the bearer may do.
    #[arg(long, value_enum, default_value = "viewer")]
    pub role: RoleName,
    /// Who the bearer is, for the log.
    #[arg(long, default_value = "wisplink-cli")]
    pub subject: String,
    /// Hours until it expires.
    #[arg(long, default_value_t = 24, value_parser = clap::value_parser!(u32).range(1..=8_760))]
    pub hours: u32,
    /// A private key in PEM to sign with, instead of the secret: RSA, EC P-256 or Ed25519.
    #[arg(long, value_name = "FILE")]
    pub key: Option<PathBuf>,
    /// The key's name (`kid`) among the published ones.
    #[arg(long, requires = "key")]
    pub kid: Option<String>,
}

/// A role, as one types it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum RoleName {
    /// Reads everything of one tenant.
    Viewer,
    /// Also changes sites, devices and policies.
    Operator,
    /// Also manages API keys.
    Admin,
    /// Manages tenants, and acts in one of them by X-Tenant-Id.
    Platform,
}

impl From<RoleName> for Role {
    fn from(name: RoleName) -> Self {
        match name {
            RoleName::Viewer => Self::Viewer,
            RoleName::Operator => Self::Operator,
            RoleName::Admin => Self::Admin,
            RoleName::Platform => Self::Platform,
        }
    }
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text
        .parse()
        .map_err(|_| "not a number of seconds".to_owned())?;
    if (0.1..=86_400.0).contains(&seconds) {
        return Ok(Duration::from_secs_f64(seconds));
    }
    Err("between 0.1 and 86400 seconds".to_owned())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }
}
