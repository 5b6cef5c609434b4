//! `wisplink simulate`.

use std::process::ExitCode;
use std::sync::Arc;

use api::auth::role::Role;
use api::settings::Auth;
use chrono::{TimeDelta, Utc};

use super::streams::reach;
use super::token::{Bearer, make, own_signer};
use super::{CommandError, say};
use crate::cli::{Simulate, Wisp};
use crate::config::Config;
use crate::shutdown;
use crate::simulate::{self, Settings, Size, Speed};

/// Simulates until a signal.
pub(super) async fn run(config: &Config, simulate: Simulate) -> Result<ExitCode, CommandError> {
    let url = simulate
        .url
        .unwrap_or_else(|| format!("http://{}", config.http.listen));
    let settings = settings(url, &config.auth.settings()?, simulate.wisp)?;
    let shutdown = shutdown::on_signal().map_err(CommandError::Signals)?;
    let jetstream = reach(config).await?;
    let network = simulate::prepare(&settings).await?;
    for tenant in network.tenants() {
        say(&tenant.to_string());
    }
    let tally = simulate::run(Arc::new(network), jetstream, &settings, shutdown).await;
    say(&tally.to_string());
    Ok(ExitCode::SUCCESS)
}

/// How long the simulation may act on a token of its own.
const TOKEN: TimeDelta = TimeDelta::hours(1);

/// What the simulation needs: as the platform it makes tenants, and in each its devices.
pub(super) fn settings(url: String, auth: &Auth, wisp: Wisp) -> Result<Settings, CommandError> {
    let bearer = Bearer {
        subject: "wisplink-simulate".to_owned(),
        role: Role::Platform,
        tenant: None,
    };
    let size = Size {
        sites: wisp.sites,
        aps_per_site: wisp.aps,
        cpes_per_ap: wisp.cpes,
    };
    Ok(Settings {
        url,
        token: make(auth, &own_signer(auth)?, bearer, Utc::now(), TOKEN)?,
        interval: wisp.interval,
        speed: wisp
            .speed
            .map_or_else(|| Speed::suiting(wisp.interval), Speed::new),
        size,
        seed: wisp.seed,
    })
}
