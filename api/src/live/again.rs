//! Telling once more what came to nobody: what an update refers to could not be loaded.
//!
//! Of links the latest state is told, and that can be done later as well. An event is told in its place.

use futures::Stream;
use tokio::sync::watch;
use tokio::time::sleep;

use crate::error::ApiError;
use crate::limits;
use crate::live::table::{LinkUpdate, Taken};

/// Whether the latest update is asked for once more. Who answers asks through the sender.
#[derive(Debug)]
pub struct Again(pub watch::Receiver<()>);

impl Again {
    /// Whether it is, since this was last asked.
    pub fn is_asked(&mut self) -> bool {
        let is_asked = self.0.has_changed().unwrap_or_default();
        self.0.mark_unchanged();
        is_asked
    }
}

/// Tells the links that were taken, each update until it came to somebody.
pub fn tell(
    taken: &Taken,
    again: Again,
) -> impl Stream<Item = Result<LinkUpdate, ApiError>> + Send + use<> {
    let updates = taken.updates.clone().into_iter();
    let start = (updates, None, again);
    futures::stream::unfold(start, |(mut updates, told, mut again)| async move {
        let update: LinkUpdate = if again.is_asked() {
            sleep(limits::LINKS_RETRY).await;
            told?
        } else {
            updates.next()?
        };
        Some((Ok(update.clone()), (updates, Some(update), again)))
    })
}
