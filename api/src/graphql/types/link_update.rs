//! `LinkUpdate`: what those get who show links as they are.

use std::sync::Arc;

use async_graphql::{Description, ID, Object, SimpleObject, Union};
use entity::model::wireless_link::Model;

use crate::graphql::types::wireless_link::WirelessLink;
use crate::live::table;

/// What `linkUpdates` delivers. Keep the links in a map by id: `LinkSnapshot` and `LinksChanged`
/// insert links, `LinksRemoved` removes them. The map is complete and current from `LinksReady`
/// until `LinksStale` or the end of the subscription.
#[derive(Union)]
pub enum LinkUpdate {
    /// A part of the snapshot.
    Snapshot(LinkSnapshot),
    /// All has been told, and is current.
    Ready(LinksReady),
    /// Links that are new or different.
    Changed(LinksChanged),
    /// Links to take away.
    Removed(LinksRemoved),
    /// Changes may be missing.
    Stale(LinksStale),
}

/// A part of the snapshot with which each subscription begins. There is always a first part, even
/// if no link matches. A client that reads too slowly for its changes to be buffered gets a new
/// snapshot.
#[derive(Description)]
pub struct LinkSnapshot {
    links: Vec<Arc<Model>>,
    part: i32,
}

/// The snapshot, or the resynchronization after `LinksStale`, is complete: show the links as
/// current.
#[derive(SimpleObject)]
pub struct LinksReady {
    /// A position in the tenant's feed of link events; the links sent are at least as recent.
    /// Passed as `after` to `linkEvents` it returns everything that has happened since.
    cursor: String,
    /// How many links match: the number you should have.
    total: i32,
}

/// Links that are new, newly match, or changed since they were last sent. Each is complete and
/// current: several changes within `minIntervalMs` are sent as one.
#[derive(Description)]
pub struct LinksChanged {
    links: Vec<Arc<Model>>,
}

/// Links that no longer match the filter, were forgotten, or whose devices were deleted.
#[derive(SimpleObject)]
pub struct LinksRemoved {
    /// Their ids. Ids you do not know can be ignored.
    ids: Vec<ID>,
}

/// Changes cannot be delivered for the moment: show the links as out of date. The subscription
/// continues by itself: it sends what has changed meanwhile, then `LinksReady`.
#[derive(SimpleObject)]
pub struct LinksStale {
    /// The reason, as text for people.
    reason: String,
}

#[Object(use_type_description)]
impl LinkSnapshot {
    /// Links that match, 500 at most, in no particular order.
    async fn links(&self) -> Vec<WirelessLink> {
        nodes(&self.links)
    }

    /// The number of the part, starting at 0. With part 0, discard the links you have.
    async fn part(&self) -> i32 {
        self.part
    }
}

#[Object(use_type_description)]
impl LinksChanged {
    /// The links, 500 at most.
    async fn links(&self) -> Vec<WirelessLink> {
        nodes(&self.links)
    }
}

fn nodes(links: &[Arc<Model>]) -> Vec<WirelessLink> {
    links.iter().cloned().map(WirelessLink::new).collect()
}

impl From<table::LinkUpdate> for LinkUpdate {
    fn from(update: table::LinkUpdate) -> Self {
        match update {
            table::LinkUpdate::Snapshot { links, part } => {
                Self::Snapshot(LinkSnapshot { links, part })
            }
            table::LinkUpdate::Ready { cursor, links } => Self::Ready(LinksReady {
                cursor: cursor.encode(),
                total: i32::try_from(links).unwrap_or(i32::MAX),
            }),
            table::LinkUpdate::Changed(links) => Self::Changed(LinksChanged { links }),
            table::LinkUpdate::Removed(ids) => Self::Removed(LinksRemoved {
                ids: ids.into_iter().map(|id| id.0.into()).collect(),
            }),
            table::LinkUpdate::Stale(reason) => Self::Stale(LinksStale {
                reason: reason.to_owned(),
            }),
        }
    }
}
