//! A screen that shows links as `linkUpdates` tells them, and looks whether they may be told so.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use wisplink_tests::harness::client::Api;
use wisplink_tests::harness::subscriber::Subscriber;
use wisplink_tests::harness::world::World;

const UPDATES: &str = "subscription($filter: WirelessLinkFilter) {
    linkUpdates(filter: $filter, minIntervalMs: 100) { __typename
        ... on LinkSnapshot { part links { ...L } } ... on LinksReady { cursor total }
        ... on LinksChanged { links { ...L } } ... on LinksRemoved { ids } ... on LinksStale { reason } } }
    fragment L on WirelessLink { id state stateSince signalStrength missedPolls updatedAt
        cpeDevice { hostname } }";

/// What a page makes of the updates.
pub(super) struct Screen {
    socket: Subscriber,
    pub(super) links: BTreeMap<String, Value>,
    pub(super) is_current: bool,
    pub(super) cursor: String,
    /// The kinds of updates that came.
    pub(super) heard: Vec<String>,
}

impl Screen {
    /// Follows the links of tenant A that match, and has them all.
    pub(super) async fn of(world: &World, filter: Value) -> Self {
        Self::at(&world.api, &world.a.viewer(), filter).await
    }

    /// Follows the links that match at this API, and has them all.
    pub(super) async fn at(api: &Api, token: &str, filter: Value) -> Self {
        api.listens().await;
        let mut socket = api.subscriber(token).await;
        let variables = json!({ "filter": filter });
        socket.subscribe("links", UPDATES, variables).await;
        let mut screen = Self {
            socket,
            links: BTreeMap::new(),
            is_current: false,
            cursor: String::new(),
            heard: Vec::new(),
        };
        screen.until(|screen| screen.is_current).await;
        screen
    }

    /// Waits until these are the links shown, in the order of their texts.
    pub(super) async fn shows(&mut self, expected: &[&str]) {
        self.until(|screen| screen.shown() == expected).await;
    }

    pub(super) async fn until(&mut self, is_reached: impl Fn(&Self) -> bool) {
        while !is_reached(self) {
            let update = self.socket.next().await["linkUpdates"].take();
            self.apply(&update);
        }
    }

    /// The links shown, in the order of their texts.
    pub(super) fn shown(&self) -> Vec<String> {
        let mut shown: Vec<_> = self.links.values().map(text).collect();
        shown.sort_unstable();
        shown
    }

    fn apply(&mut self, update: &Value) {
        let kind = update["__typename"].as_str().unwrap().to_owned();
        match kind.as_str() {
            "LinkSnapshot" => {
                assert!(!self.is_current);
                if update["part"] == 0 {
                    self.links.clear();
                }
                for link in update["links"].as_array().unwrap() {
                    let before = self.links.insert(id(&link["id"]), link.clone());
                    assert_eq!(before, None, "told twice");
                }
            }
            "LinksReady" => {
                self.is_current = true;
                self.cursor = id(&update["cursor"]);
                assert_eq!(update["total"], self.links.len());
            }
            "LinksChanged" => {
                for link in update["links"].as_array().unwrap() {
                    self.change(link);
                }
            }
            "LinksRemoved" => {
                for id in update["ids"].as_array().unwrap() {
                    assert!(self.links.remove(id.as_str().unwrap()).is_some(), "{id}");
                }
            }
            "LinksStale" => self.is_current = false,
            other => panic!("{other}"),
        }
        self.heard.push(kind);
    }

    /// A link that is told anew is different, and not older.
    fn change(&mut self, link: &Value) {
        let before = self.links.insert(id(&link["id"]), link.clone());
        if let Some(before) = before {
            assert_ne!(&before, link, "told twice");
            assert!(updated(&before) <= updated(link), "{before} {link}");
        }
    }
}

fn updated(link: &Value) -> DateTime<Utc> {
    id(&link["updatedAt"]).parse().unwrap()
}

fn text(link: &Value) -> String {
    let missed = match link["missedPolls"].as_i64().unwrap() {
        0 => String::new(),
        missed => format!(" missed {missed}"),
    };
    format!(
        "{} {} {}{missed}",
        link["cpeDevice"]["hostname"].as_str().unwrap(),
        link["state"].as_str().unwrap(),
        link["signalStrength"]
    )
}

fn id(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}
