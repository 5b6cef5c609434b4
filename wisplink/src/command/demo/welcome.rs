//! How to look at the demo: addresses, tokens, and something to paste.

use api::auth::role::Role;
use api::http::console;
use api::settings::Auth;
use chrono::{TimeDelta, Utc};

use super::screen::Screen;
use crate::command::CommandError;
use crate::command::token::{Bearer, make, own_signer};
use crate::simulate::Network;

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
    let page = page(screen);
    screen.title("ready: open one of these, the token is in the address");
    let signer = own_signer(auth)?;
    let mut first = None;
    for tenant in network.tenants() {
        let bearer = Bearer {
            subject: "demo".to_owned(),
            role: Role::Admin,
            tenant: Some(tenant.id),
        };
        let token = make(auth, &signer, bearer, Utc::now(), LONG)?;
        screen.say(&format!("\n  {}\n  {url}{page}#token={token}", tenant.name));
        first.get_or_insert(token);
    }
    if let Some(token) = first {
        screen.title("or try the API: in GraphiQL, or pasted into another terminal");
        screen.say(&format!("\n  {url}/graphiql#token={token}"));
        screen.say(&format!(
            "\n  curl -s {url}/graphql -H 'content-type: application/json' \\\n    \
             -H 'authorization: Bearer {token}' \\\n    -d '{{\"query\": \"{QUERY}\"}}'"
        ));
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
