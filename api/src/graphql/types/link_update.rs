//! `LinkUpdate`: what those get who show links as they are.

use std::sync::Arc;

use async_graphql::{Description, ID, Object, SimpleObject, Union};
use entity::model::wireless_link::Model;

use crate::graphql::types::wireless_link::WirelessLink;
use crate::live::table;

/// What `linkUpdates` delivers. Keep the links in a map by id: `LinkSnapshot` and `LinksChanged` put
/// links in, `LinksRemoved` takes them out. What the map holds is complete and current from
/// `LinksReady` on, until a `LinksStale` or the end of the subscription.
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
/// when no link matches. Who reads so slowly that changes cannot be kept for it gets a new snapshot.
#[derive(Description)]
pub struct LinkSnapshot {
    links: Vec<Arc<Model>>,
    part: i32,
}

/// The snapshot, or what was made up for after a `LinksStale`, is complete: show it as current.
#[derive(SimpleObject)]
pub struct LinksReady {
    /// A place in the tenant's feed of link events that what was told is not older than. As `after` of
    /// a `linkEvents` it brings everything that has happened since.
    cursor: String,
    /// How many links match: as many as you should have.
    total: i32,
}

/// Links that are new, came to match, or are different from what was told. Each is told whole and
/// as it is now: of several changes within `minIntervalMs` only the outcome is told.
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

/// Changes cannot be told for a while: show what you have as out of date. The subscription goes on by
/// itself; it tells what has changed meanwhile, and then `LinksReady`.
#[derive(SimpleObject)]
pub struct LinksStale {
    /// Why, for people.
    reason: String,
}

#[Object(use_type_description)]
impl LinkSnapshot {
    /// Links that match, 500 at most, in no particular order.
    async fn links(&self) -> Vec<WirelessLink> {
        nodes(&self.links)
    }

    /// Which part this is, counted from 0. With part 0, drop what you have.
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
