//! `wisplink demo`: a whole wisplink on servers of its own, with a simulated WISP to watch.

mod feed;
mod screen;
mod secret;
mod servers;
mod welcome;

use std::process::ExitCode;
use std::time::Duration;

use entity::wire::subject;
use tokio::net::TcpListener;
use tokio::task::{JoinError, JoinSet};
use tokio_util::sync::CancellationToken;

use super::CommandError;
use super::simulate::settings;
use crate::cli::Demo;
use crate::config::Config;
use crate::health::schema::wait_until_usable;
use crate::program::{Program, ProgramError};
use crate::simulate::{self, Network};
use crate::{logs, shutdown};
use feed::Feed;
use screen::Screen;
use servers::Servers;

/// Runs the demo until a signal, and leaves nothing running behind.
pub(super) async fn run(
    mut config: Config,
    demo: Demo,
    logs_wanted: bool,
) -> Result<ExitCode, CommandError> {
    if !logs_wanted {
        // The screen says what there is to say.
        "error".clone_into(&mut config.log.level);
    }
    let logs = logs::start(&config.log, &config.telemetry)?;
    let played = Box::pin(play(config, demo)).await;
    logs.finish().await;
    played
}

async fn play(mut config: Config, demo: Demo) -> Result<ExitCode, CommandError> {
    let shutdown = shutdown::on_signal().map_err(CommandError::Signals)?;
    let screen = Screen::begin();
    let servers = tokio::select! {
        started = Servers::start(&mut config, &demo, &screen) => started?,
        // Dropping what is half started ends it.
        () = shutdown.cancelled() => return Ok(ExitCode::SUCCESS),
    };
    let ran = watch(config, demo, &screen, &shutdown).await;
    screen.say("\nstopping");
    servers.stop().await;
    screen.say("nothing is left running");
    ran.map(|()| ExitCode::SUCCESS)
}

/// Everything between the servers' start and their end.
async fn watch(
    mut config: Config,
    demo: Demo,
    screen: &Screen,
    shutdown: &CancellationToken,
) -> Result<(), CommandError> {
    // Nobody sends requests elsewhere meanwhile.
    config.http.leave_s = 0;
    let listener = listen(&demo, &mut config).await?;
    let program = Program::connect(config).await?;
    let mut parts = JoinSet::new();
    let (api, worker) = (program.clone(), program.clone());
    let (stop_api, stop_worker) = (shutdown.clone(), shutdown.clone());
    parts.spawn(async move { api.serve(listener, stop_api).await });
    parts.spawn(async move { worker.ingest(stop_worker).await });
    let mut ran = tokio::select! {
        ran = simulate(&program, &demo, screen, shutdown) => ran,
        // One that ends by itself has a reason, and nothing is simulated without it.
        Some(ended) = parts.join_next() => reason(ended),
        () = shutdown.cancelled() => Ok(()),
    };
    shutdown.cancel();
    while let Some(ended) = parts.join_next().await {
        ran = reason(ended).and(ran);
    }
    ran
}

/// Why a part of the demo ended.
fn reason(ended: Result<Result<(), ProgramError>, JoinError>) -> Result<(), CommandError> {
    match ended {
        Ok(ended) => Ok(ended?),
        Err(error) => {
            tracing::error!(%error, "a part of the demo ended badly");
            Ok(())
        }
    }
}

/// Makes the WISP, says how to look at it, and lets it live.
async fn simulate(
    program: &Program,
    demo: &Demo,
    screen: &Screen,
    shutdown: &CancellationToken,
) -> Result<(), CommandError> {
    let config = program.config();
    let url = format!("http://{}", config.http.listen);
    let auth = config.auth.settings()?;
    let pool = config.database.pool(entity::database::Role::Api)?;
    wait_until_usable(&pool, &config.database.url.to_string(), shutdown).await;
    pool.close().await;
    screen.done(&format!("API at {url}"));
    let settings = settings(url.clone(), &auth, demo.wisp)?;
    let network = simulate::prepare(&settings).await?;
    for tenant in network.tenants() {
        screen.done(&tenant.to_string());
    }
    if network.is_new() && demo.past > 0 {
        let past = Duration::from_secs(60 * u64::from(demo.past));
        simulate::retell(&network, program.jetstream(), &settings, past).await;
        screen.done(&format!("{} minutes of polls, for the charts", demo.past));
    }
    let feed = Feed::open(program.nats(), subject::EVENTS, &network).await;
    welcome::show(screen, &url, &auth, &network)?;
    tokio::join!(
        live(network, program, &settings, shutdown),
        feed.show(screen, demo.wisp.interval, shutdown),
    );
    Ok(())
}

async fn live(
    network: Network,
    program: &Program,
    settings: &simulate::Settings,
    shutdown: &CancellationToken,
) {
    simulate::run(
        network.into(),
        program.jetstream(),
        settings,
        shutdown.clone(),
    )
    .await;
}

/// Where the API listens. When nobody said where and the usual port is taken, another one is used.
async fn listen(demo: &Demo, config: &mut Config) -> Result<TcpListener, CommandError> {
    let address = demo.listen.unwrap_or(config.http.listen);
    let listener = match TcpListener::bind(address).await {
        Err(_) if demo.listen.is_none() => TcpListener::bind((address.ip(), 0)).await,
        bound => bound,
    };
    let failed = |source| CommandError::Listen { address, source };
    let listener = listener.map_err(failed)?;
    config.http.listen = listener.local_addr().map_err(failed)?;
    Ok(listener)
}
