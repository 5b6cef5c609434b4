//! A tenant with a small network, made through the API.

use api::auth::role::Role;
use entity::ids::{DeviceId, SiteId, TenantId};
use serde_json::{Value, json};

use super::client::{Api, send};
use super::token;

/// A tenant and what it owns. Both tenants of a world have the same host names and addresses, so
/// that whatever is not kept apart shows.
#[derive(Clone, Debug)]
pub struct Tenant {
    /// The id.
    pub id: TenantId,
    /// The name.
    pub name: String,
    /// Its one site.
    pub site: SiteId,
    /// Two APs at that site: `ap-1`, `ap-2`.
    pub aps: [DeviceId; 2],
    /// Three CPEs: `cpe-1` to `cpe-3`, with radios as in [`radio`].
    pub cpes: [DeviceId; 3],
}

/// The radio of CPE number `cpe`, counted from 0.
pub fn radio(cpe: usize) -> String {
    format!("6C:3B:6B:A2:00:{:02X}", cpe + 1)
}

impl Tenant {
    /// Makes a tenant with its network.
    pub async fn create(api: &Api, platform: &str, name: &str) -> Self {
        let tenant = api
            .data(
                platform,
                "mutation($name: String!) { createTenant(input: { name: $name }) { id } }",
                json!({ "name": name }),
            )
            .await;
        let id: TenantId = id(&tenant["createTenant"]["id"]);
        let operator = token::tenant(Role::Operator, id);
        let site = api
            .data(
                &operator,
                r#"mutation { createSite(input: { name: "North tower", latitude: 47.1 }) { id } }"#,
                json!({}),
            )
            .await;
        let site: SiteId = self::id(&site["createSite"]["id"]);
        let aps = (1..=2).map(|ap| json!({ "hostname": format!("ap-{ap}"), "siteId": site }));
        let cpes = (0..3).map(|cpe| {
            let wlan = json!({ "name": "wlan1", "macAddress": radio(cpe), "type": "wlan" });
            json!({ "hostname": format!("cpe-{}", cpe + 1), "interfaces": [wlan] })
        });
        let devices = api
            .data(
                &operator,
                "mutation($new: [CreateDeviceInput!]!) { createDevices(input: $new) { id } }",
                json!({ "new": aps.chain(cpes).collect::<Vec<_>>() }),
            )
            .await;
        let device = |index: usize| self::id(&devices["createDevices"][index]["id"]);
        Self {
            id,
            name: name.to_owned(),
            site,
            aps: [device(0), device(1)],
            cpes: [device(2), device(3), device(4)],
        }
    }

    /// A viewer's token.
    pub fn viewer(&self) -> String {
        token::tenant(Role::Viewer, self.id)
    }

    /// An operator's token.
    pub fn operator(&self) -> String {
        token::tenant(Role::Operator, self.id)
    }

    /// All links, as the API tells them: state and CPE, in the order of their making.
    pub async fn links(&self, api: &Api) -> Vec<(String, String)> {
        let query = "{ wirelessLinks(first: 500) { nodes { state cpeDevice { hostname } } } }";
        let data = api.data(&self.viewer(), query, json!({})).await;
        let links = data["wirelessLinks"]["nodes"].as_array().unwrap();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        links
            .iter()
            .map(|link| (text(&link["cpeDevice"]["hostname"]), text(&link["state"])))
            .collect()
    }

    /// The rows of `table` about this tenant's APs, without the mark that
    /// [`settle`](super::poller::Poller::settle) leaves.
    pub fn rows_of(&self, table: &str) -> String {
        let [.., mark] = self.cpes;
        format!(
            "{table} WHERE tenant_id = '{}' AND ap_device_id <> '{mark}'",
            self.id
        )
    }

    /// Where the tenant's feed stands now.
    pub async fn feed_cursor(&self, api: &Api) -> String {
        let data = api
            .data(&self.viewer(), "{ viewer { feedCursor } }", json!({}))
            .await;
        data["viewer"]["feedCursor"].as_str().unwrap().to_owned()
    }

    /// The number of the last event there is.
    pub async fn last_event(&self, world: &super::world::World) -> i64 {
        let last = format!(
            "SELECT last_seq FROM tenant_feeds WHERE tenant_id = '{}'",
            self.id
        );
        world.database.records().number(&last).await
    }

    /// Everything that ever happened to links, in order: reason and CPE.
    pub async fn history(&self, api: &Api, count: usize) -> Vec<String> {
        self.events(api, count).await.iter().map(story).collect()
    }

    /// The feed's first `count` events.
    pub async fn events(&self, api: &Api, count: usize) -> Vec<Value> {
        let start = api::live::cursor::FeedCursor {
            epoch: entity::ids::Epoch::first(self.id),
            seq: 0,
        };
        let mut subscriber = api.subscriber(&self.viewer()).await;
        subscriber
            .subscribe("history", FEED, json!({ "after": start.encode() }))
            .await;
        subscriber.events(count).await
    }
}

/// A feed with what [`story`] needs.
pub const FEED: &str = "subscription($after: String) { linkEvents(after: $after) {
    ... on LinkEvent { cursor reason fromState toState signalStrength at cpeDevice { hostname } }
    ... on FeedReset { cursor resetReason: reason } } }";

/// A feed with what [`seq`] needs, and nothing that has to be looked up.
pub const CURSORS: &str = "subscription($after: String) { linkEvents(after: $after) {
    ... on LinkEvent { cursor } ... on FeedReset { cursor resetReason: reason } } }";

/// An event in a line: `cpe-1: ACTIVE → DOWN (MISSED_POLLS)`.
pub fn story(event: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or("none").to_owned();
    format!(
        "{}: {} → {} ({})",
        text(&event["cpeDevice"]["hostname"]),
        text(&event["fromState"]),
        text(&event["toState"]),
        text(&event["reason"]),
    )
}

/// The number of an event in its tenant's sequence: the cursor holds it.
pub fn seq(event: &Value) -> i64 {
    let cursor = event["cursor"]
        .as_str()
        .unwrap_or_else(|| panic!("no event: {event}"));
    assert!(event.get("resetReason").is_none(), "{event}");
    api::live::cursor::FeedCursor::decode(cursor).unwrap().seq
}

/// An id as the API tells it.
pub fn id<T: std::str::FromStr<Err: std::fmt::Debug>>(value: &Value) -> T {
    value
        .as_str()
        .unwrap_or_else(|| panic!("no id: {value}"))
        .parse()
        .unwrap()
}

/// Acts in `tenant` as the platform.
pub async fn as_platform(api: &Api, tenant: TenantId, query: &str) -> Value {
    let request = api.post("/graphql").bearer_auth(token::platform());
    let request = request.header("x-tenant-id", tenant.to_string());
    send(request.json(&json!({ "query": query }))).await.body
}
