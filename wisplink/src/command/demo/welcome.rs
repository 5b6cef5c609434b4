//! How to look at the demo: addresses, tokens, and something to paste.

use api::auth::role::Role;
use api::http::console;
use api::settings::Auth;
use chrono::{TimeDelta, Utc};

use super::screen::Screen;
use crate::command::CommandError;
use crate::command::token::{Bearer, make, own_signer};
use crate::simulate::{Network, Tenant};

/// How long the demo's tokens hold.
const LONG: TimeDelta = TimeDelta::days(7);

const QUERY: &str = "{ linkSummary { total active degraded down } wirelessLinks(first: 3) { nodes { state signalStrength apDevice { hostname } cpeDevice { hostname } } } }";

/// Shows it all.
pub(super) fn show(
    screen: &Screen,
    url: &str,
    auth: &Auth,
    network: &Network,
) -> Result<(), CommandError> {
    let signer = own_signer(auth)?;
    let token = |tenant: &Tenant| {
        let bearer = Bearer {
            subject: "demo".to_owned(),
            role: Role::Admin,
            tenant: Some(tenant.id),
        };
        make(auth, &signer, bearer, Utc::now(), LONG)
    };
    let page = page(screen);
    let mut tenants = network.tenants();
    if let Some(tenant) = tenants.next() {
        let token = token(tenant)?;
        screen.title("ready: open this, the token is in the address");
        screen.say(&format!("\n  {url}{page}#token={token}"));
        screen.title("or try the API: in GraphiQL, or pasted into another terminal");
        screen.say(&format!("\n  {url}/graphiql#token={token}"));
        screen.say(&format!(
            "\n  curl -s {url}/graphql -H 'content-type: application/json' \\\n    \
             -H 'authorization: Bearer {token}' \\\n    -d '{{\"query\": \"{QUERY}\"}}'"
        ));
    }
    for tenant in tenants {
        screen.title(&format!(
            "or look at {}, who sees none of that",
            tenant.name
        ));
        screen.say(&format!("\n  {url}{page}#token={}", token(tenant)?));
    }
    screen.title("what happens to links, as it happens; Ctrl-C ends the demo");
    Ok(())
}

/// Where to look: the console, or GraphiQL in a program that was built without it.
fn page(screen: &Screen) -> &'static str {
    if console::is_on_board() {
        return "/";
    }
    screen
        .say("  there is no console: install Node 18.18 or newer with npm, then `make demo` again");
    "/graphiql"
}
