//! `PostGraphile`, fetched from its registry, on the same rows behind the same policies.

use std::time::Duration;

use tokio::process::Command;

use super::Asked;
use super::query::Query;
use crate::failure::{Doing as _, Failure};
use crate::process::Process;
use crate::server::{Server, free_address};
use crate::stage::{SECRET, Stage};

/// How long fetching may take.
const FETCH: Duration = Duration::from_mins(5);

/// Fetches what is missing and starts it, and waits until it answers.
pub(super) async fn start(stage: &Stage) -> Result<Asked, Failure> {
    let dir = stage.peers.join("postgraphile");
    std::fs::create_dir_all(&dir).doing("making a directory for PostGraphile")?;
    let files = [
        (
            "package.json",
            include_str!("../../../peers/postgraphile/package.json"),
        ),
        (
            "server.js",
            include_str!("../../../peers/postgraphile/server.js"),
        ),
    ];
    for (name, text) in files {
        std::fs::write(dir.join(name), text).doing(format_args!("writing {name}"))?;
    }
    if !dir.join("node_modules/postgraphile").exists() {
        let mut npm = Command::new("npm");
        npm.args(["install", "--no-audit", "--no-fund", "--loglevel=error"]);
        npm.current_dir(&dir);
        Process::start("npm", npm, &stage.dir)?
            .finish(FETCH)
            .await?;
    }
    let address = free_address()?;
    let mut node = Command::new(dir.join("node_modules/node/bin/node"));
    node.arg("server.js").arg(stage.database_url());
    node.arg(address.port().to_string()).arg(SECRET);
    node.env("NODE_ENV", "production")
        .env("GRAPHILE_ENV", "production");
    node.current_dir(&dir);
    let server = Server {
        process: Process::start("postgraphile", node, &stage.dir)?,
        address,
    };
    Ok(Asked {
        server: server.ready().await?,
        body: Query::postgraphiles,
    })
}
