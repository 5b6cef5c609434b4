//! The links that are followed, as one reads them for many: what it knows, and what it tells of it.
//!
//! # Invariants
//! - What is known and what is to be told of it change together. So who takes the links as they are
//!   known at one moment, and hears what is told from then on, has each change once.

use std::collections::VecDeque;
use std::sync::Arc;

use entity::ids::{DeviceId, LinkId};
use entity::model::wireless_link::Model;

use crate::error::ApiError;
use crate::limits;
use crate::live::cursor::FeedCursor;
use crate::live::known::Known;

/// What a follower gets.
#[derive(Clone, Debug)]
pub enum LinkUpdate {
    /// A part of the snapshot.
    Snapshot {
        /// Links that match.
        links: Vec<Arc<Model>>,
        /// Counted from 0.
        part: i32,
    },
    /// What was told is complete and current.
    Ready {
        /// An event of the tenant's feed that what was told is not older than.
        cursor: FeedCursor,
        /// How many links match.
        links: usize,
    },
    /// Links that are new or different.
    Changed(Vec<Arc<Model>>),
    /// Links that do not match any more, or are no more.
    Removed(Vec<LinkId>),
    /// What was told may be out of date from here on, until the next `Ready`.
    Stale(&'static str),
}

/// The links that match.
#[derive(Debug, Default)]
pub struct Table {
    known: Known,
    untold: VecDeque<LinkUpdate>,
    /// What was told last.
    told: Option<LinkUpdate>,
    /// How many updates there have been, those in `untold` included.
    updates: u64,
    /// Why what is known may be out of date.
    stale: Option<&'static str>,
    /// Behind this event something may have happened that is not known. None until all links were
    /// read once.
    cursor: Option<FeedCursor>,
}

/// The links as they were known at one moment.
#[derive(Debug)]
pub struct Taken {
    /// Them, and whether they are current.
    pub updates: Vec<LinkUpdate>,
    /// The number of the update that goes on from there, counted from 0.
    pub next: u64,
}

impl Taken {
    /// For who was told of links already, but not of all that changed since.
    #[must_use]
    pub fn anew(mut self) -> Self {
        self.updates.insert(0, LinkUpdate::Stale(READS_SLOWLY));
        self
    }
}

const READS_SLOWLY: &str = "the client reads too slowly for the changes to be kept";

impl Table {
    /// Whether all links were read once.
    pub const fn is_whole(&self) -> bool {
        self.cursor.is_some()
    }

    /// Whether it was told that what is known may be out of date.
    pub const fn is_stale(&self) -> bool {
        self.stale.is_some()
    }

    /// The next update that was not told yet.
    pub fn tell(&mut self) -> Option<LinkUpdate> {
        let update = self.untold.pop_front();
        self.told.clone_from(&update);
        update
    }

    /// What was told last came to nobody: it is told again, after the news that what is known may be
    /// out of date.
    pub fn tell_again(&mut self, why: &'static str) {
        if let Some(told) = self.told.take() {
            self.untold.push_front(told);
        }
        if self.stale.replace(why).is_none() {
            self.updates += 1;
            self.untold.push_front(LinkUpdate::Stale(why));
        }
    }

    /// All links are about to be read.
    pub fn expect_all(&mut self) {
        self.known.expect_all();
    }

    /// Takes links as part `part` of a snapshot, which is told as it is when somebody `hears` it.
    pub fn begin(
        &mut self,
        links: Vec<Arc<Model>>,
        part: i32,
        hears: bool,
    ) -> Result<(), ApiError> {
        self.known.learn(links.clone())?;
        if hears && (part == 0 || !links.is_empty()) {
            self.update(LinkUpdate::Snapshot { links, part });
        }
        Ok(())
    }

    /// Takes links that were read, and tells those that are different.
    pub fn learn(&mut self, links: Vec<Arc<Model>>) -> Result<(), ApiError> {
        let different = self.known.learn(links)?;
        for links in different.chunks(limits::LINKS_PART) {
            self.update(LinkUpdate::Changed(links.to_vec()));
        }
        Ok(())
    }

    /// Takes the links of `aps`, which are all there are of them.
    pub fn look(&mut self, aps: &[DeviceId], links: Vec<Arc<Model>>) -> Result<(), ApiError> {
        self.known.expect(aps);
        self.learn(links)?;
        self.forget_unmet();
        Ok(())
    }

    /// Takes it that those expected and not met are gone.
    pub fn forget_unmet(&mut self) {
        let gone = self.known.forget_unmet();
        if !gone.is_empty() {
            self.update(LinkUpdate::Removed(gone));
        }
    }

    /// What is known is not older than this event.
    pub const fn come_to(&mut self, cursor: FeedCursor) {
        self.cursor = Some(cursor);
    }

    /// What is known is current. Tells so, but for the first time only when somebody `hears` it.
    pub fn ready(&mut self, cursor: FeedCursor, hears: bool) {
        let is_first = self.cursor.replace(cursor).is_none();
        self.stale = None;
        if hears || !is_first {
            self.update(self.is_ready(cursor));
        }
    }

    /// Tells once that what is known may be out of date.
    pub fn stale(&mut self, why: &'static str) {
        if self.stale.replace(why).is_none() {
            self.update(LinkUpdate::Stale(why));
        }
    }

    /// The links as they are known, once they were all read.
    pub fn take(&self) -> Option<Taken> {
        let cursor = self.cursor?;
        let links = self.known.all();
        let mut parts: Vec<_> = links.chunks(limits::LINKS_PART).collect();
        if parts.is_empty() {
            parts.push(&[]);
        }
        let parts = parts.into_iter().zip(0..);
        let parts = parts.map(|(links, part)| LinkUpdate::Snapshot {
            links: links.to_vec(),
            part,
        });
        let last = self
            .stale
            .map_or_else(|| self.is_ready(cursor), LinkUpdate::Stale);
        Some(Taken {
            updates: parts.chain([last]).collect(),
            next: self.updates,
        })
    }

    const fn is_ready(&self, cursor: FeedCursor) -> LinkUpdate {
        let links = self.known.count();
        LinkUpdate::Ready { cursor, links }
    }

    fn update(&mut self, update: LinkUpdate) {
        self.updates += 1;
        self.untold.push_back(update);
    }
}
