//! Tokens for everybody who is asked: they check the same ones.

use api::auth::claims::Claims;
use api::auth::role::Role;
use api::auth::signer::Signer;
use chrono::{TimeDelta, Utc};

use crate::failure::{Doing as _, Failure};
use crate::fleet;
use crate::stage::SECRET;

/// A viewer's token for tenant number `tenant`.
pub(crate) fn of(tenant: u32) -> Result<String, Failure> {
    let claims = Claims {
        sub: "bench".to_owned(),
        tenant_id: Some(fleet::tenant(tenant)),
        role: Role::Viewer,
        iss: "wisplink".to_owned(),
        aud: "wisplink".to_owned(),
        exp: (Utc::now() + TimeDelta::hours(12)).timestamp(),
        iat: Utc::now().timestamp(),
    };
    let signer = Signer::with_secret(SECRET.as_bytes());
    signer.sign(&claims).doing("signing a token")
}
