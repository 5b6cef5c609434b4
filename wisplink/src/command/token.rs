//! `wisplink token`.

use std::path::Path;
use std::process::ExitCode;

use api::auth::claims::Claims;
use api::auth::role::Role;
use api::auth::signer::Signer;
use api::settings::Auth;
use chrono::{DateTime, TimeDelta, Utc};
use entity::args;
use entity::database::Role as DatabaseRole;
use entity::ids::TenantId;
use sqlx::Row as _;

use super::{CommandError, say};
use crate::cli::Token;
use crate::config::Config;

/// Prints a token.
pub(super) async fn run(config: &Config, token: Token) -> Result<ExitCode, CommandError> {
    let auth = config.auth.settings()?;
    let signer = match &token.key {
        Some(path) => private_key(path, token.kid)?,
        None => own_signer(&auth)?,
    };
    let role = Role::from(token.role);
    let tenant = match token.tenant {
        Some(named) => Some(find(config, &named).await?),
        None if role == Role::Platform => None,
        None => return Err(CommandError::NoTenant),
    };
    let bearer = Bearer {
        subject: token.subject,
        role,
        tenant,
    };
    say(&make(
        &auth,
        &signer,
        bearer,
        Utc::now(),
        TimeDelta::hours(token.hours.into()),
    )?);
    Ok(ExitCode::SUCCESS)
}

/// For whom a token is.
pub(super) struct Bearer {
    pub(super) subject: String,
    pub(super) role: Role,
    pub(super) tenant: Option<TenantId>,
}

/// A token that holds from `now` for `long`.
pub(super) fn make(
    auth: &Auth,
    signer: &Signer,
    bearer: Bearer,
    now: DateTime<Utc>,
    long: TimeDelta,
) -> Result<String, CommandError> {
    let claims = Claims {
        sub: bearer.subject,
        tenant_id: bearer.tenant,
        role: bearer.role,
        iss: auth.issuer.clone(),
        aud: auth.audience.clone(),
        exp: (now + long).timestamp(),
        iat: now.timestamp(),
    };
    let token = signer.sign(&claims);
    token.map_err(|error| CommandError::Sign(Box::new(error)))
}

/// Signs with the secret of HS256.
pub(super) fn own_signer(auth: &Auth) -> Result<Signer, CommandError> {
    let secret = auth.hs256_secret.as_deref();
    secret
        .map(Signer::with_secret)
        .ok_or(CommandError::NoSigner)
}

fn private_key(path: &Path, kid: Option<String>) -> Result<Signer, CommandError> {
    let pem = std::fs::read(path).map_err(|source| CommandError::File {
        doing: "reading",
        path: path.to_owned(),
        source,
    })?;
    Signer::with_private_key(&pem, kid).map_err(|_| CommandError::NotAKey(path.to_owned()))
}

const BY_NAME: &str = "SELECT id FROM tenants WHERE name = $1";

/// A tenant by its id, which is believed, or by its name, which is looked up.
async fn find(config: &Config, named: &str) -> Result<TenantId, CommandError> {
    if let Ok(id) = named.parse() {
        return Ok(id);
    }
    let database = config.database.pool(DatabaseRole::Platform)?;
    let look = async {
        let tx = database.system().await?;
        let rows = tx.rows(BY_NAME, args![named]?).await?;
        rows.first().map(|row| row.try_get(0)).transpose()
    };
    let found: Option<TenantId> = look.await.map_err(|source| {
        let address = config.database.url.to_string();
        CommandError::Database { address, source }
    })?;
    found.ok_or_else(|| CommandError::UnknownTenant(named.to_owned()))
}
